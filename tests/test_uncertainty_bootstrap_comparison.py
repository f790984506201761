"""The figures of a comparison under weights: equal to plain loops, and undefined where they must be."""

import numpy as np
import pandas as pd
import pytest

from coopeval import survival, uncertainty
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty.drawing import designed, drawn, streams

RNG = np.random.default_rng(11)
N, AT, TAU, K = 48, [12.0, 30.0, 54.0], 48.0, [0.0, 1000.0, 25_000.0]
UNITS = pd.DataFrame(
    {
        "enterprise_id": [f"e{i:02}" for i in range(N)],
        "arm": np.repeat(["blossom", "rejected", "seeds"], [20, 16, 12]),
        "entry": np.where(RNG.random(N) < 0.4, RNG.integers(1, 20, N), 0.0),
    }
)  # whole months: many ties of ends with ends, with censorings and with entries
UNITS["exit"] = UNITS["entry"] + RNG.integers(1, 80, N)
UNITS["event"] = RNG.random(N) < 0.6
UNITS["cost_eur"] = np.where(RNG.random(N) < 0.2, np.nan, RNG.lognormal(9, 1, N))
UNITS["jobs"] = np.where(RNG.random(N) < 0.2, np.nan, RNG.poisson(2, N))
JOBS = pd.DataFrame({"cluster": np.repeat(np.arange(N), RNG.integers(0, 6, N))})
JOBS["arm"] = UNITS["arm"].to_numpy()[JOBS["cluster"]]
JOBS["entry"] = np.where(RNG.random(len(JOBS)) < 0.3, RNG.integers(1, 12, len(JOBS)), 0.0)
JOBS["exit"], JOBS["event"] = JOBS["entry"] + RNG.integers(1, 60, len(JOBS)), RNG.random(len(JOBS)) < 0.5
SPELL = ("entry", "exit", "event", "arm")
WEIGHTS = drawn(designed(range(N), UNITS["arm"]), streams(designed(range(N), UNITS["arm"]), 4), 50).T
BALANCED = WEIGHTS * RNG.uniform(0.2, 3, WEIGHTS.shape)


def spells(frame: pd.DataFrame, *rest):
    return *(frame[column] for column in SPELL), *rest


def plain_curve(rows: dict, weight: np.ndarray, until: float) -> tuple[list, list]:
    """Times and shares of one group in one replicate, one time after the other."""
    times, shares, share = [0.0], [1.0], 1.0
    for time in sorted(set(rows["exit"][rows["event"] & (rows["exit"] <= until)])):
        at_risk = weight[(rows["entry"] < time) & (rows["exit"] >= time)].sum()
        ended = weight[rows["event"] & (rows["exit"] == time)].sum()
        if share > 0:
            share = share * (1 - ended / at_risk) if at_risk > 0 else np.nan
        share = 0.0 if abs(share) < 1e-12 else share
        times.append(time), shares.append(share)
    return times, shares


def plain_at(rows: dict, weight: np.ndarray, month: float) -> float:
    share = plain_curve(rows, weight, month)[1][-1]
    seen = weight[rows["exit"] >= month].sum() > 0 and weight[rows["entry"] < month].sum() > 0
    return share if seen or share == 0 else np.nan


def plain_area(rows: dict, weight: np.ndarray, tau: float) -> float:
    times, shares = plain_curve(rows, weight, tau)
    seen = weight[rows["exit"] >= tau].sum() > 0 or shares[-1] == 0
    whole = seen and weight[rows["entry"] <= 0].sum() > 0
    return sum(s * w for s, w in zip(shares, np.diff([*times, tau]), strict=True)) if whole else np.nan


def plain_mean(values: np.ndarray, weight: np.ndarray) -> float:
    known = ~np.isnan(values)
    return (weight * values)[known].sum() / weight[known].sum() if weight[known].sum() > 0 else np.nan


