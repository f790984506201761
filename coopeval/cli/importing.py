"""The doors for real sources: `coopeval import …`. Each imports what it needs when it is called."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli.making import FAULTS, write_faults
from coopeval.cli.talking import answer, guarded, in_words, language, say
from coopeval.wording import N_

door = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help=in_words(N_("Bring in a real source: registers, annual accounts, official statistics.")),
)


OUTCOMES = {
    "full": N_("{n} have all the comparators that were asked for."),
    "fewer": N_("{n} have fewer; quality/comparators.csv says which likeness would have to be given up for more."),
    "none": N_("{n} have none; quality/comparators.csv says which likeness would have to be given up."),
    "no_entry_date": N_("{n} have no day of entry, and nobody to compare with."),
    "ended_before_entry": N_("{n} ended before they entered, and are not compared."),
    "fact_missing": N_("{n} lack a fact that comparators must share; quality/comparators.csv says which."),
}


def _source(name: str, summary: str, example: str):
    """Register the door of a source with its summary and an example of its use."""
    text = f"{in_words(summary)}\n\n{in_words(N_('Example:'))} {example}"
    return lambda function: door.command(name, help=text)(guarded(function))


REFERENCE = Path("data/reference-imported")
OutReference = Annotated[
    Path, typer.Option(help=in_words(N_("Folder of reference tables; each has one of its own in it.")))
]
ReadOn = Annotated[
    str, typer.Option(help=in_words(N_("Day of the download, such as 2026-11-26; else the day of the file.")))
]


@_source(
    "eurostat",
    N_("A data set of Eurostat (TSV, SDMX-CSV 1.0 or JSON-stat 2.0, packed or not) to a reference table."),
    "coopeval import eurostat estat_bd_size.tsv.gz --only geo=BE,BE100",
)
def eurostat(
    file: Annotated[Path, typer.Argument(help=in_words(N_("File as it was downloaded.")))],
    dataset: Annotated[
        str, typer.Option(help=in_words(N_("Code of the data set, where the file does not tell it.")))
    ] = "",
    only: Annotated[
        list[str] | None, typer.Option(help=in_words(N_("Dimension and codes to keep, such as geo=BE,BE100.")))
    ] = None,
    flags: Annotated[str, typer.Option(help=in_words(N_("Letters of new flags, to be kept as given.")))] = "",
    read_on: ReadOn = "",
    out: OutReference = REFERENCE,
) -> None:
    from coopeval.importers import eurostat as source

    asked = dict(_dimension(one) for one in only or [])
    imported = _told(lambda: source.read(file, dataset, asked, flags, _day(read_on)))
    _put(imported, _from_root(out) / imported.name, out / imported.name)


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

    imported = _told(lambda: source.read(files, data, keep or ()))
    _put(imported, _from_root(out), out)


Map = Annotated[Path | None, typer.Option("--map", help=in_words(N_("TOML that says which heading is which column.")))]
Sheet = Annotated[Path, typer.Argument(help=in_words(N_("Workbook (.xlsx) or CSV as it was downloaded.")))]


@_source(
    "statbel",
    N_("Survival of enterprises registered for VAT, of Statbel, to a reference table."),
    "coopeval import statbel survival.xlsx --map statbel.toml",
)
def statbel(file: Sheet, map_file: Map = None, read_on: ReadOn = "", out: OutReference = REFERENCE) -> None:
    from coopeval.importers.statistics import statbel as source

    imported = _told(lambda: source.read(file, map_file, _day(read_on)))
    _put(imported, _from_root(out) / imported.name, out / imported.name)


@_source(
    "onss",
    N_("Jobs and employers by joint committee, of the NSSO (ONSS/RSZ), to a reference table."),
    "coopeval import onss jobs_by_committee.xlsx --map onss.toml",
)
def onss(file: Sheet, map_file: Map = None, read_on: ReadOn = "", out: OutReference = REFERENCE) -> None:
    from coopeval.importers.statistics import onss as source

    imported = _told(lambda: source.read(file, map_file, _day(read_on)))
    _put(imported, _from_root(out) / imported.name, out / imported.name)


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


@_source(
    "table",
    N_("A register or list of anybody (CSV, TSV, Parquet, Excel) to one of our tables, by a map (docs/register.md)."),
    "coopeval import table list.csv --map map.toml --out data/register",
)
def table(
    file: Annotated[Path, typer.Argument(help=in_words(N_("The list, with headings.")))],
    map_: Annotated[Path, typer.Option("--map", help=in_words(N_("The map: which heading is which of our columns.")))],
    out: Annotated[Path, typer.Option(help=in_words(N_("New folder to write.")))] = Path("data/imported"),
) -> None:
    from coopeval.importers import landing, map_written, mapped
    from coopeval.runs import from_root

    source, by, place = from_root(file), from_root(map_), from_root(out)
    landing.must_be_free(place)
    made = _told(lambda: mapped.table(source, by))
    counts = {outcome: int(n) for outcome, n in made.quality.groupby("outcome")["n"].sum().items()}
    counts = {"read": sum(counts.values()), "kept": counts.get("kept", 0), "refused": counts.get("refused", 0)}
    say(N_("Rows read: {read}. Kept: {kept}. Refused: {refused}; quality/refused.csv says why."), **counts)
    for found in (made.refused, made.warnings):
        _say_faults(found)
    answer(map_written.write(made, place, source, by, language()))


@_source(
    "comparators",
    N_(
        "Draw comparators from a register: for each enterprise of the programme some that were alive and observed on "
        "the day it entered, of like birth, form, activity and place; never by what became of them. Writes the "
        "delivery with a register sample more."
    ),
    "coopeval import comparators --data data/2026S1 --register data/register --out data/2026S1-compared",
)
def comparators(  # noqa: PLR0913 - a command has the options its user needs
    data: Annotated[Path, typer.Option(help=in_words(N_("Folder or workbook with the tables of the delivery.")))],
    register: Annotated[Path, typer.Option(help=in_words(N_("Folder with the table enterprises of the register.")))],
    out: Annotated[Path, typer.Option(help=in_words(N_("New folder to write.")))],
    ratio: Annotated[int, typer.Option(help=in_words(N_("Most comparators of one enterprise.")))] = 5,
    seed: Annotated[int, typer.Option(help=in_words(N_("Another seed draws others.")))] = 1,
    born: Annotated[int, typer.Option(help=in_words(N_("Born within so many months.")))] = 6,
    form: Annotated[str, typer.Option(help=in_words(N_("Alike in legal_family or legal_form.")))] = "legal_family",
    sector: Annotated[str, typer.Option(help=in_words(N_("Alike in section or division of NACE.")))] = "section",
    where: Annotated[
        str, typer.Option("--place", help=in_words(N_("Alike in region or municipality; or anywhere.")))
    ] = "region",
    reuse: Annotated[
        bool, typer.Option("--reuse", help=in_words(N_("One enterprise may stand in several sets.")))
    ] = False,
    relax: Annotated[
        bool, typer.Option("--relax", help=in_words(N_("Fill short sets by giving up likeness, in a fixed order.")))
    ] = False,
    instead: Annotated[
        bool, typer.Option("--instead", help=in_words(N_("In place of the register sample that is there.")))
    ] = False,
) -> None:
    from coopeval.importers import comparators_delivery, landing
    from coopeval.importers.comparators_criteria import Criteria
    from coopeval.runs import from_root

    place = from_root(out)
    landing.must_be_free(place)
    criteria = Criteria(born, form, sector, where, reuse, relax)
    how = {"ratio": ratio, "seed": seed, "criteria": criteria, "instead": instead}
    made = _told(lambda: comparators_delivery.drawn(from_root(data), from_root(register), **how))
    counts = {"cases": made.about["n_cases"], "n": made.about["n_drawn"]}
    say(N_("Enterprises of the programme: {cases}. Comparators drawn: {n}."), **counts)
    for outcome, n in made.about["outcomes"].items():
        say(OUTCOMES[outcome], n=n)
    answer(comparators_delivery.write_drawn(made, place, from_root(data)))


def _told(make):
    """What is made; or every fault on stderr and in faults.csv of the current folder, and exit code 2."""
    from coopeval.errors import DataError

    try:
        return make()
    except DataError as error:
        if not len(error.faults):
            raise
        _say_faults(error.faults)
        write_faults(error.faults, Path(FAULTS), language())
        raise typer.Exit(error.exit_code) from None


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


def _say_faults(faults) -> None:
    from coopeval import tables

    if len(faults):
        print(tables.report(faults, language()).rstrip("\n"), file=sys.stderr)
