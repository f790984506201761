"""The doors for lists and registers: `coopeval import table`, `coopeval import comparators`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli.importing import _source
from coopeval.cli.making import whole
from coopeval.cli.talking import answer, in_words, language, say
from coopeval.wording import N_

OUTCOMES = {
    "full": N_("{n} have all the comparators that were asked for."),
    "fewer": N_("{n} have fewer; quality/comparators.csv says which likeness would have to be given up for more."),
    "none": N_("{n} have none; quality/comparators.csv says which likeness would have to be given up."),
    "no_entry_date": N_("{n} have no day of entry, and nobody to compare with."),
    "ended_before_entry": N_("{n} ended before they entered, and are not compared."),
    "fact_missing": N_("{n} lack a fact that comparators must share; quality/comparators.csv says which."),
}


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
    made = whole(lambda: mapped.table(source, by))
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
    from coopeval import tables
    from coopeval.importers import comparators_delivery, landing
    from coopeval.importers.comparators_criteria import Criteria
    from coopeval.runs import from_root

    place = from_root(out)
    landing.must_be_free(place)
    criteria = Criteria(born, form, sector, where, reuse, relax)
    how = {"ratio": ratio, "seed": seed, "criteria": criteria, "instead": instead}
    delivery = whole(lambda: tables.read(from_root(data)))
    people = whole(lambda: comparators_delivery.register_in(from_root(register)))
    made = comparators_delivery.drawn(delivery, people, **how)
    counts = {"cases": made.about["n_cases"], "n": made.about["n_drawn"], "asked": made.about["n_asked"]}
    msgid = N_(
        "Enterprises of the programme: {cases}, {without} of them without any comparator. Comparators drawn: {n}, "
        "{short} fewer than the {asked} asked for."
    )
    without = made.about["n_cases_without_comparators"]
    say(msgid, **counts, without=without, short=counts["asked"] - counts["n"])
    for outcome, n in made.about["outcomes"].items():
        say(OUTCOMES[outcome], n=n)
    answer(comparators_delivery.write_drawn(made, place, from_root(data)))


def _say_faults(faults) -> None:
    from coopeval import tables

    if len(faults):
        print(tables.report(faults, language()).rstrip("\n"), file=sys.stderr)