def by_loop(figure, frame: pd.DataFrame, weights: np.ndarray, *over) -> np.ndarray:
    """[b, groups x months]: each replicate, each group, each month on its own."""
    cluster = frame["cluster"].to_numpy() if "cluster" in frame else np.arange(len(frame))
    arms = [(own, frame["arm"].to_numpy() == own) for own in sorted(frame["arm"].unique())]
    rows = [({c: frame[c].to_numpy()[own] for c in frame}, cluster[own]) for _, own in arms]  # of each group
    return np.array([[figure(r, one[c], *o) for r, c in rows for o in over or [()]] for one in weights])


@pytest.mark.parametrize("weights", [WEIGHTS, BALANCED], ids=["counts", "decimals"])
def test_each_statistic_equals_a_plain_loop(weights):
    jobs_at = [(month,) for month in (6.0, 24.0, 40.0)]
    pairs = [
        (uncertainty.survival_under(*spells(UNITS, AT)), by_loop(plain_at, UNITS, weights, *[(a,) for a in AT])),
        (uncertainty.rmst_under(*spells(UNITS, TAU)), by_loop(plain_area, UNITS, weights, (TAU,))),
        (
            uncertainty.persistence_under(JOBS["cluster"], *spells(JOBS, [6, 24, 40])),
            by_loop(plain_at, JOBS, weights, *jobs_at),
        ),
        (
            uncertainty.mean_under(UNITS["cost_eur"], UNITS["arm"]),
            by_loop(lambda rows, w: plain_mean(rows["cost_eur"], w), UNITS, weights),
        ),
        (
            uncertainty.ratio_under(UNITS["cost_eur"], UNITS["jobs"], UNITS["arm"]),
            by_loop(
                lambda rows, w: (
                    plain_mean(rows["cost_eur"] + 0 * rows["jobs"], w)
                    / plain_mean(rows["jobs"] + 0 * rows["cost_eur"], w)
                ),
                UNITS,
                weights,
            ),
        ),
    ]
    for ours, loop in pairs:
        np.testing.assert_allclose(ours(weights), loop, rtol=1e-12, atol=1e-14)


def test_without_weights_it_is_the_curve_itself():
    ones = np.ones((1, N))
    exact = survival.at(UNITS, AT, by="arm")
    ours = uncertainty.survival_under(*spells(UNITS, AT))(ones)[0]
    np.testing.assert_allclose(ours[exact["estimate"].notna()], exact["estimate"].dropna(), rtol=1e-12)
    late = UNITS.assign(entry=0.0)
    area = survival.rmst(late, TAU, by="arm")["estimate"]
    np.testing.assert_allclose(uncertainty.rmst_under(*spells(late, TAU))(ones)[0], area, rtol=1e-12)


def test_a_copied_row_is_a_row_of_weight_two():
    """Law: weights that are counts give what the copied rows give."""
    copied = UNITS.loc[np.repeat(np.arange(N), WEIGHTS[0].astype(int))]
    copied = copied.assign(enterprise_id=np.arange(len(copied)))
    exact = survival.at(copied, AT, by="arm")["estimate"].to_numpy()
    ours = uncertainty.survival_under(*spells(UNITS, AT))(WEIGHTS[:1])[0]
    told = ~np.isnan(ours) & ~np.isnan(exact)
    assert told.sum() >= 6
    np.testing.assert_allclose(ours[told], exact[told], rtol=1e-12)


def test_by_hand_with_delayed_entry():
    # (entry, exit, event): (0,5,1)(0,8,0)(3,6,1)(4,10,1)(5,12,0)(6,7,1); at 5, 6, 7, 10 at risk 4, 4, 4, 2
    entry, leave, event = [0, 0, 3, 4, 5, 6], [5, 8, 6, 10, 12, 7], [True, False, True, True, False, True]
    ours = uncertainty.survival_under(entry, leave, event, ["all"] * 6, [5, 6, 7, 10])(np.ones((1, 6)))
    np.testing.assert_allclose(ours, [[3 / 4, 9 / 16, 27 / 64, 27 / 128]])  # .75, .5625, .4219, .2109


