"""The released tables as spreadsheets in one language, each under the title it is first shown with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor

from coopeval.runs.side_by_side import each
from coopeval.site import said
from coopeval.site.chapter import Chapter
from coopeval.site.kept import Kept
from coopeval.site.spreadsheet import spreadsheet

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
    decided = [("spreadsheet", lang, [table], title, source) for table, lang, title, source in wanted]
    found = {name: kept.find(by_what) for name, by_what in zip(names, decided, strict=True)}
    missing = [row for row, name in enumerate(names) if found[name] is None]
    batches = [missing[start : start + AT_ONCE] for start in range(0, len(missing), AT_ONCE)]
    made = each(_made, [[wanted[row] for row in batch] for batch in batches], by)

    def taken() -> Iterator[tuple[str, bytes]]:
        for batch, contents in zip(batches, made, strict=True):
            for row, content in zip(batch, contents, strict=True):
                kept.keep(decided[row], content)
                found[names[row]] = content
        yield from found.items()

    return taken()


def _made(batch: Sequence[tuple]) -> list[bytes]:
    return [spreadsheet(*one) for one in batch]
