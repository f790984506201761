"""A released table, shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
import pandas as pd

from coopeval.display.grid import Grid, grid

SPEC = "application/vnd.coopeval+json"


@dataclass(frozen=True)
class Shown:
    """Something a notebook shows: as text, as HTML, and as a description from which any language can be made."""

    plain: str
    html: str
    spec: dict

    def __str__(self) -> str:
        return self.plain

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return {"text/plain": self.plain, "text/html": self.html, SPEC: self.spec}


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

    >>> from coopeval.uncertainty import share, stamp
    >>> counts = pd.DataFrame({"group": ["a"], "n_events": [10], "n": [20], "hidden": [False]})
    >>> print(table(stamp(share(counts), "example", "public"), "en", caption="Example"))
    Example
    Group  Units  Ends  Estimate  Lower limit  Upper limit
    a         20    10       50%          30%          70%
    Method: share.
    95% interval: Wilson.
    """
    laid_out = grid(released, lang, caption)
    stamp = released.attrs["released"]
    spec = {
        "kind": "table",
        "tables": {"released": {"name": stamp["name"], "sha256": stamp["sha256"]}},
        "caption": caption,
    }
    return Shown(as_text(laid_out), as_html(laid_out), spec)


def as_html(laid_out: Grid) -> str:
    """The table as HTML; every text in it is escaped by the template."""
    return _template("table.html").render(table=laid_out)


def as_text(laid_out: Grid) -> str:
    """The table in aligned plain text: what the notebooks' stored outputs are compared by."""
    lines = [laid_out.headings, *laid_out.rows]
    widths = [max(len(line[index]) for line in lines) for index in range(len(laid_out.columns))]

    def aligned(line: tuple[str, ...]) -> str:
        cells = zip(line, widths, laid_out.numeric, strict=True)
        return "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in cells).rstrip()

    return "\n".join([laid_out.caption, *map(aligned, lines), *laid_out.remarks, *laid_out.marks])


@cache
def _template(name: str) -> jinja2.Template:
    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(name)
