"""What a run may be told. Loads nothing heavy: whether there is anything to do is asked before pandas is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from coopeval.provenance.digests import ROOT
from coopeval.wording import LANGUAGES

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

TIME_LIMIT, MEMORY_LIMIT = 1_800, 8_192  # seconds and megabytes: generous, so that only what went wrong meets them
MOST_TIME, MOST_MEMORY = 10**9, 10**12  # as good as no limit; the system cannot count much further
INTERNAL = "internal"
SPAN = ".."  # between the first and the last of several semesters


@dataclass(frozen=True)
class Options:
    """What a run may be told besides its data and its period."""

    languages: Sequence[str] = LANGUAGES
    out: Path = Path("reports")
    audience: str = "public"
    structure: str = ""  # another one than the data mark as evaluated; its reports stand in a folder of its name
    only: Sequence[str] = ()  # these notebooks; others come along as far as they are up to date
    first: str | None = None  # this notebook and all after it in reading order
    jobs: int | None = None
    time_limit: float = TIME_LIMIT  # seconds a notebook may take
    memory_limit: int = MEMORY_LIMIT  # megabytes its kernel may take
    executor: Executor | None = None  # where notebooks are executed; without one, processes of this machine
    by: Executor | None = None  # processes that make and check pages: `runs.workers`; without them, this one
    ahead: Callable[..., Sequence[Future]] | None = None  # begins with the pages before all is decided: `site.ahead`
    meanwhile: Callable[[], object] | None = None  # done beside the last notebook: loads what pages need
    revise: str | None = None  # why a published period is made again from another delivery
    sign: Path | None = None  # an ssh key outside the repository, to sign the manifest with
    notebooks: Path = ROOT / "notebooks"
    parameters: Mapping[str, object] = field(default_factory=dict)  # for the notebooks that declare them

    @property
    def home(self) -> Path:
        """The folder in which the reports stand, with their ledger."""
        return from_root(self.out) / self.structure


def from_root(path: str | Path) -> Path:
    """A path as the suite understands it: relative ones start at the project root."""
    return (ROOT / Path(path).expanduser()).resolve()
