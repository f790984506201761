"""The commands of a working day: a workbook to fill in, the notebooks, and whether all is in place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli.talking import answer, in_words, language
from coopeval.wording import N_

Lang = Annotated[str | None, typer.Option(help=in_words(N_("Language of the labels in the menus: nl, fr or en.")))]


def template(
    file: Annotated[Path, typer.Argument(help=in_words(N_("New workbook to write.")))] = Path("data/template.xlsx"),
    lang: Lang = None,
    filled: Annotated[
        Path | None, typer.Option(help=in_words(N_("A delivery, folder or workbook, to fill in.")))
    ] = None,
) -> None:
    from coopeval.importers import template as workbook

    workbook.write(file, lang or language(), filled)
    answer(file)


COMMANDS = (  # command, what it does, an example of its use
    (template, N_("Write an Excel workbook to fill in: a sheet per table, with menus and notes."),
     "coopeval template data/2026S1.xlsx --lang nl"),
)  # fmt: skip
