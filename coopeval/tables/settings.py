"""settings.toml: what an evaluator may set beside the tables. A closed list; whatever else stands in it is refused."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coopeval.errors import Fault
from coopeval.tables.personal import shown

FILE = "settings.toml"
LARGEST = 1_000_000  # bytes; settings are a page
RULES = ("R1", "R2", "R3", "R5", "R6", "R7", "R8", "R9")  # rounding (R4) protects everyone, and has no exceptions
Text = Annotated[str, Field(min_length=2, max_length=300, pattern=r"^[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]*\S$")]
Closed = ConfigDict(extra="forbid", frozen=True, strict=True)
EXPECTED = {  # for people: what stands behind each key, as docs/publishing.md tells it
    "contact": "[contact]",
    "contact.name": "a name",
    "contact.email": "name@example.org",
    "contact.page": "https://example.org/contact",
    "contact.phone": "+32 2 123 45 67",
    "costs": "[costs]",
    "costs.price_year": "2025",
    "costs.discount_rate": "0.03",
    "costs.allocation_key": "hours, participations, direct_staff",
    "costs.perimeter": "subsidy, cash, full",
    "exceptions": "[[exceptions]]",
    "exceptions.table": "survival_by_form",
    "exceptions.group": "all",
    "exceptions.rule": ", ".join(RULES),
    "exceptions.person": "a name",
    "exceptions.reason": "a sentence",
    "exceptions.until": "2026-12-31",
}


class Contact(BaseModel):
    """Whom readers may ask; stands on every page."""

    model_config = Closed

    name: Text
    email: Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=200)] = ""
    page: Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(/[\w./~%-]*)?$", max_length=300)] = ""
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ./()-]{5,30}$")] = ""


class Costs(BaseModel):
    """How money is told; what is not set stays as the notebooks have it."""

    model_config = Closed

    price_year: Annotated[int, Field(ge=2000, le=2099)] | None = None
    discount_rate: Annotated[float, Field(ge=0, le=0.2)] | None = None
    allocation_key: Literal["hours", "participations", "direct_staff"] | None = None
    perimeter: Literal["subsidy", "cash", "full"] | None = None


class Exemption(BaseModel):
    """One row of one table that a named person lets past one rule of disclosure, until a day (R12)."""

    model_config = Closed

    table: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    group: Annotated[str, Field(min_length=1, max_length=200)]  # the label of the row
    rule: Literal[RULES]
    person: Text
    reason: Text
    until: Annotated[date, Field(strict=False)]  # the last day on which it holds

    @property
    def told(self) -> dict[str, str]:
        """As it is printed: plain words and an ISO day."""
        return {**self.model_dump(exclude={"table", "until"}), "until": self.until.isoformat()}


class Settings(BaseModel):
    """All of it; empty where nothing was set."""

    model_config = Closed

    contact: Contact | None = None
    costs: Costs = Costs()
    exceptions: tuple[Exemption, ...] = ()

    @property
    def told(self) -> dict[str, object]:
        """What was set, in plain words, as run.json tells it."""
        return {
            "contact": self.contact.model_dump(exclude_defaults=True) if self.contact else None,
            "costs": self.costs.model_dump(exclude_none=True),
            "exceptions": [{"table": one.table, **one.told} for one in self.exceptions],
        }

    @property
    def digest(self) -> str:
        """SHA-256 of what was set, however the file is laid out; empty where nothing is."""
        if self == Settings():
            return ""
        return hashlib.sha256(json.dumps(self.told, sort_keys=True).encode()).hexdigest()

    @property
    def parameters(self) -> dict[str, object]:
        """The settings of money under the names by which notebooks declare them."""
        said = self.costs.model_dump(exclude_none=True)
        named = {"allocation_key": "key", "discount_rate": "discount_rates"}
        if "discount_rate" in said:
            said["discount_rate"] = sorted({0.0, said["discount_rate"]})
        return {named.get(name, name): value for name, value in said.items()}


def told(folder: Path) -> tuple[Settings, list[Fault]]:
    """The settings beside the tables of a folder, or beside a workbook, and every fault of them.

    >>> told(Path("nowhere"))
    (Settings(contact=None, costs=Costs(price_year=None, discount_rate=None, allocation_key=None, perimeter=None),
    exceptions=()), [])
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return Settings(), [Fault("E-SET-01", file=FILE, values={"form": "-"})] if path.exists() else []
    if not path.resolve().is_relative_to(Path(folder).resolve()):
        return Settings(), [Fault("E-FILE-07", file=FILE)]
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        text = path.read_bytes().decode("utf-8-sig")
        return parsed(text)
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        problem = re.sub(r" \(at .*", "", str(error))
        return Settings(), [
            Fault("E-SET-01", file=FILE, line=int(line[1]) if line else None, values={"form": shown(problem)})
        ]


