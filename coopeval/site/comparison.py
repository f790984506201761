"""What changed between two periods, told once: as plain text for the terminal and as an internal page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coopeval import display, wording
from coopeval.site.pages import page_of
from coopeval.wording import N_

LONGEST = 200  # revisions told; all of them stand in revisions.csv
CHANGES = {
    "changed": N_("said otherwise"), "added": N_("added"), "removed": N_("taken out"),
    "newly_delivered": N_("table delivered for the first time"), "not_delivered": N_("table no longer delivered"),
}  # fmt: skip
INTERNAL = N_("INTERNAL: names single rows. Not for publication, not to be passed on.")
SYNTHETIC = N_(
    "Synthetic data: made up to show the method. No figure made from them describes a real enterprise or programme."
)


@dataclass(frozen=True)
class Section:
    """One of the columns that are never mixed: sentences, and a table where there is something to list."""

    title: str
    sentences: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[str, ...] = ()  # headings of columns of numbers
    html: str = ""  # a table that is already laid out
    text: str = ""


@dataclass(frozen=True)
class Told:
    """A comparison in one language."""

    lang: str
    title: str
    marks: tuple[str, ...]
    sections: tuple[Section, ...]

    def __str__(self) -> str:
        """Aligned plain text."""
        blocks = ["\n".join([self.title, *self.marks])]
        for section in self.sections:
            lines = [section.title, "-" * len(section.title), *section.sentences, *_aligned(section)]
            blocks.append("\n".join([*lines, *([section.text] if section.text else [])]))
        return "\n\n".join(blocks)

    @property
    def html(self) -> str:
        """The page; every text in it is escaped."""
        return page_of("comparison.html", told=self)


def comparison(made, lang: str) -> Told:
    """A `runs.Comparison` in one language."""

    def say(msgid: str, **values: object) -> str:
        return wording.translate(msgid, lang).format(**values)

    names = {"before": made.before.period.name, "after": made.after.period.name}
    marks = (say(INTERNAL), *([say(SYNTHETIC)] if made.is_synthetic else []))
    sections = (_news(made, say, lang, names), _revisions(made, say, lang, names), _methods(made, say, names))
    title = say(N_("What changed from {before} to {after}"), **names)
    return Told(lang, title, marks, (*sections, _indicators(made, say, lang, names)))


def _news(made, say, lang: str, names: dict) -> Section:
    headings = (say(N_("Table")), say(N_("Rows")))
    rows = tuple((row.table, _count(row.n, lang)) for row in made.news.itertuples())
    none = () if rows else (say(N_("There are none.")),)
    sentence = say(N_("Rows dated after the end of {before}, or of whoever came into sight after it."), **names)
    return Section(say(N_("New facts")), (sentence, *none), headings if rows else (), rows, headings[1:])


def _revisions(made, say, lang: str, names: dict) -> Section:
    sentences = [
        say(N_("Facts up to the end of {before} that the delivery of {after} tells otherwise."), **names),
        say(N_("Rows revised: {n}."), n=_count(made.n_revisions, lang)),
    ]
    shown = made.revisions.head(LONGEST)
    if len(shown) < len(made.revisions):
        n = _count(len(shown), lang)
        sentences.append(say(N_("The first {n} lines follow; all of them stand in revisions.csv."), n=n))
    if "•" in set(shown["old"]) | set(shown["new"]):
        sentences.append(say(N_("•: tells something about a person, and is not repeated.")))
    for row in made.looked_closer.itertuples():
        msgid = N_("No fact, but somebody looked longer or closer: {table}, {column}, rows: {n}.")
        sentences.append(say(msgid, table=row.table, column=row.column, n=_count(row.n, lang)))
    headings = ("", N_("Table"), N_("Row"), N_("What"), N_("Column"), names["before"], names["after"])
    rows = tuple(
        (str(row.revision), row.table, row.key, say(CHANGES[row.change]), row.column, row.old, row.new)
        for row in shown.itertuples()
    )
    titles = tuple(say(heading) if heading else "" for heading in headings)
    return Section(say(N_("Revisions of old facts")), tuple(sentences), titles if rows else (), rows)


def _methods(made, say, names: dict) -> Section:
    said = [say(msgid) for msgid in made.methods]
    same = say(N_("Code, reference data and environment are the same as when {before} was made."), **names)
    return Section(say(N_("Changes of method")), tuple(said) or (same,))


def _indicators(made, say, lang: str, names: dict) -> Section:
    sentences = [
        say(
            N_(
                "The change from what was published of {before} to {after} is the sum of three: another method (the "
                "old delivery with today's code), old facts revised (the old period from the new delivery), new facts."
            ),
            **names,
        )
    ]
    if not made.is_published:
        msgid = N_("{before} shows no indicators, so what another method changed is not known.")
        sentences.append(say(msgid, **names))
    table = display.table(made.indicators, lang, caption=N_("Every indicator, and what changed it"))
    return Section(say(N_("The indicators")), tuple(sentences), html=table.html, text=str(table))


def _count(n: int, lang: str) -> str:
    return wording.number(n, "count", lang)


def _aligned(section: Section) -> list[str]:
    if not section.rows:
        return []
    lines: Sequence[Sequence[str]] = (section.headings, *section.rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    put = [str.rjust if heading in section.numbers else str.ljust for heading in section.headings]
    return ["  ".join(p(cell, w) for p, cell, w in zip(put, line, widths, strict=True)).rstrip() for line in lines]
