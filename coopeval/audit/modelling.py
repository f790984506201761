"""From released tables to unknowns and equations, over all periods a reader keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.audit.equations import Equations, between_levels, of_rounded, relate, within_rows
from coopeval.audit.figures import figures
from coopeval.audit.kinds import reason_not_modelled
from coopeval.audit.published import Published
from coopeval.audit.semesters import grown
from coopeval.audit.system import Block, System, system
from coopeval.disclosure import Rules
from coopeval.uncertainty import about_of

FIGURES = (
    "table", "row", "what", "unit", "measure", "group", "labels", "key", "role", "shown", "low", "high", "base",
    "is_whole", "is_hidden", "is_open", "is_sum", "stands", "period", "as_of", "structure", "privacy", "of_persons",
)  # fmt: skip
OTHERS = "others"  # of a withheld part: those of the whole who are not in it


@dataclass(frozen=True)
class Model:
    """The figures of all tables, and the system they make."""

    figures: pd.DataFrame  # with the columns of `audit.figures.figures` and those of the table
    protected: pd.DataFrame  # one row per cell that nothing shows
    system: System
    why: list[str]  # the table behind each equation
    not_modelled: dict[str, str]

    def tables_of(self, block: Block) -> list[str]:
        """The tables whose equations made a block."""
        return sorted({self.why[place] for place in block.equations})


def model(all_published: Sequence[Published], rules: Rules) -> Model:
    """Everything published, in the order of the periods, as one system."""
    equations, found, reasons = Equations(), [], {}
    for one in sorted(all_published, key=lambda published: published.order):
        part, why_not = _of_period(one, equations, rules)
        found.append(part)
        reasons |= why_not
    told = pd.concat(found, ignore_index=True)
    rest = _others(equations, told)
    parts = [part for part in (_withheld(told), rest, grown(equations, told)) if len(part)]
    protected = pd.concat(parts, ignore_index=True) if parts else told.iloc[:0]
    said = pd.concat([part[["key", "low", "high", "is_whole"]] for part in (told, protected, equations.whole)])
    limits = equations.limits
    return Model(told, protected, system(said, equations.terms, limits), limits["why"].tolist(), reasons)


def _withheld(figures: pd.DataFrame) -> pd.DataFrame:
    """The cells that no table shows, each once."""
    seen = set(figures.loc[~figures["is_hidden"], "key"])
    return figures[~figures["key"].isin(seen)].drop_duplicates("key")


def _others(equations: Equations, figures: pd.DataFrame) -> pd.DataFrame:
    """All but the withheld part: thirty-eight of forty tells of the other two."""
    rows = []
    hidden = figures[figures["is_hidden"] & figures["what"].isin(("n", "n_events"))]
    for _, row in hidden.groupby(["period", "table", "row"], sort=False):
        keys = dict(zip(row["what"], row["key"], strict=True))
        if len(keys) == 2:
            name = f"{OTHERS} | {keys['n_events']}"
            equations.add([(keys["n"], 1.0), (keys["n_events"], -1.0), (name, -1.0)], 0.0, 0.0, row["table"].iloc[0])
            rows.append({**row.iloc[0], "key": name, "what": OTHERS, "low": 0.0, "high": np.inf, "stands": False})
    return pd.DataFrame(rows, columns=figures.columns).drop_duplicates("key")


def _of_period(one: Published, equations: Equations, rules: Rules) -> tuple[pd.DataFrame, dict[str, str]]:
    found, said, reasons = [], {}, {}
    for name in sorted(one.tables):
        table = one.tables[name]
        reason = reason_not_modelled(name, table)
        if reason is not None:
            reasons[name] = reason
            continue
        about = about_of(table)
        where = (one.structure, str(about["as_of"]))
        said[name] = (str(about["kind"]), str(about["unit"]), str(about["estimand"]))
        part = figures(name, table, where, rules)
        relate(equations, part, where, said)
        within_rows(equations, part, said)
        of_rounded(equations, part, said)
        told = {"period": one.period, "as_of": where[1], "structure": where[0], "privacy": about["privacy"]}
        found.append(part.assign(**told, of_persons="n_persons" in table))
    told = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=FIGURES)
    between_levels(equations, told)
    return told, reasons
