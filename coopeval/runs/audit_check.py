"""The check that works the disclosure rules out again from everything published, here and in the periods beside it."""

from __future__ import annotations

from pathlib import Path

from coopeval import provenance
from coopeval.errors import CoopevalError, DisclosureError
from coopeval.runs.auditing import TOGETHER, auditor
from coopeval.runs.checks import Published
from coopeval.runs.findings import Check, Finding
from coopeval.runs.recording import read_record
from coopeval.wording import N_


def disclosure(it: Published) -> Check:
    """What the auditor can derive from everything published; rows that somebody answers for by name may stand."""
    if it.is_audited:
        return Check("disclosure", left_out=N_("left out: just done"))
    audit = auditor()
    if audit is None:
        return Check("disclosure", left_out=N_("left out: the auditor does not stand yet"))
    try:
        own, others = _audited(it.folder, audit), [_audited(folder, audit) for folder in it.earlier]
    except (CoopevalError, ValueError, KeyError):
        return Check("disclosure", left_out=N_("left out: a table is not what was released, see above"))
    try:
        cells = audit.findings(own, others)
    except DisclosureError as error:
        contradicting = str(getattr(error, "values", {}).get("tables", "") or error)
        return Check("disclosure", 1, (Finding("V-DISC-02", "results", contradicting),))
    decided = (it.record.get("settings") or {}).get("exceptions", ())
    allowed = {(one["table"], one["group"]) for one in decided if one["rule"] in TOGETHER}
    found = [
        Finding("V-DISC-01", _file(cell, own.period), str(cell["group"]), found=str(cell["what"]))
        for cell in cells.unsafe.to_dict("records")
        if (cell["table"], str(cell["group"])) not in allowed
    ]
    return Check("disclosure", len(cells.cells), tuple(found))


def _file(cell: dict, period: str) -> str:
    elsewhere = "" if cell["period"] == period else f"../{cell['period']}/"
    return f"{elsewhere}results/{cell['table']}.csv"


def _audited(folder: Path, audit):
    record = read_record(folder) or {}
    tables = provenance.released(folder / "results")
    return audit.Published(record.get("period", folder.name), tables, record.get("as_of", ""))
