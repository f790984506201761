"""Amounts of every table: none below zero, in another currency, or with signs for thousands."""

import pandas as pd
import pytest

from coopeval.schema import TABLES
from coopeval.tables.cells import checked
from coopeval.tables.raw import Raw

AMOUNTS = [
    (name, column)
    for name, table in TABLES.items()
    for column, of in table.columns.items()
    if of.kind in ("number", "integer") and (of.low is not None or of.unit.startswith("EUR"))
]
WRITTEN = {"-5": "E-RANGE-01", "$5": "E-MONEY-01", "5 CHF": "E-MONEY-01", "1 000": "E-NUM-02", "1'000": "E-NUM-02"}


def test_no_amount_may_be_negative():
    assert {f"{name}.{column}" for name, column in AMOUNTS} >= {
        "costs.amount_eur", "funding.amount_eur", "other_support.amount_eur", "other_support.hours", "jobs.fte",
        "support.cost_eur", "support.hours", "experts.rate_eur_h", "headcounts.headcount", "headcounts.fte",
    }  # fmt: skip
    assert all(TABLES[name].columns[column].low is not None for name, column in AMOUNTS)


@pytest.mark.parametrize(("name", "column"), AMOUNTS, ids=[f"{name}.{column}" for name, column in AMOUNTS])
def test_amounts_below_zero_in_another_currency_or_with_signs_for_thousands(name, column):
    lines = pd.Index(range(2, 2 + len(WRITTEN)), name="line")
    frame = pd.DataFrame({column: list(WRITTEN)}, index=lines)
    absent = [other for other in TABLES[name].columns if other != column]
    raw = Raw(name, f"{name}.csv", frame.reindex(columns=list(TABLES[name].columns), fill_value=""), absent=absent)
    told = {fault.line: (fault.code, fault.column) for fault in checked(raw).faults}
    assert told == {line: (code, column) for line, code in zip(lines, WRITTEN.values(), strict=True)}
