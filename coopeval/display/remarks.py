"""What stands under a table: legend of the marks, what the figures are, and what sets limits to them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from coopeval import wording
from coopeval.display.cells import text, visible
from coopeval.wording import N_
from coopeval.wording.typography import listed

SYNTHETIC = N_("synthetic data")
INTERNAL = N_("INTERNAL: exact figures, not for publication")
WITHHELD = N_("withheld")
WITHHELD_MEANS = N_("{mark}: too few units stand behind the figure. It is not a zero.")
EMPTY_MEANS = N_("{mark}: no figure, because it is not known, cannot be estimated or does not apply. It is not a zero.")
FACTS = (
    ("estimand", N_("Shown: {estimand}.")),
    ("population", N_("Who: {population}.")),
    ("numerator", N_("Counted: {numerator}.")),
    ("denominator", N_("Out of: {denominator}.")),
)
METHOD = N_("Method: {method}.")
INTERVAL = N_("{level} interval, {interval}.")
BOUNDS = N_("Limits: the lowest and the highest value that are possible, whatever became of those not known.")
CLOCKS = {
    "age": N_("Time is counted from the birth of the enterprise."),
    "entry": N_("Time is counted from entry into the programme."),
    "base": N_("Time is counted from the end of N, the first 31 December in existence and in the programme."),
    "position": N_("Time is counted from the first day of the position."),
}
AS_OF = N_("As of {day}.")
TOLD_BY_THE_TABLE = {"", "share", "count", "sum", "bounds", "rate"}  # methods that need no word of their own
METHODS = (
    N_("as published"),
    N_("Kaplan-Meier"),
    N_("Kaplan-Meier, weighted, robust errors"),
    N_("Kaplan-Meier, plain and weighted for loss"),
    N_("difference of Kaplan-Meier"),
    N_("median of Kaplan-Meier"),
    N_("restricted mean survival time"),
    N_("Turnbull on a six-month grid"),
    N_("product over six-month steps"),
    N_("Aalen-Johansen"),
    N_("log-rank"),
    N_("log-rank, Holm"),
    N_("one-sample log-rank"),
    N_("Kaplan-Meier, errors by enterprise"),
    N_("Davis-Haltiwanger-Schuh"),
    N_("job-years"),
    N_("Poisson GEE, errors by enterprise"),
    N_("ratio of sums"),
    N_("mean over clusters, CR2"),
    N_("Fisher exact"),
    N_("Fisher exact, Holm"),
    N_("Fisher exact, Benjamini-Hochberg"),
    N_("Hodges-Lehmann"),
    N_("logistic score"),
    N_("entropy balancing"),
    N_("stacked estimating equations"),
    N_("stacked estimating equations by cluster"),
    N_("local linear, triangular"),
    N_("standardised differences"),
    N_("effective sample size"),
    N_("increments"),
    N_("gross to net"),
    N_("break-even"),
    N_("discounted"),
    N_("ratio of means"),
    N_("net-benefit regression"),
    N_("one input at a time"),
    N_("two inputs at a time"),
    N_("as reported"),
    N_("Cox, Efron ties"),
    N_("Cox, Efron ties, errors CR2"),
    N_("Cox, Efron ties, robust errors"),
    N_("Cox, Efron ties, Firth penalty"),
    N_("within strata"),
    N_("weighted"),
    N_("fewer than 5 events per coefficient"),
    N_("5 to 9 events per coefficient"),
    N_("10 or more events per coefficient"),
    N_("proportional hazards, score test"),
    N_("random effects on logits, REML"),
    N_("direct standardisation"),
    N_("indirect standardisation"),
)
COUNTED = (  # parts of a method that say a number
    (re.compile(r"permutation, all (?P<n>\d+)"), N_("permutation, all {n}")),
    (
        re.compile(r"permutation, (?P<draws>\d+) draws, seed (?P<seed>\d+)"),
        N_("permutation, {draws} draws, seed {seed}"),
    ),
    (
        re.compile(r"bootstrap of (?P<n>\d+) clusters, (?P<draws>\d+) replicates, seed (?P<seed>\d+)"),
        N_("bootstrap of {n} clusters, {draws} replicates, seed {seed}"),
    ),
    (
        re.compile(r"rescaled bootstrap of (?P<n>\d+) clusters, (?P<draws>\d+) replicates, seed (?P<seed>\d+)"),
        N_("rescaled bootstrap of {n} clusters, {draws} replicates, seed {seed}"),
    ),
)
EXCEPTION = N_(
    "By way of exception to rule {rule} of disclosure, “{group}” is shown: decided by {person}, until {until}. "
    "Reason: {reason}"
)
INTERVALS = {
    "Student's t": N_("Student's t"),
    "exact Poisson": N_("exact (Poisson)"),
    "normal": N_("normal approximation"),
    "percentile": N_("percentiles of the draws"),
    "profile likelihood": N_("profile likelihood"),
}  # the others are names


def legend(any_withheld: bool, any_empty: bool, lang: str) -> tuple[str, ...]:
    """What the marks in the cells mean, for those that are used."""
    marks = [(WITHHELD_MEANS, wording.translate(WITHHELD, lang))] if any_withheld else []
    marks += [(EMPTY_MEANS, wording.EMPTY)] if any_empty else []
    return tuple(wording.translate(msgid, lang).format(mark=mark) for msgid, mark in marks)


def facts(about: Mapping, lang: str) -> tuple[str, ...]:
    """What the figures are, one short sentence each."""
    said = []
    for key, msgid in FACTS:
        if about[key]:
            told = visible(wording.translate(str(about[key]), lang)).removesuffix(".")
            said.append(wording.translate(msgid, lang).format(**{key: told}))
    if about["method"] not in TOLD_BY_THE_TABLE:
        said.append(wording.translate(METHOD, lang).format(method=_method(str(about["method"]), lang)))
    said += _limits(about, lang)
    if about["clock"] in CLOCKS:
        said.append(wording.translate(CLOCKS[about["clock"]], lang))
    if about["as_of"]:
        said.append(wording.translate(AS_OF, lang).format(day=wording.day(about["as_of"], lang)))
    return tuple(said)


def _method(name: str, lang: str) -> str:
    """Each part of a method in the language, its numbers as they are."""
    parts = []
    for part in name.split("; "):
        told = [(msgid, found) for pattern, msgid in COUNTED if (found := pattern.fullmatch(part))]
        parts.append(
            wording.translate(told[0][0], lang).format(**told[0][1].groupdict())
            if told
            else wording.translate(part, lang)
        )
    return visible(listed(parts, lang))


def _limits(about: Mapping, lang: str) -> list[str]:
    interval = str(about["interval"])
    if about["method"] == "bounds":
        return [wording.translate(BOUNDS, lang)]
    if not interval:
        return []
    level = wording.number(about["level"], "share", lang, 0 if round(about["level"] * 100, 6) % 1 == 0 else 1)
    named = visible(wording.translate(INTERVALS.get(interval, interval), lang))
    return [wording.translate(INTERVAL, lang).format(level=level, interval=named)]


def warnings(about: Mapping, lang: str) -> tuple[str, ...]:
    """What sets limits to the figures, and what somebody decided about them."""
    said = [visible(wording.translate(str(warning), lang)) for warning in about["warnings"]]
    return (*said, *(_decided(one, about, lang) for one in about.get("exceptions", ())))


def _decided(one: Mapping, about: Mapping, lang: str) -> str:
    """An exception to a rule of disclosure: which row, which rule, who, until when, why."""
    values = {word: visible(one[word]) for word in ("rule", "person", "reason")}
    until, group = wording.day(one["until"], lang), text(one["group"], "group", about, lang)
    return wording.translate(EXCEPTION, lang).format(**values, until=until, group=group)


def marks(about: Mapping, audience: str, lang: str) -> tuple[tuple[str, str], ...]:
    """Marks of the whole table, each with the class of its looks."""
    found = [("synthetic", SYNTHETIC)] if about["is_synthetic"] else []
    found += [("internal", INTERNAL)] if audience == "internal" else []
    return tuple((looks, wording.translate(msgid, lang)) for looks, msgid in found)
