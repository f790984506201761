"""Any list by a map: what arrives, what is refused and counted, what nobody guesses, and the usual mistakes."""

import json
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lists import LIST, MAP, PLAIN, beside, changed, many, written
from openpyxl import Workbook

from coopeval import tables
from coopeval.errors import DataError, ParameterError
from coopeval.importers import list_traps, map_written, mapped
from coopeval.wording.faults import fault_line


def complaints(place, rows=LIST, by=MAP, name="list.csv"):
    """What is refused, as code, column and sentence."""
    with pytest.raises(DataError) as error:
        mapped.table(*written(place, rows, by, name))
    return [(fault.code, fault.column, fault_line(fault, "en")) for fault in error.value.faults]


def test_the_columns_of_a_list_become_ours(tmp_path):
    made = mapped.table(*written(tmp_path))
    one, _, two = made.frame.to_dict("records")
    assert made.frame["enterprise_id"].tolist() == ["L-0123456749", "L-1000000021", "L-1555555544"]
    assert (one["legal_form"], one["nace_code"], one["born_on"]) == ("017", "88999", pd.Timestamp("2016-09-14"))
    assert (one["ended_on"], one["end_kind"], one["last_seen_on"]) == (
        pd.Timestamp("2020-12-31"), "ceased", pd.Timestamp("2020-12-31"))  # fmt: skip
    assert (two["kbo_number"], two["end_kind"], two["last_seen_on"]) == ("1555555544", "", pd.Timestamp("2026-06-30"))
    assert made.unread == ("Nom",)


def test_what_was_read_is_what_was_kept_and_refused(tmp_path):
    rows = LIST + "1000.000.022;Quatre;SC;01/01/2019;;AC;62.010;1000\n1555.555.544;Un;SC;03/02/2015;;AC;62.010;1000\n"
    made = mapped.table(*written(tmp_path, rows, "refused_at_most = 0.5\n" + MAP))
    # a total, a check digit that is wrong and a line that stands twice
    assert made.quality[["outcome", "reason", "n", "n_ended"]].values.tolist() == [
        ["kept", "", 3, 1], ["refused", "E-KBO-01", 1, 0], ["refused", "E-LINE-04", 1, 0],
        ["refused", "Q-KEY-02", 1, 0],
    ]  # fmt: skip
    assert [fault.line for fault in made.refused] == [5, 6, 7]


