"""Where an import lands: built beside its place and put there by one rename, so that no half of it is ever seen."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from coopeval.errors import ParameterError, refusal
from coopeval.wording import N_

QUALITY = "quality"  # folder beside the tables: what was kept, what was not, and why


def land(folder, write: Callable[[Path], None]) -> Path:
    """The folder, filled by `write`; as it was where `write` fails.

    Raises
    ------
    ParameterError
        Something is there already.

    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = land(Path(place) / "new", lambda at: (at / "x.csv").write_text("a\\n"))
    ...     sorted(path.name for path in Path(place).rglob("*"))
    ['new', 'x.csv']
    """
    place = Path(folder)
    must_be_free(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        write(beside)
        beside.chmod(0o755)
        beside.replace(place)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return place


def must_be_free(place: Path) -> None:
    """Refuses a place where something stands: an import never mixes with what was there before."""
    if place.is_symlink() or place.is_file() or (place.is_dir() and any(place.iterdir())):
        msgid = N_("{place} is there already. Choose another folder with --out, or take that one away.")
        raise refusal(ParameterError, msgid, place=place)