@pytest.mark.parametrize(
    ("weights", "share"),
    [
        ([1, 0, 1, 1, 0], 0.5),  # one of two ends at 3; the last but one enters later
        ([1, 0, 1, 0, 0], 0.5),  # seen until 6, and no further
        ([1, 0, 0, 0, 0], 0.0),  # all that was drawn ended at 3: zero, and it stays so
        ([0, 0, 0, 1, 0], np.nan),  # nobody drawn was at risk at 3: what became of the first months is not known
        ([1, 0, 0, 0, 1], np.nan),  # nobody drawn was seen until 6
        ([0, 0, 0, 0, 0], np.nan),  # nobody drawn
    ],
)
def test_what_a_replicate_cannot_tell_is_nan(weights, share):
    entry, leave, event = [0, 2, 2, 4, 0], [3, 5.5, 6, 9, 5], [True, True, False, False, False]
    statistic = uncertainty.survival_under(entry, leave, event, ["all"] * 5, [6])
    assert statistic(np.array([weights]) * 1.0).item() == pytest.approx(share, nan_ok=True)


def test_a_row_never_at_risk_counts_nowhere():
    gone = UNITS.assign(entry=UNITS["entry"].where(UNITS.index != 3), event=UNITS["event"].where(UNITS.index != 3))
    ours = uncertainty.survival_under(*spells(gone, AT))(WEIGHTS)
    kept = np.delete(np.arange(N), 3)
    without = uncertainty.survival_under(*spells(UNITS.loc[kept], AT))(WEIGHTS[:, kept])
    np.testing.assert_allclose(ours, without, rtol=1e-12)
    empty = uncertainty.survival_under(*spells(UNITS.assign(entry=UNITS["entry"].where(UNITS["arm"] != "seeds")), AT))
    assert np.isnan(empty(WEIGHTS)[:, 6:]).all()


def test_increments_are_differences_to_any_reference():
    levels = uncertainty.stack(
        uncertainty.survival_under(*spells(UNITS, AT)), uncertainty.mean_under(UNITS["jobs"], UNITS["arm"], "jobs")
    )
    both = uncertainty.increments_under(levels, "rejected", keep=True)
    found = both(WEIGHTS)
    place = {figure: k for k, figure in enumerate(both.figures)}
    assert len(place) == 12 + 8
    for figure, k in place.items():
        if figure.against == "rejected":
            own, base = (place[figure._replace(group=g, against=None)] for g in (figure.group, "rejected"))
            np.testing.assert_array_equal(found[:, k], found[:, own] - found[:, base])
    with pytest.raises(ParameterError, match="no group to compare all others with"):
        uncertainty.increments_under(levels, "sprouts")


def test_net_benefit_and_the_share_in_which_each_option_is_best():
    cost, jobs = (uncertainty.mean_under(UNITS[c], UNITS["arm"], c) for c in ("cost_eur", "jobs"))
    benefit = uncertainty.acceptability_under(cost, jobs, K)(WEIGHTS).reshape(50, 3, 3)
    for number, k in enumerate(K):
        np.testing.assert_allclose(benefit[:, :, number], k * jobs(WEIGHTS) - cost(WEIGHTS), rtol=1e-12)
    shares = uncertainty.acceptability(cost(WEIGHTS), jobs(WEIGHTS), K)
    np.testing.assert_allclose(shares, [np.bincount(benefit[:, :, k].argmax(1), minlength=3) / 50 for k in range(3)])
    tied = uncertainty.acceptability(np.zeros((1, 3)), np.array([[1.0, 2, 2]]), [0, 1])
    np.testing.assert_allclose(tied, [[1 / 3, 1 / 3, 1 / 3], [0, 0.5, 0.5]])  # ties share the draw
    assert uncertainty.acceptability(np.array([[1.0, np.nan], [1, 2]]), np.zeros((2, 2)), [1]).tolist() == [[1, 0]]


