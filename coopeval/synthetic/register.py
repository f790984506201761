"""A register that was drawn: extracts in the form of the open data of KBO/BCE, of any size, marked as synthetic.

Everybody in it is made up. Its truth is known: `Register.enterprises` tells when each enterprise was born, changed its
form, its seat or its situation, and left. Rows are put together as whole columns, so millions take seconds.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval.synthetic import register_files as files
from coopeval.synthetic.chance import stream

FIRST, NEVER = 1, 10_000  # number of the first extract; step at which something never happens
SEATS = ("1000", "1030", "1050", "1070", "1080", "2000", "3000", "4000", "5000", "9000")
SEAT_SHARES = (0.05, 0.04, 0.04, 0.03, 0.03, 0.25, 0.16, 0.14, 0.10, 0.16)
FORMS = ("610", "015", "014", "017", "706", "008", "612")
FORM_SHARES = (0.40, 0.12, 0.10, 0.20, 0.03, 0.03, 0.12)
CODES = ("88993", "47111", "56101", "62010", "85591", "90011", "38110", "01130")
ENDS = {"012": 0.45, "050": 0.30, "006": 0.10, "021": 0.15}  # situation before an enterprise leaves
SHARE_NATURAL, SHARE_WITHOUT_ACTIVITY = 0.45, 0.3
YEARLY = 0.05  # enterprises that leave in a year; half of them without a word


@dataclass(frozen=True)
class Register:
    """Enterprises with the step (number of extracts since the first) of each change, and the day each step shows."""

    enterprises: pd.DataFrame
    days: tuple[date, ...]
    per_enterprise: float  # activities of an enterprise that has any, on average
    seed: int

    def full(self, step: int, place: Path | str) -> Path:
        """Write the full extract of a step: a zip file where the name ends so, else a folder."""
        return _write(place, {**files.meta(FIRST + step, self.days[step], "full"), **files.full(self, step)})

    def update(self, step: int, place: Path | str) -> Path:
        """Write the update from the step before to this one."""
        return _write(place, {**files.meta(FIRST + step, self.days[step], "update"), **files.update(self, step)})


def register(n: int, days: tuple[date, ...], seed: int = 1, per_enterprise: float = 7.0) -> Register:
    """Draw a register of about `n` enterprises, seen on these days in turn.

    >>> drawn = register(100, (date(2030, 1, 1), date(2030, 7, 1)))
    >>> len(drawn.enterprises), drawn.enterprises["number"].is_unique
    (100, True)
    """
    rng = stream(seed, "register", "enterprises")
    steps = len(days)
    share = YEARLY * max((days[-1] - days[0]).days, 1) / 365.25
    natural = rng.random(n) < SHARE_NATURAL
    born = _born(rng, n, days, share)
    leaves = np.where(rng.random(n) < share, rng.integers(1, max(steps, 2), n), NEVER)
    leaves = np.where(leaves > born, leaves, NEVER)
    warned = (leaves < NEVER) & (leaves > born + 1) & ~natural & (rng.random(n) < 0.5)
    form = rng.choice(FORMS, n, p=FORM_SHARES)
    frame = pd.DataFrame(
        {
            "number": _numbers(rng, n), "natural": natural, "born": born, "leaves": leaves,
            "ends": np.where(warned, leaves - 1, NEVER), "end": rng.choice(list(ENDS), n, p=list(ENDS.values())),
            "form": np.where(natural, "", form), "has_cac": rng.random(n) < 0.4,
            "converts": _sometime(rng, np.isin(form, ("008", "015")) & ~natural, 0.1, steps),
            "seat": rng.choice(SEATS, n, p=SEAT_SHARES), "next_seat": rng.choice(SEATS, n, p=SEAT_SHARES),
            "moves": _sometime(rng, ~natural, 0.03, steps),
            "code": rng.choice(CODES, n), "next_code": rng.choice(CODES, n),
            "n_codes": _activities(rng, n, per_enterprise),
            "reclassified": _sometime(rng, np.ones(n, bool), 0.03, steps),
            "started_on": _started(rng, born, days),
        }
    )  # fmt: skip
    return Register(frame.sort_values("number", ignore_index=True), days, per_enterprise, seed)


def _born(rng: np.random.Generator, n: int, days: tuple[date, ...], share: float) -> np.ndarray:
    """Step at which each is first seen: nearly all at the first."""
    if len(days) < 2:
        return np.zeros(n, int)
    return np.where(rng.random(n) < share, rng.integers(1, len(days), n), 0)


def _started(rng: np.random.Generator, born: np.ndarray, days: tuple[date, ...]) -> np.ndarray:
    """First day: within the span before the extract in which it is first seen; long ago for most."""
    first, shown = np.datetime64("1990-01-01"), np.array(days, dtype="datetime64[D]")
    before = np.where(born > 0, shown[np.maximum(born - 1, 0)], first)
    span = np.maximum((shown[born] - before).astype(int), 1)
    return before + 1 + (rng.random(len(born)) * span).astype(int).clip(max=span - 1)


def _activities(rng: np.random.Generator, n: int, average: float) -> np.ndarray:
    return np.where(rng.random(n) < SHARE_WITHOUT_ACTIVITY, 0, rng.poisson(max(average - 1, 0), n) + 1)


def _sometime(rng: np.random.Generator, who: np.ndarray, share: float, steps: int) -> np.ndarray:
    """Step of a change that happens to a share of those it can happen to."""
    return np.where(who & (rng.random(len(who)) < share) & (steps > 1), rng.integers(1, max(steps, 2), len(who)), NEVER)


def _numbers(rng: np.random.Generator, n: int) -> np.ndarray:
    """Enterprise numbers without dots, each once, with right check digits."""
    bodies = rng.permutation(np.arange(2_000_000, 2_000_000 + 5 * n, dtype=np.int64))[:n]
    return pd.Series(bodies * 100 + 97 - bodies % 97).astype(str).str.zfill(10).to_numpy(object)


def _write(place: Path | str, tables: dict[str, bytes | Iterator[bytes]]) -> Path:
    path = Path(place)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for name, content in tables.items():
                with packed.open(_member(name), "w", force_zip64=True) as file:
                    file.writelines(_parts(content))
        return path
    path.mkdir(parents=True, exist_ok=True)
    for name, content in tables.items():
        with (path / f"{name}.csv").open("wb") as file:
            file.writelines(_parts(content))
    return path


def _member(name: str) -> zipfile.ZipInfo:
    """A member without a time of its own."""
    member = zipfile.ZipInfo(f"{name}.csv")
    member.compress_type = zipfile.ZIP_DEFLATED
    member._compresslevel = 1
    return member


def _parts(content: bytes | Iterator[bytes]) -> Iterator[bytes]:
    return iter([content]) if isinstance(content, bytes) else content
