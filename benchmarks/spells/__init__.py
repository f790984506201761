"""Made-up spells for the benchmarks, and R on the same rows."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

SEED, GROUPS, CAUSES = 1, 50, ("ceased", "merged", "moved_away")


def spells(rows: int, seed: int = SEED) -> pd.DataFrame:
    """Whole days from an entry within two years on, ties, three causes, fifty groups."""
    rng = np.random.default_rng(seed)
    entry = rng.integers(0, 720, rows)
    end = entry + 1 + rng.geometric(0.02 / 30, rows)
    leave = np.minimum(end, entry + 1 + rng.integers(0, 2880, rows))
    event = end == leave
    number = np.where(event, rng.integers(1, 4, rows), 0)
    return pd.DataFrame(
        {
            "enterprise_id": np.arange(rows), "entry": entry, "exit": leave, "event": event,
            "arm": rng.integers(0, GROUPS, rows), "number": number,
            "cause": pd.Categorical.from_codes(number, ["", *CAUSES]),
        }
    )  # fmt: skip


def from_the_start(rows: pd.DataFrame) -> pd.DataFrame:
    """The same without delayed entry."""
    return rows.assign(entry=np.zeros(len(rows), dtype=np.int64))


def of_r(script: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float], str] | None:
    """What an R script prints: its figures, its CPU seconds, its versions; nothing where R is not installed.

    The script finds the rows in `d` and says `told(figures, c(name = seconds))`.
    """
    if not shutil.which("Rscript"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        numbers = rows[["entry", "exit", "event", "arm", "number"]].astype(int)
        numbers.to_csv(Path(folder, "rows.csv"), index=False)
        start = Path(__file__).with_name("start.R").read_text(encoding="utf-8")
        Path(folder, "run.R").write_text(start + script, encoding="utf-8")
        done = subprocess.run(["Rscript", "run.R"], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
    figures, seconds, version = done.stdout.split("----\n")
    took = pd.read_csv(io.StringIO(seconds), index_col=0)["seconds"].to_dict()
    return pd.read_csv(io.StringIO(figures)), took, version.strip()