def parsed(text: str) -> tuple[Settings, list[Fault]]:
    """Settings from the text of the file; raises ValueError where it is no TOML.

    >>> settings, faults = parsed('[costs]\\nperimeter = "cash"\\ndiscount_rate = 0.04')
    >>> settings.parameters
    {'discount_rates': [0.0, 0.04], 'perimeter': 'cash'}
    >>> [fault.code for fault in parsed('[costs]\\nperimeter = "all"\\n[colour]')[1]]
    ['E-SET-03', 'E-SET-02']
    """
    said = tomllib.loads(text)
    if isinstance(said.get("exceptions"), list):
        said["exceptions"] = tuple(said["exceptions"])
    lines, problems = text.splitlines(), []
    contact = said.get("contact")
    if isinstance(contact, dict) and not contact.keys() & {"email", "page"}:
        problems.append({"loc": ("contact", "email"), "type": "missing", "input": contact})
    try:
        settings = Settings.model_validate(said)
    except ValidationError as error:
        settings, problems = Settings(), [*problems, *error.errors()]
    return settings, [_fault(problem, lines) for problem in problems]


def _fault(problem: Mapping, lines: list[str]) -> Fault:
    where = [part for part in problem["loc"] if not (isinstance(part, str) and part.startswith("function-"))]
    place = ".".join(str(part) for part in where if isinstance(part, str))
    found = "" if isinstance(problem["input"], (dict, tuple, list)) else shown(str(problem["input"]))
    line = _line(where, lines)
    if problem["type"] == "extra_forbidden":
        known = [key.rpartition(".")[2] for key in EXPECTED if key.rpartition(".")[0] == place.rpartition(".")[0]]
        return Fault("E-SET-02", file=FILE, line=line, key=place, values={"expected": ", ".join(known)})
    if problem["type"] == "missing":
        return Fault("E-SET-04", file=FILE, line=line, key=place, values={"expected": EXPECTED[place]})
    return Fault("E-SET-03", file=FILE, line=line, key=place, found=found, values={"expected": EXPECTED.get(place, "")})


def _line(where: list, lines: list[str]) -> int | None:
    """The line of a key, counting the [[sections]] of one name; else that of its section; else none."""
    section, number = str(where[0]), next((part for part in where if isinstance(part, int)), 0)
    key = str(where[-1]) if len(where) > 1 and isinstance(where[-1], str) else ""
    heads = [i for i, text in enumerate(lines) if re.match(rf"\s*\[+\s*{re.escape(section)}\s*\]", text)]
    if len(heads) <= number:
        return next((i + 1 for i, text in enumerate(lines) if re.match(rf"\s*{re.escape(section)}\b", text)), None)
    start = heads[number]
    for i in range(start + 1, len(lines)):
        if re.match(r"\s*\[", lines[i]):
            break
        if key and re.match(rf"\s*{re.escape(key)}\s*=", lines[i]):
            return i + 1
    return start + 1
