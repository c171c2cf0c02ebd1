"""Finders by full SVD, and held-out separation by explicit folds."""

import numpy as np

from golden_measures import accuracy, area_under_curve, cohens_d


def mean_difference(positive, negative):
    return positive.mean(0) - negative.mean(0)


def pair_component(positive, negative, centred=False):
    differences = positive - negative
    rows = differences - differences.mean(0) if centred else differences
    _, singular, right = np.linalg.svd(rows, full_matrices=False)
    component = right[0]
    votes = np.sign(differences @ component).sum()
    if votes < 0 or (votes == 0 and differences.mean(0) @ component < 0):
        component = -component
    return component * singular[0] / np.sqrt(len(rows))


def separation(find, positive, negative):
    folds = min(8, len(positive), len(negative))
    scores = {"positive": [], "negative": []}
    for fold in range(folds):
        train_p = np.array([h for i, h in enumerate(positive) if i % folds != fold])
        train_n = np.array([h for i, h in enumerate(negative) if i % folds != fold])
        v = find(train_p, train_n)
        v = v / np.linalg.norm(v)
        midpoint = ((train_p @ v).mean() + (train_n @ v).mean()) / 2
        scores["positive"] += [float(h @ v - midpoint) for i, h in enumerate(positive) if i % folds == fold]
        scores["negative"] += [float(h @ v - midpoint) for i, h in enumerate(negative) if i % folds == fold]
    p, n = scores["positive"], scores["negative"]
    return {"auc": area_under_curve(p, n), "accuracy": accuracy(0, p, n), "effectSize": cohens_d(p, n)}


def side(rng, n, width, shift):
    """Values exact in float32, around a large common part, as residuals are."""
    return np.round((rng.normal(0, 1, (n, width)) + shift + 4) * 64) / 64


def cases():
    rng = np.random.default_rng(12)
    result = []
    for n_positive, n_negative, width in [(6, 6, 9), (11, 11, 5), (7, 5, 8), (20, 20, 12)]:
        shift = rng.normal(0, 1, width) * 0.7
        positive, negative = side(rng, n_positive, width, shift), side(rng, n_negative, width, 0)
        case = {"positive": positive.tolist(), "negative": negative.tolist(), "found": {}}
        finders = {"mean-difference": mean_difference}
        if n_positive == n_negative:
            finders["pair-component"] = pair_component
            finders["pair-component-centred"] = lambda p, n: pair_component(p, n, centred=True)
        for name, find in finders.items():
            case["found"][name] = {
                "direction": find(positive, negative).tolist(),
                "separation": separation(find, positive, negative),
            }
        result.append(case)
    return {"cases": result}