@pytest.mark.promise("P5")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "C", "Total", ""]),
            st.sampled_from(["2015-02-03", "2015-02-30", "", "2030-01-01", "soon"]),
            st.sampled_from(["", "2016-01-01", "2014-12-31", "9999-12-31"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_row_is_lost_whatever_stands_in_it(tmp_path, cells):
    rows = "id,born,ended,state\n" + "".join(f"{key},{born},{ended},AC\n" for key, born, ended in cells)
    by = "refused_at_most = 1\n" + PLAIN
    try:
        made = mapped.table(*written(tmp_path, rows, by))
    except DataError as error:
        assert {fault.code for fault in error.faults.refusals} & {"E-MAP-31", "E-LIST-05"}
        return
    assert made.quality["n"].sum() == len(cells)
    assert made.quality.loc[made.quality["outcome"].eq("kept"), "n"].sum() == len(made.frame)
    assert {fault.line for fault in made.refused} == set(range(2, len(cells) + 2)) - set(lines_kept(made, cells))


def lines_kept(made, cells):
    """The lines of the rows in the frame: the first on which a row stands as it was kept."""
    for row in made.frame.itertuples():
        days = ["" if pd.isna(day) else day.date().isoformat() for day in (row.born_on, row.ended_on)]
        yield cells.index((row.enterprise_id, *days)) + 2


def test_it_passes_the_check_beside_the_other_tables(tmp_path):
    made = mapped.table(*written(tmp_path))
    out = map_written.write(made, tmp_path / "out", *written(tmp_path))
    delivery = beside(tmp_path / "all")
    (delivery / "enterprises.csv").write_bytes((out / "enterprises.csv").read_bytes())
    assert not tables.check(delivery).refusals
    told = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    assert told["delivered_on"] == "2026-06-30" and told["synthetic"] is True
    assert told["resources"][0]["sources"] == [{"title": "A list made up for the tests"}]
    assert (out / "quality" / "rows.csv").read_text().splitlines()[0] == "outcome,reason,n,n_ended"


def test_the_same_list_gives_the_same_bytes_and_nothing_is_written_over(tmp_path):
    made = mapped.table(*written(tmp_path))
    one, two = (map_written.write(made, tmp_path / name, *written(tmp_path)) for name in ("one", "two"))
    for path in sorted(one.rglob("*.*")):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()
    with pytest.raises(ParameterError, match="is there already"):
        map_written.write(made, one, *written(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv", "map.toml", "one", "two"]


def test_a_sheet_and_parquet_say_the_same_as_text(tmp_path):
    expected = mapped.table(*written(tmp_path)).frame
    head, *rows = [line.split(";") for line in LIST.splitlines()]
    book = Workbook()
    book.active.title = "Liste"
    book.create_sheet("Notes")
    book["Liste"].append(head)
    for row in rows:
        born = date(*map(int, reversed(row[3].split("/")))) if row[3] else None
        book["Liste"].append([*row[:3], born, *row[4:]])
    book.save(tmp_path / "list.xlsx")
    _, by = written(tmp_path, by='sheet = "Liste"\n' + MAP)
    pd.testing.assert_frame_equal(mapped.table(tmp_path / "list.xlsx", by).frame, expected)
    written(tmp_path)
    with pytest.raises(DataError) as error:
        mapped.table(tmp_path / "list.xlsx", by)
    assert [fault.code for fault in error.value.faults] == ["E-MAP-13"]
    pd.DataFrame(rows, columns=head).to_parquet(tmp_path / "list.parquet")
    pd.testing.assert_frame_equal(mapped.table(tmp_path / "list.parquet", by).frame, expected)


UNDECLARED = ('born_on = "dd/mm/yyyy"\n', "")
REFUSED = {
    "no TOML": (LIST, "table = ", "E-MAP-01", ""),
    "a key nobody knows": (LIST, 'sourec = "x"\n' + MAP, "E-MAP-02", "Did you mean one of these: source?"),
    "a table misspelt": (LIST, changed(MAP, ('"enterprises"', '"entreprises"')), "E-MAP-03", 'instance: "enterprises"'),
    "a key that is missing": (LIST, changed(MAP, ("snapshot_on = 2026-06-30\n", "")), "E-MAP-04", "2026-06-30"),
    "a column misspelt": (LIST, changed(MAP, ('"postcode"', '"postcodes"')), "E-MAP-05", "these: postcode?"),
    "a column told twice": (LIST, changed(MAP, ("[dates]", 'postcode = "1000"\n[dates]')), "E-MAP-06", "2 places"),
    "a required column left out": (LIST, changed(MAP, ('nace_version = "2008"\n', "")), "E-MAP-07", "[constants]"),
    "a form for what is no day": (LIST, changed(MAP, ("[dates]", '[dates]\npostcode = "yyyymmdd"')), "E-MAP-08", "day"),
    "a code that is not ours": (LIST, changed(MAP, ('"017"', '"17"')), "E-MAP-09", "017"),
    "a heading that is not there": (LIST, changed(MAP, ('"Secteur"', '"Secteurs"')), "E-MAP-14", "these: Secteur?"),
    "days in one other form": (LIST, changed(MAP, UNDECLARED), "E-MAP-21", 'write born_on = "dd/mm/yyyy"'),
    "days of which nobody can tell": (
        changed(LIST, ("14/09/2016", "04/09/2016"), ("25/05/2018", "05/05/2018")), changed(MAP, UNDECLARED),
        "E-MAP-22", "dd/mm/yyyy, mm/dd/yyyy"),
    "days in several forms": (
        changed(LIST, ("14/09/2016", "14.09.2016")), changed(MAP, UNDECLARED), "E-MAP-20", "no one form fits all"),
    "a code without one of ours": (changed(LIST, ("Trois;ASBL", "Trois;Autre")), MAP, "E-MAP-24", "stands on 1 rows"),
    "a state nobody explained": (changed(LIST, ("AC;94", "XX;94")), MAP, "E-MAP-26", "[status]"),
    "too much refused": (changed(LIST, ("25/05/2018", "31/05/2030")), MAP, "E-MAP-30", "more than 5 %"),
    "nothing left": ("\n".join([LIST.splitlines()[0], LIST.splitlines()[4], ""]), MAP, "E-MAP-31", "none is left"),
    "an end without a day": (changed(LIST, ("31/12/2020", "")), MAP, "E-LIST-08", "Find the day"),
    "a day of end while active": (changed(LIST, ("ST;88", "AC;88")), MAP, "E-LIST-09", "which is right"),
    "no day of entry": (LIST, changed(MAP, ('observed_from = "2014-01-01"\n', "")), "E-LIST-01", "founding date"),
    "survivors only, as declared": (LIST, 'holds = "active_only"\n' + MAP, "E-LIST-02", "active enterprises only"),
    "chosen by the outcome": (LIST, 'selected_on = "outcome"\n' + MAP, "E-LIST-03", "whatever became of it"),
    "closures only, as declared": (LIST, 'holds = "ended_only"\n' + MAP, "E-LIST-04", "those that go on"),
    "survivors watched before the snapshot": (
        LIST, 'holds = "active_only"\nused_for = "description"\n' + MAP, "E-LIST-07", "day of the snapshot"),
}  # fmt: skip


@pytest.mark.promise("P4")
@pytest.mark.parametrize("case", REFUSED)
def test_a_map_or_list_that_cannot_be_used_is_refused(tmp_path, case):
    rows, by, code, words = REFUSED[case]
    found = {told: sentence for told, _, sentence in complaints(tmp_path, rows, by)}
    assert code in found and words in found[code]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv", "map.toml"]


def test_codes_without_one_of_ours_are_told_all_at_once_and_counted(tmp_path):
    by = changed(MAP, ('ASBL = "017"\n', ""), ('SC = "706"\n', ""))
    found = complaints(tmp_path, by=by)
    assert [(code, sentence.split('"')[1], "on 2 rows" in sentence) for code, _, sentence in found] == [
        ("E-MAP-24", "SC", False), ("E-MAP-24", "ASBL", True),
    ]  # fmt: skip


def test_what_a_map_leaves_out_is_not_passed_through_as_one_of_ours(tmp_path):
    rows = changed(LIST, ("Trois;ASBL", "Trois;706"))  # their 706 need not be our 706
    assert [code for code, *_ in complaints(tmp_path, rows)] == ["E-MAP-23"]


@pytest.mark.parametrize("number", ["123456749", "BE 0123.456.749", "BE0123456749", "123456749.0", "0123 456 749"])
def test_every_spelling_of_an_enterprise_number_is_one_number(tmp_path, number):
    made = mapped.table(*written(tmp_path, changed(LIST, ("0123.456.749", number))))
    assert made.frame["kbo_number"].tolist()[0] == "0123456749" == made.frame["enterprise_id"][0].removeprefix("L-")


def test_a_stand_in_for_no_day_is_replaced_where_the_map_says_so(tmp_path):
    rows = changed(LIST, ("25/05/2018;;", "25/05/2018;31/12/9999;"))
    by = MAP + '[codes.ended_on]\n"31/12/9999" = ""\n'
    assert mapped.table(*written(tmp_path, rows, by)).frame["ended_on"].notna().sum() == 1


FIGURES = """table = "impact"
source = "Figures made up for the tests"
snapshot_on = 2026-06-30
[columns]
id = "enterprise_id"
v = "value"
[constants]
year = "2024"
measure = "members"
unit = "persons"
"""


@pytest.mark.parametrize(
    ("decimal", "cell", "value"), [(",", "1.234,5", 1234.5), (".", "1,234.5", 1234.5), (",", "1.234", 1234)]
)
def test_the_sign_of_decimals_is_read_as_declared(tmp_path, decimal, cell, value):
    made = mapped.table(*written(tmp_path, f"id;v\nA;{cell}\nB;7\n", f'decimal = "{decimal}"\n' + FIGURES))
    assert made.frame["value"].tolist() == [value, 7]


def test_a_figure_that_may_be_two_is_not_guessed(tmp_path):
    assert [code for code, *_ in complaints(tmp_path, "id;v\nA;1.234\n", FIGURES)] == ["E-MAP-25"]


def test_one_key_with_two_contents_loses_both(tmp_path):
    rows = many(40) + "E0,2016-02-03,,AC\n"
    made = mapped.table(*written(tmp_path, rows, PLAIN))
    assert "E0" not in set(made.frame["enterprise_id"]) and len(made.frame) == 39
    assert made.quality.loc[made.quality["reason"].eq("E-KEY-03"), "n"].item() == 2


def test_a_list_where_nobody_ended_is_told_with_the_ends_to_be_expected(tmp_path):
    made = mapped.table(*written(tmp_path, many(40), PLAIN))
    told = [fault for fault in made.warnings if fault.code == "W-LIST-01"]
    # 40 enterprises watched 136.9 months, at -log(0.65)/60 a month: 39.3 ends
    assert [(fault.values["expected"], fault.values["share"], fault.values["years"]) for fault in told] == [
        ("39", "65.0", "5")
    ]
    assert "Statbel" in fault_line(told[0], "en") and "figure PO062" in fault_line(told[0], "en")


def test_a_few_enterprises_without_an_end_are_no_wonder(tmp_path):
    made = mapped.table(*written(tmp_path, many(2, born="2024-01-01"), PLAIN))
    assert not len(made.warnings)


def test_ends_that_only_begin_late_are_told(tmp_path):
    ended = lambda number: "2025-03-01" if number % 4 == 0 else ""  # noqa: E731
    made = mapped.table(*written(tmp_path, many(40, ended=ended), PLAIN))
    told = [fault for fault in made.warnings if fault.code == "W-LIST-02"]
    assert len(told) == 1 and told[0].values["first"] == "2025-03-01"
    late = changed(PLAIN, ("2014-01-01", "2025-01-01"))  # with the day of entry it asks for, all is well
    assert not [
        one for one in mapped.table(*written(tmp_path, many(40, ended=ended), late)).warnings if one.code == "W-LIST-02"
    ]


def test_a_list_in_which_all_ended_gives_no_share_of_survivors(tmp_path):
    assert [code for code, *_ in complaints(tmp_path, many(6, ended=lambda _: "2020-01-01"), PLAIN)] == ["E-LIST-05"]


def test_a_column_that_shows_only_the_active_gives_none_either(tmp_path):
    by = PLAIN + '[status]\ncolumn = "state"\nactive = ["AC"]\n'
    assert [code for code, *_ in complaints(tmp_path, many(6), by)] == ["E-LIST-06"]


def test_a_snapshot_of_the_active_may_be_described(tmp_path):
    by = 'holds = "active_only"\nused_for = "description"\n' + changed(PLAIN, ("2014-01-01", "2026-06-30"))
    assert len(mapped.table(*written(tmp_path, many(6), by)).frame) == 6


def test_the_rate_that_is_quoted_is_a_survival_rate_of_new_enterprises():
    said = list_traps._published()
    assert said["share"] == "65.0" and 0 < said["rate"] < 0.02
