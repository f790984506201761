"""The enterprises behind the projects: legal form, sector, joint committee (Q06, Q20)."""

from __future__ import annotations

import pandas as pd

from coopeval.errors import ParameterError
from coopeval.portfolio.units import counted, labelled, said, supported_enterprises
from coopeval.uncertainty import estimates
from coopeval.wording import N_

CODES = {
    "legal_form": "legal_forms", "legal_family": "legal_families", "nace_section": "nace_sections",
    "joint_committee": "joint_committees",
}  # fmt: skip
IN_REGISTER = ("legal_form", "legal_family", "nace_section")
ORIGINS = {
    "supported": (N_("number of enterprises supported"), N_("enterprises of the projects selected by the programme")),
    "created": (
        N_("number of enterprises created"),
        N_("first enterprises of selected projects, born on or after entry into the programme"),
    ),
    "existing": (
        N_("number of enterprises supported and not created"),
        N_("enterprises of selected projects that existed at entry, or further ones of the same project"),
    ),
}


def enterprises(dataset, by: str, origin: str = "supported", since=None) -> pd.DataFrame:
    """Number of enterprises per group, and all of them.

    One row per group and one, `all`. What is not known counts as `unknown`. An enterprise carried on by another one
    is counted once.

    Parameters
    ----------
    dataset
        The tables, as of a date.
    by
        legal_form (at birth), legal_family, nace_section (NACE-BEL 2025) or joint_committee.
    origin
        `supported`: all; `created`: only those the programme can call created; `existing`: the others. A total of
        supported ones never stands for creations.
    since
        A day: only the enterprises born on it or later.

    Returns
    -------
    Estimate table of counts: `group`, `n`, `estimate` (the same number). Its class is `register` where all it says
    stands in the public register: form and sector, of all supported enterprises.
    """
    if origin not in ORIGINS:
        raise ParameterError(f'"{origin}" is not an origin of enterprises. Choose one of {", ".join(ORIGINS)}.')
    of_origin = chosen(supported_enterprises(dataset), origin)
    if by == "joint_committee":
        committees = dataset.columns("enterprises", "enterprise_id", by).set_index("enterprise_id")
        of_origin = of_origin.join(committees, on="enterprise_id")
    groups = labelled(of_origin if since is None else of_origin[of_origin["born_on"] >= since], by, tuple(CODES))
    is_public = origin == "supported" and by in IN_REGISTER
    estimand, population = ORIGINS[origin]
    return estimates(
        counted(groups), kind="count", unit="enterprises", by=by, codes=CODES[by], estimand=estimand,
        population=population, privacy="register" if is_public else "confidential", **said(dataset),
    )  # fmt: skip


def chosen(supported: pd.DataFrame, origin: str) -> pd.DataFrame:
    """Those of one origin."""
    if origin == "supported":
        return supported
    return supported[supported["is_created"].eq(origin == "created")]
