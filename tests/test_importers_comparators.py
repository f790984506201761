"""Comparators drawn from risk sets: who may be drawn, that nobody looks ahead, and that the truth is found again."""

import json

import numpy as np
import pandas as pd
import pytest
from demo_data import delivered
from lists import beside
from registers import cases, made_up

from coopeval import cohort, comparison, survival, tables
from coopeval.errors import DataError, ParameterError
from coopeval.importers import comparators_delivery
from coopeval.importers.comparators import draw
from coopeval.importers.comparators_criteria import Criteria, facts
from coopeval.importers.comparators_risk import RiskSets

SHARES = [0.2, 0.4, 0.4]
CASE = {
    "enterprise_id": "C1", "structure_id": "S1", "project_id": "P1", "kbo_number": "1555555544", "legal_form": "706",
    "legal_form_now": "", "born_on": "2018-03-01", "observed_from": "2019-06-01", "matched_on": "2019-06-01",
    "ended_on": None, "not_ended_before": None, "end_kind": "", "continued_by": "", "last_seen_on": "2026-06-30",
    "nace_version": "2008", "nace_code": "62010", "joint_committee": "", "postcode": "1000",
}  # fmt: skip
LIKE = {
    **CASE,
    "structure_id": "X",
    "project_id": "",
    "kbo_number": "",
    "matched_on": None,
    "observed_from": "2018-03-01",
}


def rows(*changes, of=LIKE):
    frame = pd.DataFrame([{**of, "enterprise_id": f"E{n}", **change} for n, change in enumerate(changes)])
    days = ["born_on", "observed_from", "matched_on", "ended_on", "not_ended_before", "last_seen_on"]
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in days})


def case(**changes):
    return rows({"enterprise_id": "C1", **changes}, of=CASE)


def ids(drawn):
    return drawn["enterprise_id"].str.removeprefix("REG-").tolist()


UNLIKE = {
    "born too early": {"born_on": "2017-08-31"},
    "born too late": {"born_on": "2018-09-02"},
    "of another family": {"legal_form": "017"},
    "of another section": {"nace_code": "56101"},
    "of another region": {"postcode": "4000"},
    "without a postcode": {"postcode": ""},
    "ended the day before": {"ended_on": "2019-05-31", "end_kind": "ceased"},
    "not yet watched": {"observed_from": "2019-06-02"},
    "lost from sight before": {"last_seen_on": "2019-05-31"},
    "supported itself": {"kbo_number": "1555555544"},
}


@pytest.mark.parametrize("why", UNLIKE)
def test_who_is_unlike_or_not_at_risk_is_not_drawn(why):
    drawn, quality = draw(case(), rows({}, UNLIKE[why]), ratio=5)
    assert ids(drawn) == ["E0"]
    assert quality[["outcome", "n_candidates", "n_drawn"]].values.tolist() == [["fewer", 1, 1]]


AT_THE_EDGE = {
    "born on the first day": {"born_on": "2017-09-01"},
    "of another form of the family": {"legal_form": "006"},
    "of another trade of the section": {"nace_code": "61900"},
    "ending on that day": {"ended_on": "2019-06-01", "end_kind": "ceased", "last_seen_on": "2019-06-01"},
    "watched from that day": {"observed_from": "2019-06-01"},
}


@pytest.mark.parametrize("why", AT_THE_EDGE)
def test_who_is_just_alike_and_at_risk_is_drawn(why):
    assert ids(draw(case(), rows(AT_THE_EDGE[why]))[0]) == ["E0"]


def test_a_comparator_is_watched_from_the_day_of_matching_and_has_the_entry_of_its_case():
    # created after entry: both come under observation on the day the case was born
    drawn, quality = draw(case(matched_on="2017-06-01", observed_from="2018-03-01"), rows({"born_on": "2018-01-05"}))
    one = drawn.iloc[0]
    assert (one["matched_on"], one["observed_from"]) == (pd.Timestamp("2017-06-01"), pd.Timestamp("2018-03-01"))
    assert (one["structure_id"], one["enterprise_id"]) == ("REGISTER", "REG-E0")
    assert quality["at_risk_on"].item() == pd.Timestamp("2018-03-01")


def test_who_is_supported_later_is_watched_until_the_day_before():
    number = "0123456749"
    supported = pd.DataFrame({"kbo_number": [number], "supported_from": [pd.Timestamp("2021-01-01")]})
    ended = {"kbo_number": number, "ended_on": "2023-01-01", "end_kind": "ceased", "last_seen_on": "2023-01-01"}
    drawn = draw(case(), rows(ended), supported=supported)[0].iloc[0]
    assert (drawn["last_seen_on"], drawn["end_kind"], drawn["kbo_number"]) == (pd.Timestamp("2020-12-31"), "", "")
    assert pd.isna(drawn["ended_on"])


