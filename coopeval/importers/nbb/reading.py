"""The two forms in which the central balance sheet office gives a filing: CSV of its site, JSON of its web service."""

from __future__ import annotations

import json
from pathlib import Path

from coopeval.errors import Fault
from coopeval.importers.nbb.filing import Told
from coopeval.importers.nbb.rubrics import taken_apart
from coopeval.importers.opening import opened
from coopeval.tables import lines
from coopeval.tables.personal import shown

FACTS = {  # of the CSV; the other facts (name, address, assembly) are not needed and not kept
    "Reference number": "reference", "Entity number": "entity", "Accounting period start date": "start",
    "Accounting period end date": "end", "Model code": "model", "Deposit type": "deposit_type", "Currency": "currency",
    "Correction flag": "correction", "Liquidation flag": "liquidation", "Legal form": "legal_form",
}  # fmt: skip
NOT_KEPT = ("Language", "Entity ", "General assembly date")
OF_JSON = {
    "ReferenceNumber": "reference", "EnterpriseNumber": "entity", "ModelType": "model", "DepositType": "deposit_type",
    "Currency": "currency", "CorrectedData": "correction", "LegalForm": "legal_form", "DepositDate": "deposited_on",
}  # fmt: skip
PERIODS = {"N": False, "NM1": True}
Listed = dict[str, dict[str, str]]  # facts by reference, from the list of filings that the web service gives


def read(paths: list[Path]) -> tuple[list[Told], list[Fault]]:
    """Every filing of the files, its facts completed from the lists of references among them; and the faults."""
    filings, listed, faults = [], {}, []
    for path in paths:
        source = opened(path)
        faults += source.faults
        if source.is_refused:
            continue
        with source.stream() as handle:
            text = handle.read().decode("utf-8-sig")
        if text.lstrip()[:1] in ("{", "["):
            told, more, wrong = _of_json(source.name, text)
            filings, listed, faults = filings + told, listed | more, faults + wrong
        else:
            filings.append(_of_csv(source.name, text))
    for told in filings:
        told.facts = {**listed.get(told.facts.get("reference", ""), {}), **told.facts}
    return filings, faults


def _of_csv(file: str, text: str) -> Told:
    """Two columns without a heading, the order of the lines means nothing."""
    told = Told(file)
    rows, starts, broken = lines.parsed(text, ",")
    told.faults += [Fault(code, "", file, line, values=values) for code, line, values in broken]
    for row, line in zip(rows, starts, strict=True):
        if len(row) != 2:
            told.faults.append(Fault("E-LINE-01", "", file, line, values={"n": len(row), "expected": 2}))
            continue
        name, value = row[0].strip(), row[1].strip()
        if name in FACTS:
            _fact(told, FACTS[name], value, line)
        elif place := taken_apart(name):
            told.figure(place, value, line)
        elif not name.startswith(NOT_KEPT):
            told.faults.append(Fault("W-NBB-01", "", file, line, shown(name)))
    if not told.facts:
        told.faults = [Fault("E-NBB-04", "", file)]
    return told


def _fact(told: Told, name: str, value: str, line: int | None) -> None:
    if told.facts.get(name, value) != value:
        told.lines[name] = line
        told.add("E-NBB-02", name, shown(value), first=shown(told.facts[name]))
        return
    told.facts[name], told.lines[name] = value, line


def _of_json(file: str, text: str) -> tuple[list[Told], Listed, list[Fault]]:
    """A filing, a list of filings, or a list of references, which has the facts that a filing in JSON lacks."""
    try:
        said = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        return [], {}, [Fault("E-NBB-08", file=file, line=getattr(error, "lineno", None))]
    entries = said if isinstance(said, list) else [said]
    if not all(isinstance(one, dict) and "ReferenceNumber" in one for one in entries):
        return [], {}, [Fault("E-NBB-04", file=file)]
    filings = [_filing(file, one) for one in entries if "Rubrics" in one]
    listed = {str(one["ReferenceNumber"]): _facts(one) for one in entries if "Rubrics" not in one}
    return filings, listed, []


def _facts(said: dict) -> dict[str, str]:
    facts = {name: str(said[key]).strip() for key, name in OF_JSON.items() if isinstance(said.get(key), (str, bool))}
    dates = said.get("ExerciseDates")
    if isinstance(dates, dict):
        pairs = {"start": dates.get("startDate"), "end": dates.get("endDate")}
        facts |= {name: str(value)[:10] for name, value in pairs.items() if value}
    return facts


def _filing(file: str, said: dict) -> Told:
    told = Told(file, _facts(said))
    rubrics = said["Rubrics"] if isinstance(said["Rubrics"], list) else [None]
    for at, one in enumerate(rubrics):
        whole = isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("Code", "Value", "Period"))
        if not whole:
            told.faults.append(Fault("E-NBB-03", "", file, column=f"Rubrics[{at}]"))
        elif one["Period"] not in PERIODS:
            about = {"expected": ", ".join(PERIODS)}
            told.faults.append(Fault("E-NBB-06", "", file, None, shown(one["Code"]), "", shown(one["Period"]), about))
        elif place := taken_apart(one["Code"]):
            told.figure((place[0], PERIODS[one["Period"]] or place[1]), one["Value"].strip(), None)
        else:
            told.faults.append(Fault("W-NBB-01", "", file, column=shown(one["Code"])))
    given = said.get("JointCommittees")
    told.committees = tuple(filter(None, (_committee(told, one) for one in given))) if isinstance(given, list) else ()
    return told


def _committee(told: Told, said: object) -> str:
    """A joint committee as text; its form in the web service is not settled, so an object may bring it too."""
    if isinstance(said, dict):
        said = next((said[key] for key in ("Code", "code", "Number", "number") if isinstance(said.get(key), str)), "")
    if not isinstance(said, str) or not said.strip():
        told.add("W-NBB-07", "JointCommittees")
        return ""
    return said.strip()
