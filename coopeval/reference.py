"""Code lists, word list and published figures of data/reference, each with its card.

Everything is read as text first and typed here; nothing is guessed from the looks of a cell. A list or a
code that does not exist is refused with the nearest one that does.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

from coopeval.errors import DataError, ParameterError

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "reference"
IMPORTED = ROOT / "data" / "reference-imported"
LANGUAGES = ("nl", "fr", "en")
UNKNOWN = "unknown"
BY_SIZE = "size"  # of a code list whose own order means nothing
OTHERS = "others"  # categories that the disclosure gate has put together, each too small to stand alone
LIST_COLUMNS = ("code", "label_nl", "label_fr", "label_en", "source", "note")
WORD_COLUMNS = ("term", "nl", "fr", "en", "definition_nl", "definition_fr", "definition_en", "source")
PRICE_BASE = 2015  # the index stands at 100 there, as Eurostat and Statbel have it
FIGURE_NUMBERS = ("value", "at_months", "numerator", "denominator")
RATE_ENDS = ("low", "central", "high")
CARD_KEYS = ("title", "producer", "address", "published_on", "read_on", "licence", "sha256", "class")


def lists() -> tuple[str, ...]:
    """Names of the code lists, in alphabetical order.

    >>> "legal_forms" in lists()
    True
    """
    return tuple(sorted(path.stem for path in (FOLDER / "codelists").glob("*.csv")))


def codes(name: str) -> pd.DataFrame:
    """A code list: one row per code, `code`, `label_nl`, `label_fr`, `label_en`, `source`, `note` and its own columns.

    >>> codes("target_senses")["code"].tolist()
    ['at_least', 'at_most', 'unknown']
    """
    return _list(name).copy()


def label(name: str, code: str, lang: str) -> str:
    """Label of one code.

    >>> label("legal_families", "cooperative", "fr")
    'Coopératives'
    """
    known = _labels(name, _language(lang))
    if code not in known:
        raise DataError(f'"{code}" is not in the code list {name}.{_nearest(code, known)}')
    return known[code]


def labels(name: str, lang: str) -> dict[str, str]:
    """Code -> label, in the order of the list.

    >>> labels("directions", "en")["to"]
    'To the other organisation'
    """
    return dict(_labels(name, _language(lang)))


@cache
def goes_by_size(name: str) -> bool:
    """Whether the order of a code list means nothing, as its card says: numbers of its codes stand largest first.

    >>> goes_by_size("themes"), goes_by_size("stages")
    (True, False)
    """
    return _card(FOLDER / "codelists" / f"{name}.csv").get("order", "") == BY_SIZE


def words() -> pd.DataFrame:
    """The word list: `term`, its three languages, a definition in each, and the legal source."""
    return _words().copy()


def word(term: str, lang: str) -> str:
    """A legal term in one language.

    >>> word("joint_committee", "nl")
    'paritair comité'
    """
    known = _words().set_index("term")[_language(lang)]
    if term not in known.index:
        raise ParameterError(f'"{term}" is not in the word list.{_nearest(term, known.index)}')
    return known[term]


def published() -> pd.DataFrame:
    """Figures published by others, one row per figure, with source, unit, horizon, definition, clock and denominator.

    `value`, `at_months`, `numerator` and `denominator` are numbers (not known = nan), everything else is text.
    Shares are written between 0 and 1. A figure without `denominator` may be shown and never pooled.
    """
    return _published().copy()


def prices() -> pd.DataFrame:
    """Consumer prices of Belgium: `year`, `change_percent` of the yearly average, `index` (2015 = 100) and `source`.

    One row per year from the first to the last that was read in a published series; the index is the chain of the
    changes. A year that is not there was not found: it is not estimated.

    >>> prices().set_index("year")["index"].round(1).loc[[2015, 2016, 2017]].tolist()
    [100.0, 102.0, 104.1]
    """
    return _prices().copy()


def eu_indicators() -> pd.DataFrame:
    """Common indicators of the European funds: `code`, `framework`, `content`, `rule`, `verified` (read at the source:
    yes, partly, no) and `source`.
    """
    return _eu_indicators().copy()


def additionality() -> pd.DataFrame:
    """Rates from gross to net: `rate_id`, `factor`, `low`, `central`, `high`, `verified` (read at the source: yes or
    unverified; assumption: no source at all), `source`, `place`, `published_in` and `note`.

    >>> bool((additionality()[["low", "central", "high"]].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None))
    True
    """
    return _additionality().copy()


def cards() -> dict[str, dict[str, str]]:
    """The card of each file of data/reference, by path from there; a file without a card is refused."""
    return {path.relative_to(FOLDER).as_posix(): _card(path) for path in sorted(FOLDER.rglob("*.csv"))}


def imported(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A reference table that `coopeval import` made of a published source; its card stands in `attrs["card"]`.

    Columns that the card calls numbers are numbers (not known = nan), those it calls booleans true or false, all
    others text. `folder` is where the imports stand (default: data/reference-imported).

    Raises
    ------
    ParameterError
        There is no such import.
    DataError
        The table differs from its card.
    """
    place = (IMPORTED if folder is None else Path(folder)) / name
    path = place / f"{name}.csv"
    if not path.is_file():
        near = _nearest(name, imports(place.parent))
        raise ParameterError(f'"{name}" was not imported.{near} coopeval import brings it in.')
    card = _card(path)
    if card["class"] != "public":
        raise DataError(f"{path.name} is not public, as its card says. What is imported is shown to everybody.")
    if card["sha256"] != hashlib.sha256(path.read_bytes()).hexdigest():
        raise DataError(f"{path.name} differs from its card. Import it again.")
    types = {**dict.fromkeys(card["numbers"], "float64"), **dict.fromkeys(card["booleans"], "bool")}
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    kinds = {column: types.get(column, "str") for column in names}
    frame = pd.read_csv(
        path, dtype=kinds, keep_default_na=False, na_values={column: [""] for column in card["numbers"]}
    )
    frame.attrs["card"] = card
    return frame


