"""Tables and sentences made anew in another language, from the description a notebook left."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coopeval.display.conclusions import conclusion
from coopeval.display.rows import row
from coopeval.display.sentence import say
from coopeval.display.table import table
from coopeval.errors import DisclosureError, ParameterError
from coopeval.uncertainty import require_released


def render(spec: Mapping, tables: Mapping[str, pd.DataFrame], lang: str) -> str:
    """HTML of a described table, sentence or conclusion.

    Parameters
    ----------
    spec
        The description beside a notebook's output.
    tables
        The released tables by name; each must still be the one the description was made of.

    Raises
    ------
    DisclosureError
        A table is missing, was not released or is another one.
    ParameterError
        Another language, or the description of something else.
    """
    if spec["kind"] not in ("table", "say", "conclusion"):
        raise ParameterError(f'"{spec["kind"]}" is not shown by display.')
    given = {argument: released(entry, tables) for argument, entry in spec["tables"].items()}
    if spec["kind"] == "table":
        return table(given["released"], lang, spec["caption"]).html
    if spec["kind"] == "conclusion":
        return conclusion(given["released"], lang, **spec["options"], **spec["rows"]["released"]["where"]).html
    rows = {name: row(given[said["table"]], **said["where"]) for name, said in spec["rows"].items()}
    return say(spec["text"], lang, **rows).html


def released(entry: Mapping, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The released table an entry of a description means."""
    found = tables.get(entry["name"])
    if found is None:
        raise DisclosureError(f'"{entry["name"]}" is shown but was not handed over; add it to hand_over.')
    if require_released(found)["sha256"] != entry["sha256"]:
        raise DisclosureError(f'"{entry["name"]}" was shown with other figures than it was handed over with.')
    return found
