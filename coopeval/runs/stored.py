"""The outputs stored in the notebooks themselves: those of the demo data, the same on every machine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from coopeval.provenance.digests import ROOT
from coopeval.runs.executing import EXECUTED, Task
from coopeval.runs.scheduling import execute_all


def store_outputs(
    notebooks: Path = ROOT / "notebooks",
    only: Sequence[str] = (),
    say: Callable[..., None] | None = None,
) -> list[Path]:
    """Execute notebooks as a fresh reader would, with the defaults of their parameters, and store their outputs.

    Each notebook is replaced in one step, and only once it has run to its end without a word on stderr.

    Returns
    -------
    The notebooks whose file changed.
    """
    chosen = [path for path in sorted(Path(notebooks).glob("*.ipynb")) if not only or path.stem in only]
    changed = []
    with tempfile.TemporaryDirectory(prefix="coopeval-") as work:
        tasks = [Task(path.stem, path, {}, Path(work, path.stem), ROOT) for path in chosen]
        for task in tasks:
            task.folder.mkdir()
        for task in execute_all(tasks, {}, None, say or (lambda msgid, **values: None)):
            made = task.folder / EXECUTED
            if made.read_bytes() != task.notebook.read_bytes():
                fresh = task.notebook.with_suffix(".fresh")
                shutil.copyfile(made, fresh)
                fresh.replace(task.notebook)
                changed.append(task.notebook)
    return sorted(changed)
