"""Where the figures of a released table come from: what they are, of whom, made by which chapter from which tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coopeval import wording
from coopeval.display import remarks
from coopeval.uncertainty import about_of
from coopeval.wording import N_

PRIVACY = {
    "published": N_("published: made from published figures alone"),
    "register": N_("register: made from what stands in the public register"),
    "confidential": N_("confidential: shown only as far as the disclosure rules let it through"),
}
UNITS = {
    "share": N_("share of a group"), "months": N_("months"), "projects": N_("projects"),
    "enterprises": N_("enterprises"), "jobs": N_("jobs"), "persons": N_("persons"), "rows": N_("rows of the delivery"),
    "fte": N_("full-time equivalents"), "hours": N_("hours"), "eur": N_("euros"), "ratio": N_("ratio"),
    "test": N_("result of a test"), "events": N_("events"), "plain": N_("as the row says"),
}  # fmt: skip
Facts = list[tuple[str, str]]


def table_facts(name: str, table: pd.DataFrame, record: Mapping, lang: str) -> Facts:
    """Everything that leads from a figure of a released table back to its sources.

    Parameters
    ----------
    name
        Of the released table, as in plan.toml.
    table
        As it was released.
    record
        The run.json of the report.

    Returns
    -------
    Pairs of words and fact, in one language; what does not apply is left out.
    """
    about, maker = about_of(table), _maker(name, record)

    def say(msgid: str, **values: object) -> str:
        return wording.translate(msgid, lang).format(**values)

    hidden = int(table["hidden"].sum()) if "hidden" in table else 0
    rows = say(N_("{n}, of which {hidden} withheld"), n=_count(len(table), lang), hidden=_count(hidden, lang))
    facts = [
        (say(N_("Released table")), name),
        (say(N_("What the figures are")), " ".join(remarks.facts(about, lang))),
        (say(N_("What sets limits to them")), " ".join(remarks.warnings(about, lang))),
        (say(N_("Unit")), say(UNITS[about["unit"]])),
        (say(N_("Privacy")), say(PRIVACY[about["privacy"]])),
        (say(N_("Rows")), rows),
        (say(N_("Chapter that makes it")), maker.get("name", "")),
        (say(N_("Questions of the council")), ", ".join(maker.get("answers", ()))),
        (say(N_("Tables and results it is made from")), ", ".join(maker.get("needs", ()))),
        (say(N_("Delivery")), record["data"]["sha256"]),
        (say(N_("Code")), f"{record['code']['version']}+{record['code']['sha256']}"),
        (say(N_("Digest of its content")), table.attrs["released"]["sha256"]),
        (say(N_("How to check it")), say(HOW, name=name, period=record["period"])),
    ]
    return [(word, fact) for word, fact in facts if fact]


HOW = N_(
    "coopeval verify reports/{period} checks the whole report; by hand, sha256sum results/{name}.csv must give the "
    "digest that manifest.json names."
)


def _maker(name: str, record: Mapping) -> Mapping:
    """The notebook that handed the table over."""
    return next((one for one in record["notebooks"] if name in one.get("makes", {})), {})


def _count(n: int, lang: str) -> str:
    return wording.number(n, "count", lang)
