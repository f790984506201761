"""Jobs per enterprise by a group fixed at a landmark: by hand, a law, refusals."""

import pandas as pd
import pytest

from coopeval import jobs
from coopeval.errors import DataError

# Entered 1 March 2021; landmark after 24 months: 1 March 2023; so the day is 31 December 2023.
# a 4 jobs, b 2 (recognised: 6 over 2 = 3); c ceased meanwhile (0), d 1, e not known (not sought: 1 over 2, one not
# known);
# f entered in 2025: its day has not come.
STOCKS = pd.DataFrame(
    [(e, "year_end", f"{year}-12-31", n) for e, by_year in {
        "a": {2022: 3, 2023: 4, 2024: 9}, "b": {2023: 2}, "c": {2023: 0}, "d": {2023: 1}, "e": {2023: None},
        "f": {2025: 7},
    }.items() for year, n in by_year.items()],
    columns=["enterprise_id", "moment", "on", "headcount"],
)  # fmt: skip
STOCKS = STOCKS.assign(on=pd.to_datetime(STOCKS["on"]), headcount=STOCKS["headcount"].astype(float))
STOCKS = STOCKS.assign(fte=STOCKS["headcount"] / 2)
FACTS = pd.DataFrame(
    {"enterprise_id": list("abcdef"), "entered_on": pd.to_datetime(["2021-03-01"] * 5 + ["2025-03-01"])}
)
GROUPS = pd.DataFrame(
    {"enterprise_id": list("abcdef"), "recognition": ["recognised"] * 2 + ["not_sought"] * 3 + ["unknown"]}
)


def made(stocks=STOCKS) -> pd.DataFrame:
    frame = pd.DataFrame({"job_id": []})
    frame.attrs = {"stocks": stocks, "enterprises": FACTS, "about": {"as_of": "2026-06-30"}}
    return frame


def test_jobs_stand_on_the_first_december_after_the_landmark():
    found = jobs.per_enterprise(made(), GROUPS).set_index("group")
    assert found.loc["recognised", ["numerator", "denominator", "estimate"]].tolist() == [6, 2, 3]
    assert found.loc["not_sought", ["numerator", "denominator", "n_not_known"]].tolist() == [1, 2, 1]
    assert found.loc["all", ["numerator", "denominator"]].tolist() == [7, 4]
    assert found.loc["unknown", "note"] == "immature" and pd.isna(found.loc["unknown", "estimate"])


def test_half_the_hours_are_half_the_jobs():
    heads, hours = (jobs.per_enterprise(made(), GROUPS, work=work)["estimate"] for work in ("headcount", "fte"))
    assert (heads.dropna() / 2).tolist() == pytest.approx(hours.dropna().tolist())


def test_the_order_of_rows_does_not_matter():
    one, other = jobs.per_enterprise(made(), GROUPS), jobs.per_enterprise(made(STOCKS[::-1]), GROUPS[::-1])
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_an_enterprise_in_two_groups_is_refused():
    with pytest.raises(DataError, match="twice"):
        jobs.per_enterprise(made(), pd.concat([GROUPS, GROUPS[:1]]))
