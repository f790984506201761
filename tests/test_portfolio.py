"""The portfolio: who is supported, who was chosen, what was created, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from coopeval import cohort, portfolio, tables
from coopeval.disclosure import gate
from coopeval.errors import ParameterError

STRUCTURES = pd.DataFrame(
    {"structure_id": ["S1", "S2"], "kind": "incubator", "is_evaluated": [True, False], "name": ["one", "two"]}
)


def project(key, entered_on="2022-01-01", **facts):
    return {
        "project_id": key, "structure_id": "S1", "selection": "selected", "applied_on": "2021-10-01",
        "decided_on": "2021-12-01", "entered_on": entered_on, "stage_at_entry": "idea", "project_type": "services",
        "theme": "food", "economic_model": "cooperative", "last_seen_on": "2026-06-30", **facts,
    }  # fmt: skip


def enterprise(key, project_id, born_on, **facts):
    return {
        "enterprise_id": key, "structure_id": "S1", "project_id": project_id, "legal_form": "706", "born_on": born_on,
        "observed_from": born_on, "last_seen_on": "2026-06-30", "nace_version": "2025", "nace_code": "62.010", **facts,
    }  # fmt: skip


def delivery(projects, enterprises=(), participations=()):
    frames = {
        "structures": STRUCTURES,
        "projects": pd.DataFrame(projects),
        "enterprises": pd.DataFrame(enterprises, columns=None if len(enterprises) else ["enterprise_id"]),
    }
    if participations:
        frames["participations"] = pd.DataFrame(participations)
    made = tables.from_frames(frames, {"name": "test", "delivered_on": "2026-06-30", "is_synthetic": True})
    return cohort.as_of(made, "2026-06-30")


SEVEN = delivery(
    [
        project("P1", project_type="goods"),
        project("P2"),
        project("P3", project_type=""),
        project("P4", selection="rejected", entered_on=None),
        project("P5", selection="waiting_list", entered_on=None),
        project("P6", selection="", decided_on=None, entered_on=None),
        project("P7", structure_id="S2"),
    ]
)


def by_group(table, column="estimate"):
    return table.set_index("group")[column].to_dict()


def test_projects_are_those_selected_by_the_evaluated_structure_and_gaps_are_unknown():
    assert by_group(portfolio.projects(SEVEN, "project_type")) == {"goods": 1, "services": 1, "unknown": 1, "all": 3}


@pytest.mark.parametrize("by", ["stage_at_entry", "theme", "economic_model", "programme", "cohort", "entry_year"])
def test_every_grouping_counts_each_project_once(by):
    counts = by_group(portfolio.projects(SEVEN, by))
    assert counts["all"] == 3 == sum(counts.values()) - counts["all"]


def test_the_programme_is_the_first_one_entered():
    taken = [
        {
            "participation_id": "A",
            "project_id": "P1",
            "programme": "blossom",
            "cohort": "b1",
            "started_on": "2023-01-01",
        },
        {"participation_id": "B", "project_id": "P1", "programme": "seeds", "cohort": "s1", "started_on": "2022-01-01"},
    ]
    counts = by_group(portfolio.projects(delivery([project("P1"), project("P2")], (), taken), "programme"))
    assert counts == {"seeds": 1, "unknown": 1, "all": 2}


def test_another_grouping_is_refused():
    with pytest.raises(ParameterError, match="project_type"):
        portfolio.projects(SEVEN, "name")


def test_selection_adds_up_to_all_applications():
    table = portfolio.selection(SEVEN)
    assert by_group(table, "n_events") == {"selected": 3, "rejected": 1, "waiting_list": 1, "unknown": 1}
    assert set(table["n"]) == {6}
    assert table["estimate"].sum() == pytest.approx(1)
    assert (table["low"] < table["estimate"]).all() and (table["high"] > table["estimate"]).all()


# P1 creates after six months; P2 existed before (Blossom); P3 creates twice: the second is no creation;
# P4 was carried on by another entity, which is not counted again.
ENTERPRISES = [
    enterprise("E1", "P1", "2022-07-01"),
    enterprise("E2", "P2", "2020-01-01", legal_form="017"),
    enterprise("E3", "P3", "2022-03-01"),
    enterprise("E4", "P3", "2023-03-01"),
    enterprise("E5", "P4", "2022-02-01", ended_on="2023-01-01", end_kind="taken_over", continued_by="E6"),
    enterprise("E6", "P4", "2023-01-02"),
    enterprise("E7", "P5", "2022-02-01"),  # not selected
]
FIVE = [*(project(f"P{i}") for i in range(1, 5)), project("P5", selection="rejected", entered_on=None)]


def test_supported_and_created_enterprises_are_never_mixed():
    dataset = delivery(FIVE, ENTERPRISES)
    sizes = {
        origin: by_group(portfolio.enterprises(dataset, "legal_form", origin))["all"]
        for origin in ("supported", "created", "existing")
    }
    assert sizes == {"supported": 5, "created": 3, "existing": 2}


def test_form_and_sector_of_all_supported_are_public_what_was_created_is_not():
    dataset = delivery(FIVE, ENTERPRISES)
    assert portfolio.enterprises(dataset, "nace_section").attrs["about"]["privacy"] == "register"
    assert portfolio.enterprises(dataset, "joint_committee").attrs["about"]["privacy"] == "confidential"
    assert portfolio.enterprises(dataset, "nace_section", "created").attrs["about"]["privacy"] == "confidential"


def test_a_sector_or_committee_not_known_is_counted():
    dataset = delivery(FIVE, ENTERPRISES)
    assert by_group(portfolio.enterprises(dataset, "joint_committee")) == {"unknown": 5, "all": 5}


def test_creation_counts_projects_that_could_create_and_had_the_time():
    # Intake 2022: P1 and P4 and P3 within 24 months, of four that could (P2 had one already, P6 never created).
    # Intake 2025: entered 12 months before the as-of date, so 24 months cannot be judged.
    projects = [*FIVE, project("P6"), project("P7", entered_on="2025-07-01"), project("P8", entered_on="2025-07-01")]
    table = portfolio.creation(delivery(projects, [*ENTERPRISES, enterprise("E8", "P7", "2025-08-01")]), months=24)
    assert table["group"].tolist() == ["2022", "2025", "all"]
    assert table["n"].tolist() == [4, 2, 4]
    assert table["n_events"].tolist()[0] == 3 and np.isnan(table["n_events"][1])
    assert table["estimate"].tolist()[0] == 0.75 == table["estimate"].tolist()[2]
    assert table["note"].tolist() == ["", "immature", ""]
    assert set(table["at_months"]) == {24}


@pytest.mark.parametrize("entered_on", ["2024-02-01", "2024-11-01"])
def test_a_year_has_had_its_time_by_the_calendar_and_not_by_when_its_few_came(entered_on):
    assert (
        "2024" in (table := portfolio.creation(delivery([project("P1", entered_on=entered_on)]), months=24))["group"][0]
    )
    assert table["note"].tolist() == ["immature", "not_estimable"]


@pytest.mark.parametrize(("born_on", "created"), [("2024-01-01", 1), ("2024-01-02", 0), ("2022-01-01", 1)])
def test_creation_is_in_time_up_to_the_same_day_months_later(born_on, created):
    table = portfolio.creation(delivery([project("P1")], [enterprise("E1", "P1", born_on)]), months=24)
    assert table["n_events"].tolist() == [created, created]


def test_without_any_mature_intake_nothing_is_claimed():
    table = portfolio.creation(delivery([project("P1", entered_on="2026-01-01")]), months=24)
    assert table["estimate"].isna().all()
    assert table["note"].tolist() == ["immature", "not_estimable"]


def test_holders_tell_how_much_the_largest_projects_give():
    sizes = [5, 3, 1, 1, None]
    dataset = delivery([project(f"P{i}", n_holders=n, n_women_holders=n and 1) for i, n in enumerate(sizes)])
    row = portfolio.holders(dataset).iloc[0]
    assert (row["estimate"], row["n_persons"], row["n_enterprises"]) == (10, 10, 4)
    assert (row["largest_share"], row["two_largest_share"]) == (0.5, 0.8)
    women = portfolio.women_holders(dataset).iloc[0]
    assert (women["n"], women["n_events"], women["estimate"]) == (10, 4, 0.4)


def test_stops_are_counted_by_reason_and_ends_by_kind():
    ended = {"ended_on": "2023-01-01", "end_kind": "stopped"}
    projects = [
        project("P1", **ended, end_reason="funding"),
        project("P2", **ended),
        project("P3", ended_on="2023-01-01", end_kind="enterprise_created"),
        project("P4"),
    ]
    assert by_group(portfolio.stops(delivery(projects))) == {"funding": 1, "unknown": 1, "all": 2}
    assert by_group(portfolio.stops(delivery(projects), "end_kind")) == {
        "stopped": 2,
        "enterprise_created": 1,
        "all": 3,
    }


def test_every_table_passes_the_gate_and_hides_what_is_small():
    many = [
        project(
            f"P{i:02d}", project_type="goods" if i < 25 else "services" if i < 38 else "rare", n_holders=1 + i % 3,
            n_women_holders=i % 2, entered_on=f"{2020 + i // 15}-03-01",
        )
        for i in range(40)
    ]  # fmt: skip
    dataset = delivery(many, [enterprise(f"E{i:02d}", f"P{i:02d}", "2023-06-01") for i in range(0, 40, 2)])
    released = gate(portfolio.projects(dataset, "project_type"), "projects_by_type")
    assert released.set_index("group")["hidden"].to_dict() == {
        "goods": False, "rare": True, "services": True, "all": False,
    }  # fmt: skip
    for table in (
        portfolio.selection(dataset), portfolio.creation(dataset), portfolio.holders(dataset), portfolio.stops(dataset),
        portfolio.women_holders(dataset), portfolio.enterprises(dataset, "legal_family"),
    ):  # fmt: skip
        assert set(gate(table, "any").columns) == {*table.columns, "hidden"}


def test_the_delivery_is_not_changed():
    before = SEVEN["projects"].copy()
    portfolio.projects(SEVEN, "project_type")
    portfolio.creation(SEVEN)
    pd.testing.assert_frame_equal(SEVEN["projects"], before)
