"""Writes the site of a run: a folder per language, the released tables as CSV, one style sheet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from coopeval import provenance, wording
from coopeval.errors import DisclosureError
from coopeval.site import pages
from coopeval.site.chapter import Chapter, chapter

HERE = Path(__file__).parent


def build(folder: Path, languages: Sequence[str] = wording.LANGUAGES) -> Path:
    """The site of a run, in `folder/site`.

    Parameters
    ----------
    folder
        What a run left: run.json, results/ (released tables), private/notebooks/ (executed notebooks).
    languages
        Which languages; every page exists in each.

    Returns
    -------
    The path of the site.

    Raises
    ------
    DisclosureError
        The data are not marked synthetic, or a result is not released for the public: no site is made.
    CoopevalError
        A notebook shows something a page may not show.
    """
    folder = Path(folder)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    tables = provenance.released(folder / "results")
    _refuse_unpublishable(run, tables)
    site = folder / "site"
    notebooks = sorted((folder / "private" / "notebooks").glob("*.ipynb"))
    (site / "data").mkdir(parents=True)
    shown: set[str] = set()
    for lang in languages:
        chapters = [chapter(path, tables, lang) for path in notebooks]
        shown |= {name for page in chapters for name in page.tables}
        _write_language(site, lang, chapters, pages.Context(run, tuple(languages), tables, lang))
    for name in sorted(shown):
        shutil.copyfile(folder / "results" / f"{name}.csv", site / "data" / f"{name}.csv")
    shutil.copyfile(HERE / "style.css", site / "style.css")
    (site / "index.html").write_text(pages.doorway(run, languages), encoding="utf-8", newline="\n")
    return site


def _refuse_unpublishable(run: Mapping, tables: Mapping[str, pd.DataFrame]) -> None:
    if not run["is_synthetic"]:
        raise DisclosureError(
            "The data are real: until the whole disclosure control stands, only internal pages are made of them."
        )
    for name, table in tables.items():
        if table.attrs["released"]["audience"] != "public":
            raise DisclosureError(f'"{name}" was not released for the public and cannot stand in the site.')


def _write_language(site: Path, lang: str, chapters: Sequence[Chapter], context: pages.Context) -> None:
    home = site / lang
    (home / "figures").mkdir(parents=True)
    for page in chapters:
        for name, image in page.images.items():
            (home / "figures" / name).write_bytes(image)
    for name, html in pages.all_pages(chapters, context).items():
        (home / name).write_text(html, encoding="utf-8", newline="\n")
