"""The door for the enterprise register: `coopeval import kbo`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli.importing import _source
from coopeval.cli.making import spoken, whole
from coopeval.cli.talking import answer, in_words, say
from coopeval.wording import N_


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
        made = whole(lambda: register.bring_in(extracts or [], out, say))
        print(tables.report(made.warnings, asked), end="", file=sys.stderr)
        answer("\n".join(register.lines(made, asked)))
        answer("")
        answer(out)
    if cohort is not None:
        chosen = register.select(out, cohort, **choice)
        answer("\n".join(register.chosen_lines(chosen, asked)))
        answer("")
        answer(cohort)
