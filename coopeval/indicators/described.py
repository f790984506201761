"""The catalogue as a table of words: what each indicator means, is counted in and is made from."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from coopeval import cohort, semesters, synthetic, wording
from coopeval.indicators.catalogue import CATALOGUE
from coopeval.indicators.entry import Moment
from coopeval.indicators.table import parts_of
from coopeval.uncertainty import about_of

LANGUAGES = ("nl", "fr", "en")
WORDS = ("numerator", "denominator", "population")
PLAIN = ("unit", "clock", "method", "interval", "privacy", "kind")
SAMPLE = {"structures": 1, "scale": 0.1, "seed": 3}  # any data will do: what a table says of itself is in its code
SEMESTER = "2026S1"


@lru_cache(maxsize=1)
def _catalogue() -> pd.DataFrame:
    sample = synthetic.delivery(synthetic.world(**SAMPLE), SEMESTER)
    parts = parts_of(CATALOGUE, Moment(cohort.as_of(sample, semesters.last_day(SEMESTER))))
    return pd.DataFrame([_entry(entry, about_of(parts[entry.id][0])) for entry in CATALOGUE])


def catalogue() -> pd.DataFrame:
    """What every indicator says of itself, in the three languages.

    One row per indicator: `id`, `questions`, `chapter`, `level` (output, result or impact), `name_nl`, `name_fr`,
    `name_en`, `definition_*`, `numerator_*`, `denominator_*`, `population_*`, `unit`, `clock`, `method`, `interval`,
    `privacy`, `kind`, `eu_code`, `tables`, `call` (the library's function). Unit, numerator and the rest are those of
    its chapter's table, read off the table itself: a small synthetic data set is made for that.

    >>> catalogue().set_index("id").loc["enterprises_created", ["unit", "chapter"]].tolist()
    ['enterprises', '10_portfolio']
    """
    return _catalogue().copy()


def _entry(entry, about: dict[str, object]) -> dict[str, object]:
    said = {
        "id": entry.id, "questions": " ".join(entry.questions), "chapter": entry.chapter, "level": entry.level,
        **{f"name_{lang}": entry.name(lang) for lang in LANGUAGES},
        **{f"definition_{lang}": wording.translate(entry.definition, lang) for lang in LANGUAGES},
    }  # fmt: skip
    for word in WORDS:
        text = str(about[word])
        said |= {f"{word}_{lang}": wording.translate(text, lang) if text else "" for lang in LANGUAGES}
    plain = {word: str(about[word]) for word in PLAIN}
    return {**said, **plain, "eu_code": entry.eu_code, "tables": ", ".join(entry.needs), "call": entry.made_by}
