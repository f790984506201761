"""The gate remembers what was published before (R9), and knows what somebody decided (R12)."""

import json
from copy import deepcopy

import pandas as pd
import pytest

from coopeval import disclosure, display
from coopeval.disclosure import assembled, load, memory, releasing
from coopeval.provenance import ledger
from coopeval.uncertainty import estimates, share

DAYS = {"2025S1": "2025-06-30", "2025S2": "2025-12-31", "2026S1": "2026-06-30"}


@pytest.fixture
def semesters(tmp_path, monkeypatch):
    """Releases tables semester by semester, as a run does: each release remembers those before it."""
    path, lines = tmp_path / "ledger.csv", []

    def release(period, table, name="example"):
        made = disclosure.gate(table, name)
        lines.append(ledger.lines_of(ledger.Edition(period, DAYS[period], period, True), {name: made}))
        ledger.write(path, pd.concat(lines, ignore_index=True))
        monkeypatch.setenv(ledger.LEDGER, str(path))
        return made

    return release


@pytest.fixture
def decided(tmp_path, monkeypatch):
    def write(**said):
        one = {"table": "example", "person": "A. Person", "reason": "Agreed.", "until": "2026-12-31", **said}
        (tmp_path / "decided.json").write_text(json.dumps([one]))
        monkeypatch.setenv(memory.SETTINGS, str(tmp_path / "decided.json"))

    return write


def counts(by="", with_total=True, **sizes):
    total = sum(sizes.values())
    frame = pd.DataFrame({"group": [*sizes, "all"], "estimate": [*sizes.values(), total], "n": total}).astype(
        {"n": float}
    )
    frame = frame if with_total else frame.iloc[:-1]
    return estimates(frame, kind="count", unit="projects", by=by)


def hidden(table):
    return sorted(table.loc[table["hidden"], "group"])


@pytest.mark.promise("P1")
def test_a_past_year_once_withheld_stays_withheld_when_it_has_grown(semesters):
    first = semesters("2025S2", counts(**{"2023": 3, "2024": 7, "2025": 20}))
    assert hidden(first) == ["2023", "2024"]
    then = semesters("2026S1", counts(**{"2023": 14, "2024": 25, "2025": 20, "2026": 8}))
    assert hidden(then) == ["2023", "2024"]
    assert then.loc[then["hidden"], ["estimate", "n"]].isna().all(axis=None)
    assert set(then.loc[then["hidden"], "note"]) == {"withheld"}


def test_a_year_that_was_still_going_on_is_another_cell_once_it_is_over(semesters):
    assert hidden(semesters("2025S1", counts(with_total=False, **{"2024": 40, "2025": 3}))) == ["2025"]
    assert hidden(semesters("2026S1", counts(with_total=False, **{"2024": 40, "2025": 25}))) == []


@pytest.mark.promise("P1")
def test_an_intake_never_changes_and_stays_withheld(semesters):
    semesters("2025S2", counts(by="cohort", spring=2, autumn=30, winter=40))
    assert "spring" in hidden(semesters("2026S1", counts(by="cohort", spring=12, autumn=30, winter=40)))


@pytest.mark.promise("P1")
def test_the_companion_of_a_lone_blank_is_the_one_of_last_time(semesters):
    assert hidden(semesters("2025S2", counts(a=3, b=12, c=14, d=40))) == ["a", "b"]
    assert hidden(disclosure.gate(counts(a=3, b=16, c=14, d=40), "another")) == ["a", "c"], "without a memory"
    assert hidden(semesters("2026S1", counts(a=3, b=16, c=14, d=40))) == ["a", "b"]


@pytest.mark.promise("P1")
def test_a_category_that_disappears_stays_as_withheld_with_company(semesters):
    semesters("2025S2", counts(a=10, b=12, c=14))
    then = semesters("2026S1", counts(b=12, c=14))
    assert then["group"].tolist() == ["b", "c", "all", "a"] or set(then["group"]) == {"a", "b", "c", "all"}
    assert hidden(then) == ["a", "b"], "the total would give a lone blank away"


