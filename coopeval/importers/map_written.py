"""What an import by a map writes: the table as CSV, its description, and what was kept and refused."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path

from coopeval.importers.landing import QUALITY, land
from coopeval.importers.mapped import Imported
from coopeval.tables import faults_csv
from coopeval.tables.package import FILE, description
from coopeval.tables.typed import written


def write(made: Imported, folder, path, map_path, lang: str = "en") -> Path:
    """`<table>.csv` and datapackage.json, as `coopeval check` reads them, and quality/: rows.csv, refused.csv,
    warnings.csv. The same source and map give the same bytes.

    Parameters
    ----------
    made
        What `mapped.table` returned for `path` and `map_path`, whose digests are written down.
    folder
        New or empty.
    lang
        Language of the sentences in refused.csv and warnings.csv: nl, fr or en.
    """
    digests = {"file": Path(path), "map": Path(map_path)}
    told = {name: hashlib.sha256(one.read_bytes()).hexdigest() for name, one in digests.items()}
    return land(folder, partial(_fill, made, told, lang))


def _fill(made: Imported, digests: dict[str, str], lang: str, place: Path) -> None:
    name = made.map.table
    text = written(made.map.schema_of, made.frame).to_csv(index=False, lineterminator="\n")
    (place / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    (place / FILE).write_text(_description(made, digests), encoding="utf-8", newline="")
    beside = place / QUALITY
    beside.mkdir()
    made.quality.to_csv(beside / "rows.csv", index=False, lineterminator="\n")
    (beside / "refused.csv").write_text(faults_csv(made.refused, lang), encoding="utf-8", newline="")
    (beside / "warnings.csv").write_text(faults_csv(made.warnings, lang), encoding="utf-8", newline="")


def _description(made: Imported, digests: dict[str, str]) -> str:
    import pandas as pd

    about = {
        "name": f"{made.map.table}-{made.map.snapshot_on.isoformat()}",
        "is_synthetic": made.map.synthetic,
        "delivered_on": pd.Timestamp(made.map.snapshot_on),
    }
    package = json.loads(description(about, [made.map.table], "csv"))
    package["resources"][0]["sources"] = [{"title": made.map.source}]
    package["imported"] = {
        "file": made.file,
        "sha256": digests["file"],
        "map_sha256": digests["map"],
        "holds": made.map.holds,
        "selected_on": made.map.selected_on,
        "used_for": made.map.used_for,
        "n_read": int(made.quality["n"].sum()),
        "n_kept": len(made.frame),
        "unread": list(made.unread),
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"
