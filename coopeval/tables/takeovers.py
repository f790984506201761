"""Who lives on in whom: a chain of take-overs has to end somewhere, and each link has to be one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coopeval.tables.personal import shown
from coopeval.tables.raw import Raw
from coopeval.tables.rows import LINE, as_days

FOLLOWED = ("taken_over", "merged")


def complain(raws: Mapping[str, Raw], frames: Mapping[str, pd.DataFrame]) -> None:
    """Adds the faults of `continued_by`: a circle, itself, one that had ended before, one that was not taken over."""
    if "enterprises" not in frames:
        return
    raw, frame = raws["enterprises"], frames["enterprises"].drop_duplicates("enterprise_id")
    linked = frame[frame["continued_by"].ne("")]
    itself = linked["continued_by"].eq(linked["enterprise_id"])
    raw.add("E-CHAIN-02", linked[LINE][itself], "continued_by", _shown(linked[itself]))
    circle = linked[linked["enterprise_id"].isin(_in_circles(linked[~itself]))]
    raw.add("E-CHAIN-01", circle[LINE], "continued_by", _shown(circle))
    strange = linked[~linked["end_kind"].isin(FOLLOWED) & ~linked[LINE].isin(raw.refused("end_kind"))]
    raw.add("W-CHAIN-01", strange[LINE], "continued_by", _shown(strange))
    over = linked[~itself & ~linked.index.isin(circle.index) & linked["end_kind"].eq("taken_over")]
    gone = over["continued_by"].map(frame.set_index("enterprise_id")["ended_on"])
    late = over.assign(gone=gone)[gone < over["ended_on"]]
    days = {"last": as_days(late["gone"]), "started": as_days(late["ended_on"])}
    raw.add_each("E-CHAIN-03", late[LINE], "continued_by", _shown(late), **days)


def _in_circles(linked: pd.DataFrame) -> pd.Index:
    """Enterprises that stand in a circle: those still reached after as many steps as there are links."""
    keys = pd.Index(linked["enterprise_id"])
    step = np.append(keys.get_indexer(linked["continued_by"]), -1)  # -1 leads out, and the last place keeps it there
    for _ in range(len(keys).bit_length()):
        step = step[step]  # twice as far
    return keys[np.unique(step[step >= 0])]


def _shown(frame: pd.DataFrame) -> list[str]:
    return [shown(key) for key in frame["continued_by"]]
