"""Eurostat: one table from any of its forms, with flags and breaks; what cannot be read with certainty is refused.

Every figure here is made up.
"""

import gzip
import json

import pandas as pd
import pytest

from coopeval import reference
from coopeval.errors import DataError, ParameterError
from coopeval.importers import eurostat
from coopeval.importers.placing import place

NEW = (
    "freq,indic_sb,geo\\TIME_PERIOD\t2020 \t2021 \n"
    "A,V97043,BE\t70.2 \t71.1 bp\n"
    "A,V97043,BE100\t: c\t:u\n"
)  # fmt: skip
OLD = "indic_sb,geo\\time\t2021 \t2020 \nV97043,BE\t71.1 bp\t70.2 \nV97043,BE100\t:u\t: c\n"
FLOW = "ESTAT:BD_DEMO(1.0),01/01/31 11:00:00"
SDMX = f"""DATAFLOW,LAST UPDATE,freq,indic_sb,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG
{FLOW},A,V97043,BE,2021,71.1,bp
{FLOW},A,V97043,BE,2020,70.2,
{FLOW},A,V97043,BE100,2020,,c
{FLOW},A,V97043,BE100,2021,,u
"""
LABELLED = """DATAFLOW:Data flow,LAST UPDATE,freq:Frequency,indic_sb:Indicator,geo:Entity,TIME_PERIOD:Time,OBS_VALUE,OBS_FLAG:Flag
ESTAT:BD_DEMO(1.0): Made up,01/01/31,A:Annual,"V97043:Survival, 3 years",BE:Belgium,2020:2020,70.2,
ESTAT:BD_DEMO(1.0): Made up,01/01/31,A:Annual,"V97043:Survival, 3 years",BE:Belgium,2021:2021,71.1,"bp:break, provisional"
ESTAT:BD_DEMO(1.0): Made up,01/01/31,A:Annual,"V97043:Survival, 3 years",BE100:Brussels,2020:2020,,c:confidential
ESTAT:BD_DEMO(1.0): Made up,01/01/31,A:Annual,"V97043:Survival, 3 years",BE100:Brussels,2021:2021,,u:low reliability
"""  # noqa: E501
CUBE = {
    "version": "2.0", "class": "dataset", "id": ["freq", "indic_sb", "geo", "time"], "size": [1, 1, 2, 2],
    "dimension": {
        "freq": {"category": {"label": {"A": "Annual"}}},
        "indic_sb": {"category": {"index": ["V97043"]}},
        "geo": {"category": {"index": {"BE100": 1, "BE": 0}}},
        "time": {"category": {"index": {"2020": 0, "2021": 1}}},
    },
    "value": {"0": 70.2, "1": 71.1}, "status": {"1": "bp", "2": "c", "3": "u"}, "extension": {"id": "BD_DEMO"},
}  # fmt: skip
DENSE = CUBE | {"value": [70.2, 71.1, None, None], "status": [None, "bp", "c", "u"]}
FORMS = {
    "estat_bd_demo.tsv": NEW, "estat_bd_demo.tsv.gz": NEW, "bd_demo.tsv": OLD, "plain.csv": SDMX, "named.csv": LABELLED,
    "sparse.json": json.dumps(CUBE), "dense.json": json.dumps(DENSE), "crlf.csv": SDMX.replace("\n", "\r\n"),
    "marked.csv": "\ufeff" + SDMX,
}  # fmt: skip


def file(folder, name, text, encoding="utf-8"):
    content = text.encode(encoding)
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def table(imported):
    frame = imported.tables[imported.name]
    return frame.astype({name: str for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)})


def told(error):
    return {(fault.code, fault.line, fault.column, fault.found) for fault in error.value.faults}


def count(imported, measure, about=""):
    rows = imported.quality
    return int(rows[rows["measure"].eq(measure) & rows["about"].eq(about)]["n"].sum())


@pytest.fixture
def whole(tmp_path):
    return eurostat.read(file(tmp_path, "bd_demo.csv", SDMX))


