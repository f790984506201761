"""Days as sources write them, brought to the one form. The form is declared; where nobody did, nothing is guessed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd

from coopeval.schema.forms import DAY, is_day

EVE = date(1899, 12, 30)  # from here spreadsheets count
MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
FORMS = {
    "yyyy-mm-dd": r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    "dd/mm/yyyy": r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
    "mm/dd/yyyy": r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
    "dd-mm-yyyy": r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})",
    "mm-dd-yyyy": r"(?P<m>\d{1,2})-(?P<d>\d{1,2})-(?P<y>\d{4})",
    "dd.mm.yyyy": r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    "yyyy/mm/dd": r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
    "yyyymmdd": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    "serial": r"(?P<n>[1-9]\d{3,4})(?:\.0*)?",  # days since the eve of 1900, as a spreadsheet keeps them
}
NEVER_GUESSED = ("serial",)  # any number would fit


def in_form(cells: pd.Series, form: str = "yyyy-mm-dd") -> pd.Series:
    """The cells written 2023-12-31 where they are days in this form; the others as they were.

    A cell that is already written so stays, whatever the form: a spreadsheet hands out days typed in that way.

    >>> in_form(pd.Series(["31/12/2023", "2023-12-31", "31/13/2023"]), "dd/mm/yyyy").tolist()
    ['2023-12-31', '2023-12-31', '31/13/2023']
    """
    read = {cell: _day(cell, form) or cell for cell in cells.unique()}
    return cells.map(read)


def fitting(cells: pd.Series) -> tuple[int, list[str]]:
    """How many cells are days in another form than ours, and the forms that would fit all of these.

    >>> fitting(pd.Series(["3/4/2023", "2023-01-01", "not known"]))
    (1, ['dd/mm/yyyy', 'mm/dd/yyyy'])
    """
    counts = cells[cells.ne("")].value_counts()
    guessed = [form for form in FORMS if form not in NEVER_GUESSED]
    odd = [cell for cell in counts.index if not re.fullmatch(DAY + MIDNIGHT, cell)]
    days = [cell for cell in odd if any(_day(cell, form) for form in guessed)]
    fit = [form for form in guessed if days and all(_day(cell, form) for cell in days)]
    return int(counts[days].sum()), fit


def _day(cell: str, form: str) -> str:
    for one in dict.fromkeys(("yyyy-mm-dd", form)):
        if found := re.fullmatch(FORMS[one] + MIDNIGHT, cell):
            parts = {name: int(part) for name, part in found.groupdict().items()}
            if "n" in parts:
                return (EVE + timedelta(days=parts["n"])).isoformat()
            written = f"{parts['y']:04d}-{parts['m']:02d}-{parts['d']:02d}"
            return written if is_day(written) else ""
    return ""
