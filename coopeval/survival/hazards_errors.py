"""Errors of hazard ratios when rows of one enterprise go together."""

from __future__ import annotations

import numpy as np

from coopeval.survival.hazards_fit import Fit
from coopeval.survival.hazards_partial import Risk, score_residuals, shares_of_information

MOST_CLUSTERS = 1000  # beyond, what the correction changes is past the third digit
FULL = 1 - 1e-9  # a cluster that alone tells a coefficient leaves nothing to see its error by


def plain(fit: Fit) -> np.ndarray:
    """Covariance from the model: the inverse of the information."""
    return np.linalg.pinv(fit.information, hermitian=True)


def of_clusters(risk: Risk, fit: Fit, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each cluster adds to the score [G, p], and the number of the cluster of each row at risk."""
    names, number = np.unique(cluster[risk.kept], return_inverse=True)
    scores = risk.weight[:, None] * score_residuals(risk, fit.found)
    summed = np.zeros((len(names), scores.shape[1]))
    np.add.at(summed, number, scores)
    return summed, number


def lin_wei(risk: Risk, fit: Fit, cluster: np.ndarray) -> np.ndarray:
    """Sandwich of the clusters' scores, without correction for their number (Lin & Wei 1989)."""
    moved = of_clusters(risk, fit, cluster)[0] @ plain(fit)
    return moved.T @ moved


def cr2(risk: Risk, fit: Fit, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Covariance corrected for the number of clusters, and degrees of freedom of each coefficient's error.

    In the metric of the information, a cluster's score varies by P - P^2 around zero if the model holds, P being its
    share of the information: a coefficient follows the clusters that it is made from. Multiplied by (1 - P)^(-1/2) it
    varies by P, as it should. For least squares this is Bell & McCaffrey's CR2; here the clusters' shares of the
    information, which add up to it, stand for those of the design.

    Source: Kauermann & Carroll (2001); Bell & McCaffrey (2002); for Cox's model Wang, Turner & Li (2023).
    """
    scores, number = of_clusters(risk, fit, cluster)
    parts = np.zeros((len(scores), *fit.information.shape))
    np.add.at(parts, number, shares_of_information(risk, fit.found))
    roots, axes = np.linalg.eigh(fit.information)
    root = (axes / np.sqrt(np.maximum(roots, 1e-300))) @ axes.T
    share = root @ parts @ root
    own, turned = np.linalg.eigh(share)
    left = np.where(own < FULL, 1 - np.clip(own, 0.0, FULL), np.inf)
    adjust = np.einsum("gik,gk,gjk->gij", turned, left**-0.5, turned)
    moved = np.einsum("gij,gj->gi", adjust @ root, scores) @ root
    covariance = moved.T @ moved
    return covariance, np.array([_freedom(adjust @ root[:, k], share) for k in range(len(root))])


def _freedom(along: np.ndarray, share: np.ndarray) -> float:
    """Satterthwaite: (trace)^2 / trace of the square of the covariance of the clusters' contributions."""
    pulled = np.einsum("gij,gj->gi", share, along)
    own = np.einsum("gi,gi->g", along, pulled)
    between = pulled.T @ pulled
    on_diagonal = (pulled**2).sum(axis=1)
    trace = (own - on_diagonal).sum()
    square = (own**2).sum() - 2 * own @ on_diagonal + (between**2).sum()
    return float(trace**2 / square) if square > 0 else np.nan
