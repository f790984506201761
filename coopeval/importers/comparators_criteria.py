"""In what a comparator must be like its case, and in which order that may be given up, never without being asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import ParameterError, refusal
from coopeval.schema.nace import section
from coopeval.wording import N_

CHOICES = {
    "form": ("legal_family", "legal_form"),
    "sector": ("section", "division"),
    "place": ("region", "municipality", "anywhere"),
}
REGIONS = (  # first postcode, as the post hands them out by province
    (1000, "brussels"), (1300, "wallonia"), (1500, "flanders"), (4000, "wallonia"), (8000, "flanders"),
)  # fmt: skip
CITY_OF_BRUSSELS = ("1000", "1020", "1120", "1130")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Criteria:
    """What case and comparator have in common besides being at risk on one day.

    `born_within_months` either side; `form` legal_family or legal_form; `sector` section or division (of one version
    of NACE); `place` region, municipality (a postcode, those of the City of Brussels being one) or anywhere; `reuse`:
    whether one enterprise may stand in the sets of several cases, never twice in one; `relax`: whether a set that
    stays short is filled from the steps of `relaxed`, one after the other.
    """

    born_within_months: int = 6
    form: str = "legal_family"
    sector: str = "section"
    place: str = "region"
    reuse: bool = False
    relax: bool = False

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                msgid = N_('"{value}" is not a choice for {name}. Choose one of {choices}.')
                raise refusal(ParameterError, msgid, value=getattr(self, name), name=name, choices=", ".join(choices))
        if not 1 <= self.born_within_months <= 60:
            msgid = N_("A birth window of {n} months cannot be used. Choose from 1 to 60.")
            raise refusal(ParameterError, msgid, n=self.born_within_months)

    def relaxed(self) -> list[tuple[str, Criteria]]:
        """The steps in which likeness may be given up, each on top of the one before; the order is always this.

        First the region for the municipality, then the section for the division, then twice the birth window, then
        any place. Family of legal form, section and being at risk on the day are never given up.

        >>> [step for step, _ in Criteria(place="municipality").relaxed()]
        ['region', 'birth_doubled', 'anywhere']
        """
        steps, now = [], self
        if now.place == "municipality":
            steps.append(("region", now := replace(now, place="region")))
        if now.sector == "division":
            steps.append(("section", now := replace(now, sector="section")))
        if 2 * now.born_within_months <= 60:
            steps.append(("birth_doubled", now := replace(now, born_within_months=2 * now.born_within_months)))
        if now.place != "anywhere":
            steps.append(("anywhere", replace(now, place="anywhere")))
        return steps


def facts(enterprises: pd.DataFrame) -> pd.DataFrame:
    """What is compared, for each enterprise, under the names of the criteria; `unknown` where it is not known.

    >>> said = {"legal_form": ["706"], "nace_version": ["2008"], "nace_code": ["62010"], "postcode": ["1120"]}
    >>> facts(pd.DataFrame(said)).iloc[0].to_dict()
    {'legal_form': '706', 'legal_family': 'cooperative', 'division': '2008/62', 'section': 'K', 'municipality': '1000',
    'region': 'brussels', 'anywhere': 'anywhere'}
    """
    families = reference.codes("legal_forms").set_index("code")["family"]
    postcode = enterprises["postcode"].astype(str)
    division = enterprises["nace_version"].astype(str) + "/" + enterprises["nace_code"].str[:2]
    told = {
        "legal_form": enterprises["legal_form"],
        "legal_family": enterprises["legal_form"].map(families).fillna(UNKNOWN),
        "division": division.where(enterprises["nace_code"].ne(""), UNKNOWN),
        "section": section(enterprises["nace_code"]),
        "municipality": postcode.where(~postcode.isin(CITY_OF_BRUSSELS), CITY_OF_BRUSSELS[0]).replace("", UNKNOWN),
        "region": region(postcode),
        "anywhere": "anywhere",
    }
    return pd.DataFrame(told, index=enterprises.index).astype(object)


def region(postcodes: pd.Series) -> pd.Series:
    """Region of Belgian postcodes.

    >>> region(pd.Series(["1050", "1348", "1800", "4000", "9000", ""])).tolist()
    ['brussels', 'wallonia', 'flanders', 'wallonia', 'flanders', 'unknown']
    """
    firsts, names = zip(*REGIONS, strict=True)
    numbers = pd.to_numeric(postcodes, errors="coerce").fillna(0).astype(int).to_numpy()
    place = np.searchsorted(firsts, numbers, side="right") - 1
    known = np.array(names, dtype=object)[np.maximum(place, 0)]
    return pd.Series(np.where(place < 0, UNKNOWN, known), index=postcodes.index, dtype=object)
