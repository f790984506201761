"""The pages of one language: chapters, first page, coverage of the questions, glossary, how it was made."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import jinja2
import pandas as pd

from coopeval import disclosure, reference, wording
from coopeval.display.cells import visible
from coopeval.site.chapter import Chapter
from coopeval.site.coverage import coverage
from coopeval.site.said import said
from coopeval.site.tables_told import anchor, tables_told
from coopeval.wording import N_

NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}
SHORT = 12  # letters of a digest that stand under a table
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Context:
    """What every page of one language may say."""

    run: Mapping
    languages: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    lang: str
    paper: str = ""  # file name of the annual report as PDF, where it is made

    def say(self, msgid: str, **values: object) -> str:
        """A sentence in the language of the pages."""
        return wording.translate(msgid, self.lang).format(**values)


def all_pages(chapters: Sequence[Chapter], context: Context) -> dict[str, str]:
    """File name and HTML of each page of one language."""
    menu = [(f"{page.name}.html", page.title) for page in chapters]
    of_all = {"chapters": chapters, "names": tuple(_shown(chapters))}
    made = {
        f"{page.name}.html": _page(
            "chapter.html", f"{page.name}.html", menu, context, page=page, is_synthetic=page.is_synthetic,
            digests=_digests(context), chapters=chapters, names=page.tables,
        )
        for page in chapters
    }  # fmt: skip
    titles = {page.name: page.title for page in chapters}
    further = {
        "index": _front(context),
        "coverage": {"questions": coverage(context), "titles": titles},
        "glossary": {"words": list(_words(context.lang))},
        "accessibility": {},
        "about": {"columns": _columns(context), "shown": _whereabouts(chapters, context), "thresholds": _thresholds()},
    }
    for name, told in further.items():
        made[f"{name}.html"] = _page(f"{name}.html", f"{name}.html", menu, context, **of_all, **told)
    return made


def _shown(chapters: Sequence[Chapter]) -> list[str]:
    return sorted({name for page in chapters for name in page.tables})


def _digests(context: Context) -> dict[str, str]:
    return {name: table.attrs["released"]["sha256"][:SHORT] for name, table in context.tables.items()}


def _whereabouts(chapters: Sequence[Chapter], context: Context) -> list[dict[str, object]]:
    """Each table that is shown: its facts, and the pages it stands on. What is true of all stands above already."""
    told, run = tables_told(context), context.run
    above = {run["data"]["sha256"], f"{run['code']['version']}+{run['code']['sha256']}"}
    return [
        {
            "name": name,
            "anchor": anchor(name),
            "pages": [(f"{page.name}.html", page.title) for page in chapters if name in page.tables],
            "facts": [(word, fact) for word, fact in told[name] if fact not in above and fact != name],
        }
        for name in _shown(chapters)
    ]


def _thresholds() -> list[dict[str, object]]:
    return disclosure.thresholds().to_dict("records")


def doorway(run: Mapping, languages: Sequence[str]) -> str:
    """The page in front of the languages: it only asks which one."""
    doors = [(lang, NAMES[lang], wording.translate(kind_of_report(run), lang)) for lang in languages]
    return _environment().get_template("doorway.html").render(run=run, doors=doors)


def style() -> str:
    """The one style sheet."""
    return (TEMPLATES.parent / "style.css").read_text(encoding="utf-8")


def page_of(template: str, **said: object) -> str:
    """A page that stands alone, outside any report."""
    return _environment().get_template(template).render(**said)


def kind_of_report(run: Mapping) -> str:
    """What a report is called, before its period: of a year it is the annual one."""
    is_year = run["period"] != run.get("semester", run["period"])
    return N_("Annual evaluation report") if is_year else N_("Evaluation report")


def _page(template: str, file: str, menu: list, context: Context, **told) -> str:
    lang = context.lang
    foot = said(told["names"], context, [page.name for page in told["chapters"]])
    return (
        _environment()
        .get_template(template)
        .render(
            _=context.say,
            day=lambda iso: wording.day(iso, lang),
            number=lambda value: wording.number(value, "count", lang),
            plain=lambda value: wording.number(value, "plain", lang),
            said=foot,
            paper=context.paper,
            anchor=anchor,
            language=NAMES[lang],
            report=" ".join([wording.translate(kind_of_report(context.run), lang), *_which(context.run)]),
            lang=lang,
            languages=[(other, NAMES[other]) for other in context.languages],
            file=file,
            menu=menu,
            **{"run": context.run, "is_synthetic": context.run["is_synthetic"], **told},
        )
    )


def _which(run: Mapping) -> list[str]:
    """The period, and the structure where it is not the one the data mark."""
    return [f"{run['period']},", run["structure"]] if run.get("structure") else [run["period"]]


def _front(context: Context) -> dict[str, object]:
    hidden = sum(int(table["hidden"].sum()) for table in context.tables.values() if "hidden" in table)
    skipped = [notebook for notebook in context.run["notebooks"] if notebook["status"] == "skipped"]
    answered = sum(bool(question["chapters"]) for question in coverage(context))
    return {"n_tables": len(context.tables), "n_hidden": hidden, "skipped": skipped, "n_answered": answered}


def _words(lang: str) -> Iterator[dict[str, str]]:
    """The word list in the order of the language's own alphabet, each word with its other two languages."""
    for row in sorted(reference.words().to_dict("records"), key=lambda row: _alphabetical(row[lang])):
        others = [(other, NAMES[other], row[other]) for other in NAMES if other != lang]
        yield {
            "term": row["term"],
            "word": row[lang],
            "definition": row[f"definition_{lang}"],
            "others": others,
            "source": row["source"],
        }


def _alphabetical(word: str) -> str:
    """Accents and capitals do not count; no collation of the machine is asked."""
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


def _columns(context: Context) -> list[tuple[str, str]]:
    seen = dict.fromkeys(column for table in context.tables.values() for column in table.columns)
    return [(column, wording.column(column, context.lang)) for column in seen]


def _seen(value: object) -> object:
    """Whatever a page says, signs that cannot be seen stand there as marks; finished HTML has been through this."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return "\n".join(visible(line) for line in value.split("\n"))


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
