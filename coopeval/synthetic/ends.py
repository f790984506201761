"""How enterprises end, and how much of it is known: exactly, on the semester grid, carried on, or lost from sight."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval.synthetic import hazards, mixes
from coopeval.synthetic.chance import DAYS_PER_MONTH, NEVER, choose_by, days, keys, later, months, semester_end, stream
from coopeval.synthetic.plans import HORIZON, Plan

ON_GRID = {"programme": 0.35, "structure": 0.45, "rejected": 0.30, "waiting_list": 0.30, "register": 0.0}
CARRIED_ON = 0.65  # of those taken over, by an enterprise of their own that goes on
CAUSES = ("ceased", *hazards.OTHER_CAUSES, "lost_contact")
GIVEN_UP_AFTER = 182  # days without a sign; contact is then given up at the end of the semester


def ended(frame: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """The enterprises with their ends, and the successors of those carried on; `true_end` and `true_cause` besides."""
    rng = stream(seed, plan.structure_id, "ends")
    born, seen = days(frame["born_on"].to_numpy()), days(frame["observed_from"].to_numpy())
    factors = hazards.factor(frame)
    at = hazards.draw_ends(rng, factors, frame["arm"], months(born, seen))
    ages = np.column_stack([at[cause] for cause in CAUSES])
    carried = (rng.random(len(frame)) < CARRIED_ON) & (np.argmin(ages, axis=1) == CAUSES.index("taken_over"))
    taken = later(born, np.minimum(ages[:, CAUSES.index("taken_over")], 2400) * DAYS_PER_MONTH)
    carried &= taken < days(HORIZON)
    ages[carried, CAUSES.index("taken_over")] = np.inf
    first = np.argmin(ages, axis=1)
    end = later(born, np.minimum(ages[np.arange(len(frame)), first], 2400) * DAYS_PER_MONTH)
    end = np.maximum(end, later(seen, np.ones(len(frame))))
    end = np.where(carried, np.maximum(end, taken + 2), end)
    over = end <= days(HORIZON)
    frame = frame.assign(
        factor=factors, true_end=np.where(over, end, NEVER),
        true_cause=np.where(over, np.array(CAUSES, dtype=object)[first], ""),
        taken_on=np.where(carried, taken, NEVER),
    )  # fmt: skip
    return _split(_known(frame, rng), plan)


def _known(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What the tables say of the true end."""
    cause, end = frame["true_cause"].to_numpy(), days(frame["true_end"].to_numpy())
    lost, over = cause == "lost_contact", cause != ""
    family = frame["legal_family"].where(frame["legal_family"].isin(mixes.CEASED_AS), "unknown").to_numpy()
    kind = np.where(cause == "ceased", choose_by(family, mixes.CEASED_AS, rng.random(len(frame))), cause)
    grid = over & ~lost & (rng.random(len(frame)) < frame["arm"].map(ON_GRID).to_numpy(float))
    filled = np.where(over, end, days(HORIZON))
    snapshot = semester_end(filled)
    before = semester_end(later(semester_end(filled), np.full(len(frame), -200)))
    before = np.maximum(before, days(frame["observed_from"].to_numpy()))
    given_up = semester_end(later(filled, np.full(len(frame), GIVEN_UP_AFTER)))
    said = np.select([~over, lost, grid], [np.full(len(frame), NEVER), given_up, snapshot], end)
    said = days(said)
    waiting = lost & (said > days(HORIZON))
    return frame.assign(
        ended_on=np.where(waiting, NEVER, said), end_kind=np.where(waiting, "", kind),
        not_ended_before=np.where(grid & (before < snapshot), before, NEVER),
        last_seen_on=np.where(over & ~lost, said, filled),
    )  # fmt: skip


def _split(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """An enterprise carried on by another is two rows: it ends, and its successor is born the day after."""
    frame = frame.assign(continued_by="", is_successor=False)
    carried = frame["taken_on"].notna().to_numpy()
    heirs = frame[carried]
    names = keys(f"E{plan.number}-C", len(heirs))
    born, known = days(heirs["taken_on"].to_numpy()) + 1, heirs["not_ended_before"]
    heirs = heirs.assign(
        enterprise_id=names, born_on=born, observed_from=born, is_successor=True, is_created=False,
        kbo_number="", becomes="", matched_on=heirs["matched_on"].where(heirs["is_successor"]),
        not_ended_before=np.where(known.isna(), NEVER, np.maximum(days(known), born)),
    )  # fmt: skip
    taken = days(frame["taken_on"].to_numpy())
    frame = frame.assign(
        continued_by=_filled(carried, names), ended_on=np.where(carried, taken, frame["ended_on"]),
        end_kind=np.where(carried, "taken_over", frame["end_kind"]),
        not_ended_before=np.where(carried, NEVER, frame["not_ended_before"]),
        last_seen_on=np.where(carried, taken, frame["last_seen_on"]),
    )  # fmt: skip
    return pd.concat([frame, heirs], ignore_index=True)


def _filled(where: np.ndarray, values: np.ndarray) -> np.ndarray:
    filled = np.full(len(where), "", dtype=object)
    filled[where] = values
    return filled
