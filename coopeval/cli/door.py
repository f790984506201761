"""The commands. Each imports what it needs when it is called, so that asking for help is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coopeval.cli import SIGNING_KEY, delivering, importing, kbo, registering, working  # noqa: F401 - they register commands
from coopeval.cli.delivering import DATA_HELP, Lang
from coopeval.cli.gridding import end_with_whoever_asked, is_grid, make_grid
from coopeval.cli.making import make_report, spoken
from coopeval.cli.talking import answer, guarded, in_words, say
from coopeval.wording import N_

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=in_words(N_("Evaluates a programme that supports social and co-operative enterprises, semester by semester.")),
)
app.add_typer(importing.door, name="import")
OUT_HELP = in_words(N_("Where reports stand; a relative path starts at the project root."))
ALL_LANGUAGES = "nl,fr,en"
CHECKING = N_("Checking: {check}")
Data = Annotated[Path, typer.Option(help=DATA_HELP)]
Out = Annotated[Path, typer.Option(help=OUT_HELP)]
Languages = Annotated[str, typer.Option(help=in_words(N_("Languages, with commas.")))]
Audience = Annotated[str, typer.Option(help=in_words(N_("public, or internal: exact, private, no site.")))]
Jobs = Annotated[int | None, typer.Option(help=in_words(N_("Notebooks side by side.")))]
Only = Annotated[str | None, typer.Option(help=in_words(N_("These notebooks alone, with commas.")))]
First = Annotated[str | None, typer.Option("--from", help=in_words(N_("This notebook and all after it.")))]
TimeLimit = Annotated[float | None, typer.Option(help=in_words(N_("Seconds a notebook may take; 1800 if left out.")))]
MemoryLimit = Annotated[int | None, typer.Option(help=in_words(N_("Megabytes a notebook may take; 8192 if left out.")))]
Revise = Annotated[str | None, typer.Option(help=in_words(N_("Why a published period is made again.")))]
Sign = Annotated[
    Path | None,
    typer.Option(envvar=SIGNING_KEY, help=in_words(N_("An ssh key outside the repository, to sign with."))),
]


def _command(summary: str, example: str):
    """Register a command with its summary and an example of its use."""
    text = f"{in_words(summary)}\n\n{in_words(N_('Example:'))} {example}"
    return lambda function: app.command(help=text)(guarded(function))


for command, what, example in delivering.COMMANDS:
    _command(what, example)(command)


@_command(
    N_("Make the report of a semester; the last line is its place."),
    "coopeval run --data data/demo --semester 2026S1",
)
def run(  # noqa: PLR0913 - a command has the options its user needs
    data: Data,
    semester: Annotated[str, typer.Option(help=in_words(N_("Semester, such as 2026S1; or several: 2024S1..2026S1.")))],
    lang: Languages = ALL_LANGUAGES,
    out: Out = Path("reports"),
    audience: Audience = "public",
    structure: Annotated[str, typer.Option(help=in_words(N_("Another structure to evaluate; or all.")))] = "",
    jobs: Jobs = None,
    only: Only = None,
    first: First = None,
    time_limit: TimeLimit = None,
    memory_limit: MemoryLimit = None,
    scheduler: Annotated[str | None, typer.Option(help=in_words(N_("Dask scheduler that makes the reports.")))] = None,
    revise: Revise = None,
    sign: Sign = None,
) -> None:
    said = {"lang": lang, "out": out, "audience": audience, "jobs": jobs, "only": only, "revise": revise, "sign": sign}
    said |= {"first": first, "time_limit": time_limit, "memory_limit": memory_limit}
    if is_grid(semester, structure, scheduler):
        make_grid(data, semester, structure, scheduler, **said)
    else:
        make_report("run", data, semester, structure=structure, **said)


@_command(
    N_("Make the annual report: the second semester of a year, and the pages of the year; the last line is its place."),
    "coopeval annual --data data/demo --year 2025",
)
def annual(  # noqa: PLR0913 - the same options as run
    data: Data,
    year: Annotated[str, typer.Option(help=in_words(N_("Year under review, such as 2025.")))],
    lang: Languages = ALL_LANGUAGES,
    out: Out = Path("reports"),
    audience: Audience = "public",
    jobs: Jobs = None,
    only: Only = None,
    first: First = None,
    time_limit: TimeLimit = None,
    memory_limit: MemoryLimit = None,
    revise: Revise = None,
    sign: Sign = None,
    pdf: Annotated[bool, typer.Option("--pdf", help=in_words(N_("The annual report as a tagged PDF too.")))] = False,
) -> None:
    said = {"lang": lang, "out": out, "audience": audience, "jobs": jobs, "only": only, "revise": revise, "sign": sign}
    said |= {"first": first, "time_limit": time_limit, "memory_limit": memory_limit}
    make_report("annual", data, year, pdf=pdf, **said)


@_command(
    N_("Say what changed between two periods that were run: new facts, revisions of old ones, changes of method."),
    "coopeval compare 2025S2 2026S1",
)
def compare(
    before: Annotated[str, typer.Argument(help=in_words(N_("The earlier period, such as 2025S2.")))],
    after: Annotated[str, typer.Argument(help=in_words(N_("The later period, such as 2026S1.")))],
    out: Out = Path("reports"),
    lang: Lang = None,
) -> None:
    from coopeval import runs, site

    asked = spoken(lang)
    place = runs.from_root(out)
    say(N_("Comparing the two deliveries; each indicator is computed three times."))
    made = runs.compare(place, before, after)
    told = site.comparison(made, asked)
    answer(told)
    answer("")
    answer(runs.keep(made, place, told.html, site.style()))


@_command(
    N_("Say what an indicator means, how it is made, and what a report says of it."),
    "coopeval explain survival_36_months --semester 2026S1",
)
def explain(
    indicator: Annotated[
        str, typer.Argument(help=in_words(N_("Its id, as in docs/indicators.md; or the name of a released table.")))
    ],
    semester: Annotated[
        str | None, typer.Option(help=in_words(N_("Whose report is asked; the latest if left out.")))
    ] = None,
    out: Out = Path("reports"),
    lang: Lang = None,
) -> None:
    from coopeval import runs

    facts = runs.explain(indicator, runs.from_root(out), semester, spoken(lang))
    width = max(len(word) for word, _ in facts)
    for word, fact in facts:
        answer(f"{word:<{width}}  {fact}")


@_command(
    N_("Say what the ledger of releases holds; with rebuild, make it again from the reports that stand there."),
    "coopeval ledger rebuild",
)
def ledger(
    action: Annotated[str, typer.Argument(help=in_words(N_("show, or rebuild.")))] = "show",
    out: Out = Path("reports"),
) -> None:
    from coopeval import runs
    from coopeval.runs.parameters import one_of

    one_of("action", action, ("show", "rebuild"))
    kept = runs.Ledger(runs.from_root(out))
    if action == "rebuild":
        kept.rebuild()
        say(N_("What stood in the ledger before is kept beside it, in {file}."), file="ledger-before.csv")
    for edition in kept.held().itertuples():
        counts = {"tables": edition.n_tables, "rows": edition.n_rows, "withheld": edition.n_withheld}
        said = in_words(N_("{tables} tables, {rows} rows, {withheld} of them withheld"), **counts)
        answer(f"{edition.period}  {edition.edition[:12]}  {edition.state}  {said}")


@_command(
    N_("Check a published report against its manifest and the disclosure rules; exit code 1 if anything differs."),
    "coopeval verify reports/2026S1 --data data/demo",
)
def verify(
    folder: Annotated[Path, typer.Argument(help=in_words(N_("Folder of a published period, such as reports/2026S1.")))],
    data: Annotated[Path | None, typer.Option(help=in_words(N_("The delivery it was made from.")))] = None,
    signers: Annotated[Path | None, typer.Option(help=in_words(N_("File of the ssh keys you trust.")))] = None,
    lang: Lang = None,
) -> None:
    from coopeval import runs

    asked, source = spoken(lang), runs.from_root(data) if data is not None else None
    with runs.workers(make=False) as by:
        told = lambda check: say(CHECKING, check=in_words(check))  # noqa: E731 - what is told has no name of its own
        found = runs.verify(runs.from_root(folder), source, signers, told, by)
    answer("\n".join(found.lines(asked)))
    if not found.is_fine:
        raise typer.Exit(1)


@_command(
    N_("Say which reports stand; with data and a semester, what a run would do with each notebook and why."),
    "coopeval status --data data/demo --semester 2026S1",
)
def status(
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
    semester: Annotated[str | None, typer.Option(help=in_words(N_("Semester or year of the run.")))] = None,
    out: Out = Path("reports"),
    structure: Annotated[str, typer.Option(help=in_words(N_("Another structure to evaluate.")))] = "",
    lang: Languages = ALL_LANGUAGES,
) -> None:
    from coopeval.cli.status import tell_status

    tell_status(data, semester, out, structure, lang)


@_command(N_("Show a finished site on this machine."), "coopeval serve 2026S1 --port 8000")
def serve(
    period: Annotated[str | None, typer.Argument(help=in_words(N_("Which one; the latest if left out.")))] = None,
    port: Annotated[int, typer.Option(help=in_words(N_("Port to listen on; 0 takes any free one.")))] = 8000,
    out: Out = Path("reports"),
) -> None:
    from coopeval.cli.serving import HOST, server, site_of
    from coopeval.runs import from_root

    with server(site_of(from_root(out), period), port) as running:
        answer(f"http://{HOST}:{running.server_address[1]}/")
        say(N_("Press Ctrl-C to stop."))
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            say(N_("Stopped."))


for command, summary, example in working.COMMANDS:
    _command(summary, example)(command)


def main() -> None:
    """The `coopeval` command."""
    end_with_whoever_asked()
    app(prog_name="coopeval")
