"""Columns looked at by themselves: only they are handed out, and what they stem from is noted and no more than that."""

from itertools import zip_longest

import pandas as pd
import pytest
from demo_data import small

import coopeval as ce
from coopeval import tables
from coopeval.schema import TABLES
from coopeval.tables.column_digests import UNKNOWN, ColumnDigests
from coopeval.tables.once import once
from coopeval.tables.reads import READS, noted

DAY, SINCE = "2022-02-28", "2018-07-01"


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """The file in which is noted what this process looks at."""
    monkeypatch.setenv(READS, str(tmp_path / "read.txt"))
    return tmp_path / "read.txt"


@pytest.fixture(scope="module")
def demo():
    return small()


def test_columns_are_handed_out_alone_and_noted_with_the_key_that_tells_of_rows(notes, demo):
    assert list(demo.columns("jobs", "fte", "started_on", "fte")) == ["fte", "started_on"]
    assert noted(notes) == ("jobs.fte", "jobs.job_id", "jobs.started_on")


def test_a_column_nobody_asked_for_is_missed_at_once(demo):
    with pytest.raises(KeyError, match="gender"):
        demo.columns("jobs", "fte")["gender"]


def test_a_column_that_does_not_exist_is_refused_with_those_that_do(notes, demo):
    with pytest.raises(KeyError, match="jobs has no column wage, hours; it has job_id, .* last_seen_on"):
        demo.columns("jobs", "fte", "wage", "hours")
    with pytest.raises(KeyError, match="work is not a table"):
        demo.columns("work", "fte")
    assert noted(notes) is None


def test_a_table_that_was_not_delivered_is_noted_all_the_same(notes):
    with pytest.raises(KeyError, match="jobs was not delivered"):
        tables.from_frames({}).columns("jobs", "fte")
    assert noted(notes) == ("jobs.fte", "jobs.job_id")


def test_of_a_cut_only_what_decides_the_column_and_its_rows_is_noted(notes, demo):
    tables.cut(demo, DAY).columns("support", "hours")
    assert noted(notes) == (
        "projects.applied_on", "projects.decided_on", "projects.entered_on", "projects.structure_id",
        "structures.started_on", "support.given_on", "support.hours", "support.project_id", "support.support_id",
    )  # fmt: skip


def test_what_is_remembered_is_noted_for_each_notebook(notes, demo, monkeypatch):
    hours = once(lambda dataset: dataset.columns("support", "hours")["hours"].sum())
    for place in (notes, notes.with_name("other.txt")):
        monkeypatch.setenv(READS, str(place))
        hours(demo)
        assert noted(place) == ("support.hours", "support.support_id")


def test_who_spoils_the_columns_spoils_them_for_nobody_else(demo):
    given = demo.columns("support", "hours")
    given["hours"] = 0.0
    given.loc[:, "hours"] = -1.0
    assert (demo["support"]["hours"] >= 0).all() and demo["support"]["hours"].any()


def test_a_digest_follows_the_column_and_the_rows_and_neither_order_nor_other_columns(demo):
    frames = demo.unseen()
    jobs = frames["jobs"]
    before = _digests(frames)
    assert _digests({**frames, "jobs": jobs.sample(frac=1, random_state=1)[jobs.columns[::-1]]}) == before
    assert _differ(before, _digests({**frames, "jobs": jobs.assign(fte=0.25)})) == {"jobs.fte"}
    assert _differ(before, _digests({**frames, "jobs": jobs[1:]})) == {f"jobs.{column}" for column in jobs}


def test_where_keys_are_shared_each_column_says_what_the_table_says():
    rows = pd.DataFrame({"job_id": "J1", "fte": [1.0, 0.5], "gender": ["man", "woman"]})
    swapped = rows.assign(gender=["woman", "man"])
    one, other = (_digests(tables.from_frames({"jobs": each}).unseen()) for each in (rows, swapped))
    assert one["jobs.fte"] != other["jobs.fte"]


def test_what_was_not_delivered_says_nothing_and_what_is_no_column_equals_nothing():
    nothing = ColumnDigests({}, {})
    assert nothing.of("jobs", "fte") == "" and nothing.of("jobs", "wage") == nothing.of("work", "fte") == UNKNOWN


def test_whatever_changes_a_column_changes_the_digest_of_something_it_is_noted_to_stem_from():
    """The law of notes, on a cut of a later start: what decides nothing is changed all at once, the others apart."""
    whole = small()
    before, seen = _digests(whole.unseen()), _seen(whole)
    notes = {one: seen._stem_from[one] for one in before}
    beyond = set()
    for changed in _rounds(notes):
        frames = _changed(whole.unseen(), changed)
        new = _digests({name: frames[name] for name in {one.split(".")[0] for one in changed}})
        moved, differ = _moved(seen, _seen(whole.remade(frames))), _differ(before, {**before, **new})
        unseen = [one for one in moved if not notes[one] & differ]
        assert not unseen, f"{sorted(changed)} change {unseen}, which are not noted to stem from them"
        beyond |= {(one, frozenset(changed)) for one in moved - set(changed)}
    assert len(beyond) > 100, "the law was tried where it matters"


def _rounds(notes):
    """Sets of columns to change at once: those that decide themselves alone, then those that decide others.

    The first by every other one, and without keys: the rest of the table then tells what they decide unnoted. Of tables
    that no other points to one column each, for these tables do not meet; of the others one by one.
    """
    decide = {stem for one, own in notes.items() for stem in own - {one}}
    pointed = {other for table in TABLES.values() for other in table.references.values()}
    pointed |= {"structures", "projects", "enterprises"}
    apart = sorted(stem for stem in decide if stem.split(".")[0] in pointed)
    beside = [sorted(stem for stem in decide - set(apart) if stem.split(".")[0] == name) for name in TABLES]
    plain = [one for one in notes if one not in decide and one.split(".")[1] not in TABLES[one.split(".")[0]].key]
    return [
        set(plain[::2]),
        set(plain[1::2]),
        *({one} for one in apart),
        *(set(filter(None, some)) for some in zip_longest(*beside)),
    ]


def _changed(frames, columns):
    """The frames with other cells in these columns, in the order of their keys."""
    for one in columns:
        table, column = one.split(".")
        frames[table] = frames[table].assign(**{column: _other(frames[table][column])})
    keys = {name: list(TABLES[name].key) for name in frames}
    return {name: frame.sort_values(keys[name], kind="stable", ignore_index=True) for name, frame in frames.items()}


def _seen(dataset):
    return tables.cut(ce.cohort.entered_since(dataset, SINCE), DAY)


def _digests(frames):
    of = ColumnDigests(frames, {name: frames[name].to_csv() for name in frames if _shares_keys(name, frames)}).of
    return {f"{name}.{column}": of(name, column) for name in frames for column in frames[name]}


def _shares_keys(name, frames):
    return frames[name].duplicated(list(TABLES[name].key)).any()


def _differ(one, other):
    return {name for name in one if one[name] != other[name]}


def _moved(one, other):
    """The columns that say something else, of the tables that do."""
    before, after = one.unseen(), other.unseen()
    return {
        f"{name}.{column}"
        for name in before
        if not before[name].equals(after[name])
        for column in TABLES[name].columns
        if not before[name][column].equals(after[name][column])
    }


def _other(cells):
    """The cells in reverse: most rows get those of another one."""
    return pd.Series(cells.to_numpy()[::-1], index=cells.index, dtype=cells.dtype)
