"""The structures of the synthetic world, and the published totals to which the evaluated one is calibrated.

Published figures (data/reference/published_figures.csv, by their id) and how they are met at scale 1:

- CC017 first support on 11 November 2016: exactly;
- CC009, CC011, CC012: 136 projects, 42 enterprises created and 77 jobs by 31 January 2021: exactly, whatever the seed;
- CC001, CC002: EUR 650,000 a year from 2022, and EUR 100,000 from 15 July to 31 December 2021: exactly;
- CC010: 26 projects in support on 31 January 2021: within 8;
- CC013: 310 enterprises supported (not created) by the end of 2025: exactly;
- CC014: more than 550 holders by then: within 10%.

Everything else (who applies, what it costs, how long things last) is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coopeval import reference
from coopeval.errors import ParameterError
from coopeval.synthetic.chance import stream

HORIZON = "2027-12-31"  # the world goes on until then; no delivery can be later
CALIBRATED_ON = "2021-01-31"
N_PROJECTS, N_CREATED, N_JOBS = 136, 42, 77
SUPPORTED_BY, N_SUPPORTED = "2025-12-31", 310
FIRST_ENTRY = "2016-11-11"
REGISTER = "SREG"
MIXED = {"cooperative": 0.34, "non_profit": 0.44, "profit": 0.22}


@dataclass(frozen=True)
class Plan:
    """What is true of one structure."""

    structure_id: str
    name: str
    kind: str
    region: str = "brussels"
    started_on: str = FIRST_ENTRY
    ratio: float = 1.0  # of the hazard of ceasing; the effect of the evaluated programme is in hazards.ARMS
    families: Mapping[str, float] = None
    per_intake: tuple[int, int] = (22, 32)  # spring and autumn
    with_enterprise: float = 0.5  # share of projects that come with one; the evaluated one: by programme
    share_selected: float = 1.0
    records: float = 0.5  # share of enterprises with records of each job

    @property
    def is_evaluated(self) -> bool:
        """The structure under evaluation is the first one."""
        return self.structure_id == "S1"

    @property
    def number(self) -> str:
        """The figure in the keys of its projects and enterprises."""
        return self.structure_id.removeprefix("S")


EVALUATED = Plan("S1", "COOPCITY (synthetic)", "incubator", families=MIXED, share_selected=0.45, records=0.65)
OTHERS = (
    Plan(
        "S2", "Fictional incubator Quartz", "incubator", started_on="2014-03-01", ratio=0.95,
        families={"cooperative": 0.50, "non_profit": 0.40, "profit": 0.10}, per_intake=(6, 9), with_enterprise=0.25,
    ),
    Plan(
        "S3", "Fictional advice agency Beryl", "advice_agency", "wallonia", started_on="2010-01-01", ratio=1.05,
        families={"cooperative": 0.15, "non_profit": 0.30, "profit": 0.55}, per_intake=(5, 8), with_enterprise=0.70,
        records=0.2,
    ),
)  # fmt: skip
SAMPLE = Plan(
    REGISTER, "Fictional register sample", "register_sample", started_on="",
    families={"cooperative": 0.12, "non_profit": 0.28, "profit": 0.60}, records=0.0,
)  # fmt: skip
N_SAMPLED = 600
NOT_IN_BRUSSELS = ("4000", "5000", "6000", "7000")
MORE = (("accelerator", "Onyx"), ("federation", "Topaz"), ("incubator", "Agate"), ("advice_agency", "Jasper"))


def plans(structures: int, seed: int) -> list[Plan]:
    """So many structures: the evaluated one, the register sample, and others between them.

    >>> [plan.structure_id for plan in plans(4, seed=1)]
    ['S1', 'S2', 'S3', 'SREG']
    """
    if not 1 <= structures <= 20:
        raise ParameterError(f"{structures} structures cannot be made. Choose a number from 1 to 20.")
    others = [OTHERS[i] if i < len(OTHERS) else _another(i, seed) for i in range(max(structures - 2, 0))]
    return [EVALUATED, *others, SAMPLE][: max(structures, 1)] if structures > 1 else [EVALUATED]


def _another(i: int, seed: int) -> Plan:
    rng = stream(seed, f"S{i + 2}", "plan")
    kind, stone = MORE[(i - len(OTHERS)) % len(MORE)]
    families = dict(zip(MIXED, rng.dirichlet((3, 3, 3)).round(3).tolist(), strict=True))
    return Plan(
        f"S{i + 2}", f"Fictional {kind.replace('_', ' ')} {stone} {i + 2}", kind, started_on=f"{2008 + i % 8}-01-01",
        ratio=float(np.round(rng.uniform(0.85, 1.15), 3)), families=families,
        per_intake=(int(rng.integers(4, 9)), int(rng.integers(6, 12))), with_enterprise=float(rng.uniform(0.2, 0.7)),
    )  # fmt: skip


def postcodes(plan: Plan) -> np.ndarray:
    """Where projects and enterprises of a structure have their seat."""
    if plan.region != "brussels":
        return np.array(NOT_IN_BRUSSELS, dtype=object)
    return np.array([c for c in reference.codes("postcodes")["code"] if c != reference.UNKNOWN], dtype=object)


def intakes(plan: Plan, scale: float) -> list[tuple[str, bool, int]]:
    """First day, whether in spring, and number of projects selected, of each intake; their sum follows the scale."""
    slots = [(FIRST_ENTRY, False, 14 if plan.is_evaluated else plan.per_intake[1])]
    for year in range(2017, int(HORIZON[:4]) + 1):
        spring, autumn = _usual(plan, year)
        slots += [(f"{year}-03-01", True, spring), (f"{year}-10-01", False, autumn)]
    totals = np.round(np.cumsum([n for *_, n in slots]) * scale).astype(int)
    counts = np.diff(totals, prepend=0)
    return [(day, spring, int(n)) for (day, spring, _), n in zip(slots, counts, strict=True)]


def _usual(plan: Plan, year: int) -> tuple[int, int]:
    """Projects per intake. Of the evaluated structure, 136 up to the autumn of 2020 (CC009)."""
    if not plan.is_evaluated or year >= 2022:
        return plan.per_intake
    return {2017: (12, 18), 2018: (12, 18), 2019: (12, 19), 2020: (12, 19), 2021: (10, 20)}[year]