def test_a_successor_carries_on_and_an_absorber_does_not():
    taken = {"ended_on": "2020-01-31", "end_kind": "taken_over", "last_seen_on": "2020-01-31", "continued_by": "E1"}
    heir = {"born_on": "2020-02-01", "ended_on": "2024-01-31", "end_kind": "ceased", "last_seen_on": "2024-01-31"}
    drawn = draw(case(), rows(taken, heir))[0]
    assert ids(drawn) == ["E0"] and drawn["ended_on"].item() == pd.Timestamp("2024-01-31")
    both = draw(case(), rows(taken, {}))[0].set_index("enterprise_id")  # E1 was there before: two lives
    assert both["end_kind"].to_dict() == {"REG-E0": "taken_over", "REG-E1": ""}


def test_a_circle_of_take_overs_is_refused():
    taken = {"ended_on": "2018-03-01", "end_kind": "taken_over", "last_seen_on": "2018-03-01"}
    with pytest.raises(DataError, match="in a circle"):
        draw(case(), rows({**taken, "continued_by": "E1"}, {**taken, "continued_by": "E0"}))


def test_a_case_nobody_can_be_drawn_for_is_told_with_the_reason():
    told = pd.concat(
        [case(), case(enterprise_id="C2", matched_on=None), case(enterprise_id="C3", postcode=""),
         case(enterprise_id="C4", ended_on="2019-01-01")]
    )  # fmt: skip
    drawn, quality = draw(told, rows({"postcode": "4000"}))
    assert not len(drawn)
    assert quality[["outcome", "missing", "would_help", "n_would_help"]].values.tolist() == [
        ["none", "", "anywhere", 1], ["no_entry_date", "", "", 0], ["fact_missing", "region", "", 0],
        ["ended_before_entry", "", "", 0],
    ]  # fmt: skip


def test_likeness_is_given_up_in_one_order_and_only_when_asked():
    register = rows({}, {"born_on": "2017-04-01"}, {"postcode": "4000"}, {"postcode": "1050"})
    narrow = Criteria(place="municipality")
    drawn, quality = draw(case(), register, ratio=3, criteria=narrow)
    assert ids(drawn) == ["E0"] and quality[["would_help", "n_would_help"]].values.tolist() == [["region", 1]]
    drawn, quality = draw(case(), register, ratio=3, criteria=Criteria(place="municipality", relax=True))
    assert ids(drawn) == ["E0", "E1", "E3"] and quality["relaxed"].item() == "birth_doubled"
    wide = draw(case(), register, ratio=4, criteria=Criteria(place="municipality", relax=True))
    assert ids(wide[0]) == ["E0", "E1", "E2", "E3"] and wide[1]["relaxed"].item() == "anywhere"


@pytest.mark.parametrize("wrong", [{"form": "family"}, {"place": "street"}, {"born_within_months": 0}])
def test_a_criterion_that_does_not_exist_is_refused(wrong):
    with pytest.raises(ParameterError, match="Choose"):
        Criteria(**wrong)


def test_nobody_stands_in_two_sets_unless_asked_and_never_twice_in_one():
    two = pd.concat([case(), case(enterprise_id="C2", kbo_number="")])
    register = rows({}, {}, {})
    assert sorted(ids(draw(two, register, ratio=2)[0])) == ["E0", "E1", "E2"]
    again = draw(two, register, ratio=3, criteria=Criteria(reuse=True))[0]
    assert len(again) == 6 and again["enterprise_id"].is_unique
    assert sorted(ids(again))[:2] == ["E0-C1", "E0-C2"]


@pytest.fixture(scope="module")
def people():
    return cases(60, 3, 1.0), made_up(1500, SHARES, 4)


