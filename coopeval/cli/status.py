"""What stands published, and what a run would do with it."""

from __future__ import annotations

from pathlib import Path

import typer

from coopeval.cli.making import listed
from coopeval.cli.talking import answer, in_words, say
from coopeval.wording import N_

PUBLISHED, INSIDE = N_("published"), N_("internal pages only")
SAME, OTHER = N_("made by the code as it is now"), N_("made by other code")


def tell_status(data: Path | None, period: str | None, out: Path, structure: str, lang: str) -> None:
    """Answer with a line per report that stands; with data and a period, with a line per notebook of that run too."""
    from coopeval.runs.asking import Options

    options = Options(out=out, structure=structure, languages=listed(lang))
    _reports(options.home)
    if period is None:
        return
    if data is None:
        raise typer.BadParameter(in_words(N_("With --semester name the delivery too, with --data.")))
    _foreseen(data, period, options)


def _reports(home: Path) -> None:
    from coopeval import provenance, runs

    now = provenance.code_version()["sha256"]
    standing = runs.reports(home)
    if not standing:
        answer(in_words(N_("No report stands in {place} yet."), place=home.name))
    for report in standing:
        is_public = report.record["audience"] == "public"
        state = [PUBLISHED if is_public else INSIDE, SAME if report.record["code"]["sha256"] == now else OTHER]
        answer(f"{report.period.name:<8}" + ", ".join(map(in_words, state)))


def _foreseen(data: Path, period: str, options) -> None:
    from coopeval.runs.foreseeing import UP_TO_DATE, foresee

    is_left_alone, notebooks = foresee(data, period, options, say)
    if is_left_alone:
        answer(in_words(N_("{period}: a run would change nothing."), period=period))
        return
    say(N_("What a run would do with each notebook; the pages are made anew."))
    width = max((len(one.notebook) for one in notebooks), default=0)
    for one in notebooks:
        because = "; ".join(in_words(msgid, **values) for msgid, values in one.because)
        answer(f"{one.notebook:<{width}}  {in_words(one.does)}" + (f": {because}" if because else ""))
    if all(one.does == UP_TO_DATE for one in notebooks):
        answer(in_words(N_("No notebook would run; the pages would be made anew.")))
