"""What commands share: making a report, the file that takes all faults, languages and lists as typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import typer

from coopeval.cli.progress import progress
from coopeval.cli.talking import answer, language, sentence, tell_nothing_is_done
from coopeval.errors import ParameterError, refusal
from coopeval.wording import N_, translate

FAULTS = "faults.csv"
DRAWN = "drawn"  # folder of the parts of pages that were made before, beside the finished notebooks


def make_report(
    make: str, data: Path, period: str, *, lang: str, only: str | None, pdf: bool = False, **said: object
) -> None:
    """Make a report with `runs.run` or `runs.annual`, and answer with its place."""
    from coopeval.cli import repeated
    from coopeval.runs.asking import Options
    from coopeval.runs.unchanged import compared

    given = {name: value for name, value in said.items() if value is not None}
    given |= {"languages": listed(lang), "only": named(only)}
    options = Options(**given)
    found = compared(data, period, options)
    if found.pages is not None and not pdf:
        tell_nothing_is_done()
        answer(found.pages)
    else:
        _made(make, data, period, options, pdf, found.will_execute)
    if not pdf:
        repeated.note_down(data, period, given)


def _made(make: str, data: Path, period: str, options, pdf: bool, will_execute: bool) -> None:
    from coopeval.provenance.digests import library_digest
    from coopeval.runs import quick_imports  # noqa: F401 - the first of them
    from coopeval.runs.steady import begin_to_warm_up

    begun_with = library_digest()
    if will_execute or options.jobs != 1:  # notebooks are copies of it, and processes that make pages
        begin_to_warm_up()
    from coopeval import runs
    from coopeval.runs.chapters import CACHE

    if pdf:
        _site().ready_for_paper()  # before the notebooks run, not after
    with runs.workers(options.jobs) as by, progress() as tell:

        def how() -> dict[str, object]:
            """Parts are kept by the code that drew them: that of the files, unless they changed since it was loaded."""
            is_loaded = library_digest() == begun_with
            return {"by": by, "kept": options.home / CACHE / DRAWN if is_loaded else None}

        def build(folder: Path, languages: Sequence[str]) -> Path:
            return _site().build(folder, languages, on_paper=pdf, **how())

        def ahead(folder: Path, languages: Sequence[str]) -> Sequence:
            return _site().ahead(folder, languages, **how())

        told = replace(options, by=by, ahead=ahead, meanwhile=_site)
        outcome = whole(lambda: getattr(runs, make)(data, period, build, told, tell))
    answer(outcome.path)


def _site():
    """What makes pages and looks at tables together: it takes as long to load as all that a run needs before."""
    from coopeval import audit, site  # noqa: F401 - the auditor is asked for between the two

    return site


def whole(make: Callable):
    """What is made; where tables or a source are refused, all their faults on stderr and in faults.csv, no more."""
    from coopeval.errors import DataError

    try:
        return make()
    except DataError as error:
        if not len(error.faults):
            raise
        print(sentence(error), file=sys.stderr)
        write_faults(error.faults, Path(FAULTS), language())
        raise typer.Exit(error.exit_code) from None


def write_faults(found, path: Path, lang: str) -> None:
    from coopeval import tables

    path.write_text(tables.faults_csv(found, lang), encoding="utf-8", newline="")
    msgid = N_("Faults: {n}, of which to mend: {refusals}. All are in {file}.")
    told = translate(msgid, lang).format(n=len(found), refusals=len(found.refusals), file=path)
    print(told, file=sys.stderr, flush=True)


def spoken(lang: str | None) -> str:
    """The language of an answer: the one asked for, else that of the user."""
    from coopeval.runs import checked_languages

    return checked_languages([lang])[0] if lang else language()


def named(only: str | None) -> tuple[str, ...]:
    """The notebooks asked for; naming none at all is no way to ask for all."""
    if only is not None and not listed(only):
        raise refusal(ParameterError, N_("--only names no notebook. Name one, or leave --only out."))
    return listed(only)


def listed(words: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (words or "").split(",") if word.strip())
