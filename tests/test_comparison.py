"""The programme beside each of those it can be compared with: the same numbers as one by one, and refusals in words."""

import numpy as np
import pandas as pd
import pytest

from coopeval import balance, cohort, comparison, survival, synthetic
from coopeval.disclosure import gate
from coopeval.errors import DataError, ParameterError
from coopeval.synthetic.shares import shares

FACTS = ["stage", "model"]


def made(n=240, seed=3):
    """Projects of three arms, with a score; whoever is selected has more of everything."""
    rng = np.random.default_rng(seed)
    arm = rng.permutation(np.repeat(["programme", "rejected", "structure"], n // 3))
    away = np.abs(rng.normal(0, 6, n)) + 0.5  # the jury kept to 60
    score = np.where(arm == "structure", np.nan, 60 + np.where(arm == "programme", away, -away)).round()
    own = arm == "programme"
    frame = pd.DataFrame(
        {
            "project_id": [f"P{i}" for i in range(n)], "arm": arm, "selection_score": score,
            "structure": np.where(arm == "structure", "Other", "Own"),
            "stage": np.where(rng.random(n) < 0.4 + 0.2 * own, "idea", "operating"),
            "model": rng.choice(["coop", "profit", "asbl"], n), "entry_year": rng.choice(["2019", "2021"], n),
            "created": (rng.random(n) < 0.3 + 0.2 * own).astype(float),
            "jobs": rng.poisson(1 + own).astype(float),
        }
    )  # fmt: skip
    frame.attrs = {"about": {"as_of": "2026-06-30", "unit": "projects", "clock": "entry", "is_synthetic": True}}
    return frame


def spells(n=180, seed=5):
    rng = np.random.default_rng(seed)
    arm = np.repeat(["programme", "register"], n // 2)
    lasts = rng.exponential(np.where(arm == "programme", 80, 50)).round(1) + 0.1
    entry = np.where(rng.random(n) < 0.3, 6.0, 0.0)
    frame = pd.DataFrame(
        {
            "enterprise_id": [f"E{i}" for i in range(n)], "arm": arm, "entry": entry,
            "exit": np.minimum(entry + lasts, 90.0), "event": entry + lasts < 90,
            "stage": rng.choice(["idea", "operating"], n), "model": rng.choice(["coop", "profit"], n),
        }
    )  # fmt: skip
    frame.attrs = {"about": {"as_of": "2026-06-30", "clock": "age", "is_synthetic": True}}
    return frame


PROJECTS, SPELLS = made(), spells()
FEW = comparison.Resampling(60)


def test_each_comparison_is_the_one_made_alone():
    table = comparison.effects(PROJECTS, ["rejected", "structure"], FACTS, "created", "entropy")
    for name in ("rejected", "structure"):
        rows = cohort.against(PROJECTS, name, FACTS, "created")
        alone = balance.effect(rows, "treated", FACTS, "created", method="entropy", against=name)
        own = table[table["against"].eq(name)].reset_index(drop=True)
        columns = ["group", "n", "n_reference", "estimate", "se", "low", "high", "p", "e_value"]
        pd.testing.assert_frame_equal(own[columns], pd.DataFrame(dict(alone))[columns], check_dtype=False)
    plain = table[table["group"].eq("unadjusted") & table["against"].eq("rejected")].iloc[0]
    shares = PROJECTS.groupby("arm")["created"].mean()
    assert plain["estimate"] == pytest.approx(shares["programme"] - shares["rejected"])
    assert table["design"].map({"association": 1, "adjusted": 0}).tolist() == [1, 0, 0, 0] * 2


def test_p_values_are_adjusted_for_the_number_of_groups_compared_with():
    # Holm of two: the smaller p twice, the larger at least that.
    table = comparison.effects(PROJECTS, ["rejected", "structure"], FACTS, "created")
    for way in ("unadjusted", "weighted"):
        pair = table[table["group"].eq(way)].sort_values("p")
        first, second = pair["p"]
        by_hand = [min(2 * first, 1), min(max(2 * first, second), 1)]
        assert pair["p_adjusted"].tolist() == pytest.approx(by_hand)
    alone = comparison.effects(PROJECTS, ["rejected"], FACTS, "created")
    assert "p_adjusted" not in alone
    assert gate(table, "example")["p_adjusted"].notna().any()


def test_whom_nobody_can_be_compared_with_has_rows_that_say_so():
    table = comparison.effects(PROJECTS, ["rejected", "waiting_list"], FACTS, "created")
    absent = table[table["against"].eq("waiting_list")]
    assert absent["group"].tolist() == ["unadjusted", "weighted", "doubly_robust", "standardised"]
    assert set(absent["note"]) == {"not_comparable"} and absent["estimate"].isna().all()
    assert absent[["e_value", "e_value_limit", "p"]].isna().all(axis=None)  # sentences ask for them
    assert absent["n_reference"].eq(0).all()
    separated = PROJECTS.assign(stage=np.where(PROJECTS["arm"].eq("programme"), "a", "b"))
    only = comparison.effects(separated, ["rejected"], ["stage"], "created")  # no overlap at all
    assert set(only["note"]) == {"not_comparable"} and only["n"].eq(80).all()
    first = PROJECTS.index[PROJECTS["arm"].eq("rejected")][:1]
    one_left = PROJECTS[PROJECTS["arm"].eq("programme") | PROJECTS.index.isin(first)]
    lone = comparison.effects(one_left, ["rejected"], FACTS, "jobs")
    assert set(lone["note"]) == {"not_comparable"}
    for made_of in (table, only, lone):
        assert not gate(made_of, "effects")["hidden"].any()  # a gap is said, not withheld


def test_balance_and_weights_tell_of_each_comparison():
    one = comparison.alike(PROJECTS, ["rejected"], FACTS, "entropy", ["entry_year"])
    assert "against" not in one and one["group"].str.startswith("entry_year").sum() == 2
    used = ~one["group"].str.startswith("entry_year")
    assert one.loc[used, "after"].abs().max() < 1e-6 < one.loc[used, "before"].abs().max()
    two = comparison.spread(PROJECTS, ["rejected", "waiting_list"], FACTS)
    assert two["note"].tolist()[-1] == "not_comparable" and two["n"].tolist()[:2] == [80, 80]
    assert (two["estimate"].dropna() <= two["n"][: two["estimate"].notna().sum()] + 1e-9).all()
    bands = comparison.overlap(PROJECTS, "rejected", FACTS)
    assert bands["n_events"].sum() == 80
    assert set(comparison.overlap(PROJECTS, "waiting_list", FACTS)["note"]) == {"not_comparable"}
    for table in (one, two, bands):
        gate(table, "tables")


def test_enterprises_compared_alone_or_together_are_the_same():
    table = comparison.lasting(SPELLS, ["register", "structure"], FACTS, at_months=36, resampling=FEW)
    rows = cohort.against(SPELLS, "register", FACTS)
    alone = survival.compared(rows, "arm", ("programme", "register"), at_months=36)
    shares = survival.at(rows, [36], by="arm").set_index("group")["estimate"]
    assert alone["estimate"].iloc[0] == pytest.approx(shares["programme"] - shares["register"])  # never the reverse
    plain = table[table["group"].eq("unadjusted") & table["against"].eq("register")].iloc[0]
    assert [plain["estimate"], plain["low"]] == pytest.approx(alone[["estimate", "low"]].iloc[0].tolist())
    assert table["at_months"].eq(36).all()
    assert table.loc[table["against"].eq("structure"), "note"].tolist() == ["not_comparable"] * 2
    months = comparison.lasting(SPELLS, ["register"], FACTS, tau=36, resampling=FEW)
    assert months["tau"].eq(36).all() and months.attrs["about"]["unit"] == "months"


def test_curves_hold_the_programme_the_others_and_the_others_weighted():
    alike = pd.concat([SPELLS.assign(stage="idea"), SPELLS.assign(stage="operating")], ignore_index=True)
    alike = alike.assign(
        enterprise_id=[f"E{i}" for i in range(len(alike))]
    )  # the same mix in both arms: weights of one
    alike.attrs = SPELLS.attrs
    table = comparison.curves(alike, "register", ["stage"])
    curves = {name: part.reset_index(drop=True) for name, part in table.groupby("group")}
    assert set(curves) == {"programme", "register", "register_weighted"}
    figures = ["at_months", "estimate"]
    pd.testing.assert_frame_equal(curves["register"][figures], curves["register_weighted"][figures])
    bare = comparison.curves(SPELLS, "register", ["no_such_column"])
    assert set(bare["group"]) == {"programme", "register"}
    assert comparison.stacked.NOT_POSSIBLE in bare.attrs["about"]["warnings"]


def test_the_pace_of_ceasing_is_that_of_the_model():
    table = comparison.pace(SPELLS, ["register", "rejected"], FACTS)
    rows = cohort.against(SPELLS, "register", FACTS)
    alone = survival.hazards(rows, "arm(register) + stage + model").set_index("group").loc["arm=programme"]
    own = table.set_index("reference")
    assert own.loc["register", ["estimate", "low", "high"]].tolist() == pytest.approx(
        alone[["estimate", "low", "high"]].tolist()
    )
    assert own.loc["rejected", "note"] == "not_comparable" and own.loc["rejected", "group"] == "programme"
    gate(table, "pace")


def test_the_threshold_is_that_of_balance_for_applicants_alone():
    table = comparison.threshold(PROJECTS, 60, [8, 12], "created")
    applicants = PROJECTS[PROJECTS["arm"].ne("structure")].dropna(subset=["selection_score"])
    applicants = applicants.assign(selected=applicants["arm"].eq("programme"))
    alone = balance.threshold(applicants, "selection_score", 60, "created", [8, 12], missing="drop", treated="selected")
    assert table["estimate"].notna().all()
    assert table["estimate"].tolist() == pytest.approx(alone["estimate"].tolist())
    none = comparison.threshold(PROJECTS, 500, [5], "created")
    assert none["note"].tolist() == ["few_per_side"] and none["n"].tolist() == [0]


def test_structures_side_by_side():
    table = comparison.side_by_side(PROJECTS, FACTS, "created").set_index("group")
    shares = PROJECTS[PROJECTS["arm"].ne("rejected")].groupby("structure")["created"].mean()
    assert table["estimate"].to_dict() == pytest.approx(shares.to_dict())
    unknown = comparison.side_by_side(PROJECTS.assign(created=np.nan), FACTS, "created")
    assert set(unknown["note"]) == {"not_estimable"} and unknown["estimate"].isna().all()


def test_groups_are_counted_with_their_design():
    told = comparison.groups(PROJECTS)[["group", "design", "n"]].values.tolist()
    assert told == [["programme", "", 80], ["rejected", "adjusted", 80], ["structure", "adjusted", 80]]


def test_order_is_nothing_and_the_input_stays():
    before = PROJECTS.copy(deep=True)
    turned = PROJECTS.iloc[::-1].reset_index(drop=True)
    turned.attrs = PROJECTS.attrs
    one, other = (comparison.effects(frame, ["rejected"], FACTS, "jobs") for frame in (PROJECTS, turned))
    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(PROJECTS, before)


def test_the_planted_difference_of_rejected_applicants_is_in_the_interval():
    world = synthetic.world(1, 0.1, 11)
    frame = cohort.compared(cohort.as_of(synthetic.delivery(world, "2026S1"), "2026-06-30"))
    rows = pd.DataFrame(shares(world, pd.Timestamp("2026-06-30")))
    known = rows[rows["outcome"].eq("created")].set_index("option")["without"]
    table = comparison.effects(frame, ["rejected"], ["stage_at_entry", "entry_period"], "created")
    found = table.set_index("group").loc["doubly_robust"]
    assert found["low"] < known["S1"] - known["rejected"] < found["high"]


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        (lambda: comparison.effects(PROJECTS, ["rejected"], FACTS, "happiness"), ParameterError),
        (lambda: comparison.effects(PROJECTS, "rejected", FACTS, "created"), ParameterError),
        (lambda: comparison.effects(PROJECTS, ["everybody"], FACTS, "created"), ParameterError),
        (lambda: comparison.lasting(SPELLS, ["register"], FACTS), ParameterError),
        (lambda: comparison.side_by_side(PROJECTS, FACTS, "jobs"), ParameterError),
        (lambda: comparison.threshold(PROJECTS, 60, [8], "happiness"), ParameterError),
        (lambda: comparison.groups(PROJECTS[["jobs"]]), DataError),
    ],
)
def test_what_makes_no_sense_is_refused(call, refusal):
    with pytest.raises(refusal):
        call()
