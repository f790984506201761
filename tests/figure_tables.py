"""Released tables to try figures on. `python tests/figure_tables.py FOLDER` draws them all to look at."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval import figures, reference
from coopeval.uncertainty import estimates, stamp

FAMILIES = ("cooperative", "non_profit", "profit")
TYPES = tuple(reference.codes("project_types")["code"])
THEMES = tuple(reference.codes("themes")["code"])
SAID = {
    "estimand": "share of enterprises still active", "population": "enterprises of the programme", "clock": "age",
    "method": "Kaplan-Meier", "interval": "log-log", "level": 0.95, "as_of": "2026-06-30", "is_synthetic": True,
    "privacy": "register", "unit": "share",
}  # fmt: skip
TEXTS = {"title": "How long do the enterprises last?", "alt": "Share still active by age, with its interval."}


def released(frame: pd.DataFrame, name: str = "example", audience: str = "public", **about) -> pd.DataFrame:
    """A stamped table as the gate gives it: hidden rows without figures."""
    hidden = frame["hidden"] if "hidden" in frame else np.zeros(len(frame), dtype=bool)
    table = frame.assign(hidden=hidden)
    figures_of = [c for c in ("n", "at_risk", "n_events", "estimate", "low", "high", "standardised") if c in table]
    table[figures_of] = table[figures_of].astype(float)
    table.loc[table["hidden"], figures_of] = np.nan
    table["note"] = np.where(table["hidden"], "withheld", table.get("note", ""))
    return stamp(estimates(table, **{**SAID, **about}), name, audience)


def steps(group: str, n: int, last: int, pace: float, seed: int = 1) -> pd.DataFrame:
    """A safe series on the six-month grid, falling by chance."""
    rng = np.random.default_rng(seed)
    months = np.arange(6, last + 1, 6.0)
    share = np.round(np.cumprod(1 - pace * rng.uniform(0.2, 1.8, len(months))), 2)
    risk = np.maximum(6 * np.ceil(n * np.linspace(1, 0.2, len(months)) / 6) - 3, 9)
    wide = np.linspace(0.03, 0.2, len(months))
    return pd.DataFrame({
        "group": group, "at_months": months, "n": n, "at_risk": risk, "n_events": 3, "estimate": share,
        "low": (share - wide).clip(0, 1).round(2), "high": (share + wide * 0.8).clip(0, 1).round(2), "hidden": False,
    })  # fmt: skip


def hidden(group: str) -> pd.DataFrame:
    """The single row of a group too small to show."""
    return steps(group, 3, 6, 0.1).assign(hidden=True)


def curve(*parts: pd.DataFrame, **about) -> pd.DataFrame:
    return released(pd.concat(parts, ignore_index=True), **{"kind": "curve", **about})


ONE = curve(steps("all", 57, 60, 0.05), name="one")
SHORT = curve(steps("all", 57, 30, 0.05), name="short", clock="entry")
THREE = curve(
    *(steps(g, 57 - 9 * i, 84 - 12 * i, 0.03 + 0.02 * i, i) for i, g in enumerate(FAMILIES)), hidden("public"),
    name="three", codes="legal_families", by="legal_family",
)  # fmt: skip
TWELVE = curve(
    *(steps(g, 30 + 9 * i, 36 + 6 * (i % 7), 0.03 + 0.01 * (i % 5), i) for i, g in enumerate(THEMES[:12])),
    *(hidden(g) for g in THEMES[12:15]), name="twelve", codes="themes", by="theme",
)  # fmt: skip
LARGE = curve(
    *(steps(g, 21000 + 9000 * i, 84, 0.02 + 0.01 * i, i) for i, g in enumerate(FAMILIES)), name="large",
    codes="legal_families", is_synthetic=False,
)  # fmt: skip
ENTERED = curve(  # the longest of clocks, beside labels that take much room
    *(steps(g, 90 - 9 * i, 96, 0.01 + 0.01 * i, i) for i, g in enumerate(("mandated", "handed_elsewhere"))),
    name="entered", codes="causes", clock="entry",
)  # fmt: skip
NONE = curve(hidden("cooperative"), hidden("non_profit"), name="none", codes="legal_families")
BARE = released(steps("all", 3, 6, 0.1)[:0], name="bare", kind="curve")
NAIVE = curve(steps("all", 57, 60, 0.045, 5), name="naive")
GRID = curve(steps("all", 57, 60, 0.06, 5), name="grid", method="Turnbull")


def causes(group: str, n: int, seed: int) -> pd.DataFrame:
    parts = []
    for i, (cause, pace) in enumerate((("ceased", 0.05), ("merged", 0.012), ("moved_away", 0.02))):
        part = steps(group, n, 60, pace, seed + i)
        flipped = {"estimate": 1 - part["estimate"], "low": (1 - part["high"]), "high": (1 - part["low"])}
        parts.append(part.assign(cause=cause, **flipped))
    rest = parts[0].assign(cause="active", estimate=1 - sum(p["estimate"] for p in parts), low=np.nan, high=np.nan)
    return pd.concat([rest, *parts])


CAUSES = curve(causes("all", 57, 3), name="causes", estimand="share of enterprises that ended, by cause")
CAUSES_BY = curve(
    *(causes(g, 57, i * 7) for i, g in enumerate(FAMILIES)), hidden("public").assign(cause="ceased"),
    name="causes_by", codes="legal_families",
)  # fmt: skip
STATBEL = released(
    pd.DataFrame({
        "group": "Brussels, all enterprises (Statbel)", "at_months": [12, 24, 36, 48, 60],
        "estimate": [0.95, 0.86, 0.77, 0.70, 0.63], "low": [0.94, 0.84, 0.75, 0.68, np.nan],
        "high": [0.96, 0.88, 0.79, 0.72, np.nan], "note": ["", "", "", "", "single_edition"],
    }),
    name="statbel", kind="published", privacy="published", is_synthetic=False, population="",
)  # fmt: skip


def shares(groups, seed: int = 3, **about) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.1, 0.95, len(groups)).round(2)
    return released(
        pd.DataFrame({
            "group": list(groups), "n": rng.integers(2, 30, len(groups)) * 5.0, "estimate": share,
            "low": (share - 0.14).clip(0, 1), "high": (share + 0.1).clip(0, 1),
            "hidden": [i == 1 for i in range(len(groups))],
        }),
        **{"name": "shares", "kind": "share", "interval": "Wilson",
           "estimand": "share of projects that became an enterprise",
           "population": "projects selected by the evaluated programme", **about},
    )  # fmt: skip


SHARES = shares([*TYPES, "all"], codes="project_types")
LONELY = released(
    pd.DataFrame({"group": ["all"], "n": 12345, "estimate": 0.72, "low": 0.68, "high": 0.74}),
    name="lonely", kind="share", interval="bounds",
)  # fmt: skip
AT = released(
    pd.concat([steps(g, 40 + 10 * i, 60, 0.05, i) for i, g in enumerate((*FAMILIES, "all"))]).query(
        "at_months in (12, 36, 60)"
    ).assign(note=""),
    name="at", kind="at", codes="legal_families",
)  # fmt: skip
DIFFERENCE = released(
    pd.DataFrame({
        "group": list(FAMILIES), "n": [40, 35, 60], "estimate": [0.12, -0.05, 0.2], "low": [-0.04, -0.22, 0.04],
        "high": [0.28, 0.13, 0.36],
    }),
    name="difference", kind="difference", codes="legal_families", estimand="difference in the share still active",
)  # fmt: skip
MEDIAN = released(
    pd.DataFrame({
        "group": [*FAMILIES, "public"], "n": [40, 35, 60, 20], "estimate": [42, 57.5, 66, np.nan],
        "low": [36, 48, 48, np.nan], "high": [54, np.nan, np.nan, np.nan], "note": ["", "", "", "not_reached"],
    }),
    name="median", kind="mean", unit="months", codes="legal_families", estimand="median life",
)  # fmt: skip
COUNTS = released(
    pd.DataFrame({"group": [*TYPES, "all"], "n": 5.0, "estimate": [*np.arange(len(TYPES)) * 5.0 + 5, 605],
                  "hidden": [i in (2, 3) for i in range(len(TYPES) + 1)]}),
    name="counts", kind="count", unit="projects", codes="project_types", estimand="number of projects supported",
    population="projects selected by the evaluated programme",
)  # fmt: skip
YEARS = released(
    pd.DataFrame({"group": [*map(str, range(2016, 2027)), "all"], "n": 5.0,
                  "estimate": [10, 15, 20, 25, 15, 20, 30, 35, 25, 20, 10, 225],
                  "hidden": [i == 3 for i in range(12)]}),
    name="years", kind="count", unit="projects", estimand="number of projects that entered, by year",
    population="projects selected by the evaluated programme",
)  # fmt: skip
MILLIONS = released(  # amounts so long that two of them do not fit beside each other on the axis
    pd.DataFrame({"group": ["coworking", "shared"], "n": 5.0, "estimate": [300_000, 2_840_000],
                  "low": np.nan, "high": np.nan, "note": ["", ""]}),
    name="millions", kind="sum", unit="eur", estimand="full cost of the programme", population="",
    codes="cost_programmes",
)  # fmt: skip
MONEY = released(
    pd.DataFrame({"group": [*map(str, range(2022, 2027))], "n": 5.0,
                  "estimate": [650000, 650000, 663000, 676260, 689785], "low": np.nan, "high": np.nan,
                  "note": ["", "", "", "", ""]}),
    name="money", kind="sum", unit="eur", estimand="subsidy received, by year", population="",
)  # fmt: skip

HEADS, FULL_TIME = (
    released(
        pd.DataFrame({"group": ["jobs", "founder_employee", "volunteer", "agency", "all"], "n": 40.0,
                      "estimate": np.array([605.0, 10.0, 25.0, np.nan, 640.0]) * part,
                      "hidden": [False] * 3 + [True, False]}),
        name=f"work_{unit}", kind="sum", unit=unit, codes="job_kinds", clock="",
        estimand="work present on the as-of date", interval="",
    )
    for unit, part in (("jobs", 1.0), ("fte", 0.6))
)  # fmt: skip
CHANGES = pd.DataFrame({"group": ["jobs"], "n": 40.0, "estimate": [-15.0], "hidden": [False]})
LESS = released(
    CHANGES, name="less", kind="sum", unit="jobs", codes="job_kinds", estimand="jobs created since entry, net"
)
FLOWS = released(
    pd.DataFrame([
        {"group": str(year), "cause": cause, "n": 60.0, "estimate": rate, "low": rate - 0.1, "high": rate + 0.1,
         "hidden": year == 2023 and cause != "creation"}
        for year, won, lost in ((2022, 0.75, 0.1), (2023, 0.3, 0.05), (2024, 0.25, 0.4))
        for cause, rate in (("creation", won), ("destruction", lost), ("net", won - lost), ("excess", 0.1))
    ]),
    name="flows", kind="ratio", unit="ratio", by="calendar_year", clock="",
    estimand="rate of jobs created and destroyed in a year", method="Davis-Haltiwanger-Schuh", interval="Fieller",
)  # fmt: skip


def yearly(name: str, amounts: list, hidden: int = -1) -> pd.DataFrame:
    """Amounts of 2020 to 2025, one of them withheld, and their total."""
    return released(
        pd.DataFrame({"group": [*map(str, range(2020, 2026)), "all"], "n": 30.0, "estimate": [*amounts, sum(amounts)],
                      "hidden": [i == hidden for i in range(7)]}),
        name=name, kind="sum", unit="eur", estimand=f"{name} of the programme", population="all costs",
    )  # fmt: skip


WHOLE = yearly("whole", [740e3, 630e3, 844e3, 811e3, 786e3, 786e3], hidden=1)
PART = yearly("part", [612e3, 503e3, 728e3, 699e3, 678e3, 678e3])
CORE = yearly("core", [0.0, 118e3, 698e3, 670e3, 650e3, 650e3], hidden=3)


def states(**about) -> pd.DataFrame:
    """Shares of the states of paths on the six-month grid, in steps, adding up to one."""
    months = np.arange(0, 97, 6.0)
    names = ("mandated", "recognised", "created", "accompanied", "handed_over", "elsewhere", "stopped", "ceased")
    last = np.array([0.05, 0.1, 0.2, 0.0, 0.1, 0.05, 0.2, 0.3])
    first = np.array([0.0, 0.0, 0.35, 0.65, 0.0, 0.0, 0.0, 0.0])
    mix = np.minimum(months / 60, 1)[:, None]
    share = np.round((first * (1 - mix) + last * mix) / 0.05) * 0.05
    share[:, 2] += 1 - share.sum(axis=1)
    frame = pd.DataFrame({"group": np.tile(names, len(months)), "at_months": np.repeat(months, len(names))})
    frame = frame.assign(n=405, at_risk=np.repeat(405 - 4 * months, len(names)), estimate=share.ravel().round(2))
    frame = frame.assign(low=(frame["estimate"] - 0.05).clip(0, 1), high=(frame["estimate"] + 0.05).clip(0, 1))
    said = {"name": "states", "kind": "occupation", "codes": "path_states", "clock": "entry",
            "estimand": "share of projects in each state"}  # fmt: skip
    return released(frame, **{**said, **about})


STATES = states()


def structures(name: str, level: float, wide: float) -> pd.DataFrame:
    """Six structures, two of a size, one withheld; raw and standardised shares, and limits as wide as 1/sqrt(n)."""
    n = np.array([245.0, 105, 95, 95, 35, 5])
    half = wide / np.sqrt(n)
    frame = pd.DataFrame({
        "group": ["S1", "S2", "S3", "Fictional advice agency with a long name", "S5", "S6"], "n": n,
        "n_events": np.round(n * 0.35), "estimate": [0.34, 0.36, 0.23, 0.41, 0.6, 0.2],
        "standardised": [0.34, 0.3, 0.31, 0.36, np.nan, 0.2], "low": 0.2, "high": 0.5,
        "expected": 0.33, "limit_low": (0.33 - half).clip(0), "limit_high": 0.33 + half, "hidden": [False] * 5 + [True],
    })  # fmt: skip
    about = {"kind": "league", "estimand": "share with the outcome, raw and with the mix of all structures together"}
    return released(frame, name, clock="", level=level, **about)


LEAGUE, OUTER = structures("league", 0.95, 0.92), structures("outer", 0.998, 1.45)


def ways() -> pd.DataFrame:
    """Forty ways to work a gap out: each choice with its levels, some withheld, one the main way."""
    rows = [
        {"definition": definition, "against": against, "adjustment": adjustment}
        for definition in ("all", "ordinance_2018", "bissib", "eu")
        for against in ("rejected", "register")
        for adjustment in ("none", "logistic", "entropy", "overlap", "cox")
    ]
    gap = np.round(np.linspace(-0.08, 0.19, len(rows)) + 0.04 * np.sin(np.arange(len(rows))), 2)
    frame = pd.DataFrame(rows).assign(
        group=range(1, len(rows) + 1), headline="survival_gap", perimeter="", clock="entry", missing_rule="censored",
        unit="points", n=60, n_reference=45, estimate=gap, low=gap - 0.1, high=gap + 0.1,
        hidden=[k % 9 == 5 for k in range(len(rows))], is_main=[k == 11 for k in range(len(rows))],
    )  # fmt: skip
    return released(frame, "ways", kind="specification", unit="plain", clock="")


WAYS = ways()
PRECISION = released(
    pd.DataFrame({
        "group": np.repeat(["survival_36", "survival_gap_detectable", "cost_per_enterprise", "share_recognised"], 3),
        "period": ["today", "2026-12-31", "2031-12-31"] * 4, "unit": ["points"] * 6 + ["eur"] * 3 + ["points"] * 3,
        "n": 100.0, "estimate": [0.06, 0.05, 0.04, 0.14, 0.13, 0.1, 7500, 7000, 5500, 0.1, 0.1, 0.1],
        "hidden": [False] * 9 + [True] * 3,
    }),
    "precision", kind="forecast", unit="plain", codes="headlines", clock="",
)  # fmt: skip


def bands(n: float, events: list[float], name: str) -> pd.DataFrame:
    """Shares of an arm by band of its score; one band is withheld."""
    frame = pd.DataFrame({
        "group": ["0_20", "20_40", "40_60", "60_80", "80_100"], "n": n, "n_events": events,
        "estimate": np.array(events) / n, "low": 0.0, "high": 1.0, "hidden": [True, False, False, False, False],
    })  # fmt: skip
    said = {"codes": "score_bands", "estimand": "share of the units by their score", "clock": ""}
    return released(frame, name, **said)


SCORES, THEIR_SCORES = bands(120, [5, 10, 30, 45, 30], "scores"), bands(90, [15, 40, 20, 10, 5], "their_scores")


def decided() -> dict[str, pd.DataFrame]:
    """Options against no support: differences, quadrants, who is best, losses; and rates one at a time."""
    options, said = ["Fictional advice agency Beryl", "programme"], {"kind": "decision", "codes": "compared_options"}
    both = {"group": options, "reference": "rejected", "n": 90.0}
    four = ["dearer_better", "cheaper_better", "dearer_worse", "cheaper_worse"]
    k = [0.0, 25_000, 50_000, 100_000, 200_000]
    best = pd.DataFrame({"group": np.repeat([*options, "rejected", "waiting_list"], 5), "k_eur": k * 4, "n": 90.0,
                         "estimate": [0, 0, 0.1, 0.2, 0.1, 0, 0, 0, 0.3, 0.9, 1, 1, 0.9, 0.5, 0, *[0.0] * 5],
                         "hidden": [False] * 15 + [True] * 5, "note": ["frontier" if i in (9, 10, 11, 12, 13) else ""
                                                                       for i in range(20)]})  # fmt: skip
    losses = best.assign(group=np.repeat(["programme", "rejected", "evpi", "evppi_effects"], 5),
                         estimate=np.abs(np.arange(20.0) - 9) * 500, hidden=False, note="")  # fmt: skip
    rates = pd.DataFrame({"group": ["deadweight", "leakage", "substitution"], "n": 240.0, "estimate": 39_500.0,
                          "low": [26_000, 35_500, np.nan], "high": [79_500, 47_500, np.nan],
                          "note": ["", "", "no_result"]})  # fmt: skip
    tables = {
        "cost": pd.DataFrame({**both, "estimate": [8_600, 21_000], "low": [7_400, 19_000], "high": [10_000, 23_000]}),
        "effect": pd.DataFrame({**both, "estimate": [0.02, 0.1], "low": [-0.12, -0.02], "high": [0.16, 0.22]}),
        "quadrants": pd.DataFrame({"group": np.repeat(options, 4), "reference": "rejected", "n": 90.0, "note": four * 2,
                                   "estimate": [0.63, 0, 0.37, 0, 0.96, 0, 0.04, 0]}),
        "best": best, "losses": losses, "rates": rates,
    }  # fmt: skip
    units = {"cost": "eur", "effect": "plain", "quadrants": "share", "best": "share", "losses": "eur", "rates": "eur"}
    lists = {"rates": "additionality_factors"}
    return {
        name: released(table, name, **{**said, "unit": units[name], "codes": lists.get(name, "compared_options")})
        for name, table in tables.items()
    }


DECIDED = decided()
OF_COST, OF_EFFECT, OF_QUADRANTS, OF_BEST, OF_LOSSES, OF_RATES = DECIDED.values()  # by name too, as all tables here
AGAINST = {"effects": DECIDED["effect"], "shares": DECIDED["quadrants"]}


LONG = {**TEXTS, "title": "Which kinds of projects become enterprises, and for how long do these last in the Region?"}
KINDS = {  # every kind of figure: what draws it, from which table, with which words
    "plane": (figures.plane, DECIDED["cost"], {**AGAINST, **TEXTS}),
    "acceptability": (figures.acceptability, DECIDED["best"], TEXTS),
    "expected_loss": (figures.expected_loss, DECIDED["losses"], TEXTS),
    "tornado": (figures.tornado, DECIDED["rates"], TEXTS),
    "one": (figures.survival_steps, ONE, TEXTS), "short": (figures.survival_steps, SHORT, TEXTS),
    "three": (figures.survival_steps, THREE, LONG), "twelve": (figures.survival_steps, TWELVE, TEXTS),
    "large": (figures.survival_steps, LARGE, TEXTS),
    "entered": (figures.survival_steps, ENTERED, TEXTS),
    "none": (figures.survival_steps, NONE, TEXTS), "bare": (figures.survival_steps, BARE, TEXTS),
    "causes": (figures.incidence, CAUSES, TEXTS), "causes_by": (figures.incidence, CAUSES_BY, TEXTS),
    "band": (figures.band, ONE, {"reference": STATBEL, **TEXTS}),
    "band_three": (figures.band, THREE, {"reference": STATBEL, **TEXTS}),
    "beside": (figures.beside, GRID, {"other": NAIVE, **TEXTS}), "bars": (figures.bars, SHARES, LONG),
    "lonely": (figures.bars, LONELY, TEXTS),
    "at": (figures.bars, AT, TEXTS), "difference": (figures.bars, DIFFERENCE, TEXTS),
    "median": (figures.bars, MEDIAN, TEXTS), "counts": (figures.counts, COUNTS, TEXTS),
    "years": (figures.timeline, YEARS, TEXTS), "money": (figures.timeline, MONEY, TEXTS),
    "money_bars": (figures.counts, MONEY, TEXTS), "millions": (figures.counts, MILLIONS, TEXTS),
    "pairs": (figures.pairs, HEADS, {"beside": FULL_TIME, **TEXTS}),
    "less": (figures.pairs, LESS, {"beside": LESS, **TEXTS}),
    "flows": (figures.flows, FLOWS, TEXTS), "funnel": (figures.funnel, LEAGUE, {"outer": OUTER, **TEXTS}),
    "nested": (figures.nested, WHOLE, {"part": PART, "core": CORE, **LONG}),
    "scores": (figures.overlap, SCORES, {"reference": THEIR_SCORES, **TEXTS}),
    "states": (figures.occupation, STATES, LONG), "ways": (figures.specification_curve, WAYS, LONG),
    "precision": (figures.precision, PRECISION, TEXTS),
}  # fmt: skip


def drawn(kind: str, lang: str) -> figures.Picture:
    """A figure of a kind, in a language."""
    draw, table, said = KINDS[kind]
    return draw(table, lang, **said)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("nl", "fr", "en"):
        for one in KINDS:
            (folder / f"{one}.{language}.png").write_bytes(drawn(one, language).png())
            (folder / f"{one}.{language}.svg").write_bytes(drawn(one, language).svg())
