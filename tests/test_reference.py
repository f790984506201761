"""Code lists, word list and published figures: complete in three languages, typed, and what their cards say."""

import shutil

import pandas as pd
import pytest

from coopeval import reference, schema
from coopeval.errors import DataError, ParameterError

LANGUAGES = ("nl", "fr", "en")
CLOSED = {  # written out in the data contract: these codes and no other
    "structure_kinds": "incubator accelerator advice_agency federation register_sample other",
    "selections": "selected rejected waiting_list withdrawn",
    "stages": "idea prototype launching operating",
    "economic_models": "for_profit non_profit cooperative undecided",
    "project_ends": "enterprise_created stopped merged handed_over moved_away lost_contact",
    "enterprise_ends": "ceased bankrupt dissolved merged taken_over moved_away lost_contact",
    "programmes": "seeds blossom pollinize innovate community coworking other",
    "participation_outcomes": "completed dropped_out ongoing",
    "headcount_sources": "payroll balance_sheet survey",
    "support_kinds": "individual_coaching collective_training event mentoring expert_mission coworking",
    "engagements": "staff partner freelance volunteer",
    "cost_categories": "staff experts premises coworking communication administration other",
    "borne_by": "subsidy own_income erdf other_public partner_staff in_kind",
    "tracks": "sdo insertion_mandate federal_social_enterprise nrc_cooperative",
    "recognition_steps": "not_sought considered applied recognised refused withdrawn expired",
    "reasons": "not_relevant criteria_unsuited not_social_economy confused_with_insertion_mandate too_early "
    "administrative_burden other",
    "directions": "to from",
    "organisations": "trace febisp febio bruxeo hub_brussels other",
    "purposes": "recognition mandate finance other",
    "definitions": "ordinance_2018 emes agreement bissib ica_cooperative federal eu",
    "subject_kinds": "structure project enterprise",
    "dimensions": "equality diversity environment democracy social_dialogue",
    "followup_outcomes": "answered answered_late refused no_reply not_contacted",
    "followup_sources": "survey visit register",
    "target_senses": "at_least at_most",
    "arms": "programme rejected waiting_list structure register",
}
ALSO_PROMISED = [
    "project_types", "themes", "stop_reasons", "legal_forms", "legal_families", "nace_versions", "nace_sections",
    "joint_committees", "postcodes", "job_ends", "contracts", "worker_statuses", "subsidy_measures", "genders",
    "topics", "agreement_points", "expert_types", "criteria", "measures", "causes", "notes", "exclusions",
]  # fmt: skip


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A copy of data/reference that a test may damage."""
    folder = tmp_path / "reference"
    shutil.copytree(reference.FOLDER, folder)
    monkeypatch.setattr(reference, "FOLDER", folder)
    forget()
    yield folder
    forget()


def forget():
    for read in (reference._list, reference._labels, reference._words, reference._published):
        read.cache_clear()


@pytest.mark.parametrize("name", reference.lists())
def test_every_list_has_each_code_once_and_unknown(name):
    codes = reference.codes(name)["code"]
    assert codes.is_unique and "unknown" in set(codes)


@pytest.mark.parametrize("name", reference.lists())
def test_every_code_has_a_label_in_three_languages_and_a_source(name):
    frame = reference.codes(name)
    for column in ("code", "label_nl", "label_fr", "label_en", "source"):
        assert (frame[column].str.strip().eq(frame[column]) & frame[column].ne("")).all(), column


@pytest.mark.parametrize("name", sorted({*reference.lists()} - {"joint_committees", "legal_forms"}))
def test_no_two_codes_of_a_list_look_the_same_to_a_reader(name):
    for lang in LANGUAGES:
        assert reference.codes(name)[f"label_{lang}"].is_unique, lang


@pytest.mark.parametrize("name", CLOSED)
def test_a_list_written_out_in_the_data_contract_has_those_codes_and_no_other(name):
    assert reference.codes(name)["code"].tolist() == [*CLOSED[name].split(), "unknown"]


def test_every_list_that_a_column_or_a_chapter_asks_for_is_there():
    asked = {column.codes for table in schema.TABLES.values() for column in table.columns.values() if column.codes}
    assert {*asked, *CLOSED, *ALSO_PROMISED} <= set(reference.lists())


def test_legal_forms_stand_in_families_and_are_text():
    forms = reference.codes("legal_forms").set_index("code")["family"]
    assert set(forms) <= set(reference.codes("legal_families")["code"])
    # A non-profit association, the co-operative of 2019 and its public-law namesake, a private limited company.
    assert [forms[code] for code in ("017", "706", "716", "610")] == ["non_profit", "cooperative", "public", "profit"]


def test_joint_committees_keep_their_last_zero():
    codes = set(reference.codes("joint_committees")["code"])
    assert {"100", "200", "329.02", "140.03"} <= codes and "329.2" not in codes


def test_sections_of_two_nace_versions_do_not_share_a_code():
    sections = reference.codes("nace_sections")
    letters = sections[sections["version"].eq("2025")]["code"]
    assert "".join(letters) == "ABCDEFGHIJKLMNOPQRSTUV"
    # Letter K moved: finance in 2008, telecommunication and computing in 2025.
    assert "Financial" in reference.label("nace_sections", "2008-K", "en")
    assert "computing" in reference.label("nace_sections", "K", "en")


def test_only_brussels_postcodes_are_listed():
    codes = reference.codes("postcodes")["code"].drop(index=reference.codes("postcodes").index[-1])
    assert len(codes) == 22 and codes.between("1000", "1210").all()


def test_a_body_funded_for_a_topic_is_a_known_organisation_with_a_source():
    topics = reference.codes("topics")
    funded = topics[topics["funded_body"].ne("")]
    assert {body for bodies in funded["funded_body"] for body in bodies.split()} <= set(
        reference.codes("organisations")["code"]
    )
    assert (
        funded["funded_source"].ne("").all() and topics.loc[topics["funded_body"].eq(""), "funded_source"].eq("").all()
    )


def test_the_agreement_has_its_fourteen_points_and_what_lies_outside():
    codes = set(reference.codes("agreement_points")["code"])
    assert {f"art3_{point:02d}" for point in range(1, 15)} | {"art4_1_01", "art4_1_03", "outside"} <= codes


def test_what_could_not_be_verified_says_so():
    notes = reference.codes("joint_committees").set_index("code")["note"]
    assert "unverified" in notes["318.01"] and "unverified" not in notes["329.02"]


@pytest.mark.parametrize("column", reference.WORD_COLUMNS)
def test_a_legal_word_is_complete_in_three_languages(column):
    words = reference.words()
    assert words[column].ne("").all() and words["term"].is_unique


@pytest.mark.parametrize(
    "term",
    [
        "sdo_enterprise", "sdo_recognition", "insertion_mandate", "joint_committee", "trace", "febisp", "emes",
        "social_innovation", "nrc_recognition", "advice_agency", "cooperative_company", "self_employed_main",
        "employee",
    ],
)  # fmt: skip
def test_the_words_of_the_opinion_have_a_definition_and_a_legal_source(term):
    row = reference.words().set_index("term").loc[term]
    assert all(len(row[f"definition_{lang}"]) > 40 and row[f"definition_{lang}"].endswith(".") for lang in LANGUAGES)
    assert row["source"]


def test_three_languages_are_three_texts():
    words = reference.words()
    assert (
        words["definition_nl"].ne(words["definition_fr"]).all()
        and words["definition_fr"].ne(words["definition_en"]).all()
    )


def test_every_file_is_what_its_card_says():
    assert "published_figures.csv" in reference.verify_cards()


def test_a_file_changed_after_its_card_is_named(elsewhere):
    (elsewhere / "words.csv").write_text("term\n", encoding="utf-8")
    with pytest.raises(DataError, match="1 reference files differ from their cards: words.csv"):
        reference.verify_cards()


def test_a_file_without_a_card_is_refused(elsewhere):
    (elsewhere / "codelists" / "arms.card.toml").unlink()
    with pytest.raises(DataError, match="arms.csv has no card"):
        reference.cards()


def test_a_card_that_is_silent_on_the_licence_is_refused(elsewhere):
    card = elsewhere / "words.card.toml"
    kept = [line for line in card.read_text(encoding="utf-8").splitlines() if not line.startswith("licence")]
    card.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(DataError, match="does not say licence"):
        reference.cards()


@pytest.mark.parametrize("damage", ["arms,x\n", "code,label_nl\nprogramme\n"])
def test_a_list_with_a_broken_line_is_refused(elsewhere, damage):
    (elsewhere / "codelists" / "arms.csv").write_text(damage, encoding="utf-8")
    with pytest.raises(DataError, match="arms.csv"):
        reference.codes("arms")


def test_a_list_with_a_code_twice_or_without_unknown_is_refused(elsewhere):
    path = elsewhere / "codelists" / "directions.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(DataError, match="each code once"):
        reference.codes("directions")
    forget()
    path.write_text("\n".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(DataError, match="unknown"):
        reference.codes("directions")


def test_what_is_not_there_is_refused_with_the_nearest_that_is():
    with pytest.raises(ParameterError, match='Did you mean "legal_forms"'):
        reference.codes("legal_form")
    with pytest.raises(DataError, match='Did you mean "cooperative"'):
        reference.label("legal_families", "coperative", "en")
    with pytest.raises(ParameterError, match='Did you mean "joint_committee"'):
        reference.word("joint_comittee", "nl")
    with pytest.raises(ParameterError, match="nl, fr or en"):
        reference.labels("arms", "de")


def test_nobody_can_change_a_list_for_the_others():
    reference.codes("arms")["code"] = "spoilt"
    reference.labels("arms", "en").clear()
    reference.published().drop(columns="value", inplace=True)
    assert reference.codes("arms")["code"].iloc[0] == "programme"
    assert reference.labels("arms", "en")["programme"] == "Programme"
    assert "value" in reference.published()


def test_published_figures_have_a_source_a_typed_unit_and_known_codes():
    figures = reference.published()
    assert figures["figure_id"].is_unique and figures["value"].notna().all()
    for column in ("entity", "source", "unit", "confidence", "measure"):
        assert figures[column].ne("").all(), column
    lists = {
        "measure": "published_measures", "definition": "published_definitions", "clock": "published_clocks",
        "counting": "published_counting", "confidence": "confidences",
    }  # fmt: skip
    for column, name in lists.items():
        assert set(figures[column]) <= set(reference.codes(name)["code"]), column
    assert {trap for found in figures["traps"] for trap in found.split()} <= set(reference.codes("traps")["code"])


def test_published_days_are_days_and_shares_are_shares():
    figures = reference.published()
    for column in ("period_from", "period_until"):
        days = figures[column][figures[column].ne("")]
        assert pd.to_datetime(days, format="%Y-%m-%d").notna().all()
    assert figures.loc[figures["unit"].eq("share"), "value"].between(0, 1).all()
    assert figures.loc[figures["measure"].eq("survival"), "at_months"].gt(0).all()


def test_a_numerator_never_stands_without_its_denominator_and_its_unit():
    figures = reference.published()
    whole = figures[figures["numerator"].notna()]
    assert whole["denominator"].ge(whole["numerator"]).all() and whole["denominator_unit"].ne("").all()
    # Statbel: 89,654 of 100,341 first registrations of 2021 is 89.35%; the page says 89.4%.
    told = whole[whole["figure_id"].eq("PO070")].iloc[0]
    assert told["numerator"] / told["denominator"] == pytest.approx(told["value"], abs=1e-3)


def test_no_code_of_official_statistics_is_given_from_memory():
    """A code that nothing carries is kept and named by an import, rather than shown under words that may be wrong."""
    assert not reference.codes("statistics_codes")["note"].str.contains("from memory").any()
