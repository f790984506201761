"""The same tables are audited once in a process; other tables, and the same with another figure, are audited anew."""

from copy import deepcopy

import pandas as pd
from audit_tables import published, released
from pandas.testing import assert_frame_equal

from coopeval import audit
from coopeval.audit import solving
from coopeval.indicators.table import Parts

SECTORS = [("a", 30), ("b", 25), ("c", None), ("d", None), ("all", 70)]


def test_what_protecting_found_is_what_the_audit_before_the_switch_says(monkeypatch):
    safe, _ = audit.protect(published(released(SECTORS)))
    again = published(*safe.values())
    kept = audit.findings(again)
    monkeypatch.setattr(solving, "_LAST", {})
    assert_frame_equal(audit.findings(again).cells, kept.cells)


def test_one_audit_serves_the_same_tables_and_no_others(monkeypatch):
    solved = []
    work = solving.cells_of
    monkeypatch.setattr(solving, "cells_of", lambda *asked: solved.append(1) or work(*asked))
    monkeypatch.setattr(solving, "_LAST", {})
    table = released(SECTORS)
    audit.findings(published(table))
    audit.findings(published(table)).cells["low"] = -1.0
    assert len(solved) == 1 and (audit.findings(published(table)).cells["low"] >= 0).all()
    table.loc[0, ["n", "estimate"]] = 28.0  # under the old stamp
    audit.findings(published(table))
    audit.findings(published(table, period="2025S2"))
    audit.findings(published(table), [published(released(SECTORS, name="other"))])
    assert len(solved) == 4


def test_the_tables_of_indicators_hang_on_a_frame_without_being_copied():
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["parts"] = Parts([(pd.DataFrame({"b": [2]}), {})])
    assert frame.copy().attrs["parts"] is frame.attrs["parts"] is deepcopy(frame.attrs["parts"])
