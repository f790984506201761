"""A delivery with comparators drawn from a register: a structure of kind register_sample more, and its enterprises."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from coopeval.errors import ParameterError, refusal
from coopeval.importers.comparators import STRUCTURE, draw
from coopeval.importers.comparators_criteria import Criteria
from coopeval.importers.landing import QUALITY, land
from coopeval.tables import Dataset, cut, from_frames, settings, write
from coopeval.tables.cut import without_loose_ends
from coopeval.tables.folder import place
from coopeval.tables.piece import read_piece
from coopeval.wording import N_

SAMPLE = "register_sample"


class Drawn(NamedTuple):
    """The delivery with its comparators, what is told of each case, and how it was done."""

    dataset: Dataset
    quality: pd.DataFrame
    about: dict


def drawn(
    dataset: Dataset,
    register: Dataset,
    *,
    ratio: int = 5,
    seed: int = 1,
    criteria: Criteria | None = None,
    instead: bool = False,
) -> Drawn:
    """The tables of a delivery with comparators from a register beside the programme's enterprises.

    Parameters
    ----------
    dataset
        The delivery.
    register
        The table `enterprises` alone, and the last day it describes: what `register_in` reads.
    ratio, seed, criteria
        As for `draw`.
    instead
        Whether a register sample that is in the delivery gives way; refused otherwise.

    Raises
    ------
    ParameterError
        There is a register sample already, or nothing to draw for.
    """
    dataset, criteria = _without_samples(dataset, instead), criteria or Criteria()
    last = min(register.delivered_on, dataset.delivered_on)
    seen = cut(register, last)["enterprises"]  # what the delivery can know
    cases = cases_of(dataset)
    if not len(cases):
        raise refusal(ParameterError, N_("The programme has no enterprise of a selected project to draw for."))
    found, quality = draw(cases, seen, ratio=ratio, seed=seed, criteria=criteria, supported=supported(dataset))
    about = {
        "register": register.about["name"], "register_until": last.date().isoformat(), "n_register": len(seen),
        "ratio": ratio, "seed": seed, "criteria": vars(criteria).copy(),
        "n_cases": len(quality), "n_asked": ratio * len(quality), "n_drawn": len(found),
        "n_cases_without_number": int(cases["kbo_number"].eq("").sum()),
        "n_cases_without_comparators": int(quality["n_drawn"].eq(0).sum()),
        "outcomes": quality["outcome"].value_counts().sort_index().to_dict(),
    }  # fmt: skip
    return Drawn(_with(dataset, found, about, register.is_synthetic), quality, about)


def register_in(folder) -> Dataset:
    """The table `enterprises` in a folder, as importers write it, and what its datapackage.json says.

    Raises
    ------
    DataError
        It is not there or has faults.
    """
    told, rows = read_piece(folder, "enterprises")
    return from_frames({"enterprises": rows}, told)


def write_drawn(made: Drawn, folder, data) -> Path:
    """The delivery in a new folder; quality/comparators.csv has a line per case, quality/comparators.json the rest.

    The settings beside the delivery come along.
    """
    at = place(data)
    beside = (at.parent if at.is_file() else at) / settings.FILE
    return land(folder, partial(_fill, made, beside))


def _fill(made: Drawn, chosen: Path, to: Path) -> None:
    write(made.dataset, to)
    if chosen.is_file():
        shutil.copyfile(chosen, to / settings.FILE)
    (to / QUALITY).mkdir()
    days = made.quality.assign(
        **{name: made.quality[name].dt.strftime("%Y-%m-%d").fillna("") for name in ("matched_on", "at_risk_on")}
    )
    days.to_csv(to / QUALITY / "comparators.csv", index=False, lineterminator="\n")
    text = json.dumps(made.about, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    (to / QUALITY / "comparators.json").write_text(text, encoding="utf-8", newline="")


def cases_of(dataset: Dataset) -> pd.DataFrame:
    """The enterprises of projects that the evaluated structure selected, with the entry of the project as `matched_on`.

    One row per enterprise; successors of an enterprise of the same structure are counted in it and are no cases.
    """
    structures, projects = dataset["structures"], dataset["projects"]
    own = structures.loc[structures["is_evaluated"].astype(bool), "structure_id"]
    entered = projects[projects["selection"].eq("selected")].set_index("project_id")["entered_on"]
    rows = dataset["enterprises"]
    rows = rows[rows["structure_id"].isin(own) & rows["project_id"].isin(entered.index)]
    heirs = rows.loc[rows["end_kind"].eq("taken_over"), "continued_by"]
    rows = rows[~rows["enterprise_id"].isin(heirs)]
    return rows.assign(matched_on=rows["project_id"].map(entered)).reset_index(drop=True)


def supported(dataset: Dataset) -> pd.DataFrame:
    """Whom a structure of the delivery supports, since when: `kbo_number`, `supported_from`.

    That is the entry of the project; where there is none, the day from which the structure knows the enterprise.
    """
    projects = dataset["projects"].set_index("project_id")
    rows = dataset["enterprises"]
    rows = rows[rows["kbo_number"].ne("")]
    selected = rows["project_id"].map(projects["selection"]).eq("selected")
    entered = rows["project_id"].map(projects["entered_on"]).where(selected)
    alone = rows["project_id"].eq("")
    since = entered.where(~alone, rows["matched_on"].fillna(rows["observed_from"]))
    told = pd.DataFrame({"kbo_number": rows["kbo_number"], "supported_from": pd.to_datetime(since)})
    return told[told["supported_from"].notna()].reset_index(drop=True)


def _without_samples(dataset: Dataset, instead: bool) -> Dataset:
    structures = dataset["structures"]
    samples = structures.loc[structures["kind"].eq(SAMPLE), "structure_id"].tolist()
    if STRUCTURE in set(structures["structure_id"]) - set(samples):
        msgid = N_(
            "A structure of the delivery has the key {key}, which the comparators would get. Give it another one."
        )
        raise refusal(ParameterError, msgid, key=STRUCTURE)
    if not samples:
        return dataset
    if not instead:
        msgid = N_(
            "The delivery has a register sample already ({samples}). Add --instead to draw another in its place."
        )
        raise refusal(ParameterError, msgid, samples=", ".join(samples))
    kept = {name: dataset[name] for name in dataset}
    for name in ("structures", "enterprises"):
        kept[name] = kept[name][~kept[name]["structure_id"].isin(samples)]
    return from_frames(without_loose_ends(dataset, kept), dataset.about)


def _with(dataset: Dataset, found: pd.DataFrame, about: dict, is_synthetic: bool) -> Dataset:
    structures = dataset["structures"]
    own = structures[structures["is_evaluated"].astype(bool)].iloc[0]
    how = (
        f"drawn from {about['register']}, as of {about['register_until']}; seed {about['seed']}; "
        f"{about['n_drawn']} of {about['n_asked']} asked for, {about['ratio']} for each of {about['n_cases']} "
        f"enterprises; {about['n_cases_without_comparators']} of these have none, see quality"
    )
    sample = {
        "structure_id": STRUCTURE, "name": "Comparators drawn from a register", "kind": SAMPLE,
        "region": own["region"], "country": own["country"], "is_evaluated": False, "source": how,
    }  # fmt: skip
    frames = {name: dataset[name] for name in dataset}
    frames["structures"] = pd.concat([structures, pd.DataFrame([sample])], ignore_index=True)
    frames["enterprises"] = pd.concat([frames["enterprises"], found], ignore_index=True)
    told = {name: dataset.about[name] for name in ("name", "delivered_on")}
    return from_frames(frames, {**told, "is_synthetic": dataset.is_synthetic and is_synthetic})
