"""How often comparisons hold the planted effect: 200 synthetic worlds, every comparator, adjusted and naive.

Each seed makes a world of the demo's size. Its spells and projects go through the calls that the notebooks use, and
each interval is held against the truth of that world (`comparisons` and `project_shares` of truth.json):

- hazard ratios (Cox, age of the enterprise, delayed entry), as it is and with legal family and sector held equal;
- difference of survival at 36 months of age, and of the months active until then: Kaplan-Meier with delayed entry, as
  it is and with weights (logistic ATT, entropy balancing ATT, overlap), limits by a bootstrap that refits the weights;
- the league: shares of projects, raw and standardised, their differences between the evaluated structure and another;
- rejected applicants: with and without the jury's score, and around its threshold.

The worlds hold only what these figures need: the same draws as `synthetic.world`, without costs, support and jobs.
`comparison.py FOLDER` keeps a file per seed there and goes on where it stopped; `comparison.py FOLDER FIRST LAST` makes
some seeds only. Writes benchmarks/comparison.csv; says on stderr how far it is. Some four seconds of work per seed.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from coopeval import balance, cohort, semesters, survival, synthetic, uncertainty
from coopeval.balance.coding import coded
from coopeval.schema import TABLES
from coopeval.synthetic import counterfactual, participations, shares, worlds
from coopeval.synthetic.plans import REGISTER, plans
from coopeval.synthetic.truth import known_units

SEEDS = range(1001, 1201)
SEMESTER, HORIZON, LEVEL, DRAWS = "2026S1", 36, 0.95, 100
DAY = semesters.last_day(SEMESTER)
FACTS = ("legal_family", "sector")
SCORE = "selection_score"
COMPARATORS = ("register", "S2", "S3", "rejected", "waiting_list")
WEIGHTS = {"logistic ATT": ("ATT", "logistic"), "entropy ATT": ("ATT", "entropy"), "overlap": ("ATO", "logistic")}
TRUTH_OF = {"hazard ratio": "hazard_ratio", "survival": "difference", "rmst": "rmst_difference"}
SCORED = ("rejected", "waiting_list")
THRESHOLD, UNCLEAR, WINDOW = 62.0, (61.0, 63.0), 15  # between 61 and 63 some are selected and some are not
ENDS = ("estimate", "low", "high", "truth")
FAR = 3  # Monte-Carlo errors
MOST_UNDEFINED = 0.05  # of the replicates; above it no limits are given


def world(seed: int) -> synthetic.World:
    """The world of a seed as `synthetic.world` makes it, with the tables that tell who lasted."""
    chosen = plans(4, seed)
    parts = {plan.structure_id: worlds._people(plan, 1.0, seed) for plan in chosen}
    worlds._share(parts, seed)
    inside = [plan for plan in chosen if plan.structure_id != REGISTER]
    units = worlds._together([parts[plan.structure_id][1] for plan in chosen])
    people = worlds._together([parts[plan.structure_id][0] for plan in inside])
    joined = [participations.participations(parts[plan.structure_id][0], plan, seed) for plan in inside]
    tables = {name: pd.DataFrame(columns=list(TABLES[name].columns)) for name in ("costs", "jobs", "headcounts")}
    tables["costs"]["period_from"] = pd.to_datetime(tables["costs"]["period_from"])
    tables |= {
        "structures": worlds._structures(chosen), "projects": people, "enterprises": units,
        "participations": worlds._together(joined),
    }  # fmt: skip
    return synthetic.World(tables, units, people, tuple(chosen), 1.0, seed)


def planted(made: synthetic.World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The truth of the comparisons (clock age, 36 months), and of the shares of projects."""
    units = known_units(made, DAY)
    told = pd.DataFrame(counterfactual.comparisons(made, units, DAY))
    told = told[told["clock"].eq("age") & told["at_months"].eq(HORIZON)].set_index("against")
    return told, pd.DataFrame(shares.shares(made, DAY)).set_index(["outcome", "option"])


def pair(spells: pd.DataFrame, name: str) -> pd.DataFrame:
    """The programme's enterprises and those of one comparator, with facts in classes."""
    arm = name if name in set(spells["arm"]) else "structure"
    them = spells["arm"].eq(arm) & (spells["structure_id"].eq(name) if arm != name else True)
    return cohort.against(spells[spells["arm"].eq("programme") | them], arm, FACTS)


