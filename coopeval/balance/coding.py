"""Covariates as numbers: categories as levels, numbers as they are, and what cannot be compared refused in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError

FEWEST_PER_ARM = 5  # below it an arm says nothing of what is like in it
UNKNOWN, MERGED = "unknown", "other"
SAME = 1e-9
NAMED = 4  # so many levels are named in a refusal
NARROWER = "Compare within what both arms have, merge levels, or leave it out and say so"


@dataclass(frozen=True)
class Coded:
    """Two arms and their covariates as numbers."""

    treated: np.ndarray  # [n] bool
    columns: np.ndarray  # [n, p]
    covariate: tuple[str, ...]  # of each column
    level: tuple[str, ...]  # of each column, empty for a number
    merged: tuple[str, ...]  # levels put together, as covariate=level
    lonely: tuple[str, ...]  # levels found in one arm only


def coded(frame: pd.DataFrame, treated: str, covariates: Sequence[str], merge_below: int = 0) -> Coded:
    """The arms and covariates of a frame as numbers, or a refusal that names what is wrong.

    Text, categories and yes/no become a column per level but the first; numbers stay as they are. Levels with fewer
    than `merge_below` units in an arm are put together as "other", which the result tells.
    """
    arm = arms(frame, treated)
    if isinstance(covariates, str) or not len(covariates):
        raise ParameterError("a comparison needs covariates, as a list of columns; for instance ['project_type'].")
    names = list(covariates)
    missing = [name for name in names if name not in frame]
    if missing or len(set(names)) < len(names) or treated in names:
        raise ParameterError(
            f"the frame has no {', '.join(missing)}; name columns of it." if missing
            else "each covariate is named once, and the arm itself is none of them."
        )  # fmt: skip
    columns, covariate, level, merged, lonely = [], [], [], [], []
    for name in names:
        if is_number(frame[name]):
            values = _numbers(frame, name, arm)
            _refuse_constant(*pd.factorize(values), arm, name)
            columns, covariate, level = [*columns, values], [*covariate, name], [*level, ""]
            continue
        code, labels, together = levels(frame[name], name, arm, merge_below)
        studied, reference = _refuse_constant(code, labels, arm, name)
        further = labels[1:].tolist()
        columns += list((code == np.arange(1, len(labels))[:, None]).astype(float))
        covariate, level, merged = [*covariate, *[name] * len(further)], [*level, *further], [*merged, *together]
        lonely += [f"{name}={one}" for one in labels[(studied == 0) != (reference == 0)]]
    found = Coded(arm, np.column_stack(columns), *map(tuple, (covariate, level, merged, lonely)))
    _refuse_collinear(found)
    return found


def arms(frame: pd.DataFrame, treated: str) -> np.ndarray:
    """Who is in the arm studied; both arms must be large enough to be compared."""
    if treated not in frame:
        raise ParameterError(f'the frame has no column "{treated}" that tells the arms apart.')
    told = frame[treated]
    if told.isna().any() or not set(pd.unique(told)) <= {0, 1}:
        raise DataError(f"{treated} holds more than true and false (or 1 and 0); say it for every row.")
    arm = told.to_numpy(bool)
    for name, size in (("studied", int(arm.sum())), ("reference", int((~arm).sum()))):
        if size < FEWEST_PER_ARM:
            raise DataError(
                f"the {name} arm has {size} rows; a comparison needs {FEWEST_PER_ARM} or more in each. Take a longer "
                "period or a wider comparison, or describe the few one by one (internally)."
            )
    return arm


def is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def levels(
    values: pd.Series, name: str, arm: np.ndarray, merge_below: int = 0
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Of each row the place of its level, the levels as text in order, and which small ones were put together."""
    place, found = pd.factorize(values)
    said = np.asarray(pd.Index(found).astype(str), dtype=object)
    empty = np.array([*(not one.strip() for one in said), True])[place]  # what is missing has the place -1, the last
    if empty.any():
        _refuse_unknown(empty, arm, name)
        raise DataError(f"{int(empty.sum())} rows have no {name}; give one, for instance '{UNKNOWN}'.")
    if pd.api.types.is_bool_dtype(values):
        said = np.where(said == "True", "yes", "no").astype(object)
    labels, of = np.unique(said, return_inverse=True)
    code = of[place]
    if not merge_below:
        return code, labels, []
    fewest = np.minimum(*_counts(code, labels, arm))
    order = np.argsort(fewest, kind="stable")
    small = sorted(labels[fewest < merge_below])
    if len(small) == 1:  # it cannot be put together with itself: the next smallest goes with it
        small = sorted(labels[order[:2]])
    labels, of = np.unique(np.where(np.isin(labels, small), MERGED, labels).astype(object), return_inverse=True)
    return of[code], labels, [f"{name}={one}" for one in small]


