"""Who satisfies which definition of a social enterprise, and how far the definitions agree."""

from __future__ import annotations

import pandas as pd

from coopeval import cohort, semesters
from coopeval.cohort.units import units
from coopeval.errors import DataError, ParameterError
from coopeval.tables.once import once
from coopeval.uncertainty import share
from coopeval.wording import N_

ALL, ASSESSED, EMES = "all", "assessed", "emes"
CUT_OFFS = (5, 6, 7)  # of nine indicators: no official line exists, so several are shown
MET = ("ordinance_2018", "agreement", "bissib", "ica_cooperative", "federal", "eu")
DEFINITIONS = (
    ALL, ASSESSED, "ordinance_2018", *(f"{EMES}_{least}" for least in CUT_OFFS), "agreement", "bissib",
    "ica_cooperative", "federal", "eu",
)  # fmt: skip
POPULATION = N_("enterprises of the projects selected by the evaluated programme")
FIRST = N_("The first assessment counts, whatever a later one says. Not assessed is not the same as not met.")
NO_LINE = N_("EMES has a score of nine indicators and no line: several cut-offs are shown, none of them official.")


@once
def assessments(dataset) -> pd.DataFrame:
    """The first assessment of each enterprise of the programme under each definition.

    One row per enterprise and code of the list `study_definitions` (without `all`) under which it was assessed:
    `enterprise_id`, `definition`, `is_met`, `assessed_on`. EMES has a row per cut-off; `assessed` one for the first
    assessment under any definition. An assessment without an answer is none.

    Raises
    ------
    DataError
        The table definitions_met was not delivered.
    """
    if "definitions_met" not in dataset:
        raise DataError("Definitions need the table definitions_met, which was not delivered. Add it.")
    every = units(dataset)
    own = every.loc[every["arm"].eq("programme") & ~every["is_successor"], "enterprise_id"]
    rows = dataset.columns(
        "definitions_met", "subject_kind", "subject_id", "definition", "assessed_on", "score", "is_met"
    )
    rows = rows[rows["subject_kind"].eq("enterprise") & rows["subject_id"].isin(own)]
    rows = rows[rows["is_met"].notna() | rows["score"].notna()]
    rows = rows.sort_values(["subject_id", "definition", "assessed_on"], kind="stable")
    first = rows.drop_duplicates(["subject_id", "definition"]).rename(columns={"subject_id": "enterprise_id"})
    told = first[first["definition"].isin(MET) & first["is_met"].notna()]
    scored = first[first["definition"].eq(EMES) & first["score"].notna()]
    parts = [told.assign(is_met=told["is_met"].astype(bool))]
    parts += [scored.assign(definition=f"{EMES}_{least}", is_met=scored["score"].ge(least)) for least in CUT_OFFS]
    found = pd.concat(parts, ignore_index=True)[["enterprise_id", "definition", "is_met", "assessed_on"]]
    whole = found.groupby("enterprise_id", as_index=False)["assessed_on"].min()
    found = pd.concat([found, whole.assign(definition=ASSESSED, is_met=True)], ignore_index=True)
    return found.astype({"is_met": bool}).sort_values(["enterprise_id", "definition"], kind="stable", ignore_index=True)


def definitions(dataset, semester: str, level: float = 0.95) -> pd.DataFrame:
    """How many enterprises of the programme satisfy each definition, out of those that were assessed under it.

    One row per definition (EMES: per cut-off): `n` assessed, `n_events` that satisfy it, `n_not_assessed`.

    Parameters
    ----------
    dataset
        What `read` returns; it is cut at the last day of the semester.
    semester
        Such as 2026S1.
    level
        Confidence level of the interval (Wilson).

    Raises
    ------
    DataError
        The table definitions_met was not delivered.

    >>> from coopeval import synthetic
    >>> demo = synthetic.delivery(synthetic.world(structures=1, scale=0.1), "2024S1")
    >>> definitions(demo, "2024S1")["group"].tolist()[:3]
    ['agreement', 'bissib', 'emes_5']
    """
    cut = cohort.as_of(dataset, semesters.last_day(semester))
    every = units(cut)
    whole = int((every["arm"].eq("programme") & ~every["is_successor"]).sum())
    found = assessments(cut)
    found = found[found["definition"].ne(ASSESSED)]
    counts = found.groupby("definition")["is_met"].agg(n="size", n_events="sum")
    counts = counts.reindex([name for name in DEFINITIONS if name not in (ALL, ASSESSED)], fill_value=0)
    counts = counts.rename_axis("group").sort_index().reset_index()
    return share(
        counts.assign(n_not_assessed=whole - counts["n"]), level=level, codes="study_definitions",
        privacy="confidential", estimand=N_("share of the enterprises assessed that satisfy the definition"),
        population=POPULATION, numerator=N_("enterprises that satisfy the definition"),
        denominator=N_("enterprises assessed under it"), warnings=(FIRST, NO_LINE), **said_of(cut),
    )  # fmt: skip


def overlap(dataset, semester: str, of: str = "ordinance_2018", level: float = 0.95) -> pd.DataFrame:
    """Of the enterprises that satisfy each other definition, how many satisfy this one too.

    One row per other definition: `n` enterprises that satisfy it and were assessed under both, `n_events` that satisfy
    both.

    Parameters
    ----------
    of
        The definition looked for among the others, a code of `study_definitions`.
    dataset, semester, level
        As for `definitions`.

    Raises
    ------
    ParameterError
        An unknown definition.
    """
    if of not in DEFINITIONS[2:]:
        raise ParameterError(f'"{of}" is not a definition. Choose one of {", ".join(DEFINITIONS[2:])}.')
    cut = cohort.as_of(dataset, semesters.last_day(semester))
    met = assessments(cut).pivot(index="enterprise_id", columns="definition", values="is_met")
    met = met.reindex(columns=[name for name in DEFINITIONS if name not in (ALL, ASSESSED)])
    both = met[met[of].notna()]
    others = [name for name in sorted(met.columns) if name != of]
    rows = [
        {"group": name, "n": int(both[name].eq(True).sum()), "n_events": int((both[name].eq(True) & both[of]).sum())}
        for name in others
    ]
    return share(
        pd.DataFrame(rows), level=level, codes="study_definitions", privacy="confidential", population=POPULATION,
        estimand=N_("share of the enterprises under one definition that satisfy another one too"),
        numerator=N_("those that satisfy the other definition too"),
        denominator=N_("enterprises that satisfy the definition, assessed under both"), warnings=(FIRST,),
        **said_of(cut),
    )  # fmt: skip


def said_of(dataset) -> dict[str, object]:
    """What every table made of this data set says of it."""
    day = dataset.as_of if dataset.as_of is not None else dataset.delivered_on
    return {"is_synthetic": dataset.is_synthetic, "as_of": "" if day is None else day.date().isoformat()}
