"""Whether there is anything to do: a report that stands as the same run would make it again is left alone.

After its switch a run notes what decided the report and what the report holds, both as digests. The next run compares
all of it, file by file, before anything heavy is loaded; whatever differs, or is not there, and the run goes its way.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import coopeval
from coopeval.errors import CoopevalError
from coopeval.provenance.digests import (
    CATALOGUES,
    LIBRARY,
    REFERENCE,
    digest_of_file,
    digests_of,
    digests_of_folder,
    lock_digest,
    names_below,
)
from coopeval.runs.asking import Options, from_root

CACHE, NOTES = ".cache", "standing"
RUN = "run.json"
LEDGER = Path("private", "ledger.csv")
SETTINGS, IMPORTS = "settings.toml", "reference-imported"  # what a workbook has beside it
KEPT = ("period", "edition", "state", "table", "sha256")
DECIDES_NOTHING = (  # of what a run is told, or is decided otherwise
    "out", "notebooks", "jobs", "time_limit", "memory_limit", "executor", "by", "ahead", "meanwhile", "revise", "sign",
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """What a run would find: the pages that stand just as it would make them, or whether it is sure to execute."""

    pages: Path | None = None
    will_execute: bool = False  # notebooks: no report stands there yet, or one of other data or code


def left_alone(data: str | Path, period: str, options: Options) -> Path | None:
    """The pages of a report that stands just as this run would make it; none where there is something to do."""
    return compared(data, period, options).pages


def compared(data: str | Path, period: str, options: Options) -> Compared:
    """What was noted of the report that stands, beside what a run would note: each file is read once, or not at all."""
    try:
        note = json.loads(_note_of(options.home, period, options).read_text(encoding="utf-8"))
        noted, decided = note["decided_by"], decided_by(data, period, options)
        if noted != decided:
            is_other = _without_words(noted) != _without_words(decided)
            return Compared(will_execute=is_other and from_root(data).exists())
        if options.revise is None and options.sign is None:
            return Compared(_pages(note, options.home / period))
        return Compared()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, csv.Error, CoopevalError):
        return Compared(will_execute=from_root(data).exists())


def _pages(note: Mapping, place: Path) -> Path | None:
    """The pages of a report that holds, file by file, what was noted."""
    pages = place / note["pages"]
    is_whole = note["holds"] == digests_of_folder(place)
    return pages if is_whole and pages.is_relative_to(place) and pages.is_dir() else None


def _without_words(decided: Mapping) -> list[object]:
    """What decides figures; the catalogues decide words alone."""
    library = {name: sha for name, sha in decided["library"].items() if not name.startswith(CATALOGUES)}
    return [decided["delivery"], library, decided["lock"]]


def note_down(decided: dict[str, object], period: str, options: Options, pages: Path) -> None:
    """Note what decided a report that was just put in its place, and what it holds."""
    out = options.home
    place = _note_of(out, period, options)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    holds = digests_of_folder(out / period)
    said = {"decided_by": decided, "holds": holds, "pages": pages.relative_to(out / period).as_posix()}
    fresh = place.with_suffix(".fresh")
    fresh.write_text(json.dumps(said, sort_keys=True), encoding="utf-8")
    fresh.replace(place)


def decided_by(data: str | Path, period: str, options: Options) -> dict[str, object]:
    """Digests of all that decides a report: what was asked, the delivery, the code, what was published before."""
    source, out, notebooks = from_root(data), options.home, from_root(options.notebooks)
    return {
        "asked": _asked(period, options),
        "delivery": dict(_delivery(source)),
        "notebooks": digests_of(notebooks, [name for name in names_below(notebooks) if "/" not in name]),
        "library": digests_of_folder(LIBRARY),
        "reference": digests_of_folder(REFERENCE),
        "lock": lock_digest(),
        "earlier": _earlier(out, period),
        "ledger": _remembered(out, period),
    }


def _asked(period: str, options: Options) -> list[object]:
    told = {name: value for name, value in vars(options).items() if name not in DECIDES_NOTHING}
    return json.loads(json.dumps([period, coopeval.__version__, told], sort_keys=True, default=list))


def _delivery(source: Path) -> Iterator[tuple[str, str]]:
    if source.is_dir():
        yield from digests_of_folder(source).items()
        return
    if source.is_file():  # what is not there is refused by whoever reads it, with a remedy
        yield "", digest_of_file(source)
    settings = source.parent / SETTINGS
    if settings.is_file():
        yield SETTINGS, digest_of_file(settings)
    if (source.parent / IMPORTS).is_dir():
        yield from ((f"{IMPORTS}/{name}", sha) for name, sha in digests_of_folder(source.parent / IMPORTS).items())


def _earlier(out: Path, period: str) -> dict[str, str]:
    """The records of the reports a run of this period may look back at."""
    records = {path.parent.name: path for path in sorted(out.glob(f"[0-9]*/{RUN}"))}
    return {name: digest_of_file(path) for name, path in records.items() if _comes_before(name, period)}


def _remembered(out: Path, period: str) -> list[str]:
    """What the ledger holds of earlier periods: edition, state and digest of each table."""
    try:
        with (out / LEDGER).open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            place = {name: at for at, name in enumerate(next(lines, []))}
            row, when, kept = place["row"], place["period"], [place[name] for name in KEPT]
            tables = [line for line in lines if line and line[row] == "0"]
    except FileNotFoundError:
        return []
    return sorted({" ".join(line[at] for at in kept) for line in tables if _comes_before(line[when], period)})


def _comes_before(name: str, period: str) -> bool:
    """Whether a period comes before another; a year comes after its second semester.

    >>> _comes_before("2025S2", "2025"), _comes_before("2025", "2025S2"), _comes_before("2025", "2026S1")
    (True, False, True)
    """
    return _order(name) < _order(period)


def _order(name: str) -> tuple[str, str]:
    return (name[:4], name[4:] or "year")


def _note_of(out: Path, period: str, options: Options) -> Path:
    return out / CACHE / NOTES / f"{period}-{options.audience}.json"
