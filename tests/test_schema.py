"""The data contract: eighteen tables whose columns all say what they are, and a page that says the same."""

from pathlib import Path

import pytest

from coopeval import reference
from coopeval.schema import TABLES
from coopeval.schema.column import KINDS, PRIVACY
from coopeval.schema.forms import frame_schema
from coopeval.schema.page import page

# DESIGN section 3, column by column: a change here is a change of the public contract
CONTRACT = {
    "structures": "structure_id name kind region country is_evaluated started_on? source",
    "projects": "project_id structure_id name? applied_on? decided_on? selection? selection_score? entered_on? "
    "stage_at_entry project_type theme economic_model postcode? n_holders? n_women_holders? mature_on? ended_on? "
    "end_kind? end_reason? last_seen_on",
    "enterprises": "enterprise_id structure_id project_id? kbo_number? legal_form legal_form_now? born_on "
    "observed_from matched_on? ended_on? not_ended_before? end_kind? continued_by? last_seen_on nace_version nace_code "
    "joint_committee? postcode?",
    "participations": "participation_id project_id programme cohort started_on ended_on? outcome",
    "jobs": "job_id enterprise_id position_id? person_id? started_on ended_on? end_kind? contract worker_status "
    "subsidy_measure joint_committee fte gender? is_founder last_seen_on",
    "headcounts": "enterprise_id counted_on contract worker_status joint_committee source headcount fte",
    "support": "support_id project_id given_on kind topic hours session_id? expert_id? cost_eur? with_organisation? "
    "agreement_point?",
    "experts": "expert_id expert_type engagement rate_eur_h rate_from rate_until?",
    "costs": "cost_id structure_id period_from period_until category programme? agreement_point? borne_by amount_eur "
    "funding_id?",
    "funding": "funding_id structure_id period_from period_until funder instrument amount_eur is_actual",
    "recognitions": "recognition_id enterprise_id? project_id? track step happened_on valid_until? criterion? reason?",
    "referrals": "referral_id project_id direction organisation purpose referred_on accepted_on?",
    "other_support": "other_support_id project_id organisation topic support_from support_until? hours? amount_eur?",
    "definitions_met": "subject_kind subject_id definition assessed_on score? is_met? evidence?",
    "practices": "subject_kind subject_id observed_on dimension measure value unit",
    "followups": "subject_kind subject_id asked_on outcome source",
    "impact": "enterprise_id year measure value unit",
    "targets": "indicator period sense target unit source",
}
COLUMNS = [column for table in TABLES.values() for column in table.columns.values()]


def test_tables_and_columns_are_those_of_the_contract():
    said = {
        name: " ".join(f"{column.name}?" if column.optional else column.name for column in table.columns.values())
        for name, table in TABLES.items()
    }
    assert {name: set(columns.split()) for name, columns in said.items()} == {
        name: set(columns.split()) for name, columns in CONTRACT.items()
    }


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_every_name_in_a_table_is_one_of_its_columns(table):
    told = {name for dependants in table.tells.values() for name in dependants}
    pairs = {name for pair in table.orders for name in pair}
    subject = set(table.subject[:2]) if table.subject else set()
    named = {*table.key, *table.first_date, *table.tells, *table.cut_at, *table.span, *table.pro_rata, *table.one_of}
    assert named | told | pairs | subject | ({table.year, table.within} - {""}) <= set(table.columns)
    assert set(table.references.values()) <= set(TABLES)
    assert table.title and table.asked_for


def test_every_column_has_kind_meaning_source_and_privacy_class():
    for column in COLUMNS:
        assert column.kind in KINDS and column.privacy in PRIVACY and column.meaning and column.source, column
        assert column.kind != "number" or column.unit, column
        assert (column.kind == "code") == bool(column.codes), column


def test_every_code_list_exists_and_knows_unknown():
    for name in {column.codes for column in COLUMNS if column.codes}:
        assert "unknown" in set(reference.codes(name)["code"]), name


def test_persons_are_marked_as_such():
    for table, column in (("jobs", "person_id"), ("jobs", "gender"), ("support", "expert_id"), ("projects", "name")):
        assert TABLES[table].columns[column].privacy == "personal"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_pandera_carries_what_the_schema_says(table):
    written = frame_schema(table)
    assert written.title == table.title and list(written.columns) == list(table.columns)
    for name, column in table.columns.items():
        assert written.columns[name].title == column.meaning
        about = written.columns[name].metadata
        assert (about["unit"], about["source"], about["privacy"]) == (column.unit, column.source, column.privacy)
        assert about["codes"] == column.codes


def test_every_later_day_is_emptied_cut_or_known_beforehand():
    kept = {"observed_from", "valid_until"}  # how the data were made; validity known on the day itself
    for table in TABLES.values():
        later = set(table.days) - {*table.first_date, *table.tells, *table.cut_at, *table.span}
        assert later <= kept, table.name
        assert all(table.columns[name].planned for name in later - {"observed_from"})


def test_the_page_of_tables_is_up_to_date():
    stored = Path(__file__).parents[1] / "docs" / "tables.md"
    assert stored.read_text(encoding="utf-8") == page(), "run: python -m coopeval.schema.page"