@pytest.mark.parametrize("name", FORMS)
def test_the_same_cells_from_every_form_are_the_same_table(tmp_path, whole, name):
    imported = eurostat.read(file(tmp_path, name, FORMS[name]))
    assert imported.name == "bd_demo" and not imported.faults.refusals
    pd.testing.assert_frame_equal(table(imported), table(whole))


def test_a_colon_is_missing_and_never_zero_and_flags_stand_apart(whole):
    rows = table(whole).set_index(["geo", "period"])
    assert rows["value"].notna().tolist() == [True, True, False, False]
    assert rows["is_missing"].tolist() == [False, False, True, True]
    assert rows["flags"].tolist() == ["", "b p", "c", "u"] and rows["is_break"].tolist() == [False, True, False, False]
    assert rows["regime"].tolist() == ["until_2020", "from_2021"] * 2
    assert count(whole, "missing") == 2 and count(whole, "flagged", "p") == 1


@pytest.mark.parametrize("name", ["../jobs", "a/b", "jobs.csv", ".."])
def test_a_file_cannot_choose_its_place_by_its_name(tmp_path, name):
    with pytest.raises(ParameterError, match="make a name"):
        eurostat.read(file(tmp_path, "bd_demo.json", json.dumps(CUBE).replace('"BD_DEMO"', f'"{name}"')))


def test_a_zero_is_a_figure(tmp_path):
    imported = eurostat.read(file(tmp_path, "bd_demo.tsv", NEW.replace("70.2", "0")))
    assert table(imported)["value"].iloc[0] == 0 and count(imported, "missing") == 2


def test_older_periods_are_written_as_today(tmp_path):
    text = "geo\\time\t2020Q1\t2020M03\t2020S2\nBE\t1 \t2 \t3 \n"
    rows = table(eurostat.read(file(tmp_path, "lfsq_demo.tsv", text)))
    assert rows["period"].tolist() == ["2020-03", "2020-Q1", "2020-S2"] and rows["freq"].tolist() == ["M", "Q", "S"]
    assert rows["regime"].eq("").all(), "the break of 2021 is one of business demography"


def test_a_new_flag_is_named_and_kept_only_when_somebody_says_so(tmp_path):
    path = file(tmp_path, "bd_demo.tsv", NEW.replace("bp", "bq"))
    with pytest.raises(DataError) as refused:
        eurostat.read(path)
    assert told(refused) == {("E-EURO-01", 2, "2021", "q")}
    assert table(eurostat.read(path, flags="q"))["flags"].tolist()[1] == "b q"


