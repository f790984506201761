"""Writes the pages of a run: a folder per language, the released tables as CSV, one style sheet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from coopeval import provenance, wording
from coopeval.errors import DisclosureError
from coopeval.site import pages, printing, said
from coopeval.site.chapter import Chapter, chapter
from coopeval.site.spreadsheet import spreadsheet

HERE = Path(__file__).parent


def build(folder: Path, languages: Sequence[str] = wording.LANGUAGES, *, on_paper: bool = False) -> Path:
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
    tables = provenance.released(folder / "results")
    is_internal = run["audience"] == "internal"
    if not is_internal:
        _refuse_unpublishable(run, tables)
    made = folder / ("pages" if is_internal else "site")
    notebooks = folder / "notebooks" if is_internal else folder / "private" / "notebooks"
    (made / "data").mkdir(parents=True)
    shown: set[str] = set()
    for lang in languages:
        chapters = [chapter(path, tables, lang) for path in sorted(notebooks.glob("*.ipynb"))]
        shown |= {name for page in chapters for name in page.tables}
        paper = f"report-{run['period']}.pdf" if on_paper and _has_annual(chapters) else ""
        context = pages.Context(run, tuple(languages), tables, lang, paper)
        _write_language(made, lang, chapters, context)
        _write_spreadsheets(made / lang / "data", chapters, context)
        if paper:
            (made / lang / paper).write_bytes(printing.pdf(made / lang / f"{printing.PAGE}.html", pages.style()))
    for name in sorted(shown):
        shutil.copyfile(folder / "results" / f"{name}.csv", made / "data" / f"{name}.csv")
    shutil.copyfile(HERE / "style.css", made / "style.css")
    (made / "index.html").write_text(pages.doorway(run, languages), encoding="utf-8", newline="\n")
    return made


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


def _write_spreadsheets(folder: Path, chapters: Sequence[Chapter], context: pages.Context) -> None:
    """Each shown table in the language, under the title it is first shown with."""
    folder.mkdir()
    titles = {name: part.title for page in chapters for part in reversed(page.parts) for name in part.anchors}
    for name in {name: None for page in chapters for name in page.tables}:
        source = said.source(context, name)
        (folder / f"{name}.xlsx").write_bytes(
            spreadsheet(context.tables[name], context.lang, titles.get(name, ""), source)
        )


def _write_language(site: Path, lang: str, chapters: Sequence[Chapter], context: pages.Context) -> None:
    home = site / lang
    (home / "figures").mkdir(parents=True)
    for page in chapters:
        for name, image in page.images.items():
            (home / "figures" / name).write_bytes(image)
    for name, html in pages.all_pages(chapters, context).items():
        (home / name).write_text(html, encoding="utf-8", newline="\n")
