"""Referrals beside the projects they concern."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from coopeval.tables.raw import Raw
from coopeval.tables.rows import LINE, as_days


def complain(raws: Mapping[str, Raw], frames: Mapping[str, pd.DataFrame]) -> None:
    """Adds referrals to others before the project entered, and hand-overs that no referral tells of."""
    if not {"referrals", "projects"} <= set(frames):
        return
    raw, projects = raws["referrals"], frames["projects"]
    away = frames["referrals"][frames["referrals"]["direction"].eq("to")]
    entered = away["project_id"].map(projects.drop_duplicates("project_id").set_index("project_id")["entered_on"])
    away = away.assign(entered=entered)
    early = away[away["referred_on"] < away["entered"]]
    days = as_days(early["referred_on"])
    raw.add_each("W-REF-01", early[LINE], "referred_on", days, started=as_days(early["entered"]))
    if raw.is_whole and not raw.refused("project_id", "direction"):
        _without_referral(raws["projects"], projects, away)


def _without_referral(raw: Raw, projects: pd.DataFrame, away: pd.DataFrame) -> None:
    """Only for structures that record their referrals: another's empty list says nothing."""
    has = projects["project_id"].isin(away["project_id"])
    records = projects["structure_id"].isin(projects["structure_id"][has])
    lost = projects[records & ~has & projects["end_kind"].eq("handed_over")]
    raw.add("W-REF-02", lost[LINE], "end_kind", lost["end_kind"].tolist())
