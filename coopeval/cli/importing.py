"""The doors for real sources: `coopeval import …`. Each imports what it needs when it is called."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli.making import FAULTS, spoken, write_faults
from coopeval.cli.talking import answer, guarded, in_words, language, say, sentence
from coopeval.wording import N_

door = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help=in_words(N_("Bring in a real source: registers, annual accounts, official statistics.")),
)


def _source(name: str, summary: str, example: str):
    """Register the door of a source with its summary and an example of its use."""
    text = f"{in_words(summary)}\n\n{in_words(N_('Example:'))} {example}"
    return lambda function: door.command(name, help=text)(guarded(function))


@contextmanager
def _faults_written() -> Iterator[None]:
    """A refusal of data is told in full, and all its faults go to faults.csv in the current folder."""
    from coopeval.errors import DataError

    try:
        yield
    except DataError as error:
        if not len(error.faults):
            raise
        print(sentence(error), file=sys.stderr)
        write_faults(error.faults, Path(FAULTS), language())
        raise typer.Exit(error.exit_code) from None


@_source(
    "kbo",
    N_(
        "Bring extracts of the enterprise register (KBO/BCE) into a store, in their order; with --cohort, choose "
        "enterprises from it."
    ),
    "coopeval import kbo KboOpenData_0140_2025_10_05_Full.zip KboOpenData_0141_2025_10_06_Update.zip",
)
def kbo(  # noqa: PLR0913 - a cohort has several sides
    extracts: Annotated[
        list[Path] | None,
        typer.Argument(
            help=in_words(N_("Zip files of the register or their folders: the full one, then its updates."))
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help=in_words(N_("Folder of the store.")))] = Path("data/kbo"),
    cohort: Annotated[
        Path | None, typer.Option(help=in_words(N_("New folder that takes the chosen enterprises as tables.")))
    ] = None,
    postcodes: Annotated[str, typer.Option(help=in_words(N_("Postcodes with commas, or brussels.")))] = "",
    forms: Annotated[
        str, typer.Option(help=in_words(N_("Legal forms or families with commas: cooperative,non_profit.")))
    ] = "",
    born: Annotated[str, typer.Option(help=in_words(N_("Window of birth: 2016-01-01..2020-12-31.")))] = "",
    nace: Annotated[str, typer.Option(help=in_words(N_("Sectors with their version: 2025:88,2025:47.")))] = "",
    vanished: Annotated[
        str, typer.Option(help=in_words(N_("Kind of end where the register tells none; unknown if left out.")))
    ] = "",
    lang: Annotated[str | None, typer.Option(help=in_words(N_("Language of the answer: nl, fr or en.")))] = None,
) -> None:
    from coopeval import tables
    from coopeval.importers import kbo as register

    asked, choice = spoken(lang), register.choice(postcodes, forms, born, nace, vanished)
    if extracts or cohort is None:
        with _faults_written():
            made = register.bring_in(extracts or [], out, say)
        print(tables.report(made.warnings, asked), end="", file=sys.stderr)
        answer("\n".join(register.lines(made, asked)))
        answer("")
        answer(out)
    if cohort is not None:
        chosen = register.select(out, cohort, **choice)
        answer("\n".join(register.chosen_lines(chosen, asked)))
        answer("")
        answer(cohort)
