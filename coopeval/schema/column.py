"""What a column and a table say about themselves: type, meaning, unit, source, privacy, and how they behave in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

KINDS = ("text", "day", "code", "number", "integer", "boolean")
PRIVACY = ("personal", "internal", "public")


@dataclass(frozen=True)
class Column:
    """One column: what it means, in which unit, from whom, and what may stand in it."""

    kind: str
    meaning: str
    name: str = ""
    unit: str = ""
    source: str = "programme"
    privacy: str = "internal"
    optional: bool = False
    codes: str = ""  # name of the code list, for kind "code"
    also: tuple[str, ...] = ()  # codes allowed besides the list, such as "all"
    references: str = ""  # table in which this key must exist
    low: float | None = None
    high: float | None = None
    form: str = ""  # a house form: "enterprise_number", "period"
    planned: bool = False  # a day that may lie after the delivery: it was known beforehand


@dataclass(frozen=True, eq=False)  # there is one of each: equal means the same
class Table:
    """One table: its columns, its key, and what must happen to it when it is seen as of an earlier day.

    `first_date`  columns of which the earliest filled one dates the row (a row dated later is not there yet);
    `year`        column with a year, dated by its 31 December;
    `tells`       later day -> what that day tells, with the value it takes when the day is still to come;
    `cut_at`      days that say how far somebody has looked: never later than the day of looking;
    `looked`      days that say how closely somebody looked, not what happened; `in_sight` is the one before which
                  nothing of the row was looked at;
    `settles`     true once something that was only planned has happened: from false to true is no correction;
    `span`        first and last day covered; `pro_rata` are its amounts, spread evenly over its days;
    `orders`      pairs of days of which the first may not lie after the second;
    `one_of`      exactly one of these columns is filled;
    `within`      the key of something that ends: a row dated after its end is odd, and said;
    `subject`     a column with the kind of a subject, the column with its key, and the table for each kind.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    required: bool = False
    asked_for: str = ""
    first_date: tuple[str, ...] = ()
    year: str = ""
    tells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cut_at: tuple[str, ...] = ()
    looked: tuple[str, ...] = ()
    in_sight: str = ""
    settles: str = ""
    span: tuple[str, str] | tuple[()] = ()
    pro_rata: tuple[str, ...] = ()
    orders: tuple[tuple[str, str], ...] = ()
    one_of: tuple[str, ...] = ()
    subject: tuple[str, str, Mapping[str, str]] | tuple[()] = ()
    within: str = ""

    @property
    def days(self) -> tuple[str, ...]:
        """Columns that hold a day."""
        return tuple(name for name, column in self.columns.items() if column.kind == "day")

    @property
    def references(self) -> dict[str, str]:
        """Column -> the table in which its key must exist."""
        return {name: column.references for name, column in self.columns.items() if column.references}


def table(name: str, title: str, key: list[str], columns: Mapping[str, Column], **about) -> Table:
    """A table, its columns told their own names.

    >>> table("notes", "Notes", ["note_id"], {"note_id": text("our key")}).columns["note_id"].name
    'note_id'
    """
    named = {column: replace(of, name=column) for column, of in columns.items()}
    return Table(name, title, tuple(key), named, **about)


def text(meaning: str, **about) -> Column:
    """A column of free text or keys."""
    return Column("text", meaning, **about)


def day(meaning: str, **about) -> Column:
    """A column of days, written 2023-12-31."""
    return Column("day", meaning, unit="day", **about)


def code(codes: str, meaning: str, **about) -> Column:
    """A column of codes of one closed list in data/reference/codelists."""
    return Column("code", meaning, codes=codes, **about)


def number(meaning: str, unit: str, low: float | None = 0, **about) -> Column:
    """A column of numbers with decimals; not negative unless `low` says otherwise."""
    return Column("number", meaning, unit=unit, low=low, **about)


def integer(meaning: str, unit: str, low: float | None = 0, **about) -> Column:
    """A column of whole numbers."""
    return Column("integer", meaning, unit=unit, low=low, **about)


def boolean(meaning: str, **about) -> Column:
    """A column of true or false."""
    return Column("boolean", meaning, **about)
