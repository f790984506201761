"""Stocks of jobs on days that matter twice."""

import pandas as pd
import pytest

from coopeval import cohort, synthetic

NEW_YEARS_EVE = "2025-12-31"


@pytest.fixture(scope="module")
def delivered():
    return synthetic.delivery(synthetic.world(structures=1, scale=0.6, seed=5), "2026S1")


def test_a_day_that_is_both_the_end_of_a_year_and_today_holds_its_jobs_once(delivered):
    jobs = cohort.jobs(cohort.as_of(delivered, NEW_YEARS_EVE))
    stocks = jobs.attrs["stocks"]
    today = stocks[stocks["on"].eq(pd.Timestamp(NEW_YEARS_EVE))]
    assert set(today["moment"]) >= {"now", "year_end"}
    assert today.groupby("enterprise_id")["headcount"].nunique(dropna=False).eq(1).all()
    present = ~jobs["ended_on"].lt(pd.Timestamp(NEW_YEARS_EVE))  # a last day is a day at work
    there = jobs[present & jobs["kind"].isin(cohort.OWN)].groupby("enterprise_id").size()
    recorded = today[today["source"].eq("job_records") & today["moment"].eq("now")].set_index("enterprise_id")
    assert recorded["headcount"].gt(0).sum() > 20
    assert recorded["headcount"].eq(there.reindex(recorded.index, fill_value=0)).all()


def test_the_stock_of_a_year_is_the_same_a_day_later(delivered):
    of_day = [cohort.jobs(cohort.as_of(delivered, day)).attrs["stocks"] for day in (NEW_YEARS_EVE, "2026-01-01")]
    eve, day_after = (of.query("moment == 'year_end' and source == 'job_records'") for of in of_day)
    columns = ["enterprise_id", "on", "headcount", "fte"]
    both = eve[columns].merge(day_after[columns], on=["enterprise_id", "on"])
    assert len(both) > 50 and both["headcount_x"].eq(both["headcount_y"]).all()
