"""Codes of official statistics in words: series by their dimensions, flags of figures, units."""

from __future__ import annotations

from coopeval import reference
from coopeval.wording.messages import N_, translate

JOINT, FLAGS, CODES = " · ", "observation_flags", "statistics_codes"
LISTS = {"joint_committee": "joint_committees", "worker_status": "worker_statuses", "gender": "genders"}
UNITS = {
    "share": N_("percent"), "enterprises": N_("enterprises"), "jobs": N_("jobs"), "persons": N_("persons"),
    "eur": N_("euro"), "plain": N_("as the source says"),
}  # fmt: skip


def series(said: str, lang: str) -> str:
    """A series, its dimensions written as `dimension=code`; a code that stands in no list is shown with its dimension.

    >>> series("indic=V97043 · geo=BE100 · leg_form=X", "en")
    'survival after 3 years · District of Brussels-Capital · leg_form X'
    """
    return JOINT.join(_code(one, lang) for one in said.split(JOINT))


def _code(said: str, lang: str) -> str:
    dimension, _, code = said.partition("=")
    known = reference.labels(CODES, lang)
    if said in known:
        return known[said]
    return reference.labels(LISTS[dimension], lang).get(code, code) if dimension in LISTS else f"{dimension} {code}"


def flags(said: str, lang: str) -> str:
    """Flags of a figure, or of a table, with their letters; one that stands in no list keeps its letter alone.

    >>> flags("b p", "en"), flags("q", "en")
    ('break in the series (b), provisional (p)', 'q')
    """
    known = reference.labels(FLAGS, lang)
    return ", ".join(_flag(one, known) for one in said.split())


def _flag(flag: str, known: dict[str, str]) -> str:
    if flag not in known:
        return flag
    return f"{known[flag]} ({flag})" if len(flag) == 1 else known[flag]


def units(said: str, lang: str) -> str:
    """The units of the figures of a table.

    >>> units("enterprises share", "en")
    'enterprises, percent'
    """
    return ", ".join(translate(UNITS[one], lang) for one in said.split())