def ratio(frame: pd.DataFrame, facts: list[str]) -> dict[str, tuple]:
    """Ratio of the hazards of ceasing, programme against comparator."""
    terms = [f"arm({frame.loc[~frame['treated'], 'arm'].iloc[0]})", *facts]
    found = survival.hazards(frame, " + ".join(terms)).query("group == 'arm=programme'").iloc[0]
    return {"hazard ratio": (found["estimate"], found["low"], found["high"])}


def gaps(frame: pd.DataFrame, facts: list[str], way: str | None, seed: int) -> dict[str, tuple]:
    """Difference of survival and of the months active, programme less comparator."""
    group = np.where(frame["treated"], "programme", "comparator")
    spell = (frame["entry"], frame["exit"], frame["event"], group)
    curve = uncertainty.stack(uncertainty.survival_under(*spell, [HORIZON]), uncertainty.rmst_under(*spell, HORIZON))
    statistic = uncertainty.increments_under(curve, "comparator")
    if way is not None:
        columns = coded(frame, "treated", facts).columns
        again = uncertainty.balancing(columns, frame["treated"].to_numpy(), *WEIGHTS[way])
        statistic = uncertainty.stack(statistic, reweigh=again)
    drawn = uncertainty.bootstrap(frame["enterprise_id"], statistic, DRAWS, seed, strata=group)
    undefined = np.isnan(drawn.values).mean(axis=0) > MOST_UNDEFINED
    half = np.where(undefined, np.nan, stats.t.ppf(0.5 + LEVEL / 2, DRAWS - 1) * drawn.se)
    ends = (drawn.estimate - half, drawn.estimate + half)
    return {figure: (drawn.estimate[k], ends[0][k], ends[1][k]) for k, figure in enumerate(("survival", "rmst"))}


def enterprises(spells: pd.DataFrame, told: pd.DataFrame, seed: int) -> list[dict]:
    """Every comparison of how long enterprises last."""
    rows = []
    for name in COMPARATORS:
        frame, truth = pair(spells, name), told.loc[name]
        facts = cohort.common(frame)
        found = {
            ("Cox", "nothing"): ratio(frame, []), ("Cox", "facts"): ratio(frame, facts),
            ("Kaplan-Meier", "nothing"): gaps(frame, facts, None, seed),
            **{(way, "facts"): gaps(frame, facts, way, seed) for way in ways(name)},
        }  # fmt: skip
        if name in SCORED:
            frame = frame[frame[SCORE].notna()]
            found["Cox", "facts and score"] = ratio(frame, [*facts, SCORE])
            for way in ("logistic ATT", "overlap"):
                found[way, "facts and score"] = gaps(frame, [*facts, SCORE], way, seed)
        for (way, held), figures in found.items():
            rows += [row(name, figure, way, held, ends, truth[TRUTH_OF[figure]]) for figure, ends in figures.items()]
    return rows


def ways(name: str) -> tuple[str, ...]:
    """The weights that are tried: all where most differs, the plainest elsewhere."""
    return tuple(WEIGHTS) if name in ("register", "S3") else ("logistic ATT",)


def row(against: str, figure: str, way: str, held: str, ends: tuple, truth: float) -> dict:
    estimate, low, high = ends
    return {"against": against, "figure": figure, "estimator": way, "held_equal": held, "estimate": estimate,
            "low": low, "high": high, "truth": truth}  # fmt: skip


def leagues(projects: pd.DataFrame, told: pd.DataFrame) -> list[dict]:
    """Shares of the projects of three structures: raw and standardised, and what the evaluated one has more."""
    chosen = projects[projects["arm"].isin(("programme", "structure")) & projects["is_mature"]]
    there = chosen["alive"].gt(0).astype(float).where(chosen["alive"].notna())
    chosen = chosen.assign(created=chosen["created"].where(~chosen["has_enterprise"], 0.0), there=there)
    rows = []
    for outcome in ("created", "there"):
        table = balance.league(chosen, "option", outcome, ["has_enterprise"], to="S1").set_index("group")
        truth = told.loc[outcome]["standardised"]
        sides = {"standardised": table[["standardised", "low", "high"]].to_numpy()}
        raw = uncertainty.wilson(table["n_events"], table["n"], LEVEL)
        sides["raw"] = np.column_stack([table["estimate"], *raw])
        for word, ends in sides.items():
            held, places = "has_enterprise" if word != "raw" else "nothing", dict(zip(table.index, ends, strict=True))
            rows += [row(s, f"share {outcome}", word, held, tuple(places[s]), truth[s]) for s in places]
            for other in ("S2", "S3"):
                gap = less(places["S1"], places[other])
                rows.append(row(other, f"difference {outcome}", word, held, gap, truth["S1"] - truth[other]))
    return rows