def test_weights_fitted_anew_multiply_how_often_a_row_was_drawn():
    factor = RNG.uniform(0.5, 2, N)
    mean = uncertainty.mean_under(UNITS["jobs"], UNITS["arm"])
    both = uncertainty.stack(mean, uncertainty.stack(mean, reweigh=lambda w: np.where(w > 0, factor, 7.0)))
    np.testing.assert_allclose(both(WEIGHTS), np.hstack([mean(WEIGHTS), mean(WEIGHTS * factor)]), rtol=1e-12)
    lost = uncertainty.stack(mean, reweigh=lambda w: np.where(np.arange(len(w))[:, None] == 2, np.nan, 1.0) * (w >= 0))
    assert np.isnan(lost(WEIGHTS)).all(axis=1).tolist() == [b == 2 for b in range(50)]
    with pytest.raises(ParameterError, match="balancing weights come as"):
        uncertainty.stack(mean, reweigh=lambda w: w[0])(WEIGHTS)


def test_a_replicate_of_the_comparison_depends_neither_on_their_number_nor_on_blocks():
    levels = uncertainty.stack(
        uncertainty.survival_under(*spells(UNITS, AT)),
        uncertainty.persistence_under(JOBS["cluster"], *spells(JOBS, [6, 24])),
        uncertainty.mean_under(UNITS["jobs"], UNITS["arm"], "jobs"),
    )
    statistic = uncertainty.increments_under(levels, "seeds", keep=True)
    many, few, small = (
        uncertainty.bootstrap(range(N), statistic, number, 7, UNITS["arm"], **rest).values
        for number, rest in ((90, {}), (20, {}), (90, {"block": 1}))
    )
    np.testing.assert_allclose(few, many[:20], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(small, many, rtol=1e-12, atol=1e-15)


def test_refitted_in_a_block_is_refitted_one_by_one():
    two = UNITS["arm"].isin(["blossom", "rejected"]).to_numpy()
    fit = uncertainty.balancing(UNITS.loc[two, ["entry"]], UNITS.loc[two, "arm"].eq("blossom"))
    both = uncertainty.stack(
        uncertainty.mean_under(UNITS["entry"], UNITS["arm"]), reweigh=uncertainty.reweigh_within((two, fit))
    )
    block, alone = both(WEIGHTS), np.vstack([both(one[None, :]) for one in WEIGHTS])
    np.testing.assert_allclose(block, alone, rtol=1e-9)
    # the rejected get the mean entry of the programme, up to what a logistic score leaves; others stay as they are
    plain = uncertainty.mean_under(UNITS["entry"], UNITS["arm"])(WEIGHTS)
    np.testing.assert_allclose(block[:, [0, 2]], plain[:, [0, 2]], rtol=1e-12)
    assert np.nanmean(np.abs(block[:, 0] - block[:, 1])) < np.nanmean(np.abs(plain[:, 0] - plain[:, 1]))


def test_the_order_of_rows_and_the_input_do_not_matter():
    mixed = RNG.permutation(N)
    before = UNITS.copy(deep=True)
    for make in (
        lambda rows: uncertainty.survival_under(*spells(rows, AT)),
        lambda rows: uncertainty.rmst_under(*spells(rows, TAU)),
        lambda rows: uncertainty.ratio_under(rows["cost_eur"], rows["jobs"], rows["arm"]),
    ):
        np.testing.assert_allclose(make(UNITS.loc[mixed])(WEIGHTS[:, mixed]), make(UNITS)(WEIGHTS), rtol=1e-12)
    pd.testing.assert_frame_equal(UNITS, before)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: uncertainty.survival_under([0, 3], [1, 3], [True, True], ["a", "a"], [2]), "1 rows leave before"),
        (lambda: uncertainty.survival_under([0, 0], [1, 3], [True, None], ["a", "a"], [2]), "1 rows do not tell"),
        (lambda: uncertainty.survival_under([0, 0], [1, 3], [True, False], ["a", None], [2]), "1 rows have no group"),
        (lambda: uncertainty.survival_under([0, 0], [1, 3], [True, False], ["a"], [2]), "differ in length"),
        (lambda: uncertainty.persistence_under([-1], [0], [3], [True], ["a"], [2]), "whole numbers from 0"),
        (lambda: uncertainty.total_under([1, np.nan], ["a", "a"]), "1 rows of a total are not known"),
        (lambda: uncertainty.mean_under([1, np.inf], ["a", "a"]), "1 values are infinite"),
    ],
)
def test_rows_that_cannot_be_are_refused(make, said):
    with pytest.raises(DataError, match=said):
        make()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: uncertainty.survival_under([0], [1], [True], ["a"], [12, 6]), "in rising order"),
        (lambda: uncertainty.rmst_under([0], [1], [True], ["a"], 0), "tau is a number of months above 0"),
        (lambda: uncertainty.stack(), "nothing to stack"),
        (lambda: uncertainty.mean_under([1, 2], ["a", "b"])(np.ones((1, 3))), "made for 2 rows"),
        (lambda: uncertainty.acceptability(np.zeros((2, 2)), np.zeros((2, 2)), [-1]), "euros from 0 on"),
        (
            lambda: uncertainty.acceptability_under(
                uncertainty.mean_under([1], ["a"]), uncertainty.mean_under([1], ["b"]), [1]
            ),
            "the same options",
        ),
    ],
)
def test_questions_that_have_no_answer_are_refused(make, said):
    with pytest.raises(ParameterError, match=said):
        make()


