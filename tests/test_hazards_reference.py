"""Ratios of hazards against R (tests/reference/make_hazards.R): coefficients, errors, score tests, Firth's penalty."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coopeval import survival
from coopeval.survival.hazards_errors import cr2, lin_wei, plain
from coopeval.survival.hazards_fit import fitted
from coopeval.survival.hazards_partial import score_residuals
from coopeval.survival.hazards_rows import rows

HERE = Path(__file__).parent / "reference"
FORMULA = "arm(register) + legal_family(coop) + age_at_zero"
SETS = {"plain": {}, "weighted": {"weights": "weight"}, "stratified": {"strata": "layer"},
        "both": {"weights": "weight", "strata": "layer"}}  # fmt: skip


def stored(name, **only):
    frame = pd.read_csv(HERE / f"hazards_{name}.csv")
    for column, value in only.items():
        frame = frame[frame[column].eq(value)]
    return frame.reset_index(drop=True)


@pytest.fixture(scope="module")
def spells():
    frame = stored("spells")
    return frame.rename(columns={"row": "enterprise_id"}).assign(event=frame["event"].astype(bool))


@pytest.mark.parametrize("name", SETS)
def test_coefficients_and_errors_are_those_of_coxph(spells, name):
    theirs = stored("fits", set=name)
    data = rows(spells, FORMULA, "enterprise", **SETS[name])
    risk = data.risk()
    fit = fitted(risk)
    assert list(data.design.labels) == theirs["term"].tolist()
    assert fit.found.loglik == pytest.approx(theirs["loglik"][0], abs=1e-8)
    np.testing.assert_allclose(fit.beta, theirs["estimate"], atol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.diag(plain(fit))), theirs["se_model"], atol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.diag(lin_wei(risk, fit, data.cluster))), theirs["se_cluster"], atol=1e-9)
    residual = np.zeros((len(spells), len(fit.beta)))
    residual[risk.kept] = score_residuals(risk, fit.found)
    r = stored("residuals", set=name).set_index("row").loc[data.spells["enterprise_id"]]
    np.testing.assert_allclose(residual[:, [0, -1]], r[["arm", "age_at_zero"]], atol=1e-8)


def test_the_table_holds_these_numbers(spells):
    told, theirs = survival.hazards(spells, FORMULA), stored("fits", set="plain")
    np.testing.assert_allclose(np.log(told["estimate"]), theirs["estimate"], atol=1e-9)
    np.testing.assert_allclose(np.log(told["high"] / told["low"]) / 3.919927969, theirs["se_model"], atol=1e-8)
    assert told["df"].eq(75).all()


def test_errors_by_cluster_are_wider_than_the_plain_sandwich_with_few_clusters(spells):
    told = survival.hazards(spells.rename(columns={"enterprise_id": "position_id"}).rename(
        columns={"enterprise": "enterprise_id"}), FORMULA, cluster="enterprise_id")  # fmt: skip
    plain_sandwich = np.exp(2 * 1.96 * stored("fits", set="plain")["se_cluster"])
    assert (told["high"] / told["low"] > plain_sandwich).all()
    assert told["df"].between(10, 25).all() and told["n_enterprises"].max() <= 26


def test_corrected_errors_lie_between_the_sandwich_and_leaving_clusters_out(spells):
    # CR2 corrects half of what leaving each cluster out in turn (CR3) corrects; with a cluster per row all are close
    data = rows(spells, "arm(register) + age_at_zero", "enterprise")
    risk = data.risk()
    fit = fitted(risk)
    left = np.array([fitted(data.risk(without=data.cluster == one)).beta for one in range(data.cluster.max() + 1)])
    jackknife = np.sqrt(((left - fit.beta) ** 2).sum(axis=0))
    sandwich = np.sqrt(np.diag(lin_wei(risk, fit, data.cluster)))
    corrected = np.sqrt(np.diag(cr2(risk, fit, data.cluster)[0]))
    assert (sandwich < corrected).all() and (corrected < jackknife).all()
    np.testing.assert_allclose(corrected, np.sqrt(sandwich * jackknife), rtol=0.03)
    each = np.arange(len(spells))
    alone = np.sqrt(np.diag(cr2(risk, fit, each)[0])) / np.sqrt(np.diag(lin_wei(risk, fit, each)))
    assert (alone > 1).all() and (alone < 1.08).all()


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("transform", ["km", "identity"])
def test_tests_of_proportionality_are_those_of_cox_zph(spells, name, transform):
    ours = survival.proportionality(spells, FORMULA, transform=transform, **SETS[name])
    theirs = stored("zph", set=name, transform=transform)
    np.testing.assert_allclose(ours[["statistic", "df", "p"]], theirs[["statistic", "df", "p"]], atol=1e-8)
    assert ours["group"].tolist() == ["arm", "legal_family", "age_at_zero", "all"]


def test_scaled_residuals_are_those_of_cox_zph(spells):
    ours, theirs = survival.proportionality_residuals(spells, FORMULA), stored("schoenfeld")
    for group, column in (("arm=programme", "programme"), ("age_at_zero", "age_at_zero")):
        own = ours[ours["group"].eq(group)].sort_values(["at_months", "estimate"])
        both = theirs.sort_values(["at_months", column])
        np.testing.assert_allclose(own[["at_months", "scale", "estimate"]], both[["at_months", "scale", column]],
                                   atol=1e-9)  # fmt: skip


@pytest.mark.parametrize("name", ["few", "all"])
def test_the_penalised_fit_is_the_maximum_found_by_brute_force(spells, name):
    own, theirs = spells[spells["arm"].ne("structure")], stored("firth", set=name)
    if name == "few":
        own = own[own["exit"] <= 40]
        own = own.assign(event=own["event"] & own["arm"].ne("programme"))
    told = survival.hazards(own, FORMULA, penalty="firth")
    for column in ("estimate", "low", "high"):
        np.testing.assert_allclose(np.log(told[column]), theirs[column], atol=1e-6, err_msg=column)
    known = told["note"].eq("")
    np.testing.assert_allclose(told.loc[known, "p"], theirs.loc[known, "p"], atol=1e-8)
