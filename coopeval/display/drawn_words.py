"""What each kind of figure draws, in words for those who do not see it."""

from __future__ import annotations

from coopeval.wording import N_

OVER_TIME = N_(
    "Curves in steps, one per group, drawn with dashes and signs of their own. Time runs to the right; upwards stands "
    "the share that is left. Each curve starts with everyone and goes down where units have ended; a pale band shows "
    "the limits. Under the axis stands how many are still followed."
)
ROWS = N_(
    "One row per group, in the order of the table: a dot at the value with a line between its limits, and the value in "
    "words at the end of the row."
)
KINDS = {
    "survival_steps": OVER_TIME,
    "incidence": N_(
        "Curves in steps, one per kind of end, drawn with dashes and signs of their own; a panel per group. Time runs "
        "to the right; upwards stands the share that has ended in that way. Each curve starts at nobody and rises."
    ),
    "band": N_(
        "A curve in steps for the enterprises studied here, and open diamonds with a range for published figures. Time "
        "runs to the right; upwards stands the share that is left."
    ),
    "beside": N_(
        "Two curves in steps of the same units, worked out in two ways and drawn with dashes and signs of their own. "
        "Time runs to the right; upwards stands the share that is left."
    ),
    "bars": ROWS,
    "counts": N_("One lying bar per group, in the order of the table, with the number at its end."),
    "flows": N_(
        "One row per group: a bar to the right for what was won, a hatched bar to the left for what was lost, and a "
        "diamond at the difference."
    ),
    "forest": N_(
        "One row per source: a dot at its figure with a line between the limits; a diamond for the pooled figure. "
        "Sources that cannot be compared are named in words, not drawn."
    ),
    "funnel": N_(
        "Each structure stands where its size puts it: an open sign at its raw share, a filled one at the share with "
        "the same mix. Lines mark the limits within which structures differ by chance alone."
    ),
    "love": N_(
        "One row per fact known before: an open sign at the difference before weighting, a filled one after. A line "
        "marks no difference."
    ),
    "nested": N_(
        "One column per year; inside the whole stands the part that was paid, and inside that the part borne by the "
        "subsidy."
    ),
    "occupation": N_(
        "Areas stacked on each other over time, one per state, adding up to all. Time runs to the right. Under the "
        "axis stands how many are still followed."
    ),
    "overlap": N_(
        "Two lying bars per band of the score: the share of the group studied, and, hatched, of the group "
        "compared with."
    ),
    "published_series": N_(
        "A small panel per series, in the order of the table. Time runs to the right; upwards stands the figure as it "
        "was published. An open sign has a flag, whose letters stand beside it; a dashed upright line is a break, and "
        "no line is drawn across it or over a missing figure, which is a cross."
    ),
    "pairs": N_("Two lying bars per group, one plain and one hatched: the same work in two units."),
    "precision": N_(
        "One row per headline with a sign per day: how wide its interval is expected to be then, as a part of today's."
    ),
    "specification_curve": N_(
        "Above, the estimates of one headline with their limits, in order of size; below each a sign for every choice "
        "it made. The main way is marked."
    ),
    "targets": N_("One row per target: a dot at the part of it that was reached, and a line where the target is met."),
    "timeline": N_("One column per year, in order; a year without a figure keeps its place and carries a mark."),
    "acceptability": N_(
        "One curve per option, drawn with dashes and signs of their own. To the right runs what one more result is "
        "worth; upwards stands the share of draws in which the option is best."
    ),
    "expected_loss": N_(
        "Above, one curve per option: what choosing it may cost. Below, what more knowledge would be worth. To the "
        "right runs what one more result is worth."
    ),
    "plane": N_(
        "Each option is a point with its limits both ways: to the right the difference in effect, upwards the "
        "difference in cost. How many draws lie in each quarter stands in words."
    ),
    "tornado": N_(
        "One bar per input, from the result with its one end to the result with the other; the widest stands first."
    ),
}
