"""Social balance sheets: counts as they are told, absent never zero, the last filing of a year, what does not add up.

Every filing here is made up; the real samples are tried where COOPEVAL_REALDATA names their folder.
"""

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from faulty_folder import Folder

from coopeval import schema
from coopeval.errors import DataError
from coopeval.importers import nbb
from coopeval.schema.forms import codes_of

NUMBER = "0123456749"  # 97 - 12345674 mod 97 = 49
RUBRICS = {
    "1001": "3", "1002": "2", "1003": "4.3", "1003P": "2.5", "1051": "3", "1052": "2", "1053": "4.1", "1101": "2",
    "1102": "2", "1103": "3.1", "1111": "1", "1113": "1", "1301": "1", "1303": "1", "1341": "2", "1342": "2",
    "1343": "3.1", "2051": "2", "2053": "2", "2101": "2", "2103": "2", "3051": "1", "3053": "0.8", "3111": "1",
    "3113": "0.8", "3431": "1", "3433": "0.8", "100": "18600", "101": "6200", "20/58": "52000.5", "62": "190000",
    "1023": "190000",
}  # fmt: skip


def facts(reference="2031-00000001", year=2030, number=NUMBER, **others):
    said = {
        "Reference number": reference, "Entity number": number, "Accounting period start date": f"{year}-01-01",
        "Accounting period end date": f"{year}-12-31", "Model code": "m01-f", "Deposit type": "Initial",
        "Language": "nl", "Currency": "EUR", "Entity name": "Demo", "Correction flag": "FALSE", "Legal form": "VZW",
    }  # fmt: skip
    return said | others


def csv(path, rubrics=RUBRICS, **about):
    rows = {**facts(**about), **rubrics}
    path.write_text("".join(f'"{name}","{value}"\n' for name, value in rows.items()), encoding="utf-8")
    return path


def web(path, rubrics=RUBRICS, reference="2031-00000001", committees=()):
    """A filing as the web service gives it: without its number and period, which stand in the list of references."""
    parts = [{"Code": c.removesuffix("P"), "Value": v, "Period": "NM1" if c[-1] == "P" else "N"}
             for c, v in rubrics.items()]  # fmt: skip
    said = {"ReferenceNumber": reference, "EnterpriseName": "Demo", "Administrators": [{"Name": "Nobody"}],
            "JointCommittees": list(committees), "Rubrics": parts}  # fmt: skip
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def listed(path, *filings):
    """The list of references: reference, year, day of deposit."""
    said = [
        {
            "ReferenceNumber": reference, "DepositDate": day, "EnterpriseNumber": NUMBER, "ModelType": "m01-f",
            "DepositType": "Initial", "Currency": "EUR", "LegalForm": "VZW",
            "ExerciseDates": {"startDate": f"{year}-01-01", "endDate": f"{year}-12-31"},
        }
        for reference, year, day in filings
    ]  # fmt: skip
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def without(*codes, **changed):
    return {code: value for code, value in {**RUBRICS, **changed}.items() if code not in codes}


def warned(imported):
    return [(fault.code, fault.column, fault.found) for fault in imported.faults if fault.code != "W-NBB-10"]


def refused(*paths, **said):
    with pytest.raises(DataError) as error:
        nbb.read(paths, **said)
    return [(fault.code, fault.line, fault.column) for fault in error.value.faults.refusals]


@pytest.fixture
def at(tmp_path):
    return lambda name: tmp_path / name


def test_a_filing_becomes_rows_of_the_table_of_headcounts(at):
    imported = nbb.read([csv(at("a.csv"))])
    rows = imported.tables["headcounts"]
    assert list(rows) == list(schema.TABLES["headcounts"].columns) and warned(imported) == []
    # 3 full-time and 2 part-time workers; managers (130) are employees of no told collar; 111 has no part-time worker
    assert rows.set_index(["contract", "worker_status"])[["headcount", "fte"]].T.to_dict("list") == {
        ("all", "all"): [5, 4.1], ("open_ended", "all"): [4, 3.1], ("fixed_term", "all"): [1, 1],
        ("all", "employee"): [1, 1], ("all", "white_collar"): [4, 3.1],
    }  # fmt: skip
    assert set(rows["counted_on"]) == {"2030-12-31"} and set(rows["joint_committee"]) == {"all"}
    for name in ("contract", "worker_status", "joint_committee", "source"):
        assert set(rows[name]) <= set(codes_of(schema.TABLES["headcounts"].columns[name]))


