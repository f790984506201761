"""One executed notebook as a page: its prose translated block by block, its outputs shown anew per language.

The notebooks run once. A page is made in each language from what they hold for all languages: Markdown in
English (each block a message of the catalogues), and for every output the language-neutral description that
`display` and `figures` left beside it. So no number can differ between languages, and whatever else a cell may
have printed never reaches a reader: an output without such a description stops the build.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import mistune
import nbformat
import pandas as pd

from coopeval import display, figures, wording
from coopeval.errors import CoopevalError
from coopeval.site.kept import NOTHING, Kept
from coopeval.uncertainty import about_of, in_hand

SPEC = "application/vnd.coopeval+json"
LONG_TABLE_ROWS = 12
SENTENCES = ("say", "conclusion")
HEADLINE, OPEN = "headline", "open"  # tags of cells: a sentence of the first page, a long table that stands open
_MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])


@dataclass(frozen=True)
class Part:
    """One piece of a page: prose, table, figure or sentence, ready to stand in the template."""

    kind: str  # prose, table, figure, say
    html: str = ""  # of a figure: its caveat, as text
    image: str = ""  # file name of a figure
    title: str = ""
    alt: str = ""  # what the figure shows, then what there is to see in it
    told: str = ""  # HTML: the figure in words
    downloads: tuple[str, ...] = ()  # names of the released tables behind it
    anchors: tuple[str, ...] = ()  # those of them that the page shows here for the first time
    beside: tuple[tuple[str, str], ...] = ()  # of a figure: name and HTML of tables shown nowhere else on the page
    is_long: bool = False
    is_headline: bool = False


@dataclass(frozen=True)
class Chapter:
    """A page made of one notebook."""

    name: str
    title: str
    lead: str
    parts: tuple[Part, ...]
    images: Mapping[str, bytes] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    is_synthetic: bool = False

    @property
    def headlines(self) -> tuple[str, ...]:
        """The sentences this chapter lends to the first page of the report."""
        return tuple(part.html for part in self.parts if part.is_headline)

    @property
    def in_short(self) -> tuple[str, ...]:
        """The same, to open the page with; none where it opens with one of them already."""
        first = next((part for part in self.parts if part.kind != "prose"), None)
        return self.headlines if first is not None and not first.is_headline else ()


def chapter(path: Path, tables: Mapping[str, pd.DataFrame], lang: str, kept: Kept = NOTHING) -> Chapter:
    """The page of an executed notebook in one language.

    Parameters
    ----------
    tables
        Released tables by name, those it shows among them.
    kept
        Parts that were made before.

    Raises
    ------
    CoopevalError
        A cell failed, wrote to stderr or printed, or shows something that no description stands beside.
    """
    with in_hand(tables[name] for name in named(path) if name in tables):
        return _chapter(path, tables, lang, kept)


def _chapter(path: Path, tables: Mapping[str, pd.DataFrame], lang: str, kept: Kept) -> Chapter:
    notebook = _executed(path.read_bytes())
    parts: list[Part] = []
    images: dict[str, bytes] = {}
    used: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(Part("prose", html=prose(cell.source, lang)))
        for spec in specs(cell, path.stem):
            part, image = _known(spec, tables, lang, _tags(cell), kept)
            if image:
                part = replace(part, image=f"{path.stem}-{len(images) + 1}.svg")
                images[part.image] = image
            parts.append(part)
            used += [name for name in part.downloads if name not in used]
    title, lead = opening(notebook, lang)
    synthetic = any(about_of(tables[name])["is_synthetic"] for name in used)
    parts = _beside(_anchored(_without_title(parts)), tables, lang, kept)
    return Chapter(path.stem, title, lead, tuple(parts), images, tuple(used), synthetic)


@lru_cache(maxsize=16)  # the notebooks of a report: each is asked for its tables, and for its page in each language
def _executed(content: bytes):
    return nbformat.v4.reads(content.decode("utf-8"))  # the run wrote it; to look through it again takes longest


def opening(notebook, lang: str) -> tuple[str, str]:
    """Title and first paragraph of a notebook."""
    source = next(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    blocks = [block.strip() for block in wording.translate_markdown(source, lang).split("\n\n") if block.strip()]
    title = blocks[0].lstrip("# ").strip()
    return title, plain(blocks[1]) if len(blocks) > 1 else ""


def plain(markdown: str) -> str:
    """A paragraph without its marks, for places where only text can stand."""
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", lambda m: m[1] or "", markdown).strip()


def prose(source: str, lang: str) -> str:
    """Markdown of the authors, translated; what looks like HTML in it is shown as text."""
    return _MARKDOWN(wording.translate_markdown(source, lang))


def specs(cell, where: str) -> list[dict]:
    """The descriptions of what a code cell shows."""
    found = []
    for output in cell.get("outputs", []):
        spec = output.get("data", {}).get(SPEC)
        if output.output_type not in ("execute_result", "display_data") or spec is None:
            raise CoopevalError(
                f"{where}, cell {cell.get('id', '?')}: a page shows only what display, figures or say return; "
                "this cell prints, warns, failed or shows a bare object."
            )
        if spec["kind"] in ("table", "figure", *SENTENCES):
            found.append(spec)
    return found


def named(path: Path) -> set[str]:
    """Names of the tables that an executed notebook shows."""
    outputs = (out for cell in _executed(path.read_bytes()).cells for out in cell.get("outputs", []))
    shown = (output.get("data", {}).get(SPEC) or {} for output in outputs)
    return {entry["name"] for spec in shown for entry in spec.get("tables", {}).values()}


def _known(spec: dict, tables: Mapping, lang: str, tags: Sequence[str], kept: Kept) -> tuple[Part, bytes]:
    """A shown thing as it was made before, if nothing that decides it changed. What is not in order is refused anew."""
    entries = spec["tables"].values()
    if not all(entry["name"] in tables and _is(tables[entry["name"]], entry) for entry in entries):
        return _shown(spec, tables, lang, tags)
    given = [tables[entry["name"]] for entry in entries]
    decided = ("part", lang, given, spec, [tag for tag in tags if tag in (HEADLINE, OPEN)])
    part, image = json.loads(kept.made(decided, lambda: _packed(*_shown(spec, tables, lang, tags))))
    lists = {name: tuple(said) for name, said in part.items() if isinstance(said, list)}
    return Part(**{**part, **lists}), image.encode()


def _is(table: pd.DataFrame, entry: Mapping[str, str]) -> bool:
    return table.attrs.get("released", {}).get("sha256") == entry["sha256"]


def _packed(part: Part, image: bytes) -> bytes:
    return json.dumps([asdict(part), image.decode()]).encode()


def _shown(spec: dict, tables: Mapping, lang: str, tags: Sequence[str]) -> tuple[Part, bytes]:
    names = tuple(dict.fromkeys(entry["name"] for entry in spec["tables"].values()))
    if spec["kind"] == "figure":
        title, alt = wording.translate(spec["title"], lang), wording.translate(spec["alt"], lang).rstrip(".")
        caveat = wording.translate(spec["caption"], lang) if spec.get("caption") else ""
        drawn = figures.render(spec, tables, lang)  # first: it refuses what the words may not tell either
        alt, told = f"{alt}. {display.finding(spec, tables, lang)}", display.told(spec, tables, lang)
        return Part("figure", html=caveat, title=title, alt=alt, told=told, downloads=names), drawn
    html = display.render(spec, tables, lang)
    if spec["kind"] in SENTENCES:
        return Part("say", html=html, is_headline=HEADLINE in tags), b""
    caption = wording.translate(spec.get("caption", ""), lang)
    is_long = OPEN not in tags and sum(len(tables[name]) for name in names) > LONG_TABLE_ROWS
    return Part("table", html=html, title=caption, downloads=names, is_long=is_long), b""


def _without_title(parts: list[Part]) -> list[Part]:
    first = re.sub(r"^\s*<h1>.*?</h1>", "", parts[0].html, count=1, flags=re.S)
    return [Part("prose", html=first), *parts[1:]]


def _anchored(parts: list[Part]) -> list[Part]:
    """Each table of the page can be pointed to, where it stands first."""
    seen: set[str] = set()
    made = []
    for part in parts:
        new = tuple(name for name in part.downloads if part.kind == "table" and name not in seen)
        seen.update(new)
        made.append(replace(part, anchors=new))
    return made


def _beside(parts: list[Part], tables: Mapping[str, pd.DataFrame], lang: str, kept: Kept) -> list[Part]:
    """A figure whose table the page does not show brings it along, once."""
    shown = {name for part in parts for name in part.anchors}
    made = []
    for part in parts:
        new = [name for name in part.downloads if part.kind == "figure" and name not in shown]
        shown.update(new)
        made.append(replace(part, beside=tuple((name, _table(tables[name], lang, kept)) for name in new)))
    return made


def _table(table: pd.DataFrame, lang: str, kept: Kept) -> str:
    return kept.made(("table", lang, [table]), lambda: display.table(table, lang).html.encode()).decode()


def _tags(cell) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])
