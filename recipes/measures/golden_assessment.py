"""Measures of a direction, from their definitions: loops over folds and draws, scikit-learn where it has the thing."""

import numpy as np
from sklearn.cross_decomposition import PLSRegression
from sklearn.metrics import roc_auc_score

DRAWS = {"resamples": 200, "random": 40, "shuffles": 20, "refits": 20}
SEEDS = {"intervals": 11, "random": 12, "shuffles": 13, "refits": 14}


def cohens_d(a, b):
    with np.errstate(all="ignore"):
        pooled = (((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum()) / (len(a) + len(b) - 2)
        return (a.mean() - b.mean()) / np.sqrt(pooled) if pooled > 0 else np.nan


def right(scores, up):
    return np.where(scores == 0, 0.5, (scores > 0) == up).sum()


def figures(p, n):
    labels = np.r_[np.ones(len(p)), np.zeros(len(n))]
    auc = roc_auc_score(labels, np.r_[p, n])
    accuracy = (right(p, True) + right(n, False)) / (len(p) + len(n))
    return [float(auc), float(accuracy), float(cohens_d(p, n))]


class Texts:
    """positive [n, d], negative [n, d]; `together` rows of a side are one group."""

    def __init__(self, positive, negative, paired, together=1):
        self.positive, self.negative, self.paired, self.together = positive, negative, paired, together

    def groups(self, side):
        at = np.arange(len(side))
        return [at[at // self.together == g] for g in range(-(-len(side) // self.together))]

    @property
    def folds(self):
        return min(8, len(self.groups(self.positive)), len(self.groups(self.negative)))

    def held_out(self, train):
        """train(positive, negative) -> score(rows); scores in the order of the texts."""
        scores = [None, None]
        sides = (self.positive, self.negative)
        fold_of = [(np.arange(len(s)) // self.together) % self.folds for s in sides]
        for fold in range(self.folds):
            score = train(*(s[f != fold] for s, f in zip(sides, fold_of)))
            for i, (s, f) in enumerate(zip(sides, fold_of)):
                found = np.asarray(score(s[f == fold]))
                if scores[i] is None:
                    scores[i] = np.zeros((len(s),) + found.shape[1:])
                scores[i][f == fold] = found
        return scores

    def resample(self, rng):
        gp, gn = self.groups(self.positive), self.groups(self.negative)
        first = [int(rng.random_sample() * len(gp)) for _ in gp]
        second = first if self.paired else [int(rng.random_sample() * len(gn)) for _ in gn]
        return np.concatenate([gp[g] for g in first]), np.concatenate([gn[g] for g in second])

    def shuffle(self, rng):
        if self.paired:
            change = np.repeat([rng.random_sample() < 0.5 for _ in self.groups(self.positive)], self.together)
            change = change[: len(self.positive), None]
            return Texts(np.where(change, self.negative, self.positive), np.where(change, self.positive, self.negative), True, self.together)
        rows = list(np.concatenate([self.positive, self.negative]))
        for i in range(len(rows) - 1, 0, -1):
            j = int(rng.random_sample() * (i + 1))
            rows[i], rows[j] = rows[j], rows[i]
        return Texts(np.array(rows[: len(self.positive)]), np.array(rows[len(self.positive) :]), False, self.together)


def mean_difference(p, n):
    v = p.mean(0) - n.mean(0)
    v = v / np.linalg.norm(v)
    return lambda rows: rows @ v - (p.mean(0) @ v + n.mean(0) @ v) / 2


def along(direction):
    def train(p, n):
        a, b = (p @ direction).mean(), (n @ direction).mean()
        return lambda rows: np.sign(a - b) * (rows @ direction - (a + b) / 2)

    return train


def gaussian(d, rng):
    out = []
    while len(out) < d:
        radius, angle = np.sqrt(-2 * np.log(1 - rng.random_sample())), 2 * np.pi * rng.random_sample()
        out += [radius * np.cos(angle), radius * np.sin(angle)]
    return np.array(out[:d])


def pls(rank):
    def train(p, n):
        y = np.r_[np.ones(len(p)), np.zeros(len(n))]
        model = PLSRegression(rank, scale=False, tol=1e-12).fit(np.r_[p, n], y)
        predict = lambda rows: model.predict(np.atleast_2d(rows)).ravel()
        middle = (predict(p.mean(0))[0] + predict(n.mean(0))[0]) / 2
        return lambda rows: predict(rows) - middle

    return train


def spread(found):
    found = np.array(found)
    return [{"low": lo, "high": hi, "mean": m} for lo, hi, m in zip(*np.nanquantile(found, [0.025, 0.975], axis=0).tolist(), np.nanmean(found, axis=0).tolist())]


def case(name, texts):
    p, n = texts.positive, texts.negative
    scores = texts.held_out(mean_difference)
    rng = np.random.RandomState(SEEDS["intervals"])
    resampled = [figures(scores[0][a], scores[1][b]) for a, b in (texts.resample(rng) for _ in range(DRAWS["resamples"]))]
    rng = np.random.RandomState(SEEDS["random"])
    random = [figures(*texts.held_out(along(gaussian(p.shape[1], rng)))) for _ in range(DRAWS["random"])]
    rng = np.random.RandomState(SEEDS["shuffles"])
    shuffled = [figures(*texts.shuffle(rng).held_out(mean_difference)) for _ in range(DRAWS["shuffles"])]
    rng = np.random.RandomState(SEEDS["refits"])
    units = []
    for _ in range(DRAWS["refits"]):
        a, b = texts.resample(rng)
        v = p[a].mean(0) - n[b].mean(0)
        units.append(v / np.linalg.norm(v))
    cosines = (np.array(units) @ np.array(units).T)[np.tril_indices(len(units), -1)]
    v = p.mean(0) - n.mean(0)
    v = v / np.linalg.norm(v)
    rows = np.r_[p, n] - np.r_[p, n].mean(0)
    pairs = p - n if texts.paired else None
    observed = figures(*scores)
    return {
        "name": name,
        "paired": texts.paired,
        "together": texts.together,
        "positive": p.tolist(),
        "negative": n.tolist(),
        "separation": observed,
        "intervals": spread(resampled),
        "random": spread(random),
        "shuffled": spread(shuffled),
        "chance": float((1 + (np.array(shuffled)[:, 0] >= observed[0]).sum()) / (1 + len(shuffled))),
        "stability": [float(cosines.mean()), float(np.quantile(cosines, 0.05))],
        "explained": [
            float(((rows @ v) ** 2).sum() / (rows**2).sum()),
            float(((pairs @ v) ** 2).sum() / (pairs**2).sum()) if texts.paired else None,
        ],
        "ranks": [
            [rank, float((right(a, True) + right(b, False)) / (len(a) + len(b)))]
            for rank in (1, 2, 4, 8)
            for a, b in [texts.held_out(pls(rank))]
        ],
    }


def exact(values):
    """Numbers that float32 holds exactly."""
    return np.round(values * 64) / 64


def sides(rng, n_positive, n_negative, d, size, together=1):
    """Around a large common part; groups share an offset, and the sides differ along a planted direction."""
    common, planted = rng.normal(0, 5, d), rng.normal(0, 1, d)
    planted *= size / np.linalg.norm(planted)

    def side(n, sign):
        groups = np.repeat(rng.normal(0, 0.7, (-(-n // together), d)), together, axis=0)[:n]
        return exact(common + groups + rng.normal(0, 1, (n, d)) * 0.97 ** np.arange(d) + sign * planted / 2)

    return side(n_positive, 1), side(n_negative, -1)


def additivity(rng):
    """Of a readout W x (exact) and of tanh(W x), at s, 2s and for two directions."""
    d, out = 6, 5
    w, x, u, v = rng.normal(0, 0.6, (out, d)), rng.normal(0, 1, d), rng.normal(0, 1, d), rng.normal(0, 1, d)
    cases = {}
    for name, readout in {"linear": lambda h: w @ h, "tanh": lambda h: np.tanh(w @ h)}.items():
        change = lambda step: readout(x + step) - readout(x)
        error = lambda whole, parts: float(np.linalg.norm(whole - sum(parts)) / np.linalg.norm(whole))
        cases[name] = {
            "doubled": [change(2 * u).tolist(), change(u).tolist(), error(change(2 * u), [change(u)] * 2)],
            "summed": [change(u + v).tolist(), change(u).tolist(), change(v).tolist(), error(change(u + v), [change(u), change(v)])],
        }
    return cases


def cases():
    rng = np.random.default_rng(5)
    return {
        "draws": DRAWS,
        "seeds": SEEDS,
        "cases": [
            case("pairs", Texts(*sides(rng, 14, 14, 16, 1.6), True)),
            case("lists of unlike lengths", Texts(*sides(rng, 7, 11, 12, 2.2), False)),
            case("personas with three questions", Texts(*sides(rng, 15, 15, 12, 1.8, 3), True, 3)),
            case("sides that do not differ", Texts(*sides(rng, 24, 24, 16, 0), False)),
        ],
        "additivity": additivity(rng),
    }