@pytest.mark.parametrize("reuse", [False, True])
def test_the_order_of_rows_changes_nothing(people, reuse):
    programme, register = people
    criteria = Criteria(reuse=reuse)
    mixed = draw(programme[::-1], register.sample(frac=1, random_state=1), criteria=criteria)
    for one, other in zip(draw(programme, register, criteria=criteria), mixed, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_rows_elsewhere_change_no_other_set(people):
    programme, register = people
    cooperatives = programme[programme["legal_form"].eq("706")]
    others = register[register["legal_form"].ne("706")]
    drawn = draw(programme, register)[0]
    alone = draw(cooperatives, register.drop(others.index[::2]))[0]
    expected = drawn[drawn["legal_form"].eq("706")].reset_index(drop=True)
    pd.testing.assert_frame_equal(expected, alone)


def later_ends_changed(register, day):
    """The same register with other ends after a day: who ended goes on, and who goes on ended on the last day."""
    after = register["ended_on"].isna() | register["ended_on"].gt(day)
    last = pd.Timestamp("2026-06-30")
    turned = register["ended_on"].where(~after, register["ended_on"].isna().map({True: last, False: pd.NaT}))
    kind = register["end_kind"].where(~after, turned.notna().map({True: "bankrupt", False: ""}))
    return register.assign(ended_on=turned, end_kind=kind, last_seen_on=register["last_seen_on"].mask(after, last))


def earlier_sets(programme, register, day):
    drawn = draw(programme, register)[0]
    return drawn.loc[drawn["observed_from"].le(day), "enterprise_id"].tolist()


@pytest.mark.parametrize("day", ["2015-01-01", "2018-01-01", "2026-06-29"])
def test_what_happens_after_the_day_of_matching_changes_no_draw(people, day):
    programme, register = people
    day = pd.Timestamp(day)
    assert earlier_sets(programme, register, day) == earlier_sets(programme, later_ends_changed(register, day), day)


def test_a_draw_that_looked_ahead_would_be_caught(people, monkeypatch):
    programme, register = people
    honest = RiskSets.at

    def survivors(self, *asked):
        found = honest(self, *asked)
        return found[np.isnat(self.ended[found])]

    monkeypatch.setattr(RiskSets, "at", survivors)
    day = pd.Timestamp("2018-01-01")
    assert earlier_sets(programme, register, day) != earlier_sets(programme, later_ends_changed(register, day), day)


def test_over_many_draws_comparators_survive_as_their_risk_sets_do():
    programme, register = cases(25, 5, 1.0), made_up(1200, SHARES, 6)
    sets = RiskSets(register, pd.DataFrame({"kbo_number": [], "supported_from": []}))
    like, day = facts(programme).to_dict("records"), programme["observed_from"].to_numpy().astype("M8[D]")
    born = programme["born_on"].to_numpy().astype("M8[D]")
    at_risk = [sets.at(day[n], born[n], like[n], Criteria()) for n in range(25)]
    days = pd.Series(programme["observed_from"].repeat([len(one) for one in at_risk]).to_numpy())
    expected = there_two_years_on(sets.rows.iloc[np.concatenate(at_risk)].reset_index(drop=True), days)
    drawn = pd.concat([draw(programme, register, ratio=5, seed=seed)[0] for seed in range(15)], ignore_index=True)
    found = there_two_years_on(drawn, drawn["observed_from"]).groupby(level=0).agg(["mean", "size"])
    n = found["size"].sum()
    gap = (found["mean"] - expected.groupby(level=0).mean()).mul(found["size"]).sum() / n
    assert n > 1000 and abs(gap) < 3 * 0.5 / np.sqrt(n)


def there_two_years_on(enterprises, day):
    """Whether each is there two years after a day, by the day (no two cases share one)."""
    there = enterprises["ended_on"].isna() | enterprises["ended_on"].ge(day + pd.DateOffset(months=24))
    return pd.Series(there.to_numpy(dtype=float), index=pd.Index(day))


def test_the_comparison_finds_the_hazard_ratio_that_was_put_in():
    true = 0.6
    programme, register = cases(500, 7, true), made_up(6000, SHARES, 8)
    drawn, quality = draw(programme, register, ratio=4)
    assert quality["outcome"].eq("full").mean() > 0.7
    whole = pd.concat([programme.assign(arm="programme"), drawn.assign(arm="register")])
    found = ratio_of(whole)
    assert abs(np.log(found["estimate"] / true)) < 3 * found["se"]
    careless = pd.concat([programme.assign(arm="programme"), register.assign(arm="register")])
    assert abs(np.log(ratio_of(careless)["estimate"] / true)) > 3 * found["se"]  # of other forms, and not at risk


def ratio_of(frame):
    """Hazard ratio of the programme by age, and the standard error of its logarithm."""
    from coopeval.semesters import months_between

    stop = frame["ended_on"].fillna(frame["last_seen_on"])
    seen = frame[["born_on", "observed_from"]].max(axis=1)
    spells = pd.DataFrame(
        {
            "enterprise_id": frame["enterprise_id"].to_numpy(), "arm": frame["arm"].to_numpy(),
            "entry": months_between(frame["born_on"], seen, start_of_day=True),
            "exit": months_between(frame["born_on"], stop), "event": frame["ended_on"].notna().to_numpy(),
        }
    )  # fmt: skip
    spells.attrs["about"] = {"clock": "age", "population": "made up", "is_synthetic": True, "as_of": ""}
    row = survival.hazards(spells[spells["exit"] > spells["entry"]], "arm(register)").iloc[0]
    return {"estimate": row["estimate"], "se": np.log(row["high"] / row["low"]) / (2 * 1.96)}


def register_of(frame, synthetic=True, until="2026-06-30"):
    about = {"name": "register-made-up", "delivered_on": until, "is_synthetic": synthetic}
    return tables.from_frames({"enterprises": frame}, about)


@pytest.fixture(scope="module")
def compared():
    """The demonstration with comparators from a register of its size and places, as of the end of 2026S1."""
    programme = comparators_delivery.cases_of(delivered())
    near = programme.sample(1500, replace=True, random_state=1).reset_index(drop=True)
    register = made_up(1500, SHARES, 9).assign(legal_form=near["legal_form"], nace_code=near["nace_code"])
    made = comparators_delivery.drawn(delivered(), register_of(register), ratio=3, instead=True)
    return made, cohort.as_of(made.dataset, pd.Timestamp("2026-06-30"))


def test_they_become_a_structure_that_the_chapter_of_comparators_uses(compared):
    made, seen = compared
    sample = made.dataset["structures"].query("kind == 'register_sample'")
    assert sample["structure_id"].tolist() == ["REGISTER"] and made.dataset.is_synthetic
    spells = cohort.spells(seen, "entry")
    of_register = spells[spells["arm"].eq("register")]
    assert len(of_register) > 100 and of_register["event"].any() and of_register["entry"].ge(0).all()
    by_age = cohort.spells(seen, "age")
    table = comparison.alike(by_age, ["register"], ["legal_family", "sector", "birth_period"])
    assert len(table)
    assert len(comparison.spread(by_age, ["register"], ["legal_family", "sector", "birth_period"]))


def test_a_sample_that_is_there_gives_way_only_when_asked(compared):
    with pytest.raises(ParameterError, match="SREG"):
        comparators_delivery.drawn(delivered(), register_of(made_up(5, SHARES, 1)))
    assert "SREG" not in set(compared[0].dataset["enterprises"]["structure_id"])


def test_the_delivery_with_comparators_passes_the_check_and_says_how_they_were_drawn(tmp_path):
    place = beside(tmp_path / "delivery", enterprises=case(observed_from="2020-01-01"))
    (place / "settings.toml").write_text('[costs]\nperimeter = "cash"\n')
    register = tables.write(register_of(rows({"observed_from": "2018-03-01"}), synthetic=False), tmp_path / "register")
    read = comparators_delivery.register_in(register)
    made = comparators_delivery.drawn(tables.read(place), read)
    out = comparators_delivery.write_drawn(made, tmp_path / "out", place)
    assert not tables.check(out).refusals
    again = tables.read(out)
    assert not again.is_synthetic  # what is real in part is real
    assert again["enterprises"]["enterprise_id"].tolist() == ["C1", "REG-E0"]
    assert again.about["settings"].costs.perimeter == "cash"
    told = json.loads((out / "quality" / "comparators.json").read_text())
    assert (told["seed"], told["n_drawn"], told["outcomes"]) == (1, 1, {"fewer": 1})
    assert (told["n_asked"], told["n_cases_without_comparators"]) == (5, 0)
    note = again["structures"].set_index("structure_id").loc["REGISTER", "source"]
    assert "1 of 5 asked for" in note and "0 of these have none" in note  # whoever gets the folder alone reads it there
    assert (
        (out / "quality" / "comparators.csv").read_text().splitlines()[1].startswith("C1,2020-01-01,2020-01-01,fewer")
    )


def test_a_register_that_reaches_further_than_the_delivery_is_cut_at_its_day(tmp_path):
    place = beside(tmp_path / "delivery", enterprises=case(observed_from="2020-01-01"))
    ended = {"ended_on": "2027-01-01", "end_kind": "ceased", "last_seen_on": "2027-01-01"}
    made = comparators_delivery.drawn(tables.read(place), register_of(rows(ended), until="2027-12-31"))
    one = made.dataset["enterprises"].set_index("enterprise_id").loc["REG-E0"]
    assert pd.isna(one["ended_on"]) and one["last_seen_on"] == pd.Timestamp("2026-06-30")


def test_a_folder_without_the_table_is_refused(tmp_path):
    with pytest.raises(DataError) as error:
        comparators_delivery.register_in(beside(tmp_path / "delivery"))
    assert [fault.code for fault in error.value.faults.refusals] == ["E-FILE-02"]
