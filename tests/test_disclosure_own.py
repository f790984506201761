"""What the evaluated structure does itself: commitments as they are, nothing about its few persons."""

import pandas as pd
import pytest

from coopeval.disclosure import gate
from coopeval.disclosure.own import ABOUT_PERSONS, COMMITMENTS
from coopeval.errors import DisclosureError
from coopeval.practices.measures import MEASURES
from coopeval.uncertainty import estimates, share


def own(rows, **about):
    usual = {"n": 3, "own_year": "2025", "n_structures": 1, "estimate": 1.0, "note": ""}
    frame = pd.DataFrame([{**usual, **row} for row in rows])
    return estimates(frame, **{"kind": "own_practice", "unit": "plain", "privacy": "confidential", **about})


def test_commitments_are_told_exactly():
    released = gate(
        own([{"group": "general_meetings", "estimate": 2.0}, {"group": "energy_kwh", "estimate": 5.5}]), "x"
    )
    assert released.set_index("group")["estimate"].to_dict() == {"energy_kwh": 5.5, "general_meetings": 2.0}
    assert not released["hidden"].any()
    assert "n_structures" not in released


@pytest.mark.parametrize(("persons", "hidden"), [(None, True), (9, True), (10, False)])
def test_what_tells_of_persons_needs_ten_of_them(persons, hidden):
    released = gate(own([{"group": "share_women_board", "estimate": 0.4, "n_persons": persons}]), "x")
    assert released["hidden"].item() is hidden
    assert released["estimate"].isna().item() is hidden
    assert "n_persons" not in released


def test_a_withheld_answer_stands_in_no_column():
    table = own([{"group": "staff_on_board", "own": "yes"}, {"group": "has_diversity_plan", "own": "no"}])
    released = gate(table, "x").set_index("group")
    assert released["own"].to_dict() == {"has_diversity_plan": "no", "staff_on_board": ""}


def test_every_measure_of_the_plans_has_its_rule_and_only_one():
    assert set(MEASURES) == COMMITMENTS | ABOUT_PERSONS
    assert not COMMITMENTS & ABOUT_PERSONS


def test_a_measure_without_a_rule_is_refused():
    with pytest.raises(DisclosureError, match="sick_days: the gate does not know whether this tells of persons"):
        gate(own([{"group": "sick_days"}]), "x")


def test_figures_of_many_structures_do_not_pass_as_one_own_practice():
    with pytest.raises(DisclosureError, match="of one structure only"):
        gate(own([{"group": "energy_kwh", "n_structures": 4}]), "x")
    table = own([{"group": "energy_kwh"}])
    bare = table.drop(columns="n_structures")
    bare.attrs = table.attrs
    with pytest.raises(DisclosureError, match="without n_structures"):
        gate(bare, "x")


def beside(answer, measure="has_diversity_plan"):
    return share(pd.DataFrame({"group": [measure], "n": [40], "n_events": [12], "own": [answer]}))


def test_beside_figures_of_others_only_a_yes_or_no_about_a_commitment_may_stand():
    assert gate(beside("yes"), "x")["own"].item() == "yes"
    assert gate(beside(None), "x")["n_events"].item() == 10
    with pytest.raises(DisclosureError, match="Leave the column own out"):
        gate(beside("87%"), "x")
    with pytest.raises(DisclosureError, match="Leave the column own out"):
        gate(beside("yes", "share_women_staff"), "x")
