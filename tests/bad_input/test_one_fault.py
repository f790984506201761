"""Each small fault in a clean folder gives its own complaint: code, file, line, column, remedy. Nothing is written."""

import pytest

from coopeval import tables
from coopeval.errors import DataError
from coopeval.wording.faults import FAULTS
from coopeval.wording.tied_words import TIED

P, E, S = "projects.csv", "enterprises.csv", "structures.csv"
P1, P2 = "P0001,S1,Café Zoë,2020-01-10", "P0002,S1,,2020-01-12"
JOBS = """\
job_id,enterprise_id,position_id,person_id,started_on,ended_on,end_kind,contract,worker_status,subsidy_measure,\
joint_committee,fte,gender,is_founder,last_seen_on
J1,E0001,,,2021-04-01,,,unknown,unknown,unknown,unknown,{fte},,{founder},2023-12-31
"""
COSTS = """\
cost_id,structure_id,period_from,period_until,category,programme,agreement_point,borne_by,amount_eur,funding_id
C1,S1,2022-01-01,2022-12-31,staff,,,subsidy,{amount},
"""
RECOGNITIONS = """\
recognition_id,enterprise_id,project_id,track,step,happened_on,valid_until,criterion,reason
R1,{who},sdo,applied,2022-01-01,2030-12-31,,
"""
FOLLOWUPS = """\
subject_kind,subject_id,asked_on,outcome,source
{who},2023-01-01,answered,survey
"""


def edited(name, old, new):
    return lambda folder: folder.edit(name, old, new)


def added(name, text):
    return lambda folder: folder.write(name, text)


def cost(amount):
    return added("costs.csv", COSTS.format(amount=amount))


def gone(name):
    return lambda folder: (folder.at / name).unlink()


def line_2(name, old, new, code, column, remedy=""):
    """A fault in one cell of the first row."""
    return edited(name, old, new), code, name, 2, column, remedy


def applied(written, code, remedy=""):
    return line_2(P, "2020-01-10", written, code, "applied_on", remedy)


def priced(written, code, remedy=""):
    return cost(written), code, "costs.csv", 2, "amount_eur", remedy


