"""Writes benchmarks/RESULTS.md from every CSV beside it that has the columns told in benchmarks/README.md."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
NEEDED = ["job", "against", "measure", "goal", "reached"]
ALL = [*NEEDED, "stretch", "seconds", "peer_seconds", "memory_mb", "agreement", "note", "measured_on", "versions"]
MORE_IS_BETTER = {"times faster"}
START = """# What was measured

Written by `benchmarks/write_results.py` from the CSV files beside it; `make bench` measures all of it again. Only
ratios within one run mean anything. CPU time of the public calls, checks and tables included, medians; agreement is the
largest difference of the figures. Columns: [README.md](README.md).
"""


def rows() -> pd.DataFrame:
    """All rows of all files, with the file they come from."""
    found = []
    for path in sorted(HERE.glob("*.csv")):
        table = pd.read_csv(path)
        if set(NEEDED) <= set(table.columns):
            found.append(table.reindex(columns=ALL).assign(file=path.stem))
    return pd.concat(found, ignore_index=True)


def held(row: pd.Series) -> str:
    """Whether the goal is reached; nothing where none was set."""
    if pd.isna(row["goal"]) or pd.isna(row["reached"]):
        return ""
    better = (lambda goal: row["reached"] >= goal) if row["measure"] in MORE_IS_BETTER else (
        lambda goal: row["reached"] <= goal
    )  # fmt: skip
    if not better(row["goal"]):
        return "**missed**"
    return "stretch" if pd.notna(row["stretch"]) and better(row["stretch"]) else "yes"


def shown(value: object) -> str:
    if pd.isna(value):
        return ""
    return f"{value:,.3g}" if isinstance(value, float) and value < 1000 else f"{value:,.0f}" if isinstance(
        value, float) else str(value)  # fmt: skip


def written(table: pd.DataFrame) -> str:
    table = table.assign(held=table.apply(held, axis=1))
    set_goals = table[table["goal"].notna()]
    names = ["job", "against", "measure", "goal", "stretch", "reached", "held", "seconds", "peer seconds", "MB",
             "agreement", "note", "measured"]  # fmt: skip
    lines = [START, _counted(set_goals), "", f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    for _, row in table.iterrows():
        cells = [row[c] for c in ("job", "against", "measure", "goal", "stretch", "reached", "held", "seconds",
                                  "peer_seconds", "memory_mb", "agreement", "note", "measured_on")]  # fmt: skip
        lines.append(f"| {' | '.join(shown(cell).replace('|', '/') for cell in cells)} |")
    lines += ["", "## Versions", ""]
    for file, own in table.groupby("file"):
        told = list(own["versions"].dropna().unique())
        lines.append(f"- `{file}.csv`: {' / '.join(told) if told else 'not told'}")
    return "\n".join(lines) + "\n"


def _counted(table: pd.DataFrame) -> str:
    missed = int(table["held"].eq("**missed**").sum())
    return f"Goals set: {len(table)}; missed: {missed}."


if __name__ == "__main__":
    (HERE / "RESULTS.md").write_text(written(rows()), encoding="utf-8")
    print(HERE / "RESULTS.md")
