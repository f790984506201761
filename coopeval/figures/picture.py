"""What a figure call returns: a picture with its title, its alternative text, and how to draw it again."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import escape

import pandas as pd
from matplotlib.figure import Figure

from coopeval.figures.field import Field
from coopeval.figures.lettering import visible
from coopeval.figures.outlined import svg
from coopeval.figures.sheet import Sheet
from coopeval.figures.theme import DPI, theme
from coopeval.uncertainty import require_released
from coopeval.wording import translate

SPEC = "application/vnd.coopeval+json"
DRAWN_ANEW = "COOPEVAL_DRAWN_ANEW"  # the run's environment has it: pages draw every figure from its description
OPENING = re.compile(r"<svg ([^>]*)>")


@dataclass(frozen=True)
class Picture:
    """A figure: shown in a notebook as PNG, in the report as SVG. It is drawn once somebody looks at it."""

    sheet: Sheet
    spec: Mapping[str, object]  # the same in every language
    title: str
    alt: str
    lang: str

    def __str__(self) -> str:
        return f"{self.title}\n{self.alt}"

    @cached_property
    def figure(self) -> Figure:
        """What is drawn, in the house theme."""
        with theme():
            return self.sheet.drawn()

    @property
    def fields(self) -> list[Field]:
        """The parts of it that have scales, in reading order."""
        return [part for part in self.figure.artists if isinstance(part, Field)]

    def png(self) -> bytes:
        """The picture as PNG, the same bytes for the same input."""
        buffer, figure = io.BytesIO(), self.figure
        with theme():
            figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        return buffer.getvalue()

    def svg(self) -> bytes:
        """The picture as SVG with title and description, the same bytes for the same input."""
        figure = self.figure
        with theme():
            drawn = svg(figure)
        told = f"<title>{escape(self.title)}</title>\n<desc>{escape(self.alt)}</desc>\n"
        opening = OPENING.search(drawn)
        said = f'<svg {opening[1]} role="img" lang="{self.lang}" xml:lang="{self.lang}">\n'
        return (drawn[: opening.start()] + said + told + drawn[opening.end() :].lstrip()).encode()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        shown = {} if os.environ.get(DRAWN_ANEW) else {"image/png": self.png()}
        return {"text/plain": str(self), **shown, SPEC: dict(self.spec)}


def picture(sheet: Sheet, spec: Mapping[str, object], lang: str, caveat: str = "") -> Picture:
    """The sheet as a picture; what sets limits to the reading is told with the alternative text."""
    title, alt = (visible(translate(str(spec[word]), lang)) for word in ("title", "alt"))
    return Picture(sheet, spec, title, f"{alt} {visible(caveat)}".strip(), lang)


def described(figure: str, tables: Mapping[str, pd.DataFrame], title: str, alt: str, **options: object) -> dict:
    """How to draw a figure again: its name, its tables by name and digest, its sentences, in no language."""
    stamps = {word: require_released(table) for word, table in tables.items()}
    return {
        "kind": "figure",
        "figure": figure,
        "tables": {word: {"name": said["name"], "sha256": said["sha256"]} for word, said in stamps.items()},
        "title": title, "alt": alt, "caption": str(options.get("caveat", "")), "text": "", "rows": {},
        "options": options,
    }  # fmt: skip
