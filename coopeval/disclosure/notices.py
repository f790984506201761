"""What a released table says of its own rounding; the reader finds it under the table."""

from __future__ import annotations

from coopeval.wording import N_

ROUNDED = N_("Counts are rounded to protect small groups; shares and intervals are worked out from the rounded counts.")
LATE = N_(
    "Steps are shown late: a change appears on a six-month grid, once enough events stand behind it, and the curve "
    "ends where few are left."
)
SO_FAR = N_("The number ended is that since the start of the curve, as far as it is shown.")
COARSE = N_("Durations are rounded, limits outward, to protect small groups.")
AGAIN = N_("Differences are worked out from released values, or rounded like them, to protect small groups.")
RATIO = N_(
    "Both sums are rounded to protect small groups, the ratio is worked out from the rounded ones, and its limits are "
    "rounded outward."
)
OF_RELEASED = N_(
    "Changes are differences of released figures, so rounding may make them larger or smaller than they were."
)
AS_THERE = N_("Each figure is released as in its chapter, rounded or withheld by the same rule.")
SUM = N_("Sums are rounded so far that what any four units give cannot be read off them.")
NONE_OR_FEW = N_("A category that is withheld may hold none or too few.")
WEIGHTS = N_(
    "Numbers are rounded to protect small groups: counts by fives or sixes, the effective number down, the largest "
    "share up."
)
OWN = N_(
    "What the structure commits itself to is told as it is. What would tell of its staff or board is withheld unless "
    "ten persons are known to stand behind it."
)
MODEL = N_("Ratios are rounded to 0.05, limits outward, to protect small groups; a p of 0.01 means at most 0.01.")
TEST = N_("Counts are rounded to protect small groups; a p of 0.01 means at most 0.01.")
TOGETHER = N_(
    "Shares of states are shown on a six-month grid, rounded together so that they add up to one; a state with few "
    "units may show as none. The series ends where few are left."
)
GATHERED = N_(
    "Flows are shown late, once five have gathered, and stocks follow from the flows shown: a 0 can stand for up to "
    "four."
)
ALIKE = N_(
    "Differences between groups are rounded to 0.05, or more coarsely in small groups; a level with fewer than five "
    "units in a group is withheld."
)
STEPS = N_(
    "Estimates are rounded to a step that no single unit can move, limits outward; a p of 0.01 means at most 0.01. "
    "E-values are worked out from the rounded estimate."
)
DECIDED = N_(
    "Costs and effects are rounded to a step that no single project can move; increments and their ratio are worked "
    "out from the rounded ones. Options of fewer than ten projects are withheld."
)
BESIDE = N_(
    "Shares are worked out from rounded counts; what is adjusted or expected is rounded to a step that no single unit "
    "can move, limits outward."
)
ALMOST_ALIKE = N_(
    "Where two ways of choosing differ by fewer than ten units, one of them is withheld: the two together would tell "
    "of the few."
)
OF_RELEASED_WAYS = N_("Worked out from the specifications as they are released, rounded or withheld by their own rule.")
LATER = N_("The precision expected is worked out from rounded numbers of units, and rounded up.")
NOTICES: dict[str, tuple[str, ...]] = {
    "curve": (LATE, SO_FAR), "at": (LATE, SO_FAR), "difference": (AGAIN,), "mean": (COARSE,), "test": (TEST,),
    "share": (ROUNDED,), "count": (ROUNDED,), "sum": (ROUNDED, SUM), "ratio": (RATIO, SUM), "model": (MODEL,),
    "indicators": (AS_THERE,), "changes": (AS_THERE, OF_RELEASED), "weights": (WEIGHTS,), "own_practice": (OWN,),
    "occupation": (TOGETHER,), "flow": (GATHERED,),
    "balance": (ALIKE,), "effect": (STEPS,), "decision": (DECIDED,), "league": (BESIDE,),
    "specification": (STEPS, ALMOST_ALIKE), "forecast": (LATER,), "agreement": (OF_RELEASED_WAYS,),
}  # fmt: skip
