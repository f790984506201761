"""What is known of the world at the end of a semester: a delivery, with the errors that a later one corrects."""

from __future__ import annotations

import pandas as pd

from coopeval import semesters, tables
from coopeval.errors import ParameterError
from coopeval.schema import TABLES
from coopeval.synthetic.plans import FIRST_ENTRY, HORIZON
from coopeval.synthetic.worlds import World
from coopeval.tables.typed import typed

CORRECTED_IN = "2026S1"
KEYED_TWICE = 10  # the amount of the wrong cost is so many times too large


def delivery(world: World, delivered: str = "2026S1") -> tables.Dataset:
    """The tables as they were delivered at the end of a semester.

    Nothing later is in them, except days that are planned beforehand (the end of a funding, of a price). What was
    known wrongly until the delivery of 2026S1 is wrong in earlier ones: see `corrections`.

    Raises
    ------
    ParameterError
        Not a semester, or one before the first support or after the horizon of the world.
    """
    day = semesters.last_day(delivered)
    if not pd.Timestamp(FIRST_ENTRY) <= day <= pd.Timestamp(HORIZON):
        raise ParameterError(f"{delivered} is not a delivery of this world. Choose one from 2016S2 to 2027S2.")
    about = {"name": f"coopeval-demo-{delivered.lower()}", "is_synthetic": True, "delivered_on": day}
    later = world.units["observed_from"].gt(day) & world.units["project_id"].ne("")
    unknown = frozenset(world.units.loc[later, "enterprise_id"])
    known = {name: _known(name, frame, day, unknown) for name, frame in world.tables.items()}
    true = tables.Dataset({name: typed(TABLES[name], frame) for name, frame in known.items()}, about)
    seen = tables.cut(true, day)
    frames = {name: _planned(name, seen[name], true[name]) for name in seen}
    for wrong in corrections(world):
        frames = _wrong(frames, wrong, day)
    return tables.from_frames(frames, about)


def _known(name: str, frame: pd.DataFrame, day: pd.Timestamp, unknown: frozenset) -> pd.DataFrame:
    """The columns of the table, without enterprises that nobody knew of yet."""
    if "enterprise_id" in frame:
        frame = frame[~frame["enterprise_id"].isin(unknown)]
    if name == "enterprises":
        changed = frame["becomes"].ne("") & frame["converted_on"].le(day) & ~frame["true_end"].lt(frame["converted_on"])
        changed &= frame["becomes"].ne(frame["legal_form"]) & frame["born_on"].lt(frame["converted_on"])
        now = frame["becomes"].where(changed, frame["legal_form"])
        frame = frame.assign(legal_form_now=now, last_seen_on=frame["last_seen_on"].clip(upper=day))
        frame.loc[frame["kbo_number"].eq(""), "legal_form_now"] = ""
    if name == "funding":
        frame = frame.assign(is_actual=frame["period_until"].le(day))
    return frame[[column for column in TABLES[name].columns if column in frame]]


def _planned(name: str, seen: pd.DataFrame, true: pd.DataFrame) -> pd.DataFrame:
    """Spans keep the end that was planned for them: the cut is for whoever looks at them as of a day."""
    if not TABLES[name].span:
        return seen
    key = list(TABLES[name].key)
    return seen[key].merge(true, on=key, how="left")


def corrections(world: World) -> list[dict[str, object]]:
    """What earlier deliveries say wrongly: table, key, and for each column what was said and what is true."""
    enterprises = world.tables["enterprises"]
    late = _first(enterprises, _ended_unnoticed(enterprises, world))
    form = _first(enterprises, enterprises["legal_form"].eq("706") & enterprises["arm"].eq("programme")
                  & ~enterprises["is_successor"] & enterprises["enterprise_id"].ne(late.get("enterprise_id", ""))
                  & enterprises["true_end"].isna())  # fmt: skip
    costs = world.tables["costs"]
    cost = _first(costs, costs["structure_id"].eq("S1") & costs["period_from"].eq(pd.Timestamp("2025-01-01"))
                  & costs["category"].eq("communication"))  # fmt: skip
    found = []
    if late:
        found.append(_correction("enterprises", "enterprise_id", late, {"ended_on": "", "end_kind": ""}))
    if form:
        found.append(_correction("enterprises", "enterprise_id", form, {"legal_form": "610"}))
    if cost:
        found.append(_correction("costs", "cost_id", cost, {"amount_eur": round(cost["amount_eur"] * KEYED_TWICE, 2)}))
    return found


def _ended_unnoticed(enterprises: pd.DataFrame, world: World) -> pd.Series:
    """Ended in the second half of 2025, exactly known later, with nothing else that would tell."""
    told = set(world.tables["jobs"]["enterprise_id"]) | set(world.tables["headcounts"]["enterprise_id"])
    ceased = enterprises["end_kind"].isin(("ceased", "dissolved", "bankrupt"))
    exact = enterprises["not_ended_before"].isna() & enterprises["continued_by"].eq("") & ~enterprises["is_successor"]
    when = enterprises["ended_on"].between(pd.Timestamp("2025-07-01"), pd.Timestamp("2025-12-31"))
    ours = enterprises["arm"].eq("programme")
    quiet = ~enterprises["enterprise_id"].isin(told)
    for condition in (ours & quiet, ours, ceased):
        if (ceased & exact & when & condition).any():
            return ceased & exact & when & condition
    return ceased & exact & when


def _first(frame: pd.DataFrame, which: pd.Series) -> dict:
    rows = frame[which].head(1).to_dict("records")
    return rows[0] if rows else {}


def _correction(table: str, key: str, true: dict, said: dict) -> dict[str, object]:
    return {
        "table": table, "key": {key: true[key]}, "corrected_in": CORRECTED_IN, "said": said,
        "true": {column: _plain(true[column]) for column in said},
    }  # fmt: skip


def _plain(value: object) -> object:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def _wrong(frames: dict[str, pd.DataFrame], wrong: dict, day: pd.Timestamp) -> dict[str, pd.DataFrame]:
    if day >= semesters.last_day(str(wrong["corrected_in"])):
        return frames
    (key, value), *_ = wrong["key"].items()
    frame = frames[wrong["table"]].copy()
    at = frame[key].eq(value)
    for column, said in wrong["said"].items():
        if column == "ended_on" and at.any():
            frame.loc[at & frame["ended_on"].notna(), "last_seen_on"] = day
            frame.loc[at, "ended_on"] = pd.NaT
        elif column == "legal_form":
            frame.loc[at & frame["legal_form_now"].eq(frame["legal_form"]), "legal_form_now"] = said
            frame.loc[at, column] = said
        else:
            frame.loc[at, column] = said
    return {**frames, str(wrong["table"]): frame}
