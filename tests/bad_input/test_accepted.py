"""What is harmless is read, and gives exactly what the clean folder gives; what is only odd is kept and said."""

import csv
import io
import unicodedata

import pandas as pd
import pytest

from coopeval import tables

P, E, S = "projects.csv", "enterprises.csv", "structures.csv"


def rewritten(text: str, delimiter: str, decimal: str = ".") -> str:
    rows = list(csv.reader(io.StringIO(text)))
    swapped = [[cell.replace(".", decimal) if cell in ("7.5", "4.25") else cell for cell in row] for row in rows]
    sheet = io.StringIO()
    csv.writer(sheet, delimiter=delimiter, lineterminator="\n").writerows(swapped)
    return sheet.getvalue()


def whole(delimiter, decimal):
    def spoil(folder):
        for name in (P, E, S):
            folder.write(name, rewritten(folder.text(name), delimiter, decimal))

    return spoil


def each(change):
    def spoil(folder):
        for name in (P, E, S):
            folder.write(name, change(folder.text(name)))

    return spoil


def as_parquet(folder):
    for name in (P, E, S):
        frame = pd.read_csv(folder.at / name, dtype=str, keep_default_na=False)
        frame.to_parquet(folder.at / name.replace("csv", "parquet"))
        (folder.at / name).unlink()


def as_typed_parquet(folder):
    data = tables.read(folder.at)
    for name in (P, E, S):
        (folder.at / name).unlink()
    tables.write_parquet(data, folder.at)


def turned(text: str) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\n").writerows([row[::-1] for row in rows])
    return sheet.getvalue()


