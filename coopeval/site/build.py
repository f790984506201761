"""Writes the pages of a run: a folder per language, the released tables as CSV, one style sheet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd

from coopeval import provenance, wording
from coopeval.errors import DisclosureError
from coopeval.runs.side_by_side import beside, each
from coopeval.site import pages, printing
from coopeval.site.chapter import Chapter, chapter, named
from coopeval.site.downloads import spreadsheets
from coopeval.site.kept import Kept, NotKept
from coopeval.site.light import light
from coopeval.uncertainty import in_hand

HERE = Path(__file__).parent


def build(
    folder: Path,
    languages: Sequence[str] = wording.LANGUAGES,
    *,
    on_paper: bool = False,
    by: Executor | None = None,
    kept: Path | None = None,
) -> Path:
    """The pages of a run: its site in `folder/site`, or, of an internal run, pages in `folder/pages`.

    Parameters
    ----------
    folder
        What a run left: run.json, results/ (released tables), private/notebooks/ (executed notebooks; of an internal
        run notebooks/). The audience stands in run.json.
    languages
        Which languages; every page exists in each.
    on_paper
        Make the annual report a tagged PDF too, where this edition has one; needs pango.
    by
        Processes to make chapters and spreadsheets in, side by side: `runs.workers`. Without them all is made here.
    kept
        A folder of parts that were made before, the owner's alone; what nothing changed of is taken from there.

    Returns
    -------
    The path of the pages. Internal ones carry their mark everywhere and lie in no site.

    Raises
    ------
    DisclosureError
        The data are real and no contact is given, or a result is not released for the public: no site is made.
    CoopevalError
        A notebook shows something a page may not show.
    """
    folder = Path(folder)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    tables = {name: light(table) for name, table in provenance.released(folder / "results").items()}
    is_internal = run["audience"] == "internal"
    if not is_internal:
        _refuse_unpublishable(run, tables)
    made = folder / ("pages" if is_internal else "site")
    notebooks = folder / "notebooks" if is_internal else folder / "private" / "notebooks"
    (made / "data").mkdir(parents=True)
    shown: set[str] = set()
    store = Kept(kept)
    with in_hand(tables.values()), beside(by) as begin:
        for lang, chapters in _chapters(sorted(notebooks.glob("*.ipynb")), tables, languages, store, by):
            shown |= {name for page in chapters for name in page.tables}
            paper = f"report-{run['period']}.pdf" if on_paper and _has_annual(chapters) else ""
            context = pages.Context(run, tuple(languages), tables, lang, paper)
            begun = spreadsheets(chapters, context, store, by)
            home = _figures_written(made / lang, chapters)
            begin(_write_pages, (home, [replace(page, images={}) for page in chapters], context))
            for name, content in begun:
                (home / "data" / f"{name}.xlsx").write_bytes(content)
    store.prune()
    for name in sorted(shown):
        shutil.copyfile(folder / "results" / f"{name}.csv", made / "data" / f"{name}.csv")
    shutil.copyfile(HERE / "style.css", made / "style.css")
    (made / "index.html").write_text(pages.doorway(run, languages), encoding="utf-8", newline="\n")
    return made


def ahead(
    folder: Path, languages: Sequence[str], *, by: Executor | None = None, kept: Path | None = None
) -> list[Future]:
    """Begin with the chapters of a run whose tables may yet change; what does not is taken from what is kept.

    Parameters and places are those of `build`. Without processes, or a folder to keep parts in, nothing is begun.

    Returns
    -------
    The work under way, the chapters that a build asks for last coming first. Nobody need wait for it.
    """
    if by is None or kept is None:
        return []
    tables = {name: light(table) for name, table in provenance.released(folder / "results").items()}
    notebooks = sorted((folder / "private" / "notebooks").glob("*.ipynb"))
    of_notebook = {path: _those_of(path, tables) for path in notebooks}
    jobs = [(path, of_notebook[path], lang, Kept(kept)) for lang in languages for path in notebooks]
    return [by.submit(_begun, job) for job in reversed(jobs)]


def _begun(job: tuple[Path, Mapping[str, pd.DataFrame], str, Kept]) -> None:
    """A chapter made to be kept; whatever is wrong with it is told when it is built."""
    with suppress(Exception):
        chapter(*job)


def _those_of(notebook: Path, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: tables[name] for name in named(notebook) if name in tables}


def _refuse_unpublishable(run: Mapping, tables: Mapping[str, pd.DataFrame]) -> None:
    if not run["is_synthetic"] and not (run.get("settings") or {}).get("contact"):
        raise DisclosureError(
            "The data are real, and nobody is named whom readers may ask: no site is made. Add [contact] to "
            "settings.toml beside the data, or make internal pages."
        )
    for name, table in tables.items():
        if table.attrs["released"]["audience"] != "public":
            raise DisclosureError(f'"{name}" was not released for the public and cannot stand in the site.')


def _has_annual(chapters: Sequence[Chapter]) -> bool:
    return any(page.name == printing.PAGE for page in chapters)


def _chapters(
    notebooks: Sequence[Path], tables: Mapping[str, pd.DataFrame], languages: Sequence[str], kept: Kept, by
) -> Iterator[tuple[str, list[Chapter]]]:
    """The chapters of each language; what is not kept is made side by side, of all languages at once."""
    wanted = [(path, lang) for lang in languages for path in notebooks]
    found = {job: _whole(*job, tables, kept) for job in wanted} if by is not None else {}
    of_notebook = {path: _those_of(path, tables) for path in notebooks}
    missing = [job for job in wanted if found.get(job) is None]
    made = each(_made, [(path, of_notebook[path], lang, kept) for path, lang in missing], by)
    for lang in languages:
        yield lang, [found.get((path, lang)) or next(made) for path in notebooks]


def _whole(path: Path, lang: str, tables: Mapping[str, pd.DataFrame], kept: Kept) -> Chapter | None:
    """A chapter all of whose parts are kept."""
    try:
        return chapter(path, tables, lang, replace(kept, only=True))
    except NotKept:
        return None


def _made(job: tuple[Path, Mapping[str, pd.DataFrame], str, Kept]) -> Chapter:
    return chapter(*job)


def _figures_written(home: Path, chapters: Sequence[Chapter]) -> Path:
    """The folder of one language, with its figures."""
    (home / "figures").mkdir(parents=True)
    (home / "data").mkdir()
    for page in chapters:
        for name, image in page.images.items():
            (home / "figures" / name).write_bytes(image)
    return home


def _write_pages(job: tuple[Path, Sequence[Chapter], pages.Context]) -> None:
    """The pages of one language, and the report on paper where it is asked for."""
    home, chapters, context = job
    for name, html in pages.all_pages(chapters, context).items():
        (home / name).write_text(html, encoding="utf-8", newline="\n")
    if context.paper:
        (home / context.paper).write_bytes(printing.pdf(home / f"{printing.PAGE}.html", pages.style()))
