"""What a showing call returns: text for people, HTML for pages, and a description from which any language is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
import pandas as pd

from coopeval.uncertainty import require_released

SPEC = "application/vnd.coopeval+json"
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Shown:
    """Something a notebook shows."""

    plain: str
    html: str
    spec: Mapping[str, object]  # the same in every language

    def __str__(self) -> str:
        return self.plain

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return {"text/plain": self.plain, "text/html": self.html, SPEC: dict(self.spec)}


def described(kind: str, tables: Mapping[str, pd.DataFrame], **said: object) -> dict[str, object]:
    """How to show a thing again: its tables by name and digest, its sentences, in no language."""
    stamps = {argument: require_released(table) for argument, table in tables.items()}
    return {
        "kind": kind,
        "figure": "",
        "tables": {name: {"name": stamp["name"], "sha256": stamp["sha256"]} for name, stamp in stamps.items()},
        "title": "", "alt": "", "caption": "", "text": "", "rows": {}, "options": {},
    } | said  # fmt: skip


@cache
def template(name: str) -> jinja2.Template:
    """A template of this folder; every text put into it is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(name)