def test_capital_is_no_worker_and_a_code_counts_whole(at):
    years = nbb.read([csv(at("a.csv"))]).tables["years"].set_index("closed_on")
    own = years.loc["2030-12-31"]
    assert (own["average_full_time"], own["average_fte"]) == (3, 4.3)
    only_money = nbb.read([csv(at("b.csv"), {"100": "18600", "101": "6200", "10": "18600"})])
    assert len(only_money.tables["headcounts"]) == 0 and warned(only_money) == [("W-NBB-05", "reference", "")]


def test_who_came_and_who_left_stands_by_contract_and_reason(at):
    flows = nbb.read([csv(at("a.csv"))]).tables["flows"]
    told = flows.set_index(["direction", "split", "code"])["fte"].to_dict()
    assert told == {
        ("entry", "contract", "all"): 2, ("entry", "contract", "open_ended"): 2, ("exit", "contract", "all"): 0.8,
        ("exit", "contract", "fixed_term"): 0.8, ("exit", "reason", "other"): 0.8,
    }  # fmt: skip


def test_csv_and_json_of_one_filing_give_the_same_tables(at):
    one = nbb.read([csv(at("a.csv"))])
    listing = listed(at("l.json"), ("2031-00000001", 2030, "2031-06-30"))
    other = nbb.read([web(at("b.json")), listing])
    for name in ("headcounts", "years", "flows"):
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name])
    both = nbb.read([at("a.csv"), at("b.json"), listing])
    pd.testing.assert_frame_equal(one.tables["headcounts"], both.tables["headcounts"])
    assert [code for code, *_ in warned(both)] == ["Q-NBB-03"]


def test_a_joint_committee_stands_where_it_is_known(at):
    listing = listed(at("l.json"), ("2031-00000001", 2030, "2031-06-30"))

    def committee(*given):
        imported = nbb.read([web(at("b.json"), committees=given), listing])
        return set(imported.tables["headcounts"]["joint_committee"]), [code for code, *_ in warned(imported)]

    assert committee("329.02") == ({"329.02"}, [])
    assert committee({"Code": "200"}) == ({"200"}, [])
    assert committee("200", "329.02") == ({"all"}, ["W-NBB-09"])
    assert committee("999") == ({"all"}, ["W-NBB-07"])


def test_names_of_persons_are_not_kept(at):
    imported = nbb.read([web(at("b.json")), listed(at("l.json"), ("2031-00000001", 2030, "2031-06-30"))])
    assert not any("Nobody" in frame.to_csv() for frame in imported.tables.values())


def test_the_year_before_counts_only_without_an_own_filing(at):
    alone = nbb.read([csv(at("a.csv"))]).tables["years"].set_index("closed_on")
    assert alone["origin"].to_dict() == {"2029-12-31": "filing_of_next_year", "2030-12-31": "own"}
    assert alone.loc["2029-12-31", "average_fte"] == 2.5 and pd.isna(alone.loc["2029-12-31", "closing_fte"])
    own = csv(at("b.csv"), without("1003P", **{"1003": "2.9"}), reference="2030-00000009", year=2029)
    both = nbb.read([at("a.csv"), own])
    years = both.tables["years"].set_index("closed_on")
    assert set(years["origin"]) == {"own"} and years.loc["2029-12-31", "average_fte"] == 2.9
    assert ("W-NBB-02", "1003P", "2.5") in warned(both)


def test_an_absent_figure_is_not_zero(at):
    imported = nbb.read([csv(at("a.csv"), without("1053", "1003"))])
    rows, years = imported.tables["headcounts"], imported.tables["years"].set_index("closed_on")
    assert "all" not in set(rows["contract"][rows["worker_status"].eq("all")])
    assert pd.isna(years.loc["2030-12-31", "average_fte"]) and ("W-NBB-06", "1053", "") in warned(imported)


OFF = {
    "contracts": ({"1101": "1"}, ("W-NBB-03", "1051", "3")),
    "full-time equivalents": ({"1103": "2.9"}, ("W-NBB-03", "1053", "4.1")),
    "statuses": ({"1342": "3"}, ("W-NBB-03", "1052", "2")),
    "entries": ({"2101": "3"}, ("W-NBB-03", "2051", "2")),
    "reasons": ({"3431": "2"}, ("W-NBB-03", "3051", "1")),
    "notes": ({"9087": "4.9"}, ("W-NBB-03", "9087", "4.9")),
    "staff cost": ({"62": "250000"}, ("W-NBB-03", "1023", "190000")),
}