@pytest.mark.promise("P1")
@pytest.mark.parametrize(
    "table",
    [
        counts(**{"2023": 3, "2024": 7, "2025": 20}),
        counts(by="cohort", spring=2, autumn=30, winter=40),
        counts(a=3, b=12, c=14, d=40),
        share(pd.DataFrame({"group": ["a", "b", "c", "all"], "n_events": [4, 14, 20, 38], "n": [8, 30, 40, 78]})),
    ],
    ids=["years", "intakes", "companion", "shares"],
)
def test_the_same_table_once_more_is_released_as_it_was(semesters, table):
    """So a step may be taken over from the first edition of a period into its revision."""
    first = semesters("2026S1", table)
    assert first["hidden"].any()
    assert semesters("2026S1", table).attrs["released"] == first.attrs["released"]


@pytest.mark.promise("P1")
def test_a_row_that_is_too_young_keeps_none_company_that_disappeared(semesters):
    def created(rows):
        table = share(pd.DataFrame(rows, columns=["group", "n", "n_events"]), by="programme", privacy="confidential")
        young = table["group"].eq("young")
        table.loc[young, ["n_events", "estimate", "low", "high"]] = float("nan")
        return table.assign(note=table["note"].mask(young, "immature"))

    semesters("2025S2", created([("gone", 20, 10), ("x", 40, 20), ("y", 30, 15), ("all", 90, 45)]))
    then = semesters("2026S1", created([("x", 41, 20), ("y", 31, 15), ("young", 2, 0), ("all", 72, 35)]))
    assert hidden(then) == ["gone", "y", "young"]


def test_an_answer_that_changes_is_no_other_row(semesters):
    """What the programme itself answered stands beside a share; the row is the same one when it answers otherwise."""
    rows = pd.DataFrame(
        {"group": ["has_diversity_plan", "has_open_meeting"], "n": [40, 45], "n_events": [20, 30], "own": ["yes", "no"]}
    )
    first = semesters("2025S2", share(rows, by="measure", codes="measures", privacy="confidential"))
    then = semesters(
        "2026S1", share(rows.assign(own=["no", "no"]), by="measure", codes="measures", privacy="confidential")
    )
    assert first["own"].tolist() == ["yes", "no"] and then["own"].tolist() == ["no", "no"]


def test_a_window_that_moves_on_leaves_no_rows_behind(semesters):
    semesters("2025S2", counts(**{"2024S2": 10, "2025S1": 12, "2025S2": 14}))
    then = semesters("2026S1", counts(**{"2025S1": 12, "2025S2": 14, "2026S1": 20}))
    assert list(then["group"]) == ["2025S1", "2025S2", "2026S1", "all"] and not hidden(then)


def test_without_a_ledger_nothing_is_remembered(monkeypatch):
    monkeypatch.delenv(ledger.LEDGER, raising=False)
    assert ledger.remembered("example") == [] and memory.exceptions("example") == []
    assert hidden(disclosure.gate(counts(a=10, b=12), "example")) == []


@pytest.mark.promise("P1")
def test_each_part_of_the_memory_is_held_by_a_check(semesters, monkeypatch):
    """Taking the memory out shows the past year again, and moves the companion."""
    semesters("2025S2", counts(**{"2023": 3, "2024": 7, "2025": 20}))
    monkeypatch.setattr(ledger, "remembered", lambda name: [])
    assert hidden(disclosure.gate(counts(**{"2023": 14, "2024": 25, "2025": 20}), "example")) == []


