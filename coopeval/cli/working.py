"""The commands of a working day: a workbook to fill in, the notebooks, and whether all is in place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli.talking import answer, in_words, language, say
from coopeval.wording import N_


def template(
    file: Annotated[Path, typer.Argument(help=in_words(N_("New workbook to write.")))] = Path("data/template.xlsx"),
    lang: Annotated[
        str | None, typer.Option(help=in_words(N_("Language of the labels in the menus: nl, fr or en.")))
    ] = None,
    filled: Annotated[
        Path | None, typer.Option(help=in_words(N_("A delivery, folder or workbook, to fill in.")))
    ] = None,
) -> None:
    from coopeval.importers import template as workbook

    workbook.write(file, lang or language(), filled)
    answer(file)
    say(N_("Next: fill it in, save it, and see what is still wrong: coopeval check {file}"), file=file)


def lab(
    name: Annotated[
        str | None,
        typer.Argument(help=in_words(N_("A notebook: its name, its number, a question (Q02) or words of its title."))),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help=in_words(N_("Say the address and open no browser.")))
    ] = False,
    lang: Annotated[str | None, typer.Option(help=in_words(N_("Language of the tutorial: nl, fr or en.")))] = None,
) -> None:
    from coopeval.cli.making import spoken
    from coopeval.cli.opening import open_lab
    from coopeval.reference import ROOT

    raise typer.Exit(open_lab(ROOT, name, not no_browser, spoken(lang)))


def new(
    name: Annotated[str, typer.Argument(help=in_words(N_("Two digits and its matter, such as 35_wages.")))],
) -> None:
    from coopeval.runs import pattern

    say(N_("Running the pattern on the demonstration once."))
    made = pattern.new(name)
    answer(f"notebooks/{made.name}")
    say(
        N_("Next: write it (coopeval lab {name}), then make messages and translate, make notebooks, make check."),
        name=name,
    )
    say(N_("Its page: coopeval run --data data/demo --semester 2026S1 --only {name}"), name=name)


def doctor(
    data: Annotated[Path, typer.Option(help=in_words(N_("Folder or workbook that should be there.")))] = Path(
        "data/demo"
    ),
    out: Annotated[Path, typer.Option(help=in_words(N_("Where reports should be written.")))] = Path("reports"),
) -> None:
    from coopeval.cli.doctor import MISSING, examined
    from coopeval.reference import ROOT

    lines = examined(ROOT, data, out)
    answer("\n".join(line.told(language()) for line in lines))
    if any(line.state == MISSING for line in lines):
        raise typer.Exit(1)


COMMANDS = (  # command, what it does, an example of its use
    (template, N_("Write an Excel workbook to fill in: a sheet per table, with menus and notes."),
     "coopeval template data/2026S1.xlsx --lang nl"),
    (lab, N_("Open the notebooks in JupyterLab."), "coopeval lab survival"),
    (new, N_("Make a new notebook from the house pattern, planned and keeping every rule."), "coopeval new 35_wages"),
    (doctor, N_("Say what is there and what is missing on this machine; exit code 1 if a report cannot be made."),
     "coopeval doctor --data data/demo"),
)  # fmt: skip
