"""A released table, shown."""

from __future__ import annotations

import pandas as pd

from coopeval.display.grid import Grid, grid
from coopeval.display.shown import Shown, described, template


def table(released: pd.DataFrame, lang: str, caption: str = "") -> Shown:
    """A released table with headings, numbers and remarks in one language.

    Parameters
    ----------
    released
        What `disclosure.gate` returned.
    lang
        nl, fr or en.
    caption
        English sentence of the catalogues; without it the name under which the table was released stands there.

    Raises
    ------
    DisclosureError
        The table has not passed the gate, or was changed since.
    ParameterError
        Another language.

    >>> from coopeval.uncertainty import share, stamp
    >>> counts = pd.DataFrame({"group": ["a", "b"], "n_events": [10, 3], "n": [20, 12], "hidden": [False, False]})
    >>> print(table(stamp(share(counts), "example", "public"), "en", caption="Example"))
    Example
    Group  Out of  Counted  Share  Lower limit  Upper limit
    a          20       10    50%          30%          70%
    b          12        3    25%           9%          53%
    95% interval, Wilson.
    """
    laid_out = grid(released, lang, caption)
    return Shown(as_text(laid_out), as_html(laid_out), described("table", {"released": released}, caption=caption))


def as_html(laid_out: Grid) -> str:
    """The table as HTML; every text in it is escaped by the template."""
    return template("table.html").render(table=laid_out)


def as_text(laid_out: Grid) -> str:
    """The table in aligned plain text: what the notebooks' stored outputs are compared by."""
    lines = [laid_out.caption + "".join(f" [{mark}]" for _, mark in laid_out.marks)]
    aligned = []
    for column in laid_out.columns:
        width = max(map(len, (column.heading, *column.cells)))
        put = str.rjust if column.is_number else str.ljust
        aligned.append([put(cell, width) for cell in (column.heading, *column.cells)])
    lines += ["  ".join(cells).rstrip() for cells in zip(*aligned, strict=True)]
    return "\n".join([*lines, *laid_out.legend, *laid_out.facts, *laid_out.warnings])
