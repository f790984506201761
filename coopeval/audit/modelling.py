"""From released tables to unknowns and equations, over all periods a reader keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from coopeval.audit.equations import Equations, between_levels, of_joined, of_table
from coopeval.audit.figures import Figure, Where, figures
from coopeval.audit.kinds import reason_not_modelled
from coopeval.audit.published import Published
from coopeval.audit.semesters import grown
from coopeval.audit.system import System, system
from coopeval.disclosure import Rules
from coopeval.uncertainty import about_of

OTHERS = "others"  # of a withheld part: those of the whole who are not in it
TOLD = ("period", "privacy", "of_persons")  # of the table a figure stands in


@dataclass(frozen=True)
class Model:
    """The figures of all tables, and the system they make."""

    figures: pd.DataFrame  # one row per figure: the fields of `Figure` and those of TOLD
    protected: pd.DataFrame  # the cells that nothing shows, each once
    system: System
    why: list[str]  # the table behind each equation
    not_modelled: dict[str, str]

    def tables_with(self, number: int) -> list[str]:
        """The tables that show or withhold an unknown of a block."""
        inside = set(self.system.unknowns.index[self.system.block == number])
        return sorted(self.figures.loc[self.figures["key"].isin(inside), "table"].unique())

    def rows_of(self, name: str, period: str) -> list[tuple[str, int]]:
        """Where a period shows an unknown: table and place of the row."""
        rows = self.figures[self.figures["key"].eq(name) & self.figures["period"].eq(period)]
        return list(rows[["table", "row"]].itertuples(index=False, name=None))


def model(all_published: Sequence[Published], rules: Rules, known: dict[str, list[Figure]] | None = None) -> Model:
    """Everything published, in the order of the periods, as one system.

    In `known` are kept the figures of tables already read, by structure and digest: for asking again about the same.
    """
    known = {} if known is None else known
    equations, reasons = Equations(), {}
    rows: list[tuple] = []
    of_date: dict[str, list[Figure]] = defaultdict(list)
    for one in sorted(all_published, key=lambda published: published.order):
        for name in sorted(one.tables):
            table = one.tables[name]
            reason = reason_not_modelled(name, table)
            if reason is not None:
                reasons[name] = reason
                continue
            said = about_of(table)
            same = f"{one.structure} {name} {table.attrs['released']['sha256']}"
            found = known[same] = known[same] if same in known else figures(name, table, one.structure, rules)
            where = Where(one.structure, str(said["as_of"]))
            of_table(equations, found, where, (str(said["kind"]), str(said["unit"]), str(said["estimand"])))
            rows += [(*figure, one.period, said["privacy"], "n_persons" in table) for figure in found]
            of_date[where.as_of] += found
    for found in of_date.values():
        between_levels(equations, found)
        of_joined(equations, found)
    return _model(equations, rows, of_date, reasons)


def _model(equations: Equations, rows: list[tuple], of_date: dict[str, list[Figure]], reasons: dict[str, str]) -> Model:
    columns = [*Figure._fields, *TOLD]
    told = {row[Figure._fields.index("key")]: row[len(Figure._fields) :] for row in reversed(rows)}
    seen = {figure.key for found in of_date.values() for figure in found if not figure.is_hidden}
    withheld = [row for row in rows if row[Figure._fields.index("key")] not in seen]
    withheld += _others(equations, rows)
    new = grown(equations, of_date)
    withheld += [(*figure, *told[figure.key.split(" | ", 1)[1].rsplit(" | since ", 1)[0]]) for figure in new]
    protected = pd.DataFrame(withheld, columns=columns).drop_duplicates("key", ignore_index=True)
    shown = pd.DataFrame(rows, columns=columns)
    standing = set(shown.loc[shown["stands"], "key"])  # in one table is enough
    protected["stands"] = protected["key"].isin(standing)
    parts = [part[["key", "low", "high", "is_whole"]] for part in (shown, protected, equations.whole) if len(part)]
    said = pd.concat(parts) if parts else shown[["key", "low", "high", "is_whole"]]  # nothing here can be solved
    limits = equations.limits
    return Model(shown, protected, system(said, equations.terms, limits), limits["why"].tolist(), reasons)


def _others(equations: Equations, rows: list[tuple]) -> list[tuple]:
    """All but the withheld part: thirty-eight of forty tells of the other two."""
    size = len(Figure._fields)
    pairs: dict[tuple, dict[str, tuple]] = defaultdict(dict)
    for row in rows:
        figure = Figure(*row[:size])
        if figure.is_hidden and figure.what in ("n", "n_events"):
            pairs[figure.table, figure.row, row[size]][figure.what] = row
    found = []
    for pair in pairs.values():
        if len(pair) == 2:
            whole, part = Figure(*pair["n"][:size]), Figure(*pair["n_events"][:size])
            name = f"{OTHERS} | {part.key}"
            equations.add([(whole.key, 1.0), (part.key, -1.0), (name, -1.0)], 0.0, 0.0, part.table)
            rest = part._replace(key=name, what=OTHERS, low=0.0, high=float("inf"), stands=False)
            found.append((*rest, *pair["n"][size:]))
    return found