def imports(folder: Path | None = None) -> tuple[str, ...]:
    """Names of the reference tables that were imported into a folder (default: data/reference-imported)."""
    return tuple(sorted(path.parent.name for path in (folder or IMPORTED).glob("*/quality.csv")))


def verify_cards() -> tuple[str, ...]:
    """The files that hold what their cards say; one that does not is refused, with the checksum it has now."""
    wrong = []
    for name, card in cards().items():
        now = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
        if card["sha256"] != now:
            wrong.append(f"{name} (now {now})")
    if wrong:
        raise DataError(
            f"{len(wrong)} reference files differ from their cards: {', '.join(wrong)}. "
            "If the change is meant, write the new checksum and day of reading in the card."
        )
    return tuple(cards())


def _card(path: Path) -> dict[str, str]:
    card = path.with_suffix(".card.toml")
    if not card.is_file():
        raise DataError(f"{path.name} has no card. Write {card.name} beside it, with {', '.join(CARD_KEYS)}.")
    said = tomllib.loads(card.read_text(encoding="utf-8"))
    missing = [key for key in CARD_KEYS if key not in said]
    if missing:
        raise DataError(f"{card.name} does not say {', '.join(missing)}. Add it.")
    return said


@cache
def _list(name: str) -> pd.DataFrame:
    path = FOLDER / "codelists" / f"{name}.csv"
    if Path(name).name != name or not path.is_file():
        raise ParameterError(f'"{name}" is not a code list.{_nearest(name, lists())}')
    frame = _read(path, LIST_COLUMNS)
    twice = frame["code"][frame["code"].duplicated()].tolist()
    if twice or UNKNOWN not in set(frame["code"]):
        raise DataError(f"The code list {name} must hold each code once and the code {UNKNOWN}. {twice}")
    return frame


@cache
def _labels(name: str, lang: str) -> dict[str, str]:
    frame = _list(name)
    return dict(zip(frame["code"], frame[f"label_{lang}"], strict=True))


@cache
def _words() -> pd.DataFrame:
    return _read(FOLDER / "words.csv", WORD_COLUMNS)


@cache
def _published() -> pd.DataFrame:
    frame = _read(FOLDER / "published_figures.csv", ("figure_id", *FIGURE_NUMBERS))
    for column in FIGURE_NUMBERS:
        frame[column] = pd.to_numeric(frame[column].where(frame[column].ne("")))
    return frame


@cache
def _prices() -> pd.DataFrame:
    frame = _read(FOLDER / "price_index.csv", ("year", "change_percent", "source"))
    frame = frame.astype({"year": int, "change_percent": float}).sort_values("year", ignore_index=True)
    if not frame["year"].diff().dropna().eq(1).all():
        raise DataError("price_index.csv lacks a year between its first and its last; a chain needs each of them.")
    chain = (1 + frame["change_percent"] / 100).cumprod()
    return frame.assign(index=100 * chain / chain[frame["year"].eq(PRICE_BASE)].item())


@cache
def _eu_indicators() -> pd.DataFrame:
    return _read(FOLDER / "eu_indicators.csv", ("code", "framework", "content", "rule", "verified", "source"))


@cache
def _additionality() -> pd.DataFrame:
    frame = _read(FOLDER / "additionality.csv", ("rate_id", "factor", *RATE_ENDS, "verified", "source"))
    return frame.astype(dict.fromkeys(RATE_ENDS, float))


def _read(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """A file as text; a line with more or fewer fields than the header is refused, not repaired."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    odd = [number for number, row in enumerate(rows, start=2) if len(row) != len(header)]
    missing = [column for column in needed if column not in header]
    if odd or missing:
        raise DataError(f"{path.name}: columns missing: {missing}; rows with a wrong number of fields: {odd}.")
    return pd.DataFrame(rows, columns=header, dtype=object)


def _language(lang: str) -> str:
    if lang not in LANGUAGES:
        raise ParameterError(f'"{lang}" is not a language of the reports. Choose nl, fr or en.')
    return lang


def _nearest(wrong: object, known) -> str:
    close = difflib.get_close_matches(str(wrong), [str(one) for one in known], n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
