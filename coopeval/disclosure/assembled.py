"""Tables whose rows were taken from others, each with a unit and a rule of its own: the indicators."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coopeval.disclosure.kinds import released
from coopeval.disclosure.rules import Rules
from coopeval.errors import DisclosureError
from coopeval.indicators.agreement import agreed, moved, of_headline
from coopeval.indicators.changes import WITHHELD, decomposed
from coopeval.indicators.targets import status
from coopeval.uncertainty import about_of, require_released

FIGURES = ("n", "estimate", "low", "high")
_LAST: dict[tuple, pd.DataFrame] = {}  # of `_ways`
COUNTED = ("projects", "enterprises", "jobs", "persons", "fte")


def indicators(table: pd.DataFrame, rules: Rules, released_before: dict | None = None) -> pd.DataFrame:
    """Each row as the gate releases it in the table it was taken from; the order is that of the catalogue.

    So an indicator shows what its chapter shows, to the digit, and tells nothing more. In `released_before` stay the
    tables released, by all that is in them: two deliveries of one period hold many that are the same.
    """
    parts = table.attrs.get("parts")
    if not isinstance(parts, list) or len(parts) != len(table):
        raise DisclosureError(
            "Indicators are released only together with the tables they were taken from. Leave those in "
            'attrs["parts"], as indicators.table does.'
        )
    released_before = {} if released_before is None else released_before
    whole = {id(made): made for made, _ in filter(None, parts)}
    whole = {key: _once(made, rules, released_before) for key, made in whole.items()}
    rows = [_row(row, part, whole) for row, part in zip(table.to_dict("records"), parts, strict=True)]
    shown = pd.DataFrame(rows, columns=[*table.columns, "hidden"])
    if "status" not in shown:
        return shown
    told = zip(shown.to_dict("records"), parts, strict=True)
    return shown.assign(status=[status(row, _slack(row, part, rules)) for row, part in told])


def _slack(row: dict[str, object], part: tuple | None, rules: Rules) -> float:
    """How far rounding may have moved a count: half a base for each row that its total is the sum of."""
    if part is None or row["unit"] not in COUNTED:
        return 0.0
    return rules.base_count / 2 * max(int(part[0]["group"].ne("all").sum()), 1)


def changes(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Differences of what is released for each period and delivery, so that they tell nothing that is not told."""
    views = table.attrs.get("views")
    if not isinstance(views, Mapping):
        raise DisclosureError(
            'Changes are released only together with the tables compared. Leave them in attrs["views"].'
        )
    published = views.get("published")
    if published is not None and len(published) and require_released(published)["audience"] != "public":
        raise DisclosureError("What was never published cannot be compared with on a public page. Leave it out.")
    tables: dict = {}
    shown = {
        name: view if view is None or name == "published" else indicators(view, rules, tables)
        for name, view in views.items()
    }
    frame = decomposed(**shown)
    return frame.assign(hidden=frame["note"].eq(WITHHELD))


def agreement(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Worked out again from the specifications as they are released, so that it tells nothing they do not tell."""
    exact, made = (table.attrs.get(name) for name in ("specifications", "made"))
    if not isinstance(exact, pd.DataFrame) or made not in (agreed, moved):
        raise DisclosureError(
            "How far specifications agree is released only together with them. Leave them in "
            'attrs["specifications"], as indicators.agreement does.'
        )
    frame = made(of_headline(_ways(exact, rules), str(table.attrs.get("headline", ""))))
    silent = frame["estimate"].isna()
    return frame.assign(hidden=silent, note=frame["note"].mask(silent, WITHHELD))


def _ways(exact: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Specifications as they are released; the last ones stay, for a chapter asks seven times about the same.

    Their rule looks at nothing but the table itself: what was published before plays no part in it.
    """
    kind = str(about_of(exact)["kind"])
    if kind != "specification" or set(exact.attrs) != {"about"}:
        return released(exact, kind, rules)
    key = (_content(exact), rules)
    if key not in _LAST:
        made = released(exact, kind, rules)
        _LAST.clear()
        _LAST[key] = made
    return _LAST[key]


def _once(made: pd.DataFrame, rules: Rules, released_before: dict) -> pd.DataFrame:
    steps = made.attrs.get("steps")
    if set(made.attrs) - {"about", "steps"} or not (steps is None or set(steps.attrs) <= {"about"}):
        return _whole(made, rules)
    key = _content(made), None if steps is None else _content(steps)
    if key not in released_before:
        released_before[key] = _whole(made, rules)
    return released_before[key]


def _content(frame: pd.DataFrame) -> str:
    """All that a rule sees of a table, to the last digit."""
    columns, cells = list(zip(frame.columns, map(str, frame.dtypes), strict=True)), frame.to_numpy(object).tolist()
    return repr((about_of(frame), columns, frame.index.tolist(), cells))


def _whole(made: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    about = about_of(made)
    return made.assign(hidden=False) if about["privacy"] == "published" else released(made, str(about["kind"]), rules)


def _row(row: dict[str, object], part: tuple | None, whole: Mapping[int, pd.DataFrame]) -> dict[str, object]:
    empty = {**row, **dict.fromkeys(FIGURES, float("nan")), "hidden": False}
    if part is None:
        return empty
    made, where = part
    shown = whole[id(made)]
    fits = pd.Series(True, index=shown.index)
    for label, value in where.items():
        fits &= shown[label].eq(value)
    if not fits.any():  # a released series may stop before the month that was asked for
        return {**empty, "note": row["note"] or "withheld", "hidden": not row["note"]}
    found = shown[fits].iloc[0]
    figures = {name: found.get(name, float("nan")) for name in FIGURES}
    return {**row, **figures, "note": found["note"], "hidden": bool(found["hidden"])}
