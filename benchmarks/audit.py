"""How long the audit of random linked tables takes, block by block and as one programme. Writes benchmarks/audit.csv.

Each set has so many tables of two lists (five by four, with margins) that share nothing with each other: what a report
is made of. The time is that of the processor. Usage: python benchmarks/audit.py
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from coopeval.audit.modelling import model
from coopeval.audit.published import Published
from coopeval.audit.solving import cells_of
from coopeval.disclosure import Rules
from coopeval.uncertainty import estimates, stamp

SEED, SETS = 20261126, (2, 5, 10)
EXACTLY = Rules(base_count=1)


def table(number: int, rng: np.random.Generator) -> pd.DataFrame:
    """One released table: counts by sector and form, every fifth inner cell withheld."""
    inner = rng.integers(5, 40, (5, 4))
    full = np.block([[inner, inner.sum(1, keepdims=True)], [inner.sum(0, keepdims=True), inner.sum(keepdims=True)]])
    rows = [(i, j) for i in range(6) for j in range(5)]
    hidden = [i < 5 and j < 4 and (i + j + number) % 5 < 2 for i, j in rows]
    frame = pd.DataFrame({
        "group": [f"s{i}" if i < 5 else "all" for i, _ in rows],
        "legal_family": [f"f{j}" if j < 4 else "all" for _, j in rows],
        "estimate": np.where(hidden, np.nan, [float(full[place]) for place in rows]),
        "note": np.where(hidden, "withheld", ""), "hidden": hidden,
    })  # fmt: skip
    said = {"kind": "count", "unit": "enterprises", "population": f"population {number}", "by": "sector"}
    return stamp(estimates(frame.assign(n=frame["estimate"]), **said, as_of="2026-06-30"), f"t{number}", "public")


def as_one(made) -> None:
    """The same questions, each asked of all unknowns at once."""
    told, matrix = made.system.unknowns, sparse.csr_array(made.system.matrix)
    high = np.minimum(told["high"].to_numpy(), 1e5)
    for name in made.protected["key"]:
        for sign in (1.0, -1.0):
            aim = np.where(told.index == name, sign, 0.0)
            milp(aim, integrality=told["is_whole"].to_numpy(int), bounds=Bounds(told["low"].to_numpy(), high),
                 constraints=LinearConstraint(matrix, made.system.least, made.system.most))  # fmt: skip


def seconds(call, *args) -> float:
    start = time.process_time()
    call(*args)
    return time.process_time() - start


def main() -> None:
    rng = np.random.default_rng(SEED)
    rows = []
    for size in SETS:
        tables = {f"t{number}": table(number, rng) for number in range(size)}
        made = model([Published("2026S1", tables, "2026-06-30")], EXACTLY)
        blocks, whole = seconds(cells_of, made, EXACTLY), seconds(as_one, made)
        rows.append({"tables": size, "cells": len(made.protected), "ratio": round(whole / blocks, 1)})
        print(rows[-1], flush=True)
    pd.DataFrame(rows).to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