@pytest.mark.parametrize("name", OFF)
def test_what_does_not_add_up_is_said_and_not_mended(at, name):
    changed, expected = OFF[name]
    imported = nbb.read([csv(at("a.csv"), without(**changed))])
    assert expected in warned(imported)
    assert imported.tables["headcounts"].iloc[0][["headcount", "fte"]].tolist() == [5, 4.1]


def test_rounding_of_full_time_equivalents_is_no_fault(at):
    assert warned(nbb.read([csv(at("a.csv"), without(**{"1103": "3.2"}))])) == []


def test_heads_follow_from_the_year_before(at):
    before = csv(at("b.csv"), without("1003P"), reference="2030-00000009", year=2029)
    # 5 at the end of 2029, 2 came and 1 left in 2030: 6, and not 5
    found = warned(nbb.read([csv(at("a.csv"), without("1003P")), before]))
    assert found == [("W-NBB-04", "1051", "5")]
    # with one full-time worker more, on an open-ended contract and white-collar, it holds
    more = csv(at("c.csv"), without("1003P", **{"1051": "4", "1101": "3", "1341": "3"}))
    assert warned(nbb.read([more, before])) == []


def test_of_several_filings_the_last_deposit_counts(at):
    first, later = csv(at("a.csv")), csv(at("b.csv"), without(**{"1003": "4.4"}), reference="2031-00000007")
    assert refused(first, later) == [("E-NBB-05", 4, "end")]
    days = listed(at("l.json"), ("2031-00000001", 2030, "2031-09-01"), ("2031-00000007", 2030, "2031-07-01"))
    for said in ({"paths": [first, later, days]}, {"paths": [first, later], "keep": ["2031-00000001"]}):
        imported = nbb.read(**said)
        filings = imported.tables["filings"].set_index("reference")
        assert filings["became"].to_dict() == {
            "2031-00000001": "kept", "2031-00000007": "replaced by a later filing",
        }  # fmt: skip
        assert imported.tables["years"]["average_fte"].tolist()[-1] == 4.3


def test_one_declared_correction_counts_and_two_cannot_be_told_apart(at):
    first = csv(at("a.csv"))
    second = csv(at("b.csv"), reference="2031-00000007", **{"Deposit type": "Correction", "Correction flag": "TRUE"})
    filings = nbb.read([first, second]).tables["filings"].set_index("reference")["became"]
    assert filings["2031-00000007"] == "kept"
    third = csv(at("c.csv"), reference="2031-00000008", **{"Correction flag": "TRUE"})
    assert refused(first, second, third) == [("E-NBB-05", 4, "end")]


def test_one_reference_with_two_contents_is_refused(at):
    assert refused(csv(at("a.csv")), csv(at("b.csv"), without(**{"1003": "9"}))) == [("E-NBB-07", 1, "reference")]


def test_a_short_or_overlapping_year_is_said(at):
    short = csv(at("a.csv"), without("1003P"), **{"Accounting period start date": "2030-07-01"})
    assert warned(nbb.read([short])) == [("W-NBB-08", "end", "2030-12-31")]
    odd = csv(at("b.csv"), without("1003P"), reference="2030-00000009", year=2029,
              **{"Accounting period start date": "2029-08-01", "Accounting period end date": "2030-07-31"})  # fmt: skip
    assert ("W-NBB-11", "start", "2030-07-01") in warned(nbb.read([short, odd]))