WRONG = {
    "a decimal comma": (NEW.replace("70.2", "70,2"), {("E-NUM-02", 2, "2020", "70,2")}),
    "thousands or decimals": (NEW.replace("70.2", "70,200"), {("E-NUM-03", 2, "2020", "70,200")}),
    "a space in a figure": (NEW.replace("70.2", "1 070.2"), {("E-NUM-02", 2, "2020", "1 070.2")}),
    "an empty cell": (NEW.replace("70.2 ", ""), {("E-EURO-09", 2, "2020", "")}),
    "no figure": (NEW.replace("70.2", "nan"), {("E-NUM-04", 2, "2020", "nan")}),
    "a local period": (NEW.replace("\t2020 ", "\t31/12/2020"), {("E-FORM-01", 2, "31/12/2020", "31/12/2020")}),
    "codes too few": (NEW.replace("A,V97043,BE\t", "A,BE\t"), {("E-EURO-03", 2, "freq,indic_sb,geo\\TIME_PERIOD", "")}),
    "an odd code": (NEW.replace("BE100", "<b>"), {("E-EURO-08", 3, one, "<b>") for one in ("2020", "2021")}),
    "a cell too few": (NEW.replace("\t71.1 bp", ""), {("E-LINE-01", 2, "", "")}),
    "a period twice": (NEW.replace("2021", "2020"), {("E-COL-04", 1, "2020", "")}),
    "no dimensions": (NEW.replace("\\TIME_PERIOD", "\\when"), {("E-EURO-02", 1, "freq,indic_sb,geo\\when", "")}),
    "a form of others": ("a;b\n1;2\n", {("E-EURO-10", 1, "", "")}),
    "nothing": ("", {("E-FILE-04", None, "", "")}),
    "no observations column": (SDMX.replace("OBS_FLAG", "FLAGS"), {("E-EURO-04", 1, "OBS_FLAG", "")}),
    "two data sets": (
        SDMX.replace("BD_DEMO", "BD_SIZE", 1), {("E-EURO-05", None, "DATAFLOW", "bd_demo, bd_size")}
    ),
    "a control sign": (NEW.replace("BE100", "BE\x01"), {("E-SRC-03", 1, "", "")}),
    "two figures for one cell": (
        SDMX + f"{FLOW},A,V97043,BE,2020,9,\n", {("E-KEY-03", 6, "OBS_VALUE", "9")}
    ),
    "several at once": (
        NEW.replace("70.2", "70,2").replace(":u", "x"), {("E-NUM-02", 2, "2020", "70,2"), ("E-NUM-01", 3, "2021", "x")}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_its_place(tmp_path, name):
    text, expected = WRONG[name]
    with pytest.raises(DataError) as refused:
        eurostat.read(file(tmp_path, "bd_demo.tsv", text))
    assert {fault for fault in told(refused) if fault[0][0] == "E"} == expected


CUBES = {
    "cut off": (json.dumps(CUBE)[:-30], "E-EURO-07"),
    "not a number": (json.dumps(CUBE).replace("70.2", "NaN"), "E-EURO-06"),
    "a size that is not": (json.dumps(CUBE | {"size": [1, 1, 2, 3]}), "E-EURO-06"),
    "a cell outside": (json.dumps(CUBE | {"value": {"4": 1}}), "E-EURO-06"),
    "too few cells": (json.dumps(CUBE | {"value": [1]}), "E-EURO-06"),
    "no time": (json.dumps(CUBE).replace('"time"', '"when"'), "E-EURO-06"),
    "a list": ("[1]", "E-EURO-10"),
    "a name twice": (json.dumps(CUBE).replace('"1": 71.1', '"0": 71.1'), "E-EURO-06"),
    "an index with a hole": (json.dumps(CUBE).replace('"BE100": 1', '"BE100": 5'), "E-EURO-06"),
    "an unknown flag": (json.dumps(CUBE).replace('"bp"', '"bq"'), "E-EURO-01"),
}


@pytest.mark.parametrize("name", CUBES)
def test_a_cube_that_does_not_hold_together_is_refused(tmp_path, name):
    text, code = CUBES[name]
    with pytest.raises(DataError) as refused:
        eurostat.read(file(tmp_path, "bd_demo.json", text))
    assert [fault.code for fault in refused.value.faults.refusals] == [code]


def test_of_thousands_of_faults_the_first_are_listed_and_all_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(eurostat.cells, "MOST_LISTED", 3)
    text = "geo\\time\t2020 \n" + "".join(f"G{at}\t{at},5 \n" for at in range(5))
    with pytest.raises(DataError) as refused:
        eurostat.read(file(tmp_path, "bd_demo.tsv", text))
    assert [(fault.code, fault.line) for fault in refused.value.faults] == [
        ("E-EURO-11", None), ("E-NUM-02", 2), ("E-NUM-02", 3), ("E-NUM-02", 4),
    ]  # fmt: skip
    assert refused.value.faults[0].values["n"] == 5


def test_a_packed_file_that_was_cut_is_refused_whole(tmp_path):
    path = file(tmp_path, "bd_demo.tsv.gz", NEW * 50)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(DataError) as refused:
        eurostat.read(path)
    assert [fault.code for fault in refused.value.faults] == ["E-SRC-02"]


def test_a_file_without_a_last_line_end_is_kept_and_said(tmp_path):
    imported = eurostat.read(file(tmp_path, "bd_demo.tsv", NEW.rstrip("\n")))
    assert [(fault.code, fault.line) for fault in imported.faults] == [("W-SRC-01", 3)]


def test_windows_letters_are_read_with_a_warning(tmp_path):
    text = LABELLED.replace("Belgium", "Belgique (région)")
    imported = eurostat.read(file(tmp_path, "named.csv", text, "cp1252"))
    assert [fault.code for fault in imported.faults] == ["W-TEXT-01"] and len(table(imported)) == 4


def test_rows_read_are_rows_kept_and_rows_set_aside(tmp_path):
    path = file(tmp_path, "x.csv", SDMX + f"{FLOW},A,V97043,BE,2020,70.2,\n")
    imported = eurostat.read(path, only={"geo": ("BE",)})
    aside = {"repeats another row": 1, "not asked for": 2}
    assert {about: count(imported, "set_aside", about) for about in aside} == aside
    assert count(imported, "read") == 5 == len(table(imported)) + sum(aside.values()) and count(imported, "kept") == 2


def test_what_is_asked_for_must_be_there(whole, tmp_path):
    path = file(tmp_path, "x.csv", SDMX)
    for only, message in (({"geo": ("FR",)}, '"FR" does not occur in geo'), ({"sex": ("T",)}, "not a dimension")):
        with pytest.raises(ParameterError, match=message):
            eurostat.read(path, only=only)
    with pytest.raises(ParameterError, match="--dataset"):
        eurostat.read(file(tmp_path, "download (1).tsv", NEW))
    assert eurostat.read(tmp_path / "download (1).tsv", dataset="BD_DEMO").name == "bd_demo"
    with pytest.raises(ParameterError, match="says that it is bd_demo, not bd_size"):
        eurostat.read(path, dataset="bd_size")


def test_series_that_cross_the_break_without_a_flag_are_counted(tmp_path):
    silent = eurostat.read(file(tmp_path, "bd_demo.tsv", NEW.replace("bp", "p")))
    said = eurostat.read(file(tmp_path, "estat_bd_demo.tsv", NEW))
    assert count(silent, "break_not_flagged", "2021") == 1 and count(said, "break_not_flagged", "2021") == 0


def test_an_old_and_a_new_series_are_joined_with_a_break_and_only_so(tmp_path):
    old = eurostat.read(file(tmp_path, "bd_demo.tsv", NEW)).tables["bd_demo"]
    text = "freq,indic_sb,geo\\TIME_PERIOD\t2021\t2022\nA,S3,BE\t60 \t61 \n"
    new = eurostat.read(file(tmp_path, "bd_size.tsv", text)).tables["bd_size"]
    rows = eurostat.joined(old, new, {"indic_sb": {"V97043": "S3"}})
    # the new series holds from its first figure on; the old one goes before it
    assert rows[["dataset", "period", "value", "is_break"]].values.tolist() == [
        ["bd_demo", "2020", 70.2, False], ["bd_size", "2021", 60.0, True], ["bd_size", "2022", 61.0, False],
    ]  # fmt: skip
    with pytest.raises(ParameterError, match="share no series"):
        eurostat.joined(old, new, {})


def test_an_import_is_read_back_with_its_card_and_typed(tmp_path, whole):
    folder = place(whole, tmp_path / "reference" / "bd_demo")
    back = reference.imported("bd_demo", folder.parent)
    pd.testing.assert_frame_equal(back, table(whole), check_dtype=False)
    assert back.attrs["card"]["source_sha256"] and "confidential" in str(back.attrs["card"]["flags"])
    with pytest.raises(ParameterError, match='Did you mean "bd_demo"'):
        reference.imported("bd_deno", folder.parent)
    (folder / "bd_demo.csv").write_text("x\n")
    with pytest.raises(DataError, match="differs from its card"):
        reference.imported("bd_demo", folder.parent)


def test_an_import_never_overwrites_another_one_and_leaves_nothing_half_written(tmp_path, whole):
    folder = place(whole, tmp_path / "bd_demo")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    other = eurostat.read(file(tmp_path, "other.csv", SDMX.replace("70.2", "70.3")))
    with pytest.raises(ParameterError, match="is there already"):
        place(other, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["bd_demo"]
