"""The questions of the council, each with the chapter that answers it or the gap that is left."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from coopeval import reference, wording
from coopeval.errors import DataError
from coopeval.wording import N_

NOT_MADE = N_("The chapter that answers it was not made in this run.")


def coverage(context) -> list[dict]:
    """One entry per question: id, where it is asked, the question, chapters that answer it, and what is missing.

    Raises
    ------
    DataError
        A question has neither an answer in this run nor a stated gap.
    """
    lang, answers = context.lang, _answers(context.run)
    entries = []
    for row in questions().to_dict("records"):
        chapters, gap = answers["run"].get(row["id"], []), row[f"gap_{lang}"]
        if not chapters and row["id"] in answers["skipped"]:
            gap = wording.translate(NOT_MADE, lang)
        if not chapters and not gap:
            raise DataError(
                f"question {row['id']} has neither an answer nor a stated gap in questions.csv; give it one."
            )
        entries.append(
            {
                "id": row["id"],
                "where": row["where"],
                "question": row[f"question_{lang}"],
                "chapters": chapters,
                "gap": gap,
            }
        )
    return entries


@lru_cache(maxsize=1)
def questions() -> pd.DataFrame:
    """The questions of the opinion, in own words: id, where, question and gap in three languages."""
    path = reference.ROOT / "data" / "reference" / "questions.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _answers(run) -> dict[str, dict[str, list[str]]]:
    """By status of the chapter (run, skipped): the questions, each with the chapters that answer it."""
    found: dict[str, dict[str, list[str]]] = {"run": {}, "skipped": {}}
    for notebook in run["notebooks"]:
        for question in notebook["answers"]:
            found[notebook["status"]].setdefault(question, []).append(notebook["name"])
    return found