def _counts(code: np.ndarray, labels: np.ndarray, arm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How often each level is found in the arm studied, and in the reference."""
    studied, reference = (np.bincount(code[side], minlength=len(labels)) for side in (arm, ~arm))
    return studied, reference


def _numbers(frame: pd.DataFrame, name: str, arm: np.ndarray) -> np.ndarray:
    values = frame[name].astype(float).to_numpy()
    unknown = ~np.isfinite(values)
    if unknown.any():
        _refuse_unknown(unknown, arm, name)
        raise DataError(
            f"{int(unknown.sum())} rows have no {name}; a number cannot be 'unknown'. Make classes of it with a level "
            "for what is not known, or leave those rows out and say so."
        )
    return values


def _refuse_unknown(unknown: np.ndarray, arm: np.ndarray, name: str) -> None:
    for word, which in (("studied", arm), ("reference", ~arm)):
        if unknown[which].all():
            raise DataError(
                f"{name} is not known for the whole {word} arm, so nothing can be compared on it. Leave it out and "
                "say so."
            )


def _refuse_constant(code: np.ndarray, labels: np.ndarray, arm: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """How often each level (or number) is found in either arm; refuses one that does not differ within an arm."""
    if len(labels) < 2:
        raise DataError(f"{name} is the same in every row; it cannot differ between the arms. Leave it out.")
    counts = _counts(code, labels, arm)
    for word, count in zip(("studied", "reference"), counts, strict=True):
        if (count > 0).sum() < 2:
            only = labels[count.argmax()]
            what = "not known" if only == UNKNOWN else f"always {only}"
            raise DataError(
                f"in the {word} arm {name} is {what}, in the other it is not: the arms have no overlap there. "
                f"{NARROWER}."
            )
    return counts


def _refuse_collinear(found: Coded) -> None:
    """Each column against those before it; the first that they tell is named."""
    centred = found.columns - found.columns.mean(axis=0)
    known = np.zeros((len(centred), 0))
    for place, values in enumerate((centred / np.linalg.norm(centred, axis=0)).T):
        rest = values - known @ (known.T @ values)
        rest -= known @ (known.T @ rest)
        if np.linalg.norm(rest) < SAME:
            raise DataError(
                f"{column_name(found, place)} is told by the covariates before it (collinear): their parts cannot "
                "be told apart. Leave one of them out, or put levels together."
            )
        known = np.column_stack([known, rest / np.linalg.norm(rest)])


def column_name(found: Coded, place: int) -> str:
    return found.covariate[place] + (f"={found.level[place]}" if found.level[place] else "")


def why_no_overlap(found: Coded) -> str:
    """What tells the arms apart, in words: levels found in one arm only, else covariates taken together."""
    if found.lonely:
        more = f" and {len(found.lonely) - NAMED} more" if len(found.lonely) > NAMED else ""
        return f"in one arm only: {', '.join(found.lonely[:NAMED])}{more}"
    return (
        f"{', '.join(dict.fromkeys(found.covariate))} together tell exactly who is in which arm, for some rows or all"
    )