def test_weights_that_are_whole_numbers_and_those_that_are_not_take_two_ways_to_the_same_figures():
    rng = np.random.default_rng(7)
    n = 160  # more event times than are added up at once
    entry = np.where(rng.random(n) < 0.5, rng.integers(1, 20, n), 0)
    spells = entry, entry + rng.integers(1, 60, n), rng.random(n) < 0.7, rng.choice(list("ab"), n)
    drawn = rng.multinomial(n, np.full(n, 1 / n), 30).astype(float)
    drawn[0, entry == 0] = 0  # nobody is there at first: figures that cannot be told
    for own in (uncertainty.survival_under(*spells, [0, 6, 30, 59]), uncertainty.rmst_under(*spells, 40),
                uncertainty.persistence_under(np.arange(n) // 2, *spells, [12, 48])):  # fmt: skip
        whole, decimals = own(drawn), own(drawn * 0.3)
        assert not np.isnan(whole[1:]).all() and (np.isnan(whole) == np.isnan(decimals)).all()
        np.testing.assert_allclose(whole, decimals, rtol=0, atol=1e-12)
    assert np.isnan(uncertainty.rmst_under(*spells, 40)(drawn)[0]).all()


def test_what_was_found_of_weights_is_not_taken_for_others():
    spells = [0, 0, 3, 0], [5, 9, 9, 7], [True, True, False, True], list("aabb")
    both = uncertainty.stack(uncertainty.survival_under(*spells, [6, 7.5]), uncertainty.rmst_under(*spells, 9))
    weights = np.array([[1.0, 2, 1, 1], [3, 1, 1, 2]])
    first, other = both(weights), np.array([[2.0, 1, 3, 1], [1, 1, 1, 1]])
    wanted = both(other)
    weights[:] = other  # in the same place
    np.testing.assert_array_equal(both(weights), wanted)
    assert not np.array_equal(first, wanted, equal_nan=True)
    seen = weights.view()
    seen.flags.writeable = False
    np.testing.assert_array_equal(both(seen), wanted)
    weights[:] = [[1.0, 2, 1, 1], [3, 1, 1, 2]]
    np.testing.assert_array_equal(both(seen), first)
    later = uncertainty.survival_under([0, 0, 3, 0], [5, 9, 9, 8], *spells[2:], [6, 7.5])
    found = uncertainty.stack(both, later)(weights)
    assert not np.array_equal(found[:, :4], found[:, 6:])


def test_weights_too_large_for_numbers_of_half_the_size_lose_no_digit():
    spells = [0.0] * 4, [2.0, 4, 4, 5], [True, True, False, False], ["a"] * 4
    large = np.array([[2.0**24, 1, 1, 1]])  # with the others 2**24 + 3, which half the digits do not hold
    assert uncertainty.survival_under(*spells, [2])(large).item() == 3 / (2**24 + 3)
