"""What a model of hazards is made of: the terms of a formula as columns of numbers."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError

UNKNOWN = "unknown"
TERM = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*(?:\((?P<reference>[^()]+)\))?")


class Term(NamedTuple):
    """One name of the formula. `columns` are its coefficients, `level` of a row is empty where it is a number."""

    name: str
    reference: str
    columns: dict[str, np.ndarray]
    level: np.ndarray | None


class Design(NamedTuple):
    """All coefficients: their labels, the number of the term of each, and one column each."""

    terms: tuple[Term, ...]
    labels: tuple[str, ...]
    term: np.ndarray
    matrix: np.ndarray

    def only(self, kept: np.ndarray) -> Design:
        """With these coefficients alone."""
        labels = tuple(label for label, keep in zip(self.labels, kept, strict=True) if keep)
        return Design(self.terms, labels, self.term[kept], self.matrix[:, kept])


def names(formula: str) -> list[tuple[str, str | None]]:
    """Columns of a formula, each with the reference level it names.

    >>> names("arm(register) + age_at_zero")
    [('arm', 'register'), ('age_at_zero', None)]
    """
    found = []
    for part in str(formula).split("+"):
        fit = TERM.fullmatch(part.strip())
        if fit is None:
            raise ParameterError(
                f'"{part.strip()}" is not a term. A formula is names of columns joined by +, each with a reference '
                'level if wanted: "arm(register) + legal_family + age_at_zero". Make products and powers columns first.'
            )
        found.append((fit["name"], fit["reference"].strip() if fit["reference"] else None))
    doubled = sorted({name for name, _ in found if [one for one, _ in found].count(name) > 1})
    if doubled:
        raise ParameterError(f"{', '.join(doubled)} stands twice in the formula; name each column once.")
    return found


def designed(spells: pd.DataFrame, formula: str) -> Design:
    """Columns of numbers for the terms: a number as it is, a category as one column per level but the reference."""
    terms = tuple(_term(spells, name, reference) for name, reference in names(formula))
    columns = [(number, label, values) for number, term in enumerate(terms) for label, values in term.columns.items()]
    matrix = np.column_stack([values for *_, values in columns]) if columns else np.zeros((len(spells), 0))
    return Design(terms, tuple(label for _, label, _ in columns), np.array([n for n, *_ in columns], dtype=int), matrix)


def _term(spells: pd.DataFrame, name: str, reference: str | None) -> Term:
    if name not in spells:
        raise DataError(f"the spells have no column {name}; take it out of the formula or add it.")
    column = spells[name]
    empty = int((column.isna() | column.astype(str).eq("")).sum())
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if empty:
        remedy = "make classes of it, with one for 'unknown'" if is_number else "give one, for instance 'unknown'"
        raise DataError(f"{empty} rows have no {name}; {remedy}, or leave those rows out and say so.")
    if is_number:
        return _number(column, name, reference)
    level = column.astype(str).to_numpy(dtype=object)
    found, size = np.unique(level.astype(str), return_counts=True)
    likely = np.where(found == UNKNOWN, -1, size)  # nothing is learned from a comparison with those not known
    against = reference if reference is not None else (found[np.argmax(likely)] if len(found) else "")
    if reference is not None and reference not in set(found) and len(found):
        raise ParameterError(f'"{reference}" is not a level of {name}; there are {", ".join(found)}.')
    columns = {f"{name}={one}": (level == one).astype(float) for one in found if one != against}
    return Term(name, str(against), columns, level)


def _number(column: pd.Series, name: str, step: str | None) -> Term:
    """A number per unit, or per so many units as stand in brackets."""
    label, per = name, 1.0
    if step is not None:
        try:
            per = float(step)
        except ValueError:
            per = np.nan
        if not (np.isfinite(per) and per > 0):
            raise ParameterError(
                f"{name} is a number and has no level; write {name}, or {name}(12) for the ratio per 12 of its units."
            )
        label = f"{name}=+{per:g}"
    values = column.to_numpy(float) / per
    if not np.isfinite(values).all():
        raise DataError(f"{int((~np.isfinite(values)).sum())} rows have an infinite {name}; give a number.")
    return Term(name, "", {label: values} if len(np.unique(values)) > 1 else {}, None)


def refuse_doubles(design: Design) -> None:
    """Columns that say the same cannot be told apart: which term to leave out is for the caller to say."""
    if not design.matrix.shape[1]:
        return
    spread = design.matrix - design.matrix.mean(axis=0)
    scale = np.abs(spread).max(axis=0)
    if np.linalg.matrix_rank(spread / np.where(scale > 0, scale, 1.0)) == design.matrix.shape[1]:
        return
    for number in range(1, len(design.terms) + 1):
        own = design.term < number
        if np.linalg.matrix_rank(spread[:, own]) < own.sum():
            said = design.terms[number - 1].name
            raise DataError(f"{said} says nothing that the terms before it do not say; take it out of the formula.")


def in_the_limit(design: Design, event: np.ndarray) -> tuple[Design, np.ndarray]:
    """The design once levels without any event have left, and the rows that leave with them.

    Such a level has no finite ratio, and as its hazard goes to zero its rows leave every risk set; the others' ratios
    become those of a model without them. Where it is the level compared with, the levels that stay are compared with
    one of their own, only to make enterprises alike: these labels are in brackets and are not reported.
    """
    gone, columns = np.zeros(len(event), dtype=bool), []
    for number, term in enumerate(design.terms):
        if term.level is None:
            columns += [(number, label, values) for label, values in term.columns.items()]
            continue
        ended, size = np.unique(term.level[event].astype(str), return_counts=True)
        gone |= ~np.isin(term.level.astype(str), ended)
        base = term.reference if term.reference in ended else (ended[np.argmax(size)] if len(ended) else "")
        shape = "{}" if base == term.reference else "({})"
        for level in ended[ended != base]:
            columns.append((number, shape.format(f"{term.name}={level}"), (term.level == level).astype(float)))
    matrix = np.column_stack([values for *_, values in columns]) if columns else np.zeros((len(event), 0))
    labels = tuple(label for _, label, _ in columns)
    return Design(design.terms, labels, np.array([n for n, *_ in columns], dtype=int), matrix), gone
