"""The doors for real sources: `coopeval import …`. Each imports what it needs when it is called."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli.making import whole
from coopeval.cli.talking import answer, guarded, in_words, language
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


REFERENCE = Path("data/reference-imported")
OutReference = Annotated[
    Path | None,
    typer.Option(help=in_words(N_("Folder of reference tables; each has one of its own in it. Shown in no report."))),
]
Beside = Annotated[
    Path | None,
    typer.Option("--data", help=in_words(N_("Folder or workbook whose report is to show it; it is put beside it."))),
]
Only = Annotated[
    list[str] | None, typer.Option(help=in_words(N_("Dimension and codes to keep, such as geo=BE,BE100.")))
]
ReadOn = Annotated[
    str, typer.Option(help=in_words(N_("Day of the download, such as 2026-11-26; else the day of the file.")))
]


@_source(
    "eurostat",
    N_("A data set of Eurostat (TSV, SDMX-CSV 1.0 or JSON-stat 2.0, packed or not) to a reference table."),
    "coopeval import eurostat estat_bd_size.tsv.gz --only geo=BE,BE100 --data data/received",
)
def eurostat(
    file: Annotated[Path, typer.Argument(help=in_words(N_("File as it was downloaded.")))],
    dataset: Annotated[
        str, typer.Option(help=in_words(N_("Code of the data set, where the file does not tell it.")))
    ] = "",
    only: Only = None,
    flags: Annotated[str, typer.Option(help=in_words(N_("Letters of new flags, to be kept as given.")))] = "",
    read_on: ReadOn = "",
    data: Beside = None,
    out: OutReference = None,
) -> None:
    from coopeval.importers import eurostat as source

    _to_reference(lambda: source.read(file, dataset, _asked(only), flags, _day(read_on)), data, out)


ACCOUNTS = Path("data/imported/nbb")


@_source(
    "nbb",
    N_("Annual accounts with the social balance sheet (CSV or JSON of the National Bank) to counts of jobs."),
    "coopeval import nbb accounts/*.csv accounts/*.json --data data/received",
)
def nbb(
    files: Annotated[list[Path], typer.Argument(help=in_words(N_("Filings, and lists of references in JSON.")))],
    data: Annotated[
        Path | None, typer.Option(help=in_words(N_("Folder or workbook with the tables, for keys and coverage.")))
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help=in_words(N_("Reference of the filing that counts, of several for a year.")))
    ] = None,
    out: Annotated[Path, typer.Option(help=in_words(N_("Folder to write; it may not be there yet.")))] = ACCOUNTS,
) -> None:
    from coopeval.importers import nbb as source

    imported = whole(lambda: source.read(files, data, keep or ()))
    _put(imported, _from_root(out), out)


Map = Annotated[Path | None, typer.Option("--map", help=in_words(N_("TOML that says which heading is which column.")))]
Sheet = Annotated[Path, typer.Argument(help=in_words(N_("Workbook (.xlsx) or CSV as it was downloaded.")))]


@_source(
    "statbel",
    N_("Survival of enterprises registered for VAT, of Statbel, to a reference table."),
    "coopeval import statbel survival.xlsx --map statbel.toml --data data/received",
)
def statbel(
    file: Sheet, map_file: Map = None, only: Only = None, read_on: ReadOn = "", data: Beside = None,
    out: OutReference = None,
) -> None:  # fmt: skip
    from coopeval.importers.statistics import statbel as source

    _to_reference(lambda: source.read(file, map_file, _day(read_on), _asked(only)), data, out)


@_source(
    "onss",
    N_("Jobs and employers by joint committee, of the NSSO (ONSS/RSZ), to a reference table."),
    "coopeval import onss jobs_by_committee.xlsx --map onss.toml --data data/received",
)
def onss(
    file: Sheet, map_file: Map = None, only: Only = None, read_on: ReadOn = "", data: Beside = None,
    out: OutReference = None,
) -> None:  # fmt: skip
    from coopeval.importers.statistics import onss as source

    _to_reference(lambda: source.read(file, map_file, _day(read_on), _asked(only)), data, out)


def _reference(data: Path | None, out: Path | None) -> Path:
    """Where reference tables are put: beside a delivery, whose report then shows them, or elsewhere."""
    from coopeval.errors import ParameterError, refusal
    from coopeval.tables import imports

    if data is None:
        return REFERENCE if out is None else out
    if out is not None:
        raise refusal(ParameterError, N_("--data and --out name two places; give one of them."))
    if not _from_root(data).exists():
        raise refusal(
            ParameterError, N_("{place} is not there. Give the folder or workbook of a delivery."), place=data
        )
    return (data.parent if _from_root(data).is_file() else data) / imports.FOLDER


def _asked(only: list[str] | None) -> dict[str, tuple[str, ...]]:
    return dict(_dimension(one) for one in only or [])


def _dimension(said: str) -> tuple[str, tuple[str, ...]]:
    from coopeval.errors import ParameterError, refusal

    name, sign, codes = said.partition("=")
    if not sign or not name or not codes:
        raise refusal(
            ParameterError,
            N_('"{found}" is not a dimension with codes. Write for instance geo=BE,BE100.'), found=said,
        )  # fmt: skip
    return name, tuple(codes.split(","))


def _day(said: str) -> str:
    from coopeval.errors import ParameterError, refusal
    from coopeval.tables.package import day_of

    if said and day_of(said) is None:
        raise refusal(ParameterError, N_('"{found}" is not a day. Write for instance 2026-11-26.'), found=said)
    return said


def _to_reference(read: Callable, data: Path | None, out: Path | None) -> None:
    """Puts what is read where reference tables stand, in a folder of its own name."""
    place = _reference(data, out)
    imported = whole(read)
    _put(imported, _from_root(place) / imported.name, place / imported.name)


def _put(imported, folder: Path, told: Path) -> None:
    """Puts an import in its place; warnings and the table of data quality on stderr, the place on stdout."""
    from coopeval import tables
    from coopeval.importers.placing import place
    from coopeval.importers.telling import lines

    place(imported, folder, language())
    print(tables.report(imported.faults, language()), end="", file=sys.stderr)
    print(*lines(imported.quality, language()), sep="\n", file=sys.stderr)
    answer(told)


def _from_root(path: Path) -> Path:
    from coopeval.tables.folder import place

    return place(path)
