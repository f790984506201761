"""The table of data quality as lines of text, in the language of the reader."""

from __future__ import annotations

import pandas as pd

from coopeval.wording import N_, translate

HEADING = (N_("What"), N_("Measure"), N_("About"), N_("Number"))
SUBJECTS = {
    "cells": N_("cells"),
    "series": N_("series"),
    "rows": N_("rows"),
    "filings": N_("filings"),
    "rubrics": N_("rubrics"),
    "enterprise_years": N_("years of enterprises"),
    "enterprises": N_("enterprises"),
    "headcounts": N_("counts of jobs"),
    "warnings": N_("warnings"),
}
MEASURES = {
    "read": N_("read"),
    "kept": N_("kept"),
    "set_aside": N_("set aside"),
    "missing": N_("without a figure"),
    "flagged": N_("with the flag"),
    "said": N_("of the code"),
    "counted": N_("counted"),
    "break_not_flagged": N_("cross the break without a flag"),
}
REASONS = {
    "repeats another row": N_("repeats another row"),
    "not asked for": N_("not asked for"),
    "same filing again": N_("same filing again"),
    "replaced by a later filing": N_("replaced by a later filing"),
    "not in the data": N_("not in the data"),
    "not about jobs": N_("not about jobs"),
    "of a filing set aside": N_("of a filing set aside"),
    "no social balance sheet": N_("no social balance sheet"),
    "total of other rows": N_("total of other rows"),
    "own": N_("own filing"),
    "filing_of_next_year": N_("filing of the next year"),
    "in the data": N_("in the data"),
    "with a number": N_("with a number"),
    "with a filing": N_("with a filing"),
    "with a social balance sheet": N_("with a social balance sheet"),
}


def lines(quality: pd.DataFrame, lang: str) -> list[str]:
    """One line per row, its columns under one another.

    >>> lines(pd.DataFrame([("cells", "read", "", 4)], columns=["subject", "measure", "about", "n"]), "en")
    ['What   Measure  About  Number', 'cells  read                  4']
    """
    rows = [tuple(translate(word, lang) for word in HEADING)]
    for row in quality.itertuples(index=False):
        words = (_word(SUBJECTS, row.subject), _word(MEASURES, row.measure), REASONS.get(row.about, row.about))
        rows.append((*(translate(word, lang) if word else "" for word in words), str(row.n)))
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADING))]
    return [
        "  ".join(
            [*(word.ljust(width) for word, width in zip(row[:-1], widths, strict=False)), row[-1].rjust(widths[-1])]
        )
        for row in rows
    ]


def _word(words: dict[str, str], name: str) -> str:
    if name not in words:
        raise LookupError(
            f'"{name}" has no words: add it to SUBJECTS or MEASURES, and reasons to REASONS, of {__name__}'
        )
    return words[name]
