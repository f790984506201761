"""How often the limits of an effect hold the truth: stacked errors, two sizes, a yes-or-no and a skewed outcome.

Units of two arms are drawn from a large invented population in which who is in the arm studied depends on three
covariates that matter for the outcome too; the truth is the mean of each unit's own effect. `thin` has twelve
covariates more that matter for nothing, so that there are few units per coefficient. Beside coverage stand the bias and
the ratio of the mean error to the spread of the estimates. A few samples get bootstrap limits too.
Writes benchmarks/balance.csv (some minutes on one core).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from coopeval.balance.errors import drawn_again, stacked
from coopeval.balance.estimators import WAYS as WAYS_OF_ESTIMATING
from coopeval.balance.estimators import comparison
from coopeval.uncertainty import balancing

SEED, SAMPLES, DRAWN_AGAIN, DRAWS = 20261126, 250, 80, 200
SIZES = ((40, 60), (100, 150))
WAYS = (("ATT", "logistic"), ("ATT", "entropy"), ("ATE", "logistic"), ("ATO", "logistic"))
COVARIATES, MORE = ["skill", "has_partner", "theme"], [f"noise_{k}" for k in range(12)]
ARM = {"const": -0.5, "skill": 0.5, "has_partner": 0.5, "food": 0.4, "repair": -0.3}


def population(rng: np.random.Generator, n: int = 400_000) -> pd.DataFrame:
    """Units with their arm, outcomes and own effects."""
    frame = pd.DataFrame({"skill": rng.normal(size=n), "has_partner": rng.random(n) < 0.4})
    frame["theme"] = rng.choice(["care", "food", "repair"], n)
    food, repair = frame["theme"].eq("food"), frame["theme"].eq("repair")
    frame["odds"] = np.exp(
        ARM["const"] + ARM["skill"] * frame["skill"] + ARM["has_partner"] * frame["has_partner"]
        + ARM["food"] * food + ARM["repair"] * repair
    )  # fmt: skip
    frame["studied"] = rng.random(n) < frame["odds"] / (1 + frame["odds"])
    towards = -0.3 + 0.5 * frame["skill"] + 0.5 * frame["has_partner"] - 0.3 * repair
    alive = [expit(towards), expit(towards + 0.5)]
    jobs = [np.exp(0.2 + 0.4 * frame["skill"] + 0.3 * frame["has_partner"] + more) for more in (0.0, 0.35)]
    frame["alive"] = (rng.random(n) < np.where(frame["studied"], alive[1], alive[0])).astype(int)
    mean = np.where(frame["studied"], jobs[1], jobs[0])
    frame["jobs"] = rng.negative_binomial(0.8, 0.8 / (0.8 + mean))
    return frame.assign(alive_effect=alive[1] - alive[0], jobs_effect=jobs[1] - jobs[0])


def truth(units: pd.DataFrame, outcome: str, estimand: str, sizes: tuple[int, int]) -> float:
    """Mean effect among those the estimand is about, in arms of these sizes."""
    studied = units["studied"].to_numpy()
    drawn = np.where(studied, sizes[0] / studied.sum(), sizes[1] / (~studied).sum())
    odds = units["odds"] * (sizes[0] / studied.sum()) / (sizes[1] / (~studied).sum())
    score = odds / (1 + odds)
    aim = {"ATT": studied * 1.0, "ATE": drawn, "ATO": drawn * score * (1 - score)}[estimand]
    return float(np.average(units[f"{outcome}_effect"], weights=aim))


def sample(units: pd.DataFrame, sizes: tuple[int, int], rng: np.random.Generator, is_thin: bool) -> pd.DataFrame:
    studied = units["studied"].to_numpy()
    rows = np.r_[rng.choice(np.flatnonzero(studied), sizes[0]), rng.choice(np.flatnonzero(~studied), sizes[1])]
    frame = units.iloc[rows].reset_index(drop=True)
    return frame.assign(**{name: rng.normal(size=len(frame)) for name in MORE}) if is_thin else frame


def study(units: pd.DataFrame, case: dict, rng: np.random.Generator) -> list[dict]:
    """Coverage, bias and error of each way of estimating over the samples of one case."""
    sizes, (estimand, method), outcome = case["sizes"], case["way"], case["outcome"]
    right, found, refused = truth(units, outcome, estimand, sizes), [], 0
    samples = DRAWN_AGAIN if case["errors"] == "bootstrap" else SAMPLES
    for _ in range(samples):
        frame = sample(units, sizes, rng, case["is_thin"])
        figures = estimated(frame, outcome, (estimand, method), case)
        refused += figures is None
        found += [] if figures is None else [figures]
    rows = []
    for place, group in enumerate(WAYS_OF_ESTIMATING):
        told = pd.DataFrame([{word: part[place] for word, part in one._asdict().items()} for one in found])
        known = told.dropna(subset=["low", "high"])
        rows.append({
            "outcome": outcome, "n": sizes[0], "n_reference": sizes[1],
            "covariates": "thin" if case["is_thin"] else "few",
            "estimand": estimand, "method": method, "errors": case["errors"], "group": group,
            "coverage": round(float((known["low"].le(right) & known["high"].ge(right)).mean()), 3),
            "bias": round(float(known["estimate"].mean() - right), 3),
            "error_to_spread": round(float(known["se"].mean() / known["estimate"].std()), 3),
            "samples": samples, "without_limits": len(told) - len(known), "refused": refused,
        })  # fmt: skip
    return rows


def estimated(frame: pd.DataFrame, outcome: str, way: tuple[str, str], case: dict):
    """What balance.effect works out, without its table (and without Newcombe's limits of the unadjusted shares)."""
    names = COVARIATES + (MORE if case["is_thin"] else [])
    x = pd.get_dummies(frame[names], drop_first=True).to_numpy(float)
    weigh = balancing(x, frame["studied"], *way)
    once = np.ones((1, len(frame)))
    weight = weigh(once)[0]
    if np.isnan(weight).any():  # no overlap in this sample
        return None
    setup = comparison(weigh, frame[outcome].to_numpy(float))
    if case["errors"] == "bootstrap":
        return drawn_again(setup, ["difference"], None, 0.95, DRAWS, 1)[0][0]
    return stacked(setup, weight, weigh.score(once)[0], ["difference"], None, 0.95)[0]


def main() -> None:
    units = population(np.random.default_rng(SEED))
    plain = {"errors": "stacked", "is_thin": False}
    cases = [
        {"sizes": sizes, "way": way, "outcome": outcome, **plain}
        for sizes in SIZES for way in WAYS for outcome in ("alive", "jobs")
    ]  # fmt: skip
    cases += [{**cases[k], "is_thin": True} for k in (0, 1)] + [{**cases[k], "errors": "bootstrap"} for k in (0, 1)]
    rows = []
    for number, case in enumerate(cases):
        rows += study(units, case, np.random.default_rng((SEED, number)))
        pd.DataFrame(rows).to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")
        print(case, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
