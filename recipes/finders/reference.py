"""The finders by textbook routines, in float64. Rows are texts: positive [n, d], negative [m, d] -> direction [d]."""
from __future__ import annotations

import math

import numpy as np
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score


def mean_difference(positive, negative):
    return positive.mean(0) - negative.mean(0)


def mean_centring(positive, negative):
    return positive.mean(0) - np.concatenate([positive, negative]).mean(0)


def pair_component(positive, negative, centred=False):
    differences = positive - negative
    rows = differences - differences.mean(0) if centred else differences
    _, singular, right = np.linalg.svd(rows, full_matrices=False)
    component = right[0]
    if (np.sign(differences @ component).sum() or differences.mean(0) @ component) < 0:
        component = -component
    return component * singular[0] / np.sqrt(len(rows))


def within(positive, negative):
    return np.concatenate([positive - positive.mean(0), negative - negative.mean(0)])


def as_long(direction, positive, negative):
    """Reading directions have no length of their own: that of the mean difference."""
    return direction / np.linalg.norm(direction) * np.linalg.norm(mean_difference(positive, negative))


def mass_mean(positive, negative):
    rows = within(positive, negative)
    inverse = np.linalg.pinv(rows.T @ rows / len(rows), rcond=1e-3, hermitian=True)
    return as_long(inverse @ mean_difference(positive, negative), positive, negative)


def mass_mean_shrunk(positive, negative):
    covariance = LedoitWolf(assume_centered=True).fit(within(positive, negative)).covariance_
    return as_long(np.linalg.solve(covariance, mean_difference(positive, negative)), positive, negative)


def logistic_probe(positive, negative, c):
    unit = within(positive, negative).std()
    rows = np.concatenate([positive, negative]) / unit
    labels = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    fitted = LogisticRegression(C=c, tol=1e-12, max_iter=100_000).fit(rows, labels)
    return as_long(fitted.coef_[0], positive, negative)


def transport(positive, negative):
    """-> ω, β [d]: sorted values against each other, repeated until both sides have as many, by least squares."""
    size = math.lcm(len(positive), len(negative))
    a = np.repeat(np.sort(negative, 0), size // len(negative), 0)
    b = np.repeat(np.sort(positive, 0), size // len(positive), 0)
    lines = [np.polyfit(a[:, i], b[:, i], 1) for i in range(a.shape[1])]
    return np.array([line[0] for line in lines]), np.array([line[1] for line in lines])


def gaussian_transport(positive, negative):
    scale = positive.std(0) / negative.std(0)
    return scale, positive.mean(0) - scale * negative.mean(0)


def held_out(find, positive, negative):
    """Leave-one-out up to eight texts a side, else eight folds i mod 8, each measured from its training midpoint."""
    folds = min(8, len(positive), len(negative))
    scores, labels = [], []
    for fold in range(folds):
        train_p = positive[np.arange(len(positive)) % folds != fold]
        train_n = negative[np.arange(len(negative)) % folds != fold]
        unit = find(train_p, train_n)
        unit = unit / np.linalg.norm(unit)
        midpoint = ((train_p @ unit).mean() + (train_n @ unit).mean()) / 2
        for label, side in ((1, positive), (0, negative)):
            rows = side[np.arange(len(side)) % folds == fold]
            scores += list(rows @ unit - midpoint)
            labels += [label] * len(rows)
    scores, labels = np.array(scores), np.array(labels)
    return {"auc": float(roc_auc_score(labels, scores)), "accuracy": float(((scores > 0) == labels).mean())}


FINDERS = {
    "mean-difference": ({}, mean_difference),
    "mean-centring": ({}, mean_centring),
    "pair-component": ({}, pair_component),
    "pair-component-centred": ({}, lambda p, n: pair_component(p, n, True)),
    "mass-mean": ({"inverse": "shrunk"}, mass_mean_shrunk),
    "mass-mean, pseudo-inverse": ({"inverse": "pseudo"}, mass_mean),
    "logistic-probe": ({"C": 0.01}, lambda p, n: logistic_probe(p, n, 0.01)),
    "logistic-probe, C = 1": ({"C": 1}, lambda p, n: logistic_probe(p, n, 1)),
}