HARMLESS = {
    "a byte order mark": each(lambda text: "\ufeff" + text),
    "lines of Windows": each(lambda text: text.replace("\n", "\r\n")),
    "lines of an old Mac": each(lambda text: text.replace("\n", "\r")),
    "no last line end": each(lambda text: text.rstrip("\n")),
    "blank lines": each(lambda text: text.replace("\n", "\n\n")),
    "rows in another order": each(lambda text: "\n".join([text.split("\n")[0], *sorted(text.split("\n")[1:])[::-1]])),
    "columns in another order": each(turned),
    "every cell in quotation marks": lambda f: f.write(
        E, "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in f.text(E).splitlines())),
    "semicolons": whole(";", "."),
    "semicolons and decimal commas": whole(";", ","),
    "tabs": whole("\t", "."),
    "tabs and decimal commas": whole("\t", ","),
    "the first line of Excel": lambda f: f.write(P, "sep=;\n" + rewritten(f.text(P), ";")),
    "accents in two parts": each(lambda text: unicodedata.normalize("NFD", text)),
    "spaces around": lambda f: f.edit(P, "P0001,S1", " P0001 , S1 "),
    "columns left behind by a spreadsheet": each(lambda text: text.replace("\n", ",,\n")),
    "TRUE": lambda f: f.edit(S, ",true,", ",TRUE,"),
    "more digits": lambda f: f.edit(P, ",7.5,", ",7.500,"),
    "dots in the enterprise number": lambda f: f.edit(E, "0403170701", "0403.170.701"),
    "the enterprise number with its country": lambda f: f.edit(E, "0403170701", "BE0403170701"),
    "Parquet of text": as_parquet,
    "Parquet of days and numbers": as_typed_parquet,
}  # fmt: skip


@pytest.mark.parametrize("spoil", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_ways_of_writing_give_the_same_digest(folder, spoiled, spoil):
    other = spoiled()
    spoil(other)
    assert tables.report(tables.check(other.at)) == ""
    assert tables.read(other.at).about["digest"] == tables.read(folder.at).about["digest"]


def test_windows_1252_is_read_with_a_warning_and_the_same_figures(folder, spoiled):
    other = spoiled()
    other.write(P, other.text(P).encode("cp1252"))
    assert [fault.code for fault in tables.check(other.at)] == ["W-TEXT-01"]
    assert tables.read(other.at).about["digest"] == tables.read(folder.at).about["digest"]


def test_one_changed_figure_changes_the_digest(folder, spoiled):
    other = spoiled()
    other.edit(P, ",7.5,", ",7.6,")
    assert tables.read(other.at).about["digest"] != tables.read(folder.at).about["digest"]


def test_the_day_it_describes_belongs_to_the_digest(folder, spoiled):
    other = spoiled()
    other.describe(delivered_on="2024-06-30")
    assert tables.read(other.at).about["digest"] != tables.read(folder.at).about["digest"]


@pytest.mark.parametrize("name", ["NA", "None", "null", "TRUE", "nan", "1e5", "007", "=1+1", "<b onload=x>"])
def test_names_stay_what_they_are(folder, name):
    folder.edit(P, "Café Zoë", name)
    assert not tables.check(folder.at)
    assert tables.read(folder.at)["projects"].loc[0, "name"] == name


ODD = {
    "ended on the day it was born": (E, "2023-06-30", "2021-03-01", "W-SPAN-01", "ended_on"),
    "an end without its kind": (E, ",ceased,", ",,", "W-END-01", "end_kind"),
    "a kind of end without its day": (E, "2023-06-30", "", "W-END-02", "ended_on"),
    "damaged accents": (P, "Café", "CafÃ©", "W-TEXT-02", ""),
    "keys that differ in capitals": (P, "P0002", "p0001", "W-KEY-05", "project_id"),
}


@pytest.mark.parametrize("case", ODD.values(), ids=ODD.keys())
def test_what_is_odd_is_kept_and_said(folder, case):
    name, old, new, code, column = case
    folder.edit(name, old, new)
    assert [(fault.code, fault.file, fault.column) for fault in tables.check(folder.at)] == [(code, name, column)]
    data = tables.read(folder.at)
    assert [fault.code for fault in data.faults] == [code]
    assert [len(data[table]) for table in data] == [2, 3, 2]


def test_a_column_that_may_be_empty_may_be_absent(folder):
    cells = [line.split(",") for line in folder.text(S).splitlines()]
    folder.write(S, "\n".join(",".join(row[:6] + row[7:]) for row in cells))
    assert [(fault.code, fault.column) for fault in tables.check(folder.at)] == [("W-COL-01", "started_on")]
    assert tables.read(folder.at)["structures"]["started_on"].isna().all()


def test_an_optional_table_without_rows_is_fine(folder):
    folder.write("targets.csv", "indicator,period,sense,target,unit,source\n")
    assert not tables.check(folder.at)
    assert len(tables.read(folder.at)["targets"]) == 0


SUPPORT = """\
support_id,project_id,given_on,kind,topic,hours,session_id,expert_id,cost_eur,with_organisation,agreement_point
"""
INVOICES = """\
s1,P0003,2022-05-01,event,unknown,3,,X1,210,,
s2,P0003,2022-05-02,event,unknown,3,,X1,990,,
"""
EXPERTS = """\
expert_id,expert_type,engagement,rate_eur_h,rate_from,rate_until
X1,unknown,freelance,70,2020-01-01,2022-12-31
"""


def test_an_invoice_that_is_not_hours_times_rate_is_kept_and_said(folder):
    folder.write("experts.csv", EXPERTS)
    folder.write("support.csv", SUPPORT + INVOICES)
    faults = tables.check(folder.at)
    assert [(fault.code, fault.line, fault.values["due"]) for fault in faults] == [("W-SUM-01", 3, "210.00")]
    assert "990.00 differs from hours x rate 210.00" in tables.report(faults)


def test_support_after_the_end_of_the_project_is_kept_and_said(folder):
    folder.write("support.csv", SUPPORT + "s1,P0001,2022-05-01,event,unknown,3,,,,,\n")
    assert [(fault.code, fault.line) for fault in tables.check(folder.at)] == [("W-STOP-01", 2)]


def test_keys_of_a_table_that_was_not_delivered_are_said_once(folder):
    folder.write("support.csv", SUPPORT + "".join(f"s{n},P0003,2022-05-01,event,unknown,3,,X1,,,\n" for n in range(3)))
    assert [(fault.code, fault.values["n"]) for fault in tables.check(folder.at)] == [("W-KEY-07", 3)]


def test_when_every_invoice_is_hours_times_rate_nothing_is_said(folder):
    folder.write("experts.csv", EXPERTS)
    folder.write("support.csv", SUPPORT + INVOICES.splitlines()[0] + "\n")
    assert not tables.check(folder.at)
