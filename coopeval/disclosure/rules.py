"""The thresholds of the gate: read from rules.toml, a closed list, each with a floor that cannot be passed."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from coopeval.errors import ParameterError

FILE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True)
class Rules:
    """One threshold per field; rules.toml says what each is for. The defaults are the floors."""

    persons: int = 10
    enterprises_of_persons: int = 3
    units_confidential: int = 3  # the rule says 5 and lets an evaluator with a reason go to 3, never below
    units_register: int = 3
    largest_share: float = 0.50
    two_largest_share: float = 0.90
    rest_to_largest: float = 0.10
    extremes_from: int = 10
    midpoint: int = 6
    base_count: int = 5
    base_eur: int = 1000
    base_hours: int = 10
    part_of_two_largest: float = 0.2
    quantile_from: int = 10
    large_from: int = 100
    months_step: float = 0.5
    months_step_large: float = 0.1
    grid_months: int = 6
    events_confidential: int = 5
    events_register: int = 3
    at_risk_confidential: int = 10
    at_risk_register: int = 5
    step: float = 0.05
    step_large: float = 0.01
    limit_step: float = 0.05
    limit_step_register: float = 0.05
    units_of_coefficient: int = 10
    degrees_of_freedom: int = 10

    def units(self, privacy: str) -> int:
        """Fewest enterprises or projects behind a figure."""
        return self.units_register if privacy == "register" else self.units_confidential


FLOORS = Rules()
SECTIONS = {
    "R1": ("persons", "enterprises_of_persons", "units_confidential", "units_register"),
    "R2": ("largest_share", "two_largest_share", "rest_to_largest"),
    "R3": ("extremes_from",),
    "R4": ("midpoint", "base_count", "base_eur", "base_hours", "part_of_two_largest"),
    "R6": ("quantile_from", "large_from", "months_step", "months_step_large"),
    "R7": (
        "grid_months", "events_confidential", "events_register", "at_risk_confidential", "at_risk_register",
        "step", "step_large", "limit_step", "limit_step_register",
    ),
    "R8": ("units_of_coefficient", "degrees_of_freedom"),
}  # fmt: skip
LOWER_IS_STRICTER = {"largest_share", "two_largest_share"}


@functools.cache
def load(file: Path = FILE) -> Rules:
    """The thresholds in force.

    Raises
    ------
    ParameterError
        A section or key that is missing, unknown or not a number, or a threshold laxer than its floor.

    >>> load().persons
    10
    """
    with open(file, "rb") as handle:
        said = tomllib.load(handle)
    wanted = {(section, key) for section, keys in SECTIONS.items() for key in keys}
    found = {(section, key) for section, keys in said.items() if isinstance(keys, dict) for key in keys}
    loose = {(section, "") for section, keys in said.items() if not isinstance(keys, dict)}
    for place in sorted((found | loose) ^ wanted):
        verb = "is not known" if place not in wanted else "is missing"
        raise ParameterError(f"{file.name}: {' '.join(place).strip()} {verb}. The list of thresholds is closed.")
    for section, key in sorted(wanted):
        _hold_floor(file.name, key, said[section][key])
    return Rules(**{key: said[section][key] for section, key in wanted})


def _hold_floor(file: str, key: str, value: object) -> None:
    floor = getattr(FLOORS, key)
    whole = isinstance(floor, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise ParameterError(f"{file}: {key} must be a {'whole ' if whole else ''}number, not {value!r}.")
    if value > floor if key in LOWER_IS_STRICTER else value < floor:
        side = "above" if key in LOWER_IS_STRICTER else "below"
        raise ParameterError(f"{file}: {key} = {value} lies {side} its floor {floor}, which cannot be passed.")
