"""What every page says of itself: who is in, what is withheld, how it is rounded, what changed, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coopeval import display, wording
from coopeval.disclosure.notices import NOTICES
from coopeval.uncertainty import about_of
from coopeval.wording import N_

STUDIED, ALL = "studied", "all"
OF_THE_REPORT = ("quality_studied_age",)  # for pages that study nobody themselves
MONITOR = "80_semester_monitor"
WITHHELD = N_("{n} rows of the tables of this page are withheld: too few units stand behind them.")
NOTHING_WITHHELD = N_("Nothing on this page is withheld.")
NO_CONTACT = N_("No contact was given in the settings; ask whoever sent you this report.")
REVISED = N_("This edition replaces an earlier one of the same period: {reason}")
FIRST = N_("No earlier edition stands beside this one to compare it with.")
COMPARED = N_("The edition before is that of {period}.")
UNCHANGED = N_("Nothing of this period was published before.")


def said(names: Sequence[str], context, chapters: Sequence[str]) -> dict[str, object]:
    """What the foot of a page tells, in the language of the page.

    Parameters
    ----------
    names
        Released tables of the page; of a page without any, those of the whole report.
    context
        The run, its tables, the language.
    chapters
        Names of the chapters that were made.
    """
    tables = [context.tables[name] for name in names]
    hidden = sum(int(table["hidden"].sum()) for table in tables if "hidden" in table)
    say, run = context.say, context.run
    return {
        "units": _units(tables, context),
        "withheld": say(WITHHELD, n=wording.number(hidden, "count", context.lang)) if hidden else say(NOTHING_WITHHELD),
        "rounding": [say(notice) for notice in _notices(tables)],
        "changed": _changed(run, say),
        "compared": f"{MONITOR}.html" if run.get("earlier") and MONITOR in chapters else "",
        "contact": contact(run, say),
    }


def source(context, name: str) -> list[tuple[str, str]]:
    """Where a table comes from, for the first sheet of its spreadsheet: what, said."""
    say, run, lang = context.say, context.run, context.lang
    return [
        (say(N_("Period")), run["period"]),
        (say(N_("Figures as of")), wording.day(run["as_of"], lang)),
        (say(N_("Last day the data describe")), wording.day(run["delivered_on"], lang)),
        (say(N_("Digest of the delivery")), run["data"]["sha256"]),
        (say(N_("Code")), f"{run['code']['version']}+{run['code']['sha256']}"),
        (say(N_("The same with codes")), f"data/{name}.csv"),
        (say(N_("Whom to ask")), contact(run, say)),
    ]


def contact(run: Mapping, say) -> str:
    """Whom to ask, as the settings name it."""
    given = (run.get("settings") or {}).get("contact") or {}
    parts = [str(part) for part in (given.values() if isinstance(given, Mapping) else [given]) if part]
    return " · ".join(parts) or say(NO_CONTACT)


def _units(tables: Sequence, context) -> list[str]:
    counted = [table for table in tables if _tells_who_is_in(table)]
    if not counted:
        counted = [context.tables[name] for name in OF_THE_REPORT if name in context.tables]
    return [display.counted(table, context.lang) for table in counted]


def _tells_who_is_in(table) -> bool:
    return about_of(table)["kind"] == "count" and "group" in table and {STUDIED, ALL} <= set(table["group"])


def _notices(tables: Sequence) -> list[str]:
    """The sentences of the gate about rounding, each once."""
    known = {notice for notices in NOTICES.values() for notice in notices}
    found = dict.fromkeys(warning for table in tables for warning in about_of(table)["warnings"])
    return [warning for warning in found if warning in known]


def _changed(run: Mapping, say) -> str:
    earlier = run.get("earlier") or {}
    since = say(COMPARED, period=earlier["period"]) if earlier.get("period") else ""
    if run.get("revised_because"):
        return f"{say(REVISED, reason=run['revised_because'])} {since}".strip()
    return f"{say(UNCHANGED)} {since}" if since else say(FIRST)