def less(one: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """Difference of two shares with their own limits (MOVER; Newcombe's where they are Wilson's)."""
    gap = one[0] - other[0]
    down, up = np.hypot(one[0] - one[1], other[2] - other[0]), np.hypot(one[2] - one[0], other[0] - other[1])
    return gap, gap - down, gap + up


def applicants(projects: pd.DataFrame, told: pd.DataFrame) -> list[dict]:
    """Enterprises created by selected and by rejected projects, none of which came with one."""
    chosen = projects[projects["arm"].isin(("programme", "rejected")) & projects["created"].notna()]
    chosen = chosen[chosen["is_mature"] & chosen[SCORE].notna()]
    chosen = chosen.assign(treated=chosen["arm"].eq("programme"))
    truth = told.loc[("created", "S1"), "without"] - told.loc[("created", "rejected"), "without"]
    table = balance.effect(chosen, "treated", [SCORE], "created").set_index("group")
    found = {("unadjusted", "nothing"): table.loc["unadjusted"]}
    found |= {(way, "score"): table.loc[way] for way in table.index if way != "unadjusted"}
    clear = ~chosen[SCORE].between(*UNCLEAR, inclusive="both")
    for word, some in (("score", chosen), ("score, without the unclear ones", chosen[clear])):
        jump = balance.threshold(some, SCORE, THRESHOLD, "created", [WINDOW], treated="treated")
        found[f"threshold, {WINDOW} points", word] = jump.iloc[0]
    return [
        row("rejected", "created", way, held, (one["estimate"], one["low"], one["high"]), truth)
        for (way, held), one in found.items()
    ]


def study(seed: int) -> pd.DataFrame:
    """All estimates of one world with their limits and their truth."""
    made = world(seed)
    return estimated(cohort.as_of(synthetic.delivery(made, SEMESTER), DAY), *planted(made), seed)


def estimated(data, told: pd.DataFrame, of_projects: pd.DataFrame, seed: int) -> pd.DataFrame:
    projects = cohort.compared(data)
    spells = cohort.spells(data, "age", with_score=True)
    spells.attrs = projects.attrs = {}  # what they say of themselves is copied at every step
    rows = [*enterprises(spells, told, seed), *leagues(projects, of_projects), *applicants(projects, of_projects)]
    return pd.DataFrame(rows).assign(seed=seed)


def summary(every: pd.DataFrame) -> pd.DataFrame:
    """Per figure and estimator: bias, width, and the share of intervals that hold the truth; ratios as logarithms."""
    ratios = every["figure"].eq("hazard ratio")
    every = every.assign(**{word: every[word].where(~ratios, np.log(every[word].where(ratios))) for word in ENDS})
    known = every.dropna(subset=["low", "high"])
    known = known.assign(
        held=known["low"].le(known["truth"]) & known["truth"].le(known["high"]),
        off=known["estimate"] - known["truth"], width=known["high"] - known["low"],
    )  # fmt: skip
    keys = ["figure", "against", "estimator", "held_equal"]
    found = known.groupby(keys, sort=True).agg(
        worlds=("held", "size"), truth=("truth", "mean"), bias=("off", "mean"), spread=("off", "std"),
        width=("width", "mean"), coverage=("held", "mean"),
    )  # fmt: skip
    asked = every.groupby(keys, sort=True).size()
    error = np.sqrt(LEVEL * (1 - LEVEL) / found["worlds"])
    off = (found["coverage"] - LEVEL) / error
    verdict = np.select([off < -FAR, off > FAR], ["below", "above"], "as promised")
    found = found.assign(mc_error=error, none_given=1 - found["worlds"] / asked, verdict=verdict)
    return found.reset_index().round(4)


def main(folder: str, first: int = SEEDS[0], last: int = SEEDS[-1]) -> None:
    place, start = Path(folder), time.perf_counter()
    place.mkdir(parents=True, exist_ok=True)
    for seed in range(first, last + 1):
        kept = place / f"{seed}.csv"
        if kept.exists():
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # replicates without figures are counted
            study(seed).to_csv(kept, index=False)
        print(f"seed {seed}: done after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    made = [place / f"{seed}.csv" for seed in SEEDS]
    if all(file.exists() for file in made):
        table = summary(pd.concat([pd.read_csv(file) for file in made], ignore_index=True))
        table.to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
