"""How far the enterprises lost from sight could move the result, and curves from a landmark on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.survival.reading import at
from coopeval.uncertainty import about_of, beside, estimates
from coopeval.wording import N_

LOST = "lost_contact"


def bounds(spells: pd.DataFrame, months: Sequence[float], level: float = 0.95) -> pd.DataFrame:
    """Share still active at given months, if the enterprises lost from sight fared as the others, worst or best.

    One row per supposition and month. `base`: lost ones are censored at their last contact. `lost_stopped`: all of them
    ceased then. `lost_active`: all of them go on to the end of follow-up.

    Parameters
    ----------
    spells
        As for `curve`, with `end_kind` and `followed_until` (months to the as-of date), as cohort.spells gives.
    months, level
        As for `at`.

    Returns
    -------
    Estimate table as `at`, codes `bounds`; low and high are the limits under each supposition. It names the lost, so it
    is confidential.

    Source
    ------
    Manski (2003), chapter 1.

    >>> three = pd.DataFrame({"enterprise_id": list("abc"), "entry": 0, "exit": [12.0, 6.0, 12.0],
    ...     "followed_until": 12.0, "event": [False] * 3, "end_kind": ["", "lost_contact", ""]})
    >>> bounds(three, [12])[["group", "estimate"]].round(3).values.tolist()
    [['base', 1.0], ['lost_active', 1.0], ['lost_stopped', 0.667]]
    """
    missing = [column for column in ("end_kind", "followed_until") if column not in spells]
    if missing:
        raise DataError(f"bounds need {', '.join(missing)}; cohort.spells gives them.")
    lost = spells["end_kind"].eq(LOST)
    suppositions = {
        "base": spells,
        "lost_active": spells.assign(
            exit=spells["exit"].where(~lost, spells["followed_until"].clip(lower=spells["exit"]))
        ),
        "lost_stopped": spells.assign(event=spells["event"] | lost),
    }
    tables = {name: at(supposed, months, level=level) for name, supposed in suppositions.items()}
    frame = _stacked(tables)
    steps = _stacked({name: table.attrs["steps"] for name, table in tables.items()})
    said = {**about_of(tables["base"]), "codes": "bounds", "privacy": "confidential"}
    said["estimand"] = N_("share still active, under three suppositions about those lost from sight")
    table = estimates(frame, **said)
    table.attrs["steps"] = beside(estimates(steps, **{**said, "kind": "curve"}))
    return table


def _stacked(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    bare = [pd.DataFrame({c: table[c] for c in table}).assign(group=name) for name, table in tables.items()]
    return pd.concat(bare, ignore_index=True)


def landmark(spells: pd.DataFrame, months: float) -> pd.DataFrame:
    """The spells of enterprises still active at a landmark, from there on: curves of them are S(t) given S(landmark).

    Use it where the first months have so few at risk that one end would drive the whole curve to zero.

    Raises
    ------
    ParameterError
        The landmark is not a number of months from 0 on.
    DataError
        Nobody was still active and observed then.

    >>> two = pd.DataFrame({"enterprise_id": ["a", "b"], "entry": [0.0, 20.0], "exit": [9.0, 30.0], "event": True})
    >>> landmark(two, 12)[["enterprise_id", "entry", "exit"]].values.tolist()
    [['b', 20.0, 30.0]]
    """
    if not months >= 0:
        raise ParameterError(f"a landmark is a number of months from 0 on, for instance 12; not {months}.")
    kept = spells[spells["exit"] > months]
    if not len(kept):
        raise DataError(
            f"no enterprise was still active and observed at {months:g} months; choose an earlier landmark."
        )
    later = kept.assign(entry=kept["entry"].clip(lower=float(months))).reset_index(drop=True)
    later.attrs = dict(spells.attrs)
    return later