WRONG = {
    "check digits": ({"number": "0123456748"}, {}, [("E-KBO-01", 2, "entity")]),
    "a local date": ({"Accounting period end date": "31/12/2030"}, {}, [("E-DATE-02", 4, "end")]),
    "either day": ({"Accounting period end date": "01/02/2031"}, {}, [("E-DATE-03", 4, "end")]),
    "end before start": ({"Accounting period end date": "2029-12-31"}, {}, [("E-SPAN-01", 4, "end")]),
    "no reference": ({"Reference number": ""}, {}, [("E-NBB-01", 1, "reference")]),
    "a decimal comma": ({}, {"1003": "4,3"}, [("E-NUM-02", 14, "1003")]),
    "no figure": ({}, {"1053": "n/a"}, [("E-NUM-04", 18, "1053")]),
    "another currency": ({"Currency": "USD"}, {}, [("E-MONEY-01", 8, "currency")]),
    "all at once": (
        {"number": "0123456748"}, {"1003": "4,3", "1053": "x"},
        [("E-KBO-01", 2, "entity"), ("E-NUM-02", 14, "1003"), ("E-NUM-01", 18, "1053")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_its_line(at, name):
    about, changed, expected = WRONG[name]
    assert refused(csv(at("a.csv"), {**RUBRICS, **changed}, **about)) == expected


def test_a_rubric_twice_is_refused_where_it_differs_and_counted_where_not(at):
    path = csv(at("a.csv"))
    path.write_text(path.read_text() + '"1003","4.3"\n')
    quality = nbb.read([path]).quality
    repeated = quality[quality["about"].eq("repeats another row")]
    assert repeated["n"].tolist() == [1]
    path.write_text(path.read_text() + '"1003","9"\n"one"\n')
    assert refused(path) == [("E-NBB-02", 14, "1003"), ("E-LINE-01", 46, "")]


def test_json_that_is_none_or_lacks_its_facts_is_refused(at):
    at("a.json").write_text('{"ReferenceNumber": "1", "Rubrics": [')
    at("b.json").write_text('{"x": 1}')
    odd = [{"Code": "1003", "Value": 4, "Period": "N"}, {"Code": "1003", "Value": "4", "Period": "NM2"}]
    at("c.json").write_text(json.dumps({"ReferenceNumber": "1", "Rubrics": odd}))
    codes = [code for code, *_ in refused(at("a.json"), at("b.json"), at("c.json"), at("d.json"))]
    assert sorted(codes) == sorted(["E-NBB-08", "E-NBB-04", "E-NBB-06", *["E-NBB-01"] * 3, "E-SRC-01"])
    at("e.csv").write_text("a,b\n1,2\n")
    assert refused(at("e.csv")) == [("E-NBB-04", None, "")]


def test_every_filing_and_rubric_read_is_kept_or_has_a_reason(at):
    paths = [
        csv(at("a.csv")), csv(at("b.csv"), reference="2031-00000007", **{"Correction flag": "TRUE"}),
        csv(at("c.csv"), {"100": "1"}, reference="2031-00000003", number="1000000021"),
    ]  # fmt: skip
    quality = nbb.read(paths).quality.set_index(["subject", "measure"]).sort_index()["n"]
    for subject, n in (("filings", 3), ("rubrics", 2 * len(RUBRICS) + 1)):
        assert quality.loc[(subject, "read")].sum() == n
        assert quality.loc[(subject, "kept")].sum() + quality.loc[(subject, "set_aside")].sum() == n


def test_with_data_keys_are_those_of_its_enterprises_and_coverage_is_counted(at):
    folder = Folder(at("delivery")).at  # E0001 has the number 0403170701 and the form 001, E0002 no number
    other = csv(at("b.csv"), reference="2031-00000002", number="1000000021")
    imported = nbb.read([csv(at("a.csv"), number="0403170701"), other], data=folder)
    assert set(imported.tables["headcounts"]["enterprise_id"]) == {"E0001"}
    assert [code for code, *_ in warned(imported)] == ["Q-NBB-02"]
    assert imported.tables["coverage"].values.tolist() == [["S1", "001", 1, 1, 1, 1], ["S2", "006", 1, 0, 0, 0]]


REAL = Path(os.environ.get("COOPEVAL_REALDATA", "none"))


@pytest.mark.skipif(not REAL.is_dir(), reason="COOPEVAL_REALDATA names no folder with the real samples")
def test_the_real_samples_come_in_whole():
    imported = nbb.read(sorted(REAL.glob("nbb_*.csv")))
    quality = imported.quality.set_index(["subject", "measure"]).sort_index()["n"]
    assert quality.loc[("filings", "kept")].sum() == 3 and warned(imported) == []
    assert quality.loc[("rubrics", "read")].sum() == 767
    heads = imported.tables["headcounts"]
    whole = heads[heads["contract"].eq("all") & heads["worker_status"].eq("all")]
    assert sorted(whole["headcount"]) == [5, 56, 1635]