CASES = {
    # files
    "a required table is missing": (gone(S), "E-FILE-02", S, None, "", "structures.csv"),
    "two files for one table": (added("projects.parquet", b"PAR1"), "E-FILE-03", P, None, "", "Keep the right one"),
    "an empty file": (added(P, ""), "E-FILE-04", P, None, "", "Export it again"),
    "a required table with headings alone": (
        lambda folder: folder.write(S, folder.text(S).splitlines()[0] + "\n"), "E-FILE-05", S, None, "", "Export"),
    "a folder where a file should be": (
        lambda folder: (folder.at / "jobs.csv").mkdir(), "E-FILE-08", "jobs.csv", None, "", ""),
    "a broken Parquet file": (added("jobs.parquet", b"PAR1 no"), "E-FILE-09", "jobs.parquet", None, "", "CSV"),
    "no description": (gone("datapackage.json"), "E-PACK-01", "datapackage.json", None, "", "delivered_on"),
    "a description that is not JSON": (
        added("datapackage.json", "{name: x}"), "E-PACK-02", "datapackage.json", None, "", "docs/tables.md"),
    "a description that is a list": (
        added("datapackage.json", "[]"), "E-PACK-02", "datapackage.json", None, "", "docs/tables.md"),
    "no name": (lambda f: f.describe(name=""), "E-PACK-03", "datapackage.json", None, "name", "coopcity-2026s1"),
    "synthetic in words": (
        lambda f: f.describe(synthetic="yes"), "E-PACK-04", "datapackage.json", None, "synthetic", "true or false"),
    "no last day": (
        lambda f: f.describe(delivered_on=None), "E-PACK-05", "datapackage.json", None, "delivered_on", "2026-06-30"),
    "a last day that does not exist": (
        lambda f: f.describe(delivered_on="2023-02-30"), "E-PACK-05", "datapackage.json", None, "delivered_on", ""),
    # letters
    "UTF-16": (lambda f: f.write(P, f.text(P).encode("utf-16")), "E-TEXT-01", P, None, "", "CSV UTF-8"),
    "UTF-16 without a mark": (lambda f: f.write(P, f.text(P).encode("utf-16-le")), "E-TEXT-01", P, None, "", "UTF-8"),
    "letters of DOS": (lambda f: f.write(P, f.text(P).encode("cp850")), "E-TEXT-02", P, 2, "", "CSV UTF-8"),
    "letters of an old Mac": (lambda f: f.write(P, f.text(P).encode("mac_roman")), "E-TEXT-02", P, 2, "", "UTF-8"),
    "two encodings in one file": (
        lambda f: f.write(P, f.text(P).encode() + "P9,S1,Léa".encode("cp1252")), "E-TEXT-02", P, 5, "", "UTF-8"),
    "a NUL": (edited(P, "Fiets", "Fi\0ets"), "E-TEXT-03", P, 4, "", "Take it out"),
    "a bell": (edited(P, "Fiets", "Fi\x07ets"), "E-TEXT-03", P, 4, "", "Take it out"),
    # lines
    "a field too many": (edited(P, P2, P2 + ","), "E-LINE-01", P, 3, "", "separator"),
    "a line cut off": (
        lambda f: f.write(P, f.text(P).rstrip("\n").rsplit(",", 4)[0] + "\n"), "E-LINE-01", P, 4, "", "separator"),
    "a quotation mark left open": (edited(P, '"Fiets', '"Fi"ets'), "E-LINE-02", P, 4, "", "complete"),
    "a file cut off inside quotation marks": (
        lambda f: f.write(P, f.text(P).split(", en meer")[0]), "E-LINE-02", P, 4, "", "Close it"),
    "a line of totals": (
        lambda f: f.write(P, f.text(P) + "Totaal" + "," * 13 + "6" + "," * 6 + "\n"), "E-LINE-04", P, 5, "", "totals"),
    # headings
    "a column missing": (
        lambda f: f.write(S, "\n".join(",".join(line.split(",")[:3] + line.split(",")[4:])
                                       for line in f.text(S).splitlines())), "E-COL-01", S, 1, "region", "Add it"),
    "a column of our own": (
        lambda f: f.write(S, f.text(S).replace("source\n", "source,colour\n").replace("report\n", "report,red\n")
                          .replace("website\n", "website,\n")), "E-COL-02", S, 1, "colour", "docs/tables.md"),
    "a column renamed": (edited(E, "born_on", "born_at"), "E-COL-03", E, 1, "born_at", "born_on"),
    "a column in capitals": (edited(E, "born_on", "Born_On"), "E-COL-03", E, 1, "Born_On", "born_on"),
    "a column twice": (
        lambda f: f.write(S, f.text(S).replace("source\n", "source,name\n").replace("report\n", "report,x\n")
                          .replace("website\n", "website,y\n")), "E-COL-04", S, 1, "name", "Keep"),
    "a column with personal data": (
        lambda f: f.write(S, f.text(S).replace("source\n", "source,email\n").replace("report\n", "report,a@b.be\n")
                          .replace("website\n", "website,\n")), "E-COL-05", S, 1, "email", "Take it out"),
    "no headings": (lambda f: f.write(P, f.text(P).split("\n", 1)[1]), "E-COL-07", P, 1, "", "first line"),
    "a column without a name": (
        lambda f: f.write(S, f.text(S).replace("source\n", "source,\n").replace("report\n", "report,1\n")
                          .replace("website\n", "website,2\n")), "E-COL-06", S, 1, "", "Name them"),
    # cells
    "an empty cell": line_2(E, "2021-03-01,2021-03-01", ",2021-03-01", "E-EMPTY-01", "born_on", "Fill"),
    "an unknown code": line_2(P, ",selected,", ",qqqq,", "E-CODE-02", "selection", "Choose a code"),
    "a code nearly right": line_2(P, ",selected,", ",selectd,", "E-CODE-01", "selection", "selected"),
    "a code that lost its zeros": line_2(E, ",001,", ",1,", "E-CODE-01", "legal_form", "001"),
    "the label instead of the code": line_2(P, ",food,", ",Food and urban farming,", "E-CODE-01", "theme", "food"),
    "a postcode with letters": line_2(P, ",1000,3", ",B-1000,3", "E-FORM-01", "postcode", "form"),
    "a period of another kind": (
        added("targets.csv", "indicator,period,sense,target,unit,source\nx,2026Q1,at_least,1,share,council\n"),
        "E-FORM-01", "targets.csv", 2, "period", "form"),
    "yes in Dutch": line_2(S, ",true,", ",WAAR,", "E-BOOL-01", "is_evaluated", "true or false"),
    "an enterprise number with wrong check digits": line_2(
        E, "0403170701", "0403170702", "E-KBO-01", "kbo_number", "first zero"),
    "an enterprise number without its zero": line_2(
        E, "0403170701", "403170701", "E-KBO-01", "kbo_number", "first zero"),
    "an enterprise number in scientific notation": line_2(
        E, "0403170701", "4.03E+08", "E-KBO-01", "kbo_number", "first zero"),
    "a national number": line_2(S, "annual report", "85.07.30-033.28", "E-PERS-01", "source", "pseudonym"),
    # days
    "day first": applied("31/12/2019", "E-DATE-02", "2019-12-31"),
    "month first": applied("12/31/2019", "E-DATE-02", "2019-12-31"),
    "dots": applied("31.12.2019", "E-DATE-02", "2019-12-31"),
    "midnight": applied("2020-01-10 00:00:00", "E-DATE-02", "2020-01-10"),
    "no dashes": applied("20200110", "E-DATE-02", "2020-01-10"),
    "one digit": applied("2020-1-9", "E-DATE-02", "2020-01-09"),
    "two ways to read it": applied("03/04/2019", "E-DATE-03", "YYYY-MM-DD"),
    "a day that does not exist": applied("2019-02-30", "E-DATE-04", "2023-12-31"),
    "a month that does not exist": applied("31/31/2019", "E-DATE-04", "2023-12-31"),
    "the number of a spreadsheet": applied("43830", "E-DATE-05", "2019-12-31"),
    "two digits for the year": applied("31/12/19", "E-DATE-06", "in full"),
    "1900": applied("1900-01-01", "E-DATE-07", "Leave the cell empty"),
    "9999": applied("9999-12-31", "E-DATE-07", "Leave the cell empty"),
    "a time zone": applied("2020-01-10T00:00:00Z", "E-DATE-08", "2023-12-31"),
    "words": applied("januari 2020", "E-DATE-01", "2023-12-31"),
    "after the delivery": line_2(P, "2023-12-31", "2024-01-01", "E-DATE-09", "last_seen_on", "delivered_on"),
    "a year not over at the delivery": (
        lambda f: (f.describe(delivered_on="2024-06-30"),
                   f.write("impact.csv", "enterprise_id,year,measure,value,unit\nE0001,2024,co2,1,t\n")),
        "E-DATE-09", "impact.csv", 2, "year", "delivered_on"),
    "ended before it was born": line_2(E, "2023-06-30", "2020-06-30", "E-SPAN-01", "ended_on", "Correct one"),
    "a span that runs back": (
        added("costs.csv", COSTS.format(amount=1).replace("2022-12-31", "2021-12-31")),
        "E-SPAN-01", "costs.csv", 2, "period_until", "Correct one"),
    # figures
    "words for a figure": priced("many", "E-NUM-01", "1234.50"),
    "a scientific figure": priced("1.2E+05", "E-NUM-03", "thousands"),
    "thousands and decimals": priced('"1.234,50"', "E-NUM-02", "Write 1234.50"),
    "English thousands": priced('"1,234.50"', "E-NUM-02", "Write 1234.50"),
    "a space for thousands": priced("1 200", "E-NUM-02", "Write 1200"),
    "a decimal comma between commas": priced('"990,5"', "E-NUM-02", "Write 990.5"),
    "the sign of the euro": priced("€ 1200", "E-NUM-02", "Write 1200"),
    "decimals or thousands": priced('"1,234"', "E-NUM-03", "thousands"),
    "not a number": priced("NaN", "E-NUM-04", "Leave"),
    "infinite": priced("-inf", "E-NUM-04", "find the figure"),
    "a spreadsheet error": priced("#REF!", "E-NUM-04", "find the figure"),
    "a figure without end": priced("1" * 400, "E-NUM-01", "1234.50"),
    "digits of another script": priced("\u0663", "E-NUM-01", "1234.50"),
    "half a person": line_2(P, ",1000,3,2", ",1000,2.5,2", "E-NUM-05", "n_holders", "whole"),
    "dollars": priced("1.200 USD", "E-MONEY-01", "Convert"),
    "a sign for dollars": priced("$1200", "E-MONEY-01", "Convert"),
    "a negative amount": priced("-5", "E-RANGE-01", "Correct"),
    "three full-time equivalents": (
        added("jobs.csv", JOBS.format(fte=3, founder="false")), "E-RANGE-02", "jobs.csv", 2, "fte", "unit"),
    "more women than holders": line_2(P, ",1000,3,2", ",1000,3,4", "E-RANGE-03", "n_women_holders", "counts"),
    # keys
    "one key, two contents": (edited(P, "P0003", "P0001"), "E-KEY-03", P, 4, "project_id", "new key"),
    "a key from nowhere": line_2(E, "S1,P0001", "S1,Q77", "E-KEY-04", "project_id", "Add it there"),
    "a key that lost its zeros": line_2(E, "S1,P0001", "S1,P1", "E-KEY-05", "project_id", "P0001"),
    "a key in small letters": line_2(E, "S1,P0001", "S1,p0001", "E-KEY-05", "project_id", "P0001"),
    "a subject from nowhere": (
        added("followups.csv", FOLLOWUPS.format(who="project,X1")),
        "E-KEY-04", "followups.csv", 2, "subject_id", "Add it there"),
    "a subject of another kind": (
        added("followups.csv", FOLLOWUPS.format(who="structure,S1")),
        "E-SUBJ-01", "followups.csv", 2, "subject_kind", "enterprise"),
    # what must hold together
    "nobody is evaluated": (edited(S, ",true,", ",false,"), "E-ONE-01", S, None, "is_evaluated", "exactly one"),
    "two are evaluated": (edited(S, ",false,", ",true,"), "E-ONE-01", S, None, "is_evaluated", "exactly one"),
    "recognition of nobody": (
        added("recognitions.csv", RECOGNITIONS.format(who=",")),
        "E-ONE-02", "recognitions.csv", 2, "enterprise_id, project_id", "Fill one"),
    "recognition of two": (
        added("recognitions.csv", RECOGNITIONS.format(who="E0001,P0001")),
        "E-ONE-02", "recognitions.csv", 2, "enterprise_id, project_id", "Fill one"),
    "a verdict on EMES": (
        added("definitions_met.csv", "subject_kind,subject_id,definition,assessed_on,score,is_met,evidence\n"
              "project,P0001,emes,2023-01-01,5,true,\n"), "E-EMES-01", "definitions_met.csv", 2, "is_met", "score"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_fault_is_named_with_its_place_and_remedy(folder, case, tmp_path, monkeypatch):
    spoil, code, file, line, column, remedy = case
    spoil(folder)
    before = folder.contents()
    monkeypatch.chdir(tmp_path)
    faults = tables.check(folder.at)
    found = [(fault.code, fault.file, fault.line, fault.column) for fault in faults.refusals]
    assert found == [(code, file, line, column)]
    assert remedy in tables.report(faults.refusals, "en")
    with pytest.raises(DataError) as refused:
        tables.read(folder.at)
    assert refused.value.faults == faults
    assert folder.contents() == before, "checking writes nothing"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["delivery"]


def test_every_refusal_of_a_table_has_a_case():
    tried = {case[1] for case in CASES.values()}
    apart = {"E-FILE-01", "E-FILE-06", "E-FILE-07", "E-LINE-03"}  # tests of their own in test_places.py
    apart |= {code for code in FAULTS if code.startswith(("E-BOOK", "E-CELL"))}  # and in test_workbook*.py
    apart |= {"E-FILE-10", "E-FILE-11", "E-PACK-06", "E-PACK-07", "E-PACK-08"}
    apart |= {code for code in TIED if code.startswith("E")}  # and in test_tied.py
    apart |= {code for code in FAULTS if code.startswith("E-SET")}  # and in test_settings.py
    assert {code for code in FAULTS if code.startswith("E")} - tried == apart
