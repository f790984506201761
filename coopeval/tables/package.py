"""datapackage.json: what a delivery says about itself, and the same written from the schema (Data Package v2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from coopeval.errors import Fault
from coopeval.schema import TABLES, Column, Table
from coopeval.tables.folder import leads_out

FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {"text": "string", "code": "string", "day": "date", "number": "number", "integer": "integer"}
LARGEST = 5_000_000  # bytes; a description is small


def told(folder: Path) -> tuple[dict, list[Fault]]:
    """`name`, `is_synthetic` and `delivered_on` as the folder's description tells them; and its faults."""
    about = {"name": "", "is_synthetic": False, "delivered_on": None}

    def fault(code: str, column: str = "", **values) -> Fault:
        return Fault(code, file=FILE, column=column, values=values)

    path = folder / FILE
    if not path.is_file():
        return about, [fault("E-PACK-01")]
    if leads_out(path, folder):
        return about, [fault("E-FILE-07")]
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        said = _json(path.read_bytes().decode("utf-8-sig"))
    except Twice as error:
        return about, [fault("E-PACK-08", error.args[0])]
    except (ValueError, RecursionError):
        return about, [fault("E-PACK-02")]
    if not isinstance(said, dict):
        return about, [fault("E-PACK-02")]
    faults = []
    name, synthetic, day = said.get("name"), said.get("synthetic", False), said.get("delivered_on")
    if not isinstance(name, str) or not name.strip():
        faults.append(fault("E-PACK-03", "name", expected="coopcity-2026s1"))
    if not isinstance(synthetic, bool):
        faults.append(fault("E-PACK-04", "synthetic", expected="true, false"))
    if (delivered := day_of(day)) is None:
        faults.append(fault("E-PACK-05", "delivered_on", expected="YYYY-MM-DD"))
    faults += [fault("W-PACK-01", "resources", missing=missing) for missing in _missing(said, folder)]
    return {"name": str(name), "is_synthetic": synthetic is True, "delivered_on": delivered}, faults


class Twice(ValueError):
    """A name that an object of JSON holds more than once: other readers keep one or the other without a word."""


def _json(text: str) -> object:
    def whole(pairs: list[tuple[str, object]]) -> dict:
        names = [name for name, _ in pairs]
        for name in ("name", "synthetic", "delivered_on"):
            if names.count(name) > 1:
                raise Twice(name)
        return dict(pairs)

    def refused(figure: str) -> None:
        raise ValueError(f"{figure} is not JSON")

    return json.loads(text, object_pairs_hook=whole, parse_constant=refused)


def description(about: Mapping, names: Sequence[str], form: str) -> str:
    """The text of datapackage.json for these tables in this `form`: the same input always gives the same bytes."""
    package = {
        "$schema": PROFILE,
        "name": about.get("name") or "delivery",
        "synthetic": bool(about.get("is_synthetic")),
        "delivered_on": None if about.get("delivered_on") is None else about["delivered_on"].date().isoformat(),
        "resources": [_resource(TABLES[name], names, form) for name in names],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(table: Table, names: Sequence[str], form: str) -> dict:
    schema = {
        "fields": [_field(column) for column in table.columns.values()],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    keys = [
        {
            "fields": [name],
            "reference": {"resource": "" if other == table.name else other, "fields": [other_key(other)]},
        }
        for name, other in table.references.items()
        if len(TABLES[other].key) == 1 and other in names
    ]
    return {
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.{form}",
        "type": "table",
        "format": form,
        **({"mediatype": "text/csv", "encoding": "utf-8"} if form == "csv" else {}),
        "schema": schema | ({"foreignKeys": keys} if keys else {}),
    }


def other_key(table: str) -> str:
    """First column of the key of a table: what other tables refer to."""
    return TABLES[table].key[0]


def _field(column: Column) -> dict:
    field = {"name": column.name, "type": TYPES.get(column.kind, column.kind), "description": column.meaning}
    about = {"unit": column.unit, "source": column.source, "privacy": column.privacy, "codes": column.codes}
    limits = {"minimum": column.low, "maximum": column.high} if column.kind in ("number", "integer") else {}
    constraints = {name: value for name, value in limits.items() if value is not None}
    if not column.optional:
        constraints["required"] = True
    return field | {name: value for name, value in about.items() if value} | {"constraints": constraints}


def day_of(said: object) -> pd.Timestamp | None:
    """The day where it is one, written 2026-06-30.

    >>> day_of("2026-02-30") is None
    True
    """
    if not isinstance(said, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        return None
    try:
        return pd.Timestamp(date.fromisoformat(said))
    except ValueError:
        return None


def _missing(said: dict, folder: Path) -> list[str]:
    """Resources the description names that are not in the folder: a file may have been forgotten."""
    resources = said.get("resources", [])
    resources = resources if isinstance(resources, list) else []
    paths = [one.get("path") for one in resources if isinstance(one, dict)]
    names = [path for path in paths if isinstance(path, str) and re.fullmatch(r"[\w-]+\.\w+", path)]
    return [name for name in names if not (folder / name).exists()]
