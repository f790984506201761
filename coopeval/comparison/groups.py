"""Who can be compared with the programme, and how far such a comparison can be trusted."""

from __future__ import annotations

import pandas as pd

from coopeval.errors import DataError
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

DESIGN = "adjusted"  # of every comparison of arms here: alike in what was recorded; nobody drew lots
COUNTED = {
    "enterprises": N_("enterprises studied in each group"),
    "projects": N_("projects studied in each group"),
}
RATED = N_(
    "The design says how far a comparison with this group can be trusted once it is weighted: it makes groups alike in "
    "what was recorded, and motivation and network were not."
)


def groups(frame: pd.DataFrame) -> pd.DataFrame:
    """How many are studied in each arm, and the design of a comparison of the programme with it.

    One row per arm of the frame (codes `arms`).

    Parameters
    ----------
    frame
        What `cohort.spells` or `cohort.compared` returns.

    Returns
    -------
    Estimate table of counts: `group`, `design` (code of `designs`; empty for the programme itself), `n`, `estimate`.

    Raises
    ------
    DataError
        A frame without arms.

    >>> groups(pd.DataFrame({"arm": ["programme", "programme", "register"]}))[["group", "design", "n"]].values.tolist()
    [['programme', '', 2], ['register', 'adjusted', 1]]
    """
    if "arm" not in frame:
        raise DataError("These rows have no arms; give what cohort.spells or cohort.compared returns.")
    about = about_of(frame)
    unit = "projects" if about["unit"] == "projects" else "enterprises"
    counts = frame.groupby("arm", sort=True).size().rename("n").rename_axis("group").reset_index()
    design = counts["group"].map(lambda arm: "" if arm == "programme" else DESIGN)
    said = {word: about[word] for word in ("population", "clock", "is_synthetic", "as_of")}
    return estimates(
        counts.assign(design=design, estimate=counts["n"]), kind="count", unit=unit, codes="arms",
        method="count", estimand=COUNTED[unit], warnings=(RATED,), privacy="confidential", **said,
    )  # fmt: skip
