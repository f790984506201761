"""Statistics imported beside a delivery: in the chapter as published, with flags and breaks, or said to be absent.

Every figure here is made up.
"""

import shutil

import numpy as np
import pytest

from coopeval import evidence, reference
from coopeval.disclosure import gate
from coopeval.display import table as shown
from coopeval.errors import DataError, ParameterError
from coopeval.figures import published_series
from coopeval.figures.published_series import when
from coopeval.importers import eurostat
from coopeval.importers.placing import place
from coopeval.importers.statistics import onss, statbel
from coopeval.runs import unchanged
from coopeval.runs.preparing import input_digests
from coopeval.runs.steps import digests_looked_at
from coopeval.tables import imports, reads
from coopeval.wording import statistics

EUROSTAT = (
    "freq,indic_sbs,geo\\TIME_PERIOD\t2019 \t2020 \t2021 \t2022 \n"
    "A,V97043,BE\t71.0 \t70.0 \t68.0 b\t69.0 p\n"
    "A,V97043,BE10\t66.0 \t: c\t64.0 \t65.0 e\n"
    "A,V11920,BE10\t120 \t130 \t125 b\t: \n"
)
STATBEL = "region,registered_in,n_registered,survival_1\nBE1,2018,100,89.0\nBE1,2019,110,90.0\n"
ONSS = "joint_committee,period,jobs,employers\n329.02,2030Q4,80,7\n329.02,2031Q1,81,7\n200,2030Q4,900,90\n"


