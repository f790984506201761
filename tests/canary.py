"""One enterprise nobody could mistake for another, and every way in which one of its values could be written."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import drawn
import pandas as pd

from coopeval import tables
from coopeval.schema import TABLES
from coopeval.tables.typed import typed

PROJECT, ENTERPRISE, EXPERT = "P1-870431", "E1-870431", "expert1-kanariezeeqd"
JOBS, HOURS, COST, GIVEN, FTE = 17, 731.25, 48271.39, 39614.77, 0.83
NAME = "Zeepaardje Kanarie"
FIRST = "15870431"  # of its enterprise number, in a range not given out; the last two digits check the others
NUMBER = f"{FIRST}{97 - int(FIRST) % 97:02d}"
WORDS = ("zeepaardje", "kanarie")
# Ids of the demo as they are made there: no page has a reason to show one.
IDS = re.compile(r"\b(?:[A-Z]1-\d{6}|(?:expert|person)\d?-[a-z]{10,14}|EREG-C\d{6})\b")
DIGEST = re.compile(r"(?<![0-9a-zA-Z])(?=[0-9]*[a-f])[0-9a-f]{12,64}(?![0-9a-zA-Z])")  # hold any number
DRAWING = re.compile(r'\b(?:d|x|y|transform|width|height|viewBox|style|points)="[^"]*"')  # corners of outlines
SPACES = "\u0020\u00a0\u202f\u2009\u2007"
ROWS: dict[str, list[dict]] = {
    "projects": [{
        "project_id": PROJECT, "structure_id": "S1", "name": f"{NAME} CV", "applied_on": "2023-01-09",
        "decided_on": "2023-02-11", "selection": "selected", "selection_score": 88.25, "entered_on": "2023-03-01",
        "stage_at_entry": "prototype", "project_type": "new_enterprise", "theme": "energy",
        "economic_model": "non_profit", "postcode": "1082", "n_holders": 11, "n_women_holders": 7,
        "last_seen_on": "2025-12-31",
    }],
    "participations": [{
        "participation_id": "T1-870431", "project_id": PROJECT, "programme": "blossom", "cohort": "2023-1",
        "started_on": "2023-03-01", "ended_on": "2023-10-30", "outcome": "completed",
    }],
    "enterprises": [{
        "enterprise_id": ENTERPRISE, "structure_id": "S1", "project_id": PROJECT, "kbo_number": NUMBER,
        "legal_form": "706", "legal_form_now": "706", "born_on": "2023-06-15", "observed_from": "2023-06-15",
        "last_seen_on": "2025-12-31", "nace_version": "2008", "nace_code": "03220", "joint_committee": "318.01",
        "postcode": "1082",
    }],
    "jobs": [{
        "job_id": f"J1-8704{i:02d}", "enterprise_id": ENTERPRISE, "position_id": f"W1-8704{i:02d}",
        "person_id": f"person-kanariezee{chr(97 + i)}q", "started_on": "2023-07-01", "contract": "open_ended",
        "worker_status": "white_collar", "joint_committee": "318.01", "fte": FTE, "gender": "woman",
        "is_founder": False, "subsidy_measure": "none", "last_seen_on": "2025-12-31",
    } for i in range(JOBS)],
    "support": [{
        "support_id": "U1-870431", "project_id": PROJECT, "given_on": "2023-05-04", "kind": "expert_mission",
        "topic": "pooling", "hours": HOURS, "expert_id": EXPERT, "cost_eur": COST,
    }],
    "experts": [{
        "expert_id": EXPERT, "expert_type": "other", "engagement": "freelance", "rate_eur_h": 66.01,
        "rate_from": "2023-01-01", "rate_until": "2023-12-31",
    }],
    "costs": [{
        "cost_id": "C1-870431", "structure_id": "S1", "period_from": "2023-04-01", "period_until": "2023-04-30",
        "category": "experts", "programme": "blossom", "borne_by": "own_income", "amount_eur": GIVEN,
    }],
    "recognitions": [{
        "recognition_id": "G1-870431", "enterprise_id": ENTERPRISE, "track": "sdo", "step": "not_sought",
        "happened_on": "2024-02-02", "reason": "too_early",
    }],
}  # fmt: skip


def with_canary(dataset: tables.Dataset) -> tables.Dataset:
    """The delivery and the canary in it."""
    frames = dict(dataset.items())
    for name, rows in ROWS.items():
        frames[name] = pd.concat([frames[name], typed(TABLES[name], pd.DataFrame(rows))], ignore_index=True)
    return tables.from_frames(frames, dataset.about)


def spellings() -> dict[str, list[str]]:
    """Every value of the canary that no other unit has, as it might be written, spaces left out."""
    number = [NUMBER, f"BE{NUMBER}"]
    return {
        "name": list(WORDS),
        "ids": [PROJECT.lower(), ENTERPRISE.lower(), EXPERT, *(row["person_id"] for row in ROWS["jobs"])],
        "number": [*number, *(".".join((n[:-6], n[-6:-3], n[-3:])) for n in number)],
        "cost": amounts(COST),
        "paid": amounts(GIVEN),
        "hours": amounts(HOURS)[:6],
        "score": ["88.25", "88,25"],
    }


def amounts(value: float) -> list[str]:
    """An amount with its cents, and in whole euros, in Dutch, French and English."""
    cents, whole = f"{value:,.2f}", f"{value:,.0f}"
    swapped = cents.translate(str.maketrans(",.", ".,"))
    spellings = [cents, swapped, f"{value:.2f}", f"{value:.2f}".replace(".", ","), whole, whole.replace(",", ".")]
    return [*spellings, f"{value:.0f}", f"{int(value)}", f"{int(value):,}", f"{int(value):,}".replace(",", ".")]


def texts(folder: Path, without: Iterable[str] = ()) -> dict[str, str]:
    """Everything a reader of a published folder can make text of, by file: decoded, unpacked, and its name."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    files = {str(path.relative_to(folder)): path for path in files}
    return {name: text_of(path) for name, path in files.items() if not set(without) & set(Path(name).parts)}


def text_of(path: Path) -> str:
    said = [path.name]
    content = path.read_bytes()
    if path.suffix == ".svg":
        said += drawn.words(content)
    if path.suffix == ".csv":  # cell by cell, so that a comma between two numbers is not read as a part of one
        said += [cell for row in csv.reader(io.StringIO(content.decode("utf-8", "replace"))) for cell in row]
        return "\n".join(said)
    if zipfile.is_zipfile(io.BytesIO(content)):  # spreadsheets, archives
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            said += [name + "\n" + archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    elif path.suffix == ".pdf":
        said += [unpacked(part).decode("latin-1") for part in re.findall(rb"stream\r?\n(.*?)endstream", content, re.S)]
    said.append(content.decode("utf-8", "replace"))
    return "\n".join(said)


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def sung(text: str) -> list[tuple[str, str]]:
    """Which values of the canary a text holds, whatever the spaces and case."""
    plain = DIGEST.sub(" ", DRAWING.sub(" ", text) if "<svg" in text else text)
    closed = re.sub(rf"(?<=\d)[{SPACES}](?=\d)", "", plain).lower()
    found = []
    for value, written in spellings().items():
        for one in dict.fromkeys(written):
            left = (r"(?<!\d)" if re.search(r"[.,]", one) else r"(?<!\d)(?<!\d[.,])") if one[0].isdigit() else ""
            right = r"(?!\d)" if one[-1].isdigit() else ""
            if re.search(left + re.escape(one.lower()) + right, closed):
                found.append((value, one))
    return found
