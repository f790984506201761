"""All faults of all tables at once; the balance of rows; what may not be repeated; how faults are shown."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coopeval import tables
from coopeval.errors import DataError, Fault
from coopeval.schema import TABLES
from coopeval.wording.fault_page import page
from coopeval.wording.faults import FAULTS, fault_line

P, E, S = "projects.csv", "enterprises.csv", "structures.csv"


def test_faults_of_all_tables_are_named_at_once(folder):
    folder.edit(P, "2020-01-10", "10/01/2020x")
    folder.edit(P, ",selected,", ",choosen,")
    folder.edit(E, "2023-06-30", "2020-01-01")
    folder.edit(E, "S1,P0001", "S1,P7777")
    folder.edit(S, ",true,", ",false,")
    folder.describe(name="")
    with pytest.raises(DataError) as refused:
        tables.read(folder.at)
    assert [fault.code for fault in refused.value.faults] == [
        "E-PACK-03", "E-SPAN-01", "E-KEY-04", "E-DATE-01", "E-CODE-02", "E-ONE-01",
    ]  # fmt: skip
    assert "6 faults" in str(refused.value)


def test_lines_are_counted_as_an_editor_does_also_after_a_field_of_two_lines(folder):
    folder.edit(P, '"Fiets, en meer"', '"Fiets\n\nen meer"')
    more = folder.text(P).splitlines()[2].replace("P0002", "P0004").replace("2020-02-01", "x")
    folder.write(P, folder.text(P) + more)
    assert [(fault.code, fault.line) for fault in tables.check(folder.at)] == [("E-DATE-01", 7)]


def test_rows_in_are_rows_used_and_rows_set_aside(folder):
    text = folder.text(P)
    folder.write(P, text + text.splitlines()[2] + "\n" + text.splitlines()[2] + "\n")
    data = tables.read(folder.at)
    rows = data.about["rows"].set_index("table")
    assert (rows["n_read"] == rows["n_used"] + rows["n_set_aside"]).all()
    assert rows.loc["projects"].tolist() == [5, 3, 2]
    assert data.set_aside[["table", "key", "line", "code"]].values.tolist() == [
        ["projects", "P0002", 5, "Q-KEY-02"],
        ["projects", "P0002", 6, "Q-KEY-02"],
    ]
    assert len(data["projects"]) == 3


def test_rows_set_aside_leave_the_digest_as_it_was(folder, spoiled):
    other = spoiled()
    other.write(P, other.text(P) + other.text(P).splitlines()[2] + "\n")
    assert tables.read(other.at).about["digest"] == tables.read(folder.at).about["digest"]


def test_a_table_that_could_not_be_read_does_not_make_orphans_of_others(folder):
    folder.edit(P, "P0001,S1", "P0001,,S1")
    assert [fault.code for fault in tables.check(folder.at)] == ["E-LINE-01"]


JOBS = """\
job_id,enterprise_id,position_id,person_id,started_on,ended_on,end_kind,contract,worker_status,subsidy_measure,\
joint_committee,fte,gender,is_founder,last_seen_on
J1,E0001,,{person},2021-04-01,,,{contract},unknown,unknown,unknown,1,,false,2023-12-31
"""


def shown(faults) -> str:
    return tables.report(faults) + tables.faults_csv(faults) + repr(list(faults))


def test_a_national_number_is_found_and_never_repeated(folder):
    folder.write("jobs.csv", JOBS.format(person="85073003328", contract="unknown"))
    faults = tables.check(folder.at)
    assert [(fault.code, fault.column) for fault in faults] == [("E-PERS-01", "person_id")]
    assert "85073003328" not in shown(faults)


def test_a_national_number_in_the_wrong_column_is_never_repeated(folder):
    folder.edit(P, "2020-01-10", "85.07.30-033.28")
    folder.edit(P, "P0002", "85073003328")
    folder.edit(E, "0403170701", "85073003328")
    faults = tables.check(folder.at)
    assert {fault.code for fault in faults} == {"E-DATE-01", "E-PERS-01", "E-KBO-01"}
    assert "85073003328" not in shown(faults) and "85.07.30" not in shown(faults)


def test_values_of_personal_columns_are_never_repeated(folder):
    folder.write("jobs.csv", JOBS.format(person="", contract="Marie Dupont"))
    faults = tables.check(folder.at)
    assert [fault.code for fault in faults] == ["E-CODE-02"]
    assert "Dupont" not in shown(faults) and "the value is not in the code list contracts" in tables.report(faults)


def test_the_remedy_does_not_give_a_personal_value_away(folder):
    folder.write("jobs.csv", JOBS.format(person="", contract="unknwon"))
    folder.edit(P, ",rejected,", ",rejectd,")
    faults = tables.check(folder.at)
    assert [(fault.code, fault.values.get("instead", "")) for fault in faults] == [
        ("E-CODE-02", ""),
        ("E-CODE-01", "rejected"),
    ]


def test_a_value_is_shortened_and_hidden_signs_made_visible(folder):
    folder.edit(P, "2020-01-10", "\u202e" + "x" * 100)
    found = tables.check(folder.at)[0].found
    assert found.startswith("<U+202E>xxx") and len(found) < 60


def test_the_first_twenty_of_a_kind_are_shown_and_the_rest_counted(folder):
    rows = "".join(f"P9{n:03d},S1,,2020-01-12,,,,,idea,unknown,unknown,undecided,,,,,,,,x\n" for n in range(27))
    folder.write(P, folder.text(P) + rows)
    faults = tables.check(folder.at)
    assert len(faults) == 27
    lines = tables.report(faults, "en").splitlines()
    assert len(lines) == 20
    assert lines[0] == (
        'E-DATE-01 projects.csv line 5, column last_seen_on, key P9000: "x" is not a date in the form YYYY-MM-DD. '
        "Write the day as year, month, day, for instance 2023-12-31."
    )
    assert lines[-1].endswith("(7 more lines like this; see faults.csv)")


def test_the_file_of_faults_has_them_all_and_no_formula(folder):
    folder.edit(P, "2020-01-10", '=HYPERLINK("http://x")'.replace('"', '""').join('""'))
    folder.edit(P, "P0002", "@P0002")
    folder.edit(P, ",rejected,", ",-1+1,")
    rows = list(csv.DictReader(io.StringIO(tables.faults_csv(tables.check(folder.at), "en"))))
    assert ",".join(rows[0]) == "code,severity,table,file,line,column,key,found,expected,remedy,cell"
    assert [row["found"][:3] for row in rows] == ["'=H", "'-1"] and rows[1]["key"] == "'@P0002"
    assert rows[0]["severity"] == "refuse" and rows[0]["expected"] == "YYYY-MM-DD"


def test_a_negative_figure_stays_a_figure_in_the_file_of_faults():
    fault = Fault("E-RANGE-01", "costs", "costs.csv", 2, "amount_eur", "C1", "-5", {"low": "0", "expected": ">= 0"})
    assert ",-5," in tables.faults_csv([fault])


def test_every_code_in_the_library_has_its_words():
    library = Path(tables.__file__).parents[1]
    files = [path for path in library.rglob("*.py") if path.parent.name != "wording"]
    used = {part for path in files for part in path.read_text(encoding="utf-8").split('"') if part[1:2] == "-"}
    used = {code for code in used if code[:1] in "EQW" and code[-2:].isdigit()}
    assert used == set(FAULTS)


CARRIED = (
    "instead", "one", "other", "n", "expected", "meaning", "list", "last", "start", "started", "owner", "low", "high",
    "due", "first", "columns", "files", "title", "largest", "longest", "sign", "missing", "form", "sheet",
    "source", "used", "others", "total", "cells", "share", "years", "figure",
    "dimension", "code", "most", "references", "sum", "months", "there", "sheets", "kind", "number", "order", "shows",
    "last_shows", "versions",
)  # fmt: skip


@pytest.mark.parametrize("code", FAULTS)
def test_the_words_of_a_fault_need_only_what_faults_carry(code):
    line = fault_line(Fault(code, "jobs", "jobs.csv", 3, "fte", "J1", "x", dict.fromkeys(CARRIED, "?")), "en")
    assert line.startswith(f"{code} jobs.csv line 3, column fte, key J1: ") and "{" not in line


def test_many_rows_are_checked_without_walking_over_them(tmp_path, folder):
    n = 40_000
    ids = pd.Series(np.arange(n)).map("E{:06d}".format)
    facts = {"structure_id": "S2", "legal_form": "006", "born_on": "2015-03-01", "observed_from": "2018-01-01"}
    facts |= {"last_seen_on": "2023-12-31", "nace_version": "2008", "nace_code": "62010"}
    frame = pd.DataFrame({"enterprise_id": ids, **facts})
    frame = frame.reindex(columns=list(TABLES["enterprises"].columns), fill_value="")
    folder.write(E, frame.to_csv(index=False))
    data = tables.read(folder.at)
    assert len(data["enterprises"]) == n
    frame.loc[5:, "born_on"] = "x"
    folder.write(E, frame.to_csv(index=False))
    assert len(tables.check(folder.at)) == n - 5


def test_the_description_may_hold_anything_else(folder):
    folder.describe(title="x", licenses=[], resources="none", sources={"a": 1})
    assert json.loads((folder.at / "datapackage.json").read_text())["title"] == "x"
    assert not tables.check(folder.at)


def test_the_page_of_faults_is_up_to_date():
    stored = Path(tables.__file__).parents[2] / "docs" / "faults.md"
    assert stored.read_text(encoding="utf-8") == page(), "run: python -m coopeval.wording.fault_page"


def test_one_changed_figure_changes_the_digest(folder, spoiled):
    other = spoiled()
    other.edit(P, ",7.5,", ",7.6,")
    assert tables.read(other.at).about["digest"] != tables.read(folder.at).about["digest"]


def test_the_day_it_describes_belongs_to_the_digest(folder, spoiled):
    other = spoiled()
    other.describe(delivered_on="2024-06-30")
    assert tables.read(other.at).about["digest"] != tables.read(folder.at).about["digest"]
