"""AUC, accuracy, Cohen's d, KL, perplexity and distinct-n, each by its definition."""

import numpy as np


def area_under_curve(positive, negative):
    wins = [1.0 if p > n else 0.5 if p == n else 0.0 for p in positive for n in negative]
    return float(np.mean(wins))


def accuracy(midpoint, positive, negative):
    right = [0.5 if p == midpoint else float(p > midpoint) for p in positive]
    right += [0.5 if n == midpoint else float(n < midpoint) for n in negative]
    return float(np.mean(right))


def cohens_d(positive, negative):
    a, b = np.asarray(positive, float), np.asarray(negative, float)
    pooled = ((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2)
    return float((a.mean() - b.mean()) / np.sqrt(pooled))


def softmax(logits):
    e = np.exp(np.asarray(logits, float) - np.max(logits))
    return e / e.sum()


def cases():
    rng = np.random.default_rng(11)
    sides = []
    for n_positive, n_negative in [(5, 5), (8, 3), (12, 20)]:
        positive = np.round(rng.normal(0.6, 1, n_positive), 1).tolist()  # rounding makes ties
        negative = np.round(rng.normal(0, 1, n_negative), 1).tolist()
        sides.append(
            {
                "positive": positive,
                "negative": negative,
                "auc": area_under_curve(positive, negative),
                "midpoint": 0.3,
                "accuracy": accuracy(0.3, positive, negative),
                "effectSize": cohens_d(positive, negative),
            }
        )
    distributions = []
    for scale in (0.5, 3, 30):
        p, q = (np.round(rng.normal(0, scale, 17), 3) for _ in range(2))
        distributions.append(
            {
                "p": p.tolist(),
                "q": q.tolist(),
                "softmax": softmax(p).tolist(),
                "kl": float(np.sum(softmax(p) * np.log(softmax(p) / softmax(q)))),
            }
        )
    nll = np.round(rng.gamma(2, 1.2, 40), 3).tolist()
    ids = rng.integers(0, 6, 30).tolist()
    return {
        "sides": sides,
        "distributions": distributions,
        "perplexity": {"nll": nll, "value": float(np.prod(np.exp(nll)) ** (1 / len(nll)))},
        "distinct": {
            "ids": ids,
            "byN": {str(n): len({tuple(ids[i : i + n]) for i in range(31 - n)}) / (31 - n) for n in (1, 2, 3)},
        },
    }
