"""One indicator, from its published value back to question, definition, formula, rows, source and code."""

from __future__ import annotations

import difflib
import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from coopeval import reference, tables, wording
from coopeval.display import cells
from coopeval.errors import ParameterError, refusal
from coopeval.provenance.digests import ROOT
from coopeval.runs.comparing import MONITOR
from coopeval.runs.period import of_semester
from coopeval.runs.standing import Report, report_of, reports
from coopeval.runs.table_facts import PRIVACY, Facts, table_facts
from coopeval.wording import N_


def explain(name: str, out: Path, semester: str | None, lang: str, catalogue: pd.DataFrame | None = None) -> Facts:
    """What is known about an indicator, or about a released table.

    One pair of words and fact per line, in one language.

    Parameters
    ----------
    name
        Its id in the catalogue, or the name of a released table.
    out
        Where the reports stand.
    semester
        Whose report is asked; the latest there is if none is named, and no value where there is none.
    catalogue
        As `indicators.catalogue()` returns it, which is taken by default.

    Raises
    ------
    ParameterError
        No such indicator, or the semester is none or was not run.
    """
    report = report_of(out, of_semester(semester).name) if semester else _latest(out)
    catalogue = _catalogue() if catalogue is None else catalogue
    if report is not None and name not in set(catalogue["id"]) and (table := report.result(name)) is not None:
        pages = _pages_of_table(name, report, lang)
        return [*table_facts(name, table, report.record, lang), *((wording.translate(PAGE, lang), p) for p in pages)]
    row = _entry(name, catalogue)

    def say(msgid: str, **values: object) -> str:
        return wording.translate(msgid, lang).format(**values)

    facts = [*_meaning(row, say, lang), *_source(row, report, say, lang), *_value(row, report, say, lang)]
    return [(word, fact) for word, fact in facts if fact]


PAGE = N_("Page")


def _pages_of_table(name: str, report: Report, lang: str) -> list[str]:
    """The page a table is shown on, in the language asked for where the report has it."""
    makers = [notebook["name"] for notebook in report.record["notebooks"] if name in notebook.get("makes", {})]
    spoken = [lang, *(other for other in report.record["languages"] if other != lang)]
    there = [report.pages / other / f"{maker}.html" for maker in makers for other in spoken]
    return [str(page) for page in there if page.is_file()][:1]


def _catalogue() -> pd.DataFrame:
    from coopeval import indicators  # every estimator: only whoever asks waits for them

    return indicators.catalogue()


def _entry(name: str, catalogue: pd.DataFrame) -> dict[str, str]:
    found = catalogue[catalogue["id"].eq(name)]
    if len(found):
        return found.fillna("").iloc[0].to_dict()
    near = difflib.get_close_matches(name.lower(), catalogue["id"], n=3, cutoff=0.5)
    if near:
        msgid = N_('There is no indicator "{name}". Did you mean {near}?')
        raise refusal(ParameterError, msgid, name=name, near=", ".join(near))
    msgid = N_('There is no indicator "{name}". There are {known}.')
    raise refusal(ParameterError, msgid, name=name, known=", ".join(catalogue["id"]))


def _latest(out: Path) -> Report | None:
    there = [report for report in reports(out) if report.period.name == report.period.semester]
    return there[-1] if there else None


def _meaning(row: Mapping[str, str], say: Callable[..., str], lang: str) -> Facts:
    return [
        (say(N_("Indicator")), row["id"]),
        (say(N_("Name")), row[f"name_{lang}"]),
        (say(N_("Questions of the council")), ", ".join(row["questions"].split())),
        (say(N_("Definition")), row[f"definition_{lang}"]),
        (say(N_("Unit")), row["unit"]),
        (say(N_("Counted")), row[f"numerator_{lang}"]),
        (say(N_("Out of")), row[f"denominator_{lang}"]),
        (say(N_("Clock")), row["clock"]),
        (say(N_("Method")), wording.translate(row["method"], lang) if row["method"] else ""),
        (say(N_("Privacy")), say(PRIVACY[row["privacy"]]) if row["privacy"] in PRIVACY else row["privacy"]),
        (say(N_("EU common indicator it comes close to")), row["eu_code"]),
        (say(N_("Code")), where_is(row["call"])),
    ]


def where_is(call: str) -> str:
    """The function that makes a figure, with its file and line.

    >>> where_is("semesters.last_day").split(":")[0]
    'coopeval.semesters.last_day (coopeval/semesters.py'
    """
    area, _, name = call.rpartition(".")
    function = inspect.unwrap(getattr(importlib.import_module(f"coopeval.{area}"), name))
    path = Path(inspect.getfile(function)).relative_to(ROOT).as_posix()
    return f"coopeval.{call} ({path}:{function.__code__.co_firstlineno})"


def _source(row: Mapping[str, str], report: Report | None, say: Callable[..., str], lang: str) -> Facts:
    """Tables it is made from, with the rows a report used where its tables were kept."""
    names = re.split(", | or ", row["tables"])
    word = say(N_("Tables"))
    if report is None or not tables.kept.are_kept(report.folder, report.record):
        return [(word, ", ".join(names))]
    used = tables.cut(report.dataset(), report.period.ends)
    rows = [f"{name} ({wording.number(len(used[name]), 'count', lang)})" for name in names if name in used]
    missing = [say(N_("{table} (not delivered)"), table=name) for name in names if name not in used]
    word = say(N_("Tables, with their rows as of {day}"), day=wording.day(report.record["as_of"], lang))
    delivery = f"{report.record['data']['name']}, {report.record['data']['sha256']}"
    return [(word, ", ".join([*rows, *missing])), (say(N_("Delivery")), delivery)]


def _value(row: Mapping[str, str], report: Report | None, say: Callable[..., str], lang: str) -> Facts:
    """The released value of a report, and the pages it stands on."""
    if report is None:
        return [(say(N_("Value")), say(N_("no semester was run yet")))]
    word = say(N_("Value in {period}"), period=report.period.name)
    table = report.result(MONITOR)
    found = pd.DataFrame() if table is None else table[table["group"].eq(row["id"])]
    pages = [(say(PAGE), str(page)) for page in _pages(row, report, lang)]
    if not len(found):
        return [(word, say(N_("the report does not show it"))), *pages]
    one = found.iloc[0]
    note = one.get("note", "")
    told = reference.labels("notes", lang).get(note, note) if note else ""
    return [(word, _with_limits(one, say, lang)), (say(N_("Note")), told), *pages]


def _with_limits(one: pd.Series, say: Callable[..., str], lang: str) -> str:
    if bool(one.get("hidden", False)):
        return say(N_("withheld"))
    about = {"unit": one.get("unit", "plain"), "kind": "indicators"}
    shown = {name: cells.text(one.get(name, float("nan")), name, about, lang) for name in ("estimate", "low", "high")}
    if pd.isna(one.get("low")) and pd.isna(one.get("high")):
        return shown["estimate"]
    return say(N_("{estimate}, between {low} and {high}"), **shown)


def _pages(row: Mapping[str, str], report: Report, lang: str) -> list[Path]:
    """The pages of the report that show it: its chapter, and the one with every indicator."""
    makers = [notebook["name"] for notebook in report.record["notebooks"] if MONITOR in notebook.get("makes", {})]
    names = dict.fromkeys([row.get("chapter", ""), *makers])
    spoken = [lang, *(other for other in report.record["languages"] if other != lang)]
    found = []
    for name in filter(None, names):
        found += [page for other in spoken if (page := report.pages / other / f"{name}.html").is_file()][:1]
    return found
