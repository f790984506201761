"""The released tables as spreadsheets in one language, each under the title it is first shown with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor

import pandas as pd

from coopeval.runs.side_by_side import each
from coopeval.site import said
from coopeval.site.chapter import Chapter
from coopeval.site.kept import Kept
from coopeval.site.spreadsheet import sourced, unsourced
from coopeval.uncertainty import in_hand

AT_ONCE = 25  # spreadsheets that a process makes before it asks for more


def spreadsheets(chapters: Sequence[Chapter], context, kept: Kept, by: Executor | None) -> Iterator[tuple[str, bytes]]:
    """Name and content of the spreadsheet of each table that is shown; processes begin with them at once.

    Parameters
    ----------
    chapters, context
        The pages of one language; the run, its tables, the language.
    kept, by
        Those that were made before; processes to make the others in.
    """
    titles = {name: part.title for page in chapters for part in reversed(page.parts) for name in part.anchors}
    names = list({name: None for page in chapters for name in page.tables})
    wanted = [(context.tables[name], context.lang, titles.get(name, ""), said.source(context, name)) for name in names]
    found = [kept.find(_decided(*one)) for one in wanted]
    missing = [one for one, before in zip(wanted, found, strict=True) if before is None]
    made = each(_made, [(kept, batch) for batch in _batches(missing)], by)

    def taken() -> Iterator[tuple[str, bytes]]:
        new = (content for batch in made for content in batch)
        for name, before, (*_, source) in zip(names, found, wanted, strict=True):
            yield name, next(new) if before is None else sourced(before, source)

    return taken()


def _decided(table: pd.DataFrame, lang: str, title: str, _: object) -> tuple:
    """What a spreadsheet without its lines of source is made from: a new delivery changes those of all tables."""
    return "spreadsheet", lang, [table], title


def _batches(wanted: Sequence[tuple]) -> list[Sequence[tuple]]:
    return [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]


def _made(job: tuple[Kept, Sequence[tuple]]) -> list[bytes]:
    kept, batch = job
    with in_hand(table for table, *_ in batch):
        return [_one(kept, *one) for one in batch]


def _one(kept: Kept, table: pd.DataFrame, lang: str, title: str, source: Sequence[tuple[str, str]]) -> bytes:
    made = unsourced(table, lang, title)
    kept.keep(_decided(table, lang, title, source), made)
    return sourced(made, source)
