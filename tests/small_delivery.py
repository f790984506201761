"""A delivery of a few rows for the tests of paths and recognition; what a row does not say is empty."""

from __future__ import annotations

import pandas as pd

from coopeval import cohort, tables

STRUCTURES = [
    {"structure_id": "S1", "kind": "incubator", "is_evaluated": True},
    {"structure_id": "S2", "kind": "incubator", "is_evaluated": False},
]
PROJECT = {
    "structure_id": "S1", "selection": "selected", "entered_on": "2020-01-01", "stage_at_entry": "idea",
    "project_type": "growth", "economic_model": "cooperative", "last_seen_on": "2026-06-30",
}  # fmt: skip
ENTERPRISE = {
    "structure_id": "S1", "legal_form": "706", "last_seen_on": "2026-06-30", "nace_version": "2025",
    "nace_code": "62.010", "postcode": "1000",
}  # fmt: skip


def dataset(projects=(), enterprises=(), recognitions=(), as_of: str = "2026-06-30", **more):
    """`projects`: rows with project_id; `enterprises`: rows with enterprise_id, project_id, born_on."""
    frames = {
        "structures": pd.DataFrame(STRUCTURES),
        "projects": pd.DataFrame([{**PROJECT, **row} for row in projects]),
        "enterprises": pd.DataFrame(
            [{**ENTERPRISE, "observed_from": row["born_on"], **row} for row in enterprises]
            or [{**ENTERPRISE, "enterprise_id": "E0", "structure_id": "S2", "born_on": "2020-01-01",
                 "observed_from": "2020-01-01"}]
        ),
    }  # fmt: skip
    steps = [{"recognition_id": f"G{i}", "track": "sdo", **row} for i, row in enumerate(recognitions)]
    if steps:
        frames["recognitions"] = pd.DataFrame(steps)
    frames |= {name: pd.DataFrame(list(rows)) for name, rows in more.items()}
    made = tables.from_frames(frames, {"name": "test", "delivered_on": "2026-06-30", "is_synthetic": True})
    return cohort.as_of(made, pd.Timestamp(as_of))
