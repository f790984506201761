"""Lists of somebody else, made up, and the maps that bring them in: small enough to follow by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from coopeval import tables

LIST = """Numéro;Nom;Forme;Création;Fin;Statut;Secteur;CP
1555.555.544;Un;SC;03/02/2015;;AC;62.010;1000
0123.456.749;Deux;ASBL;14/09/2016;31/12/2020;ST;88.999;1030
1000.000.021;Trois;ASBL;25/05/2018;;AC;94.991;1120
Total;3;;;;;;
"""
MAP = """table = "enterprises"
source = "A list made up for the tests"
snapshot_on = 2026-06-30
synthetic = true
id_prefix = "L-"
[columns]
"Numéro" = ["enterprise_id", "kbo_number"]
"Forme" = "legal_form"
"Création" = "born_on"
"Fin" = "ended_on"
"Secteur" = "nace_code"
"CP" = "postcode"
[constants]
structure_id = "SREG"
observed_from = "2014-01-01"
end_kind = "ceased"
nace_version = "2008"
[dates]
born_on = "dd/mm/yyyy"
ended_on = "dd/mm/yyyy"
[codes.legal_form]
SC = "706"
ASBL = "017"
[status]
column = "Statut"
active = ["AC"]
ended = ["ST"]
"""


def written(place: Path, rows: str = LIST, by: str = MAP, name: str = "list.csv") -> tuple[Path, Path]:
    """The list and its map as files."""
    (place / name).write_text(rows, encoding="utf-8")
    (place / "map.toml").write_text(by, encoding="utf-8")
    return place / name, place / "map.toml"


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each first found in place of by the second; every one must be there."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def many(n: int, born: str = "2015-02-03", ended=lambda number: "") -> str:
    """A list in our own spelling, of so many enterprises."""
    rows = [f"E{number},{born},{ended(number)},AC" for number in range(n)]
    return "\n".join(["id,born,ended,state", *rows, ""])


PLAIN = """table = "enterprises"
source = "A list made up for the tests"
snapshot_on = 2026-06-30
[columns]
id = "enterprise_id"
born = "born_on"
ended = "ended_on"
[constants]
structure_id = "SREG"
observed_from = "2014-01-01"
legal_form = "706"
end_kind = "ceased"
nace_version = "2008"
nace_code = "62010"
"""


def beside(place: Path, enterprises: pd.DataFrame | None = None) -> Path:
    """A delivery without enterprises, to lay an imported table into; or with some, and no register sample."""
    facts = {"region": "brussels", "country": "BE", "source": "made up"}
    structures = [
        {"structure_id": "S1", "name": "One", "kind": "incubator", "is_evaluated": True, **facts},
        {"structure_id": "SREG", "name": "Register", "kind": "register_sample", "is_evaluated": False, **facts},
    ]
    project = {
        "project_id": "P1", "structure_id": "S1", "selection": "selected", "entered_on": "2020-01-01",
        "stage_at_entry": "idea", "project_type": "growth", "theme": "food", "economic_model": "cooperative",
        "last_seen_on": "2026-06-30",
    }  # fmt: skip
    frames = {"structures": pd.DataFrame(structures), "projects": pd.DataFrame([project])}
    if enterprises is not None:
        frames |= {"structures": frames["structures"][:1], "enterprises": enterprises}
    about = {"name": "made-up", "delivered_on": "2026-06-30", "is_synthetic": True}
    return tables.write(tables.from_frames(frames, about), place)
