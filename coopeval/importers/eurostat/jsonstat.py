"""JSON-stat 2.0: a cube whose cells are numbered row by row; figures and flags stand apart, dense or sparse."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd

from coopeval.errors import Fault
from coopeval.importers.eurostat.cells import LINE, MARKS, PERIOD, WRITTEN, Cells
from coopeval.importers.opening import Opened

MOST_CELLS = 20_000_000  # more than any data set that is sent in one answer
TIMES = ("time", "TIME_PERIOD")


class Broken(ValueError):
    """The cube does not hold together; the first argument says which part of it."""


def read(source: Opened) -> Cells:
    """Every cell of the cube; one without a figure is missing, whether the file leaves it out or writes null."""
    try:
        with source.stream() as handle:
            said = json.loads(handle.read(), parse_float=str, parse_int=str, parse_constant=_no_figure,
                              object_pairs_hook=_once)  # fmt: skip
        frame = _cube(said)
    except Broken as error:
        return _refused(source, Fault("E-EURO-06", file=source.name, column=str(error)))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        return _refused(source, Fault("E-EURO-07", file=source.name, line=line))
    extension = said.get("extension") if isinstance(said.get("extension"), dict) else {}
    name = str(extension.get("id", "")).lower()
    return Cells(source.name, name, frame, [], "value", str(said.get("updated", "")))


def _refused(source: Opened, fault: Fault) -> Cells:
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in (PERIOD, WRITTEN, MARKS, LINE)})
    return Cells(source.name, "", empty, [fault], n_unreadable=1)


def _cube(said: object) -> pd.DataFrame:
    if missing := [part for part in ("id", "size", "dimension", "value") if part not in said]:
        raise Broken(", ".join(missing))
    names, dimensions = said["id"], said["dimension"]
    if not isinstance(names, list) or not isinstance(dimensions, dict) or not isinstance(said["size"], list):
        raise Broken("id, size, dimension")
    codes = [_codes(dimensions.get(name), name) for name in names]
    if [str(len(of)) for of in codes] != [str(size) for size in said["size"]]:
        raise Broken("size")
    time = [name for name in names if name in TIMES]
    if len(time) != 1 or len(set(names)) < len(names):
        raise Broken("id")
    n = math.prod(map(len, codes))
    if n > MOST_CELLS:
        raise Broken("size")
    at = np.unravel_index(np.arange(n), [len(of) for of in codes]) if n else [np.arange(0)] * len(codes)
    columns = {
        PERIOD if name in time else name: pd.Categorical.from_codes(place, categories=pd.Index(of, dtype=object))
        for name, place, of in zip(names, at, codes, strict=True)
    }
    period = columns.pop(PERIOD)
    marks = _filled(said.get("status"), n, "status")
    return pd.DataFrame(
        {
            **columns, PERIOD: period, WRITTEN: _filled(said["value"], n, "value"),
            MARKS: pd.Series(marks).astype("category"), LINE: 0,
        }
    )  # fmt: skip


def _codes(dimension: object, name: str) -> list[str]:
    """Codes of a dimension in their order; of a single one the index may be left out."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise Broken(f"dimension.{name}.category")
    index = category.get("index")
    if index is None and isinstance(category.get("label"), dict) and len(category["label"]) == 1:
        return [str(code) for code in category["label"]]
    if isinstance(index, list):
        codes = [str(code) for code in index]
    elif isinstance(index, dict):
        codes = sorted(index, key=lambda code: _number(index[code], f"dimension.{name}.category.index"))
        if [_number(index[code], name) for code in codes] != list(range(len(codes))):
            raise Broken(f"dimension.{name}.category.index")
    else:
        raise Broken(f"dimension.{name}.category.index")
    if len(set(codes)) < len(codes):
        raise Broken(f"dimension.{name}.category.index")
    return codes


def _filled(given: object, n: int, part: str) -> np.ndarray:
    """One text for each cell of the cube, empty where nothing is said of it."""
    cells = np.full(n, "", dtype=object)
    if given is None:
        return cells
    if isinstance(given, str) and part == "status":  # one flag for all of them
        cells[:] = given
        return cells
    if isinstance(given, list) and len(given) == n:
        cells[:] = ["" if one is None else str(one) for one in given]
        return cells
    if not isinstance(given, dict):
        raise Broken(part)
    places = np.array([_number(key, part) for key in given], dtype=np.int64)
    if len(places) and not (places.min() >= 0 and places.max() < n):
        raise Broken(part)
    cells[places] = ["" if one is None else str(one) for one in given.values()]
    return cells


def _number(text: object, part: str) -> int:
    if not isinstance(text, str) or not text.isascii() or not text.isdigit():
        raise Broken(part)
    return int(text)


def _once(pairs: list[tuple[str, object]]) -> dict:
    """A name that stands twice with other contents has no meaning: other readers keep one of them without a word."""
    held: dict[str, object] = {}
    for name, value in pairs:
        if name in held and held[name] != value:
            raise Broken(name)
        held[name] = value
    return held


def _no_figure(word: str) -> None:
    raise Broken(word)