def test_a_named_person_lets_one_row_past_one_rule_and_nobody_gets_company_for_it(decided):
    table = share(pd.DataFrame({"group": ["a", "b", "c", "all"], "n_events": [4, 14, 20, 38], "n": [8, 30, 40, 78]}))
    assert hidden(disclosure.gate(table, "example")) == ["a", "b"]
    decided(group="a", rule="R1")
    made = disclosure.gate(table, "example")
    assert hidden(made) == []
    assert made.loc[made["group"] == "a", "n_events"].item() == 5, "it is rounded as all are"
    assert made.attrs["about"]["exceptions"] == [
        {"group": "a", "rule": "R1", "person": "A. Person", "reason": "Agreed.", "until": "2026-12-31"}
    ]


@pytest.mark.promise("P1")
@pytest.mark.parametrize(
    "said", [{"group": "b", "rule": "R1"}, {"group": "a", "rule": "R3"}, {"group": "a", "rule": "R1", "table": "other"}]
)
def test_it_lets_no_other_row_rule_or_table_past(decided, said):
    table = share(pd.DataFrame({"group": ["a", "b", "all"], "n_events": [4, 14, 18], "n": [8, 30, 38]}))
    decided(**said)
    made = disclosure.gate(table, "example")
    assert "a" in hidden(made) and "exceptions" not in made.attrs["about"]


@pytest.mark.promise("P1")
def test_nobody_can_decide_to_show_one_or_two_units(decided):
    table = share(pd.DataFrame({"group": ["a", "b", "all"], "n_events": [2, 14, 16], "n": [12, 30, 42]}))
    decided(group="a", rule="R1")
    assert "a" in hidden(disclosure.gate(table, "example"))


def test_a_rule_for_the_past_can_be_lifted_for_one_row_too(semesters, decided):
    semesters("2025S2", counts(with_total=False, **{"2023": 3, "2024": 2, "2025": 20}))
    decided(group="2023", rule="R9")
    then = semesters("2026S1", counts(with_total=False, **{"2023": 14, "2024": 25, "2025": 20}))
    assert hidden(then) == ["2024"]
    assert then.attrs["about"]["exceptions"][0]["rule"] == "R9"


def test_the_exception_stands_under_the_table_in_each_language(decided):
    table = share(pd.DataFrame({"group": ["a", "b", "all"], "n_events": [4, 14, 18], "n": [8, 30, 38]}))
    decided(group="a", rule="R1", reason="<b>Agreed</b> in writing.")
    made = disclosure.gate(table, "example")
    said = {lang: display.table(made, lang).html for lang in ("nl", "fr", "en")}
    for html in said.values():
        assert "A. Person" in html and "&lt;b&gt;Agreed&lt;/b&gt; in writing." in html and "R1" in html
    assert "31 december 2026" in said["nl"] and "31 décembre 2026" in said["fr"]


def test_every_rule_an_exception_may_name_is_known_and_goes_no_further_than_three_units():
    far = releasing.AS_FAR_AS
    assert set(far) <= set(disclosure.rules.SECTIONS)
    for rule, thresholds in far.items():
        assert set(thresholds) <= set(disclosure.rules.SECTIONS[rule])
    assert min(far["R1"]["units_confidential"], far["R1"]["persons"], far["R7"]["events_confidential"]) == 3


@pytest.mark.promise("P2")
def test_a_table_is_released_once_only_where_all_in_it_is_the_same(monkeypatch):
    released = []
    monkeypatch.setattr(assembled, "_whole", lambda made, rules: released.append(made) or made)
    table, kept = share(pd.DataFrame({"group": ["a", "b"], "n_events": [14.0, 12.0], "n": [38.0, 39.0]})), {}
    finer, other, more = (deepcopy(table) for _ in range(3))
    finer.loc[0, "n_events"] += 1e-13
    other.attrs["about"] = {**other.attrs["about"], "privacy": "register"}
    more.attrs["beside"] = 1
    for one in (table, deepcopy(table), finer, other, more, more):
        assembled._once(one, load(), kept)
    assert len(released) == 5  # what says more than the key names is released anew each time
