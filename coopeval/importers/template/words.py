"""What a template says to whoever fills it in: on its first sheet, and in the note of each heading."""

from __future__ import annotations

from coopeval.schema import Column, Table
from coopeval.schema.examples import MARK
from coopeval.wording import LANGUAGES, N_, translate

NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}
STEPS = (
    N_("Each sheet is one table. Three are required: structures, projects, enterprises. The others open chapters."),
    N_("Leave the names of sheets and headings as they are. A note at each heading says what belongs under it."),
    N_("The row marked {mark} shows how a row is filled in. It is not read as data; you may take it out."),
    N_("Codes come from the menu of the cell; the sheet lists has them all. A code without its label is read too."),
    N_("Type dates as dates and numbers as numbers. Keys and numbers of enterprises are text, so first zeros stay."),
    N_("An empty cell means not asked; unknown, a code of every list, means asked and not known."),
    N_("Paste values, never formulas, and do not merge cells. Hidden rows and sheets are read as well."),
    N_("No names, addresses or national numbers of persons: pseudonyms take their place."),
    N_("The sheet about tells the name of the delivery, whether it was made up, and the last day it describes."),
    N_("Then coopeval check names every fault with its sheet, cell and remedy, and coopeval run makes the report."),
)
REQUIRED, OPTIONAL = N_("Required."), N_("Optional.")
FOR = N_("Asked for by: {use}.")
ABOUT = {
    "name": N_("A name for the delivery, for instance coopcity-2026s1."),
    "synthetic": N_("true where the data were made up; false or empty means real data."),
    "delivered_on": N_("The last day the tables describe, for instance 2026-06-30."),
}
UNIT = N_("Unit: {unit}.")
UNITS = (N_("hours"), N_("persons"), N_("score"), N_("year"), N_("full-time equivalents"), N_("EUR per hour"),
         N_("see column unit"))  # fmt: skip
MAY, MUST = N_("May stay empty."), N_("May not stay empty.")
FORMS = {
    "day": N_("A date in a cell for dates, or text such as 2026-06-30."),
    "code": N_("Choose from the menu (list {list})."),
    "number": N_("A number, without currency and without a sign for thousands."),
    "integer": N_("A whole number."),
    "boolean": N_("true or false."),
    "enterprise_number": N_("Ten digits as text, the first zero included."),
    "postcode": N_("Four digits."),
    "nace": N_("Two to five digits as text, without points."),
    "country": N_("Two capitals, such as BE."),
    "period": N_("Such as 2026S1, 2025 or 2022-2026."),
}
KEY, OTHER_KEY = N_("Each row has its own."), N_("A key of the sheet {table}.")
WRONG = N_("This is not in the form or the list of this column. The note at the heading says what belongs here.")


def in_words(msgid: str, lang: str, **values: object) -> str:
    """A sentence in a language, its placeholders filled."""
    return translate(msgid, lang).format(**values)


def table_line(table: Table, lang: str) -> str:
    """Whether a table is required, what it holds and what it is asked for."""
    use = in_words(FOR, lang, use=translate(table.asked_for, lang))
    return f"{translate(table.title, lang)}. {translate(REQUIRED if table.required else OPTIONAL, lang)} {use}"


def note(table: Table, column: Column) -> str:
    """The note of a heading in three languages; that of the first heading tells of the table too.

    >>> from coopeval.schema import TABLES
    >>> jobs = TABLES["jobs"]
    >>> print(note(jobs, jobs.columns["ended_on"]).split("EN: ")[1])
    Last day of the job; empty while it goes on. A date in a cell for dates, or text such as 2026-06-30.
    May stay empty.
    """
    first = column.name == next(iter(table.columns))
    said = {lang: _told(table, column, lang) for lang in LANGUAGES}
    return "\n\n".join(
        f"{lang.upper()}: " + (f"{table.name} — {table_line(table, lang)}\n" if first else "") + said[lang]
        for lang in LANGUAGES
    )


def _told(table: Table, column: Column, lang: str) -> str:
    meaning = translate(column.meaning, lang)
    said = [f"{meaning[0].upper()}{meaning[1:]}."]
    if column.unit and column.kind != "day":
        said.append(in_words(UNIT, lang, unit=translate(column.unit, lang)))
    form = FORMS.get(column.form or column.kind)
    if form:
        said.append(in_words(form, lang, list=column.codes))
    if column.references:
        said.append(in_words(OTHER_KEY, lang, table=column.references))
    elif table.key == (column.name,):
        said.append(translate(KEY, lang))
    return " ".join([*said, translate(MAY if column.optional else MUST, lang)])


def guide() -> list[tuple[str, ...]]:
    """The rows of the first sheet: what stands in it, in each of the three languages."""
    from coopeval.schema import TABLES

    steps = [(str(at), *(in_words(step, lang, mark=MARK) for lang in LANGUAGES)) for at, step in enumerate(STEPS, 1)]
    tables = [(table.name, *(table_line(table, lang) for lang in LANGUAGES)) for table in TABLES.values()]
    return [("", *(NAMES[lang] for lang in LANGUAGES)), *steps, *tables]


def about_note(name: str) -> str:
    """The note beside one of the three things a delivery says about itself."""
    return "\n\n".join(f"{lang.upper()}: {translate(ABOUT[name], lang)}" for lang in LANGUAGES)
