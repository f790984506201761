"""In which order extracts may come: each update follows the extract before it, by number and by day."""

from __future__ import annotations

from collections.abc import Sequence

from coopeval.errors import Fault
from coopeval.importers.kbo.layout import FULL, UPDATE
from coopeval.importers.kbo.meta import Meta


def faults(known: Sequence[Meta], coming: Sequence[tuple[str, Meta]]) -> list[Fault]:
    """What is wrong with the order of the extracts that come, after those that a store holds; all of it at once.

    Parameters
    ----------
    known
        Extracts of the store, in their order.
    coming
        Name and meta of each extract, in the order given.
    """
    found, before = [], list(known)
    right = ", ".join(name for name, _ in sorted(coming, key=lambda one: (one[1].number, one[1].kind == UPDATE)))
    for at, (name, meta) in enumerate(coming):
        last = before[-1] if before else None
        values = {"kind": meta.kind, "number": meta.number, "shows": meta.shows, "order": right}
        if last is not None:
            values |= {"last": last.number, "last_shows": last.shows, "due": last.number + 1}
        if code := _code(meta, before, last, is_first_of_store=not known and at == 1):
            found.append(Fault(code, file=name, values=values))
            if code in ("E-KBO-30", "E-KBO-31"):
                continue  # it would not be applied: what comes after is held against what came before it
        before.append(meta)
    if len({meta.is_synthetic for meta in before}) > 1:
        found += [Fault("E-KBO-35", file=name) for name, _ in coming]
    return found


def _code(meta: Meta, before: Sequence[Meta], last: Meta | None, is_first_of_store: bool) -> str:
    if last is None:
        return ""
    if (meta.number, meta.kind) in {(one.number, one.kind) for one in before}:
        return "E-KBO-30"  # once more
    if meta.number <= last.number:
        return "E-KBO-31"  # older than what is there
    if meta.shows < last.shows:
        return "E-KBO-32"  # a later number of an earlier day
    if meta.kind == UPDATE and meta.number != last.number + 1:
        return "E-KBO-33"  # something between them is missing
    if meta.kind == FULL and last.kind == UPDATE and is_first_of_store:
        return "E-KBO-34"  # the full extract holds what the update before it changed
    return ""
