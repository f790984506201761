"""One shape for every estimate: one row per estimate, what is constant for the table in `attrs["about"]`."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

COLUMNS = (
    "group", "published_series", "published_period", "at_months", "year_after", "years", "cause", "state",
    "legal_family", "project_type", "own", "counted_in", "headline", "against", "design", "bandwidth", "perimeter",
    "missing_rule", "adjustment", "k_eur",
    "n", "n_start", "n_in", "n_out", "at_risk", "n_events", "cost_eur", "effect", "increment_cost_eur",
    "increment_effect", "estimate", "standardised", "se", "low", "high", "note", "hidden",
)  # fmt: skip
FIGURES = ("n", "at_risk", "n_events", "estimate", "se", "low", "high")
UNITS = (
    "share", "months", "projects", "enterprises", "jobs", "persons", "rows", "fte", "hours", "eur", "ratio", "test",
    "events", "plain",
)  # fmt: skip
KINDS = (
    "curve",
    "at",
    "mean",
    "difference",
    "test",
    "share",
    "count",
    "sum",
    "ratio",
    "occupation",
    "flow",
    "model",
    "indicators",
    "changes",
    "published",
    "weights",
    "own_practice",
    "balance",
    "effect",
    "decision",
    "league",
    "specification",
    "forecast",
    "agreement",
)
PRIVACY = ("published", "register", "confidential")
DEFAULTS: Mapping[str, object] = {
    "estimand": "",  # English sentence, a msgid of the catalogues
    "kind": "share",  # one of KINDS: what sort of figure, so that the gate knows its rules
    "unit": "share",  # one of UNITS: how `estimate`, `se`, `low` and `high` are read
    "population": "",  # English msgid: who is in
    "clock": "",  # age, entry or empty
    "method": "",  # name of the estimator, for instance "Kaplan-Meier"
    "interval": "",  # name of the interval, for instance "log-log"
    "level": 0.95,
    "numerator": "",
    "denominator": "",
    "numerator_unit": "",  # of a ratio: what its two sums are counted in, so that the gate knows how to round them
    "denominator_unit": "",
    "by": "",  # the grouping column
    "codes": "",  # the code list of the groups; empty = groups are shown as they stand
    "warnings": (),  # English msgids
    "privacy": "confidential",
    "is_synthetic": False,
    "as_of": "",  # ISO day
}


class About(dict):
    """What a table says of itself. pandas copies it deeply at each step; its words cannot be changed, so once over."""

    def __deepcopy__(self, memo: dict) -> About:
        return About(self)


class Beside(pd.DataFrame):
    """A frame in the attrs of another. pandas copies and compares attrs at each step; frames cannot be compared."""

    @property
    def _constructor(self):
        return pd.DataFrame

    def __deepcopy__(self, memo: dict) -> Beside:
        return self  # nobody changes it

    def again(self) -> Beside:
        """Another one, for those who trust nobody."""
        return beside(self.copy())


def beside(frame: pd.DataFrame) -> Beside:
    """The frame as it may stand in the attrs of another, so that this one can be shown and joined like any.

    >>> one = pd.DataFrame({"a": [1]})
    >>> one.attrs["steps"] = beside(pd.DataFrame({"b": [1, 2]}))
    >>> pd.concat([one, one]).attrs["steps"] is one.attrs["steps"]
    True
    """
    made = Beside(frame)
    made.attrs = frame.attrs
    return made


def estimates(frame: pd.DataFrame | Mapping[str, object], **about: object) -> pd.DataFrame:
    """The frame as an estimate table: house columns first and in order, `note` filled, `about` in the attrs.

    Columns beyond the house's (`p`, `statistic`, `largest_share` ...) keep their place behind them. Columns that were
    made for this table alone may come as a mapping; they are then taken as they are, and not copied once more.

    >>> table = estimates(pd.DataFrame({"estimate": [0.5], "group": ["all"], "n": [4]}), unit="share")
    >>> list(table.columns)
    ['group', 'n', 'estimate', 'note']
    """
    unknown = sorted(set(about) - set(DEFAULTS))
    if unknown:
        raise TypeError(f"an estimate table knows no {', '.join(unknown)}")
    said = {**DEFAULTS, **about}
    for word, allowed in (("kind", KINDS), ("unit", UNITS), ("privacy", PRIVACY)):
        if said[word] not in allowed:
            raise ValueError(f"{word} must be one of {', '.join(allowed)}")
    there = [*frame, *([] if "note" in frame else ["note"])]
    first = [column for column in COLUMNS if column in there]
    order = first + [column for column in there if column not in first]
    if isinstance(frame, pd.DataFrame):
        table = frame.reindex(columns=order)  # the one copy made
        table["note"] = table["note"].fillna("") if "note" in frame else ""
        words = [name for name in FIGURES if name in table and table[name].dtype == object]  # without rows, say
        table[words] = table[words].astype(float)
        table.index = pd.RangeIndex(len(table))
    else:
        table = pd.DataFrame({column: frame.get(column, "") for column in order}, copy=False)
    table.attrs = {"about": About({**said, "warnings": tuple(said["warnings"])})}
    return table


def about_of(frame: pd.DataFrame) -> About:
    """What the frame says of itself, with the defaults for what it does not say."""
    return About({**DEFAULTS, **frame.attrs.get("about", {})})
