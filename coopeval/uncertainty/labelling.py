"""Labels of rows (groups, causes, identifiers) told apart: numbered, counted, found missing or twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.uncertainty.tallying import blocks


def labelled(labels: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Number of the label of each row, and the labels that occur, in sorted order."""
    if isinstance(labels.dtype, pd.CategoricalDtype):  # each category was told apart when the column was made
        codes, categories = labels.array.codes, labels.cat.categories.to_numpy(object)
        kept = _occurring(codes, len(categories))
        if len(kept) == len(categories) and labels.cat.categories.is_monotonic_increasing:
            return codes, categories.copy()
        place, names = pd.factorize(categories[kept], sort=True)
        if np.array_equal(place, np.arange(len(categories))):
            return codes, names
        numbers = np.full(len(categories) + 1, -1)  # the last is for those without
        numbers[kept] = place
        return numbers[codes], names
    plain = labels.dtype.kind in "iub" if isinstance(labels.dtype, np.dtype) else False
    if plain and len(labels) and labels.dtype.kind == "i":
        values = labels.to_numpy()
        lowest, highest = int(values.min()), int(values.max())
        if highest - lowest < len(values):
            return _numbered(values, lowest)
    number, names = pd.factorize(labels if plain else labels.to_numpy(object), sort=True)
    return number, np.asarray(names, dtype=object)


def _occurring(codes: np.ndarray, size: int) -> np.ndarray:
    """Which of so many codes occur; read no further than where all have been met."""
    met = np.zeros(size + 1, dtype=bool)  # the first is for rows without any
    for (own,) in blocks(codes):
        met |= np.bincount(own.astype(np.int64) + 1, minlength=size + 1) > 0
        if met[1:].all():
            break
    return np.flatnonzero(met[1:])


def _numbered(values: np.ndarray, lowest: int) -> tuple[np.ndarray, np.ndarray]:
    """As `labelled`, for whole numbers close to each other: they are counted, not looked up."""
    place = values if lowest == 0 else values.astype(np.int64) - lowest
    there = np.bincount(place) > 0
    found = np.flatnonzero(there)
    number = place if len(found) == len(there) else (np.cumsum(there) - 1)[place]
    return number, (found + lowest).astype(object)


def unlabelled(labels: pd.Series) -> int:
    """How many rows have no label, or an empty one."""
    if isinstance(labels.dtype, np.dtype) and labels.dtype.kind in "iub":
        return 0
    if isinstance(labels.dtype, pd.CategoricalDtype):
        codes, empty = labels.cat.codes.to_numpy(), np.flatnonzero(labels.cat.categories.astype(str) == "")
        return int((codes < 0).sum()) + sum(int((codes == code).sum()) for code in empty)
    if labels.dtype == object:
        codes, found = pd.factorize(labels)
        empty = np.flatnonzero([str(label) == "" for label in found])
        return int((codes < 0).sum()) + int(np.isin(codes, empty).sum())
    return int((labels.isna() | labels.astype(str).eq("")).sum())


def repeated(labels: pd.Series) -> int:
    """How many rows bear a label that an earlier row bears; at a glance where labels stand in rising order."""
    values = labels.to_numpy() if isinstance(labels.dtype, np.dtype) else None
    if values is not None and values.dtype.kind in "iufO" and _rises(values):
        return 0
    return int(labels.duplicated().sum())


def _rises(values: np.ndarray) -> bool:
    try:
        return all((own[1:] > own[:-1]).all() for (own,) in blocks(values, overlap=1))
    except TypeError:  # labels of different kinds, or none
        return False
