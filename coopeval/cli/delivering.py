"""The commands for deliveries: made up, checked, with pseudonyms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli.making import FAULTS, spoken, write_faults
from coopeval.cli.talking import answer, in_words
from coopeval.wording import N_, translate

DATA_HELP = in_words(N_("Folder or workbook with the tables; a relative path starts at the project root."))
Lang = Annotated[str | None, typer.Option(help=in_words(N_("Language of the answer: nl, fr or en.")))]


def demo(
    folder: Annotated[Path, typer.Argument(help=in_words(N_("Folder to write.")))] = Path("data/demo"),
    structures: Annotated[int | None, typer.Option(help=in_words(N_("Number of structures.")))] = None,
    scale: Annotated[float | None, typer.Option(help=in_words(N_("Size; 1 is that of the programme.")))] = None,
    seed: Annotated[int | None, typer.Option(help=in_words(N_("Another seed makes other data.")))] = None,
    delivered: Annotated[
        str | None, typer.Option(help=in_words(N_("What was known at the end of this semester.")))
    ] = None,
) -> None:
    from coopeval import synthetic
    from coopeval.runs import from_root

    given = {"structures": structures, "scale": scale, "seed": seed, "delivered": delivered}
    synthetic.write(from_root(folder), **{name: value for name, value in given.items() if value is not None})
    answer(folder)


def check(
    data: Annotated[Path, typer.Argument(help=DATA_HELP)],
    lang: Lang = None,
    faults: Annotated[Path, typer.Option(help=in_words(N_("File that takes all faults.")))] = Path(FAULTS),
) -> None:
    from coopeval import tables
    from coopeval.runs import from_root

    asked = spoken(lang)
    found = tables.check(from_root(data))
    if not len(found):
        answer(translate(N_("No faults."), asked))
        return
    answer(tables.report(found, asked).rstrip("\n"))
    write_faults(found, faults, asked)
    if len(found.refusals):
        raise typer.Exit(2)


def pseudonymise(
    data: Annotated[Path, typer.Argument(help=DATA_HELP)],
    folder: Annotated[Path, typer.Argument(help=in_words(N_("New folder to write.")))],
) -> None:
    from coopeval import pseudonyms
    from coopeval.runs import from_root

    received = from_root(data)
    beside = received.parent if received.is_file() else received
    pseudonyms.copy(received, from_root(folder), pseudonyms.key_from(apart_from=[beside, from_root(folder)]))
    answer(folder)


COMMANDS = (  # command, what it does, an example of its use
    (demo, N_("Write the synthetic data set, with its known truth beside it."), "coopeval demo data/demo --seed 1"),
    (
        check,
        N_("Say every fault of every table at once; exit code 2 if the data would be refused."),
        "coopeval check data/demo --lang nl",
    ),
    (
        pseudonymise,
        N_(
            "Copy a delivery with pseudonyms in place of the numbers of persons and experts; the key comes from "
            "elsewhere."
        ),
        "coopeval pseudonymise data/received data/2026S1",
    ),
)
