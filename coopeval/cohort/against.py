"""The programme and one comparator in one frame, described by the facts that were known of both before it began."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import beside
from coopeval.uncertainty.shape import About
from coopeval.wording import N_

PROGRAMME, UNKNOWN = "programme", "unknown"
COMPARATORS = ("structure", "register", "rejected", "waiting_list")
OTHER = "other"
FEWEST = 5  # in each arm: of a level that stands alone, and of known cells of a covariate that is used
PUT_TOGETHER = N_(
    "Levels of a covariate with fewer than five units in a group are put together, and where those are still too few "
    "they count with the largest level."
)
NOT_RECORDED = N_("Covariates that were not recorded for both groups, or are the same throughout one, are not used.")
SECTORS = {
    "production": "ABCDEF", "trade_transport": "GH", "hospitality": "I", "services_to_business": "JKLMNO",
    "services_to_people": "PQR", "culture_other": "STUV",
}  # fmt: skip
YEARS = {"until_2015": 2015, "from_2016_to_2018": 2018, "from_2019_to_2021": 2021, "from_2022": np.inf}
AGES = {"not_born": 0, "under_one_year": 12, "one_to_three_years": 36, "over_three_years": np.inf}  # months, up to
AGAINST = {
    "structure": N_("programme and comparable structures"),
    "register": N_("programme and comparable enterprises from the register"),
    "rejected": N_("programme and rejected applicants"),
    "waiting_list": N_("programme and waiting list"),
}


def against(
    frame: pd.DataFrame, comparator: str, covariates: Sequence[str] = (), outcome: str | None = None
) -> pd.DataFrame:
    """The rows of the programme and of one comparator, with `treated` and covariates that can be used in both.

    One row per enterprise (spells) or project (`compared`).

    Parameters
    ----------
    frame
        What `spells` or `compared` returns, all arms in it.
    comparator
        The arm compared with: structure, register, rejected or waiting_list.
    covariates
        Names of columns, fixed in advance: those of the frame and `sector` (sections of activity in six groups),
        `birth_period` and `entry_period` (calendar years in four classes), `age_class` (age at programme entry or the
        day that stands for it).
    outcome
        A column: only rows of which it is known stay, the others are counted with the reason `follow_up_unknown`.

    Returns
    -------
    The same columns, `treated` (true in the programme) and these classes. Of the covariates asked for, levels with
    fewer than five units in an arm are put together as `other`; where the others are fewer than five too, they count
    with the largest level. `attrs["covariates"]`: those that can be used. One falls away that the frame lacks, that is
    unknown for all but a few of an arm, the same for a whole arm, or a number that is not known of everybody. This
    looks at who was asked what, never at an outcome. `attrs["exclusions"]` holds both arms.

    Raises
    ------
    ParameterError
        Unknown comparator.
    DataError
        A frame without arms.

    >>> frame = pd.DataFrame({"arm": ["programme", "register"] * 15, "nace_section": list("IKIKKI") * 5})
    >>> found = against(frame, "register", ["sector", "project_type"])
    >>> found[["treated", "sector"]].head(2).values.tolist(), found.attrs["covariates"]
    ([[True, 'hospitality'], [False, 'services_to_business']], ('sector',))
    """
    if comparator not in COMPARATORS:
        raise ParameterError(f'"{comparator}" is nobody to compare with. Choose one of {", ".join(COMPARATORS)}.')
    if "arm" not in frame:
        raise DataError("A comparison needs arms; give what cohort.spells or cohort.compared returns.")
    rows = frame[frame["arm"].isin([PROGRAMME, comparator])]
    known = rows.index[rows[outcome].notna()] if outcome is not None else rows.index
    left_out, rows = _left_out(frame, rows, known), rows.loc[known].reset_index(drop=True)
    result = rows.assign(treated=rows["arm"].eq(PROGRAMME), **_classes(rows))
    classes = {name: _usable(result[name], result["treated"]) for name in covariates if name in result}
    usable = [name for name in covariates if classes.get(name) is not None]
    result = result.assign(**{name: classes[name] for name in usable})
    about = frame.attrs.get("about", {})
    said = (PUT_TOGETHER,) + ((NOT_RECORDED,) if len(usable) < len(covariates) else ())
    result.attrs = {
        "about": About({**about, "population": AGAINST[comparator], "warnings": (*about.get("warnings", ()), *said)}),
        "covariates": tuple(usable),
        "exclusions": beside(left_out),
    }
    return result


def common(frame: pd.DataFrame) -> list[str]:
    """The covariates asked for that can be used in both arms of what `against` returned."""
    if "covariates" not in frame.attrs:
        raise DataError("This frame does not say which covariates can be used; give what cohort.against returns.")
    return list(frame.attrs["covariates"])


def _left_out(frame: pd.DataFrame, rows: pd.DataFrame, known: pd.Index) -> pd.DataFrame:
    """The exclusions of both arms, with those of whom the outcome is not known among them."""
    before = frame.attrs.get("exclusions", pd.DataFrame({"arm": [], "reason": [], "n": []}))
    before = before[before["arm"].isin(rows["arm"].unique()) & before["reason"].ne("")]
    reason = pd.Series(np.where(rows.index.isin(known), "", "follow_up_unknown"), index=rows.index, name="reason")
    now = rows.groupby(["arm", reason]).size().rename("n").reset_index()
    return (
        pd.concat([now, before], ignore_index=True).astype({"n": int}).sort_values(["arm", "reason"], ignore_index=True)
    )


def _usable(values: pd.Series, treated: pd.Series) -> pd.Series | None:
    """The covariate with rare levels put together; none where it does not tell of both arms."""
    if _is_number(values):
        told = bool(values.notna().all()) and all(values[side].nunique() > 1 for side in (treated, ~treated))
        return values if told else None
    known = values.notna() & ~values.astype(str).isin([UNKNOWN, ""])
    arms = [values[known & side] for side in (treated, ~treated)]
    if not all(len(arm) >= FEWEST and arm.nunique() > 1 for arm in arms):
        return None
    found = _without_rare(values, treated)
    return found if found.nunique() > 1 else None


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _without_rare(values: pd.Series, treated: pd.Series) -> pd.Series:
    """Levels that are rare in either arm put together, or with the largest level."""
    if pd.api.types.is_bool_dtype(values):
        return values
    levels = values.to_numpy(object, copy=True)
    levels[values.isna().to_numpy()] = UNKNOWN
    levels[levels == ""] = UNKNOWN
    code, names = pd.factorize(levels, sort=True)
    of_arms = [np.bincount(code[side], minlength=len(names)) for side in (treated.to_numpy(), ~treated.to_numpy())]
    is_rare = np.minimum(*of_arms) < FEWEST
    together = OTHER
    if min(count[is_rare].sum() for count in of_arms) < FEWEST and not is_rare.all():
        together = names[np.argmax(np.where(is_rare, -1, sum(of_arms)))]  # the largest; of two the first by name
    levels[is_rare[code]] = together
    return pd.Series(levels, index=values.index, name=values.name)


def _classes(rows: pd.DataFrame) -> dict[str, pd.Series]:
    found = {}
    if "nace_section" in rows:
        groups = {letter: name for name, letters in SECTORS.items() for letter in letters}
        found["sector"] = rows["nace_section"].map(groups).fillna(UNKNOWN).astype(object)
    for column, made_of in (("entry_period", "entry_year"), ("birth_period", "birth_year")):
        if made_of in rows:
            found[column] = _class_of(pd.to_numeric(rows[made_of], errors="coerce"), YEARS, closed_above=True)
    if "age_at_zero" in rows:
        found["age_class"] = _class_of(rows["age_at_zero"], AGES, closed_above=False)
    return found


def _class_of(values: pd.Series, bounds: dict[str, float], closed_above: bool) -> pd.Series:
    """The first class whose upper bound lies above a value (or is it, where closed above)."""
    edges, names = np.array(list(bounds.values())), np.array(list(bounds), dtype=object)
    numbers = values.astype(float).to_numpy()
    place = np.searchsorted(edges, np.nan_to_num(numbers), side="left" if closed_above else "right")
    classes = names[np.minimum(place, len(names) - 1)]
    return pd.Series(np.where(np.isnan(numbers), UNKNOWN, classes), index=values.index, dtype=object)
