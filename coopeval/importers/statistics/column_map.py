"""The map of a file: which of its headings is which column, what its words and marks mean. A closed list, in TOML."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coopeval.errors import Fault
from coopeval.importers.opening import not_there
from coopeval.tables.personal import shown

Words = dict[str, str]
LARGEST = 1_000_000  # bytes; a map is a page


class ColumnMap(BaseModel):
    """What a file calls things. Without a map its headings must be the names of the columns themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    sheet: str = ""
    heading: Annotated[int, Field(ge=1, le=1000)] = 1  # the row or line of the headings
    unit: Literal["percent", "share"] = "percent"
    missing: list[str] = []  # marks that stand where there is no figure
    columns: Words = {}  # column -> heading
    survival: Words = {}  # years after registration -> heading
    alive: Words = {}
    constants: Words = {}  # column -> what it is in the whole file
    codes: dict[str, Words] = {}  # column -> word of the file -> code
    title: str = ""
    address: str = ""
    published_on: str = ""
    licence: str = ""

    def headings(self) -> dict[str, str]:
        """Heading of the file -> column, those of each year among them."""
        years = {f"{kind}_{year}": name for kind in ("survival", "alive") for year, name in getattr(self, kind).items()}
        return {heading: column for column, heading in (self.columns | years).items()}


def told(path: Path | None) -> tuple[ColumnMap, list[Fault]]:
    """The map, and what is wrong with it: then nothing else is looked at."""
    if path is None:
        return ColumnMap(), []
    name = shown(path.name)
    if missing := not_there(path):
        return ColumnMap(), [missing]
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        return ColumnMap(**tomllib.loads(path.read_text(encoding="utf-8-sig"))), []
    except ValidationError as error:
        return ColumnMap(), [_fault(name, one) for one in error.errors()]
    except (ValueError, RecursionError) as error:
        return ColumnMap(), [Fault("E-STAT-01", file=name, values={"form": shown(str(error))})]


def _fault(name: str, error: dict) -> Fault:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return Fault(
            "E-STAT-02", file=name, column=shown(where), values={"expected": ", ".join(ColumnMap.model_fields)}
        )
    return Fault("E-STAT-08", file=name, column=shown(where), found=shown(str(error["input"])))
