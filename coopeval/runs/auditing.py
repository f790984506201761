"""The audit of a run: what all that is published, old and new together, would give away is hidden, or stops the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
import pandas as pd

from coopeval import provenance
from coopeval.errors import DisclosureError, refusal
from coopeval.provenance.ledger import Edition
from coopeval.runs.deciding import TOGETHER
from coopeval.runs.remembered import Memory
from coopeval.wording import N_

MOST_TOLD = 5
STOPS_MADE_UP = False  # made-up data protect nobody: what follows from them is told, and the pages carry their mark


def auditor():
    """The area of the auditor: loaded when it is needed, for it brings every rule and a solver along."""
    from coopeval import audit

    return audit


def protect(folder: Path, notebooks: Path, request, say: Callable[..., None]) -> dict[str, pd.DataFrame]:
    """The released tables of a finished folder once what the others would give away is hidden, also in its files.

    Parameters
    ----------
    folder
        With results/, the public tables as the gate released them one by one.
    notebooks
        The executed notebooks; what they show is named by the digests of the tables, so these follow.
    request
        The checked request: `memory`, what was published before, and `decisions`, which cells may follow all the same.

    Raises
    ------
    DisclosureError
        A cell that nothing hidden in this period would protect.
    """
    tables, audit, memory = provenance.released(folder / "results"), auditor(), request.memory
    if not tables:
        return tables
    say(N_("Looking at all tables together, and at those published before."))
    try:
        safe, hidden = audit.protect(_published(audit, memory, tables), _before(audit, memory, earlier=True))
    except DisclosureError as error:
        if not (memory.edition.is_synthetic or request.decisions.let_past(TOGETHER)):
            raise
        say(error.msgid, **error.values)  # whether it may stand all the same is decided by `hold`
        return tables
    changed = {name: table for name, table in safe.items() if table.attrs["released"] != tables[name].attrs["released"]}
    if changed:
        say(N_("Rows withheld besides, because others would give them away: {n}."), n=len(hidden))
    new = {}
    for name, table in changed.items():
        provenance.rewrite(table, folder / "results")
        new[tables[name].attrs["released"]["sha256"]] = table.attrs["released"]["sha256"]
    if new:
        for path in sorted(notebooks.glob("*.ipynb")):
            name_anew(path, new)
    return {**tables, **safe}


def hold(tables: Mapping[str, pd.DataFrame], request, say: Callable[..., None]) -> None:
    """The audit before the switch: everything published, earlier and later, together.

    Raises
    ------
    DisclosureError
        A protected cell follows too exactly, and nobody decided that it may: what was published before stands.
    """
    audit, memory = auditor(), request.memory
    if not tables:
        return
    say(N_("Auditing what would be published, together with all that was."))
    unsafe = audit.findings(_published(audit, memory, tables), _before(audit, memory, earlier=False)).unsafe
    let_past = request.decisions.let_past(TOGETHER)
    left = [row for row in unsafe.to_dict("records") if (row["table"], str(row["group"])) not in let_past]
    if left and memory.edition.is_synthetic and not STOPS_MADE_UP:
        say(N_("Withheld figures that follow from others: {n}. Of real data nothing would be published."), n=len(left))
    elif left:
        msgid = N_(
            "The audit stopped the publication: {n} withheld figures follow from others, first {cells}. What was "
            "published before stands. Merge categories of that table or leave it out; or let a named person decide "
            "otherwise in settings.toml, see docs/publishing.md. With a handful of enterprises nearly every figure "
            "points at one of them: make pages for your own use instead, with --audience internal."
        )
        raise refusal(DisclosureError, msgid, n=len(left), cells="; ".join(map(_told, left[:MOST_TOLD])))


def _told(cell: Mapping) -> str:
    """A cell by its place; what could be derived is for the owner alone and is not repeated."""
    return f"{cell['period']} {cell['table']}, {cell['group']}: {cell['what']}"


def _published(audit, memory: Memory, tables: Mapping[str, pd.DataFrame]):
    return audit.Published(memory.edition.period, dict(tables), memory.edition.ends, memory.edition.structure)


def _before(audit, memory: Memory, earlier: bool) -> Sequence:
    """What readers have besides: each edition of each other period, the oldest first; `earlier`: no later periods."""
    return [
        audit.Published(period, tables, ends, structure)
        for (ends, period, structure, _), tables in memory.editions_of_others.items()
        if not earlier or _comes_earlier(ends, period, memory.edition)
    ]


def _comes_earlier(ends: str, period: str, now: Edition) -> bool:
    """Whether it ends before; a year comes after its second semester, which ends with it."""
    return ends < now.ends or ends == now.ends and (_is_year(period) <= _is_year(now.period))


def _is_year(period: str) -> bool:
    return len(period) == len("2025")


def name_anew(path: Path, digests: Mapping[str, str]) -> None:
    """Let an executed notebook name tables by other digests than those it was executed with."""
    text = before = path.read_text(encoding="utf-8")
    for old, new in digests.items():
        text = text.replace(old, new)
    if text != before:
        nbformat.write(nbformat.reads(text, as_version=4), path)