def made(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    """A folder with three imports beside its tables (which nobody looks at here)."""
    folder = tmp_path_factory.mktemp("delivery")
    files = tmp_path_factory.mktemp("files")
    for imported in (
        eurostat.read(made(files, "estat_bd_size.tsv", EUROSTAT), read_on="2026-11-20"),
        statbel.read(made(files, "survival.csv", STATBEL)),
        onss.read(made(files, "jobs.csv", ONSS)),
    ):
        place(imported, imports.folder_of(folder) / imported.name)
    return folder


@pytest.fixture
def copied(delivery, tmp_path):
    return shutil.copytree(delivery, tmp_path / "delivery")


def series(delivery, group):
    rows = evidence.imported_series(delivery)
    return rows[rows["group"].eq(group)].set_index(["published_series", "published_period"])


def test_figures_stand_as_published_each_in_its_unit_with_its_flags(delivery):
    rows = series(delivery, "bd_size")
    survival = rows.loc["indic=V97043 · geo=BE"]
    assert survival["estimate"].tolist() == [0.71, 0.70, 0.68, 0.69] and survival["unit"].eq("share").all()
    assert survival["flags"].tolist() == ["", "", "b", "p"]
    births = rows.loc["indic=V11920 · geo=BE10"]
    assert births["unit"].eq("enterprises").all() and np.isnan(births["estimate"].iloc[3])
    assert births["note"].tolist() == ["", "", "", "not_given"]
    assert series(delivery, "statbel_survival").loc["geo=BE1 · at_years=1"]["estimate"].tolist() == [0.89, 0.90]
    assert series(delivery, "onss_joint_committees")["unit"].unique().tolist() == ["enterprises", "jobs"]


def test_a_series_that_enters_the_rules_of_2021_without_a_flag_is_marked(delivery):
    brussels = series(delivery, "bd_size").loc["indic=V97043 · geo=BE10"]
    assert brussels["flags"].tolist() == ["", "c", "new_rules", "e"]


def test_the_card_of_each_import_is_told(delivery):
    card = evidence.imported_tables(delivery).set_index("group").loc["bd_size"]
    told = [card[name] for name in ("estimate", "n_series", "n_without", "n_flagged", "n_breaks", "flags")]
    assert told == [10, 3, 2, 6, 3, "b c e new_rules p"]
    assert (card["definition"], card["clock"], card["read_on"]) == (
        "business_demography",
        "calendar_year",
        "2026-11-20",
    )
    assert card["measured_in"] == "enterprises share" and "bd_size" in card["source"]


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
def test_both_tables_pass_the_gate_and_speak_each_language(delivery, lang):
    cards, rows = evidence.imported_tables(delivery), gate(evidence.imported_series(delivery), "imported_series")
    text = str(shown(gate(cards, "imported_tables"), lang)) + str(shown(rows, lang))
    assert "V97043" not in text and "geo=" not in text and "new_rules" not in text
    assert reference.label("imported_sources", "bd_size", lang) in text


def test_no_line_is_drawn_over_a_break_or_a_missing_figure(delivery):
    rows = gate(evidence.imported_series(delivery), "imported_series")
    picture = published_series(rows, "en", title="x", alt="y")
    assert len(picture.fields) == evidence.imported_tables(delivery)["n_series"].sum()
    lines = [[m for m in f.marks if m.get_linestyle() == "-" and m.get_linewidth() == 1.4] for f in picture.fields]
    births, belgium, brussels = lines[:3]
    assert [len(births), len(belgium), len(brussels)] == [1, 2, 1], "2019-2020; and 2021-2022"
    assert [when(period) for period in ("2021", "2021-Q3", "2021-07", "2021-S2")] == [2021.0, 2021.5, 2021.5, 2021.5]


def test_nothing_imported_is_said_in_words(tmp_path):
    for lang, words in (("nl", "geen statistieken ingevoerd"), ("fr", "Aucune statistique"), ("en", "No statistics")):
        for made_of in (evidence.imported_tables, evidence.imported_series):
            assert words in str(shown(gate(made_of(tmp_path), "imported"), lang))


def test_more_series_than_anybody_chose_are_counted_and_not_shown(tmp_path):
    heading = "freq,indic_sbs,geo\\TIME_PERIOD\t2022 \n"
    rows = "".join(f"A,V97043,B{letter}\t70.0 \n" for letter in "ABCDEFGHIJKLM")
    imported = eurostat.read(made(tmp_path, "estat_bd_size.tsv", heading + rows))
    assert [(f.code, f.column, f.found, f.values["n"]) for f in imported.faults] == [
        ("W-EURO-01", "geo", "BA, BB, BC, BD, BF", 12)
    ]
    place(imported, imports.folder_of(tmp_path) / imported.name)
    assert evidence.imported_series(tmp_path).empty
    cards = evidence.imported_tables(tmp_path)
    assert cards["note"].tolist() == ["too_many_series"] and "narrowed" in str(shown(gate(cards, "imported"), "en"))


def test_what_the_source_marks_as_confidential_is_not_shown(tmp_path):
    text = (
        "DATAFLOW,LAST UPDATE,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
        "ESTAT:BD_SIZE(1.0),01/01/31,A,BE,2021,12,,C\nESTAT:BD_SIZE(1.0),01/01/31,A,BE,2022,13,,F\n"
    )
    imported = eurostat.read(made(tmp_path, "x.csv", text))
    place(imported, imports.folder_of(tmp_path) / imported.name)
    rows = evidence.imported_series(tmp_path)
    assert rows["note"].tolist() == ["kept_confidential", ""] and rows["estimate"].isna().tolist() == [True, False]


@pytest.mark.parametrize("what", ["a figure", "its class", "its card"])
def test_an_import_that_is_not_what_was_brought_in_is_named_before_anything_is_shown(copied, what):
    folder = imports.folder_of(copied) / "bd_size"
    table, card = folder / "bd_size.csv", folder / "bd_size.card.toml"
    if what == "a figure":
        table.write_text(table.read_text().replace("71", "91"))
    else:
        word = '"public"' if what == "its class" else "sha256"
        card.write_text(card.read_text().replace(word, '"internal"' if what == "its class" else "sum"))
    assert [(fault.code, fault.file) for fault in imports.faults(copied)] == [
        ("E-STAT-12", "reference-imported/bd_size")
    ]
    with pytest.raises(DataError):
        evidence.imported_series(copied)


def test_a_new_import_makes_this_chapter_again_and_no_other(delivery, copied, tmp_path, monkeypatch):
    class Nothing(dict):
        about = {"digests": {}}
        unseen = dict

    monkeypatch.setenv(reads.READS, str(tmp_path / "notes"))
    evidence.imported_tables(copied)
    assert reads.noted(tmp_path / "notes") == (reads.IMPORTS,)
    before = digests_looked_at(Nothing(), input_digests(copied), {})
    shutil.rmtree(imports.folder_of(copied) / "bd_size")
    after = digests_looked_at(Nothing(), input_digests(copied), {})
    assert before(reads.IMPORTS) != after(reads.IMPORTS) and before(reads.FAULTS) == after(reads.FAULTS)
    assert set(imports.cards(delivery)) - set(imports.cards(copied)) == {"bd_size"}


def test_beside_a_workbook_they_count_too(copied):
    book = copied / "own.xlsx"
    book.write_bytes(b"")
    assert imports.folder_of(book) == imports.folder_of(copied)
    names = set(dict(unchanged._delivery(book)))
    assert {name for name in input_digests(book) if name} <= names and any("bd_size.csv" in name for name in names)


def test_statbel_and_onss_can_be_narrowed_and_the_rest_is_counted(tmp_path):
    path = made(tmp_path, "jobs.csv", ONSS)
    imported = onss.read(path, only={"joint_committee": ("329.02",)})
    assert imported.tables[imported.name]["joint_committee"].unique().tolist() == ["329.02"]
    counts = imported.quality.set_index(["measure", "about"])["n"]
    assert [counts["read", ""], counts["kept", ""], counts["set_aside", "not asked for"]] == [3, 2, 1]
    with pytest.raises(ParameterError, match="329"):
        onss.read(path, only={"joint_committee": ("329.2",)})
    with pytest.raises(ParameterError, match="committee"):
        onss.read(path, only={"committee": ("200",)})
    assert statbel.read(made(tmp_path, "s.csv", STATBEL), only={"registered_in": ("2019",)}).tables
    survival = statbel.read(made(tmp_path, "s.csv", STATBEL), only={"at_years": ("1",)})
    assert len(survival.tables[survival.name]) == 2


def test_a_code_that_no_list_holds_is_shown_as_it_stands_and_never_guessed():
    assert statistics.series("geo=XX · indic=V0", "nl") == "geo XX · indic V0"
    assert statistics.flags("q", "en") == "q"


NOT_A_STATISTIC = {
    "a folder": (eurostat.read, "", "", "E-SRC-04", None),
    "a zip file": (eurostat.read, "estat_bd_size.tsv", "PK\x03\x04", "E-SRC-05", None),
    "headings alone": (eurostat.read, "estat_bd_size.tsv", "freq,geo\\TIME_PERIOD\t2021 \n", "E-SRC-06", None),
    "headings alone, NSSO": (onss.read, "jobs.csv", "joint_committee,period,jobs\n", "E-SRC-06", None),
    "saved by a spreadsheet": (
        eurostat.read, "bd_size.csv", "DATAFLOW;LAST UPDATE;geo;TIME_PERIOD;OBS_VALUE;OBS_FLAG\n", "E-EURO-12", 1,
    ),
    "no sizes": (eurostat.read, "bd_size.json", '{"id": [], "dimension": {}, "value": []}', "E-EURO-06", None),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_A_STATISTIC)
def test_what_is_no_statistic_is_named_as_what_it_is(tmp_path, what):
    read, name, text, code, line = NOT_A_STATISTIC[what]
    path = made(tmp_path, name, text) if name else tmp_path
    with pytest.raises(DataError) as refused:
        read(path)
    assert [(fault.code, fault.line) for fault in refused.value.faults] == [(code, line)]
    assert what != "no sizes" or refused.value.faults[0].column == "size"


def test_a_heading_over_two_columns_is_named_and_an_unknown_committee_is_said(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for row in (["joint_committee", "period", "jobs", None], ["999", "2031Q1", 5, 6]):
        book.active.append(row)
    book.active.merge_cells("C1:D1")
    book.save(tmp_path / "jobs.xlsx")
    with pytest.raises(DataError) as refused:
        onss.read(tmp_path / "jobs.xlsx")
    assert ("E-CELL-04", 1, "jobs") in {(f.code, f.line, f.column) for f in refused.value.faults}
    faults = onss.read(made(tmp_path, "jobs.csv", ONSS.replace("200,", "999,"))).faults
    assert [(f.code, f.line, f.found) for f in faults] == [("W-STAT-08", 4, "999")]
