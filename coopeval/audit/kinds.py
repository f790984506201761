"""Which kinds of figure are solved for, and why the others are not: a closed list."""

from __future__ import annotations

import pandas as pd

from coopeval.errors import DisclosureError, refusal
from coopeval.uncertainty import about_of
from coopeval.wording import N_

MODELLED = ("count", "share", "sum", "mean", "ratio", "curve", "at", "test")
COARSE = N_("Each figure stands on a grid so coarse that no single unit moves it; nothing adds up to another figure.")
NOT_MODELLED = {
    "difference": N_("Worked out from the two released figures, which are solved for themselves."),
    "occupation": N_("Shares in steps of at least five projects, rounded together; no count follows from them."),
    "flow": N_("Sums since the beginning, rounded down to fives: the difference of two leaves at least nine values."),
    "model": COARSE, "weights": COARSE, "balance": COARSE, "effect": COARSE, "decision": COARSE, "league": COARSE,
    "specification": COARSE, "forecast": COARSE,
    "agreement": N_("Worked out from released specifications."),
    "indicators": N_("Copies of figures of other tables, as released there; they are solved for there."),
    "changes": N_("Differences of figures as released for each period; those are solved for."),
    "own_practice": N_("Commitments one public body makes in public; shares of its few persons are withheld."),
    "published": N_("Made of public reports alone."),
}  # fmt: skip
ROWS = N_("Rows of the delivery are neither persons nor enterprises.")


def reason_not_modelled(name: str, table: pd.DataFrame) -> str | None:
    """Why a table is not solved for, as an English msgid; nothing where it is.

    Raises
    ------
    DisclosureError
        A kind the auditor does not know.
    """
    said = about_of(table)
    kind = str(said["kind"])
    if said["privacy"] == "published":
        return NOT_MODELLED["published"]
    if said["unit"] == "rows":
        return ROWS
    if kind in MODELLED:
        return None
    if kind not in NOT_MODELLED:
        msgid = N_(
            "The auditor does not know figures of kind {kind} ({table}), so it cannot tell what follows from them. Add "
            "the kind to coopeval/audit/kinds.py, with its equations or with the reason why there are none."
        )
        raise refusal(DisclosureError, msgid, kind=kind, table=name)
    return NOT_MODELLED[kind]
