"""Upper limits of the costs of texts, and where they cross a budget, with numpy."""

from statistics import NormalDist

import numpy as np


def upper_costs(points):
    """exp(m + z s sqrt(1 + 1/n)), s pooled over the points that cost anything."""
    logs = [np.log(p["kl"]) for p in points if np.max(p["kl"]) > 0]
    squares = sum(((log - log.mean()) ** 2).sum() for log in logs)
    spread = np.sqrt(squares / sum(len(log) - 1 for log in logs))
    z = NormalDist().inv_cdf(0.9)
    limits = []
    for p in points:
        kl = np.asarray(p["kl"])
        n = len(kl)
        limits.append(0.0 if kl.max() == 0 else float(np.exp(np.log(kl).mean() + z * spread * np.sqrt(1 + 1 / n))))
    return limits


def first_crossing(strengths, roots, limit):
    """Along strengths from the start outwards; the last strength where there is none."""
    beyond = np.flatnonzero(roots > limit)
    if len(beyond) == 0:
        return float(strengths[-1]), False
    at = beyond[0]
    share = np.interp(limit, roots[at - 1 : at + 1], [0.0, 1.0])
    return float(strengths[at - 1] + share * (strengths[at] - strengths[at - 1])), True


def safe_range(points, budget):
    strengths = np.array([p["strength"] for p in points])
    roots = np.sqrt(upper_costs(points))
    origin = int(np.flatnonzero(strengths == 0)[0])
    above = first_crossing(strengths[origin:], roots[origin:], np.sqrt(budget))
    below = first_crossing(strengths[origin::-1], roots[origin::-1], np.sqrt(budget))
    return {"from": below[0], "to": above[0], "ends": {"from": below[1], "to": above[1]}}


def curve(rng, strengths, cost, texts):
    points = []
    for strength in strengths:
        kl = cost(strength) * np.exp(rng.normal(0, 0.25, texts)) if strength != 0 else np.zeros(texts)
        points.append({"strength": float(strength), "kl": kl.tolist()})
    return points


def cases():
    rng = np.random.default_rng(23)
    grid = np.linspace(-2, 2, 9)
    curves = {
        "quadratic": curve(rng, grid, lambda s: 1.7 * s**2, 8),
        "lopsided": curve(rng, np.array([-2, -0.9, -0.3, 0, 0.1, 0.45, 0.8, 1.9]), lambda s: abs(s) ** 1.6 * (3 if s > 0 else 0.9), 5),
        "falls again": curve(rng, grid, lambda s: 6 * np.sin(1.5 * abs(s)) ** 2 + 0.05, 6),
        "never reached": curve(rng, grid, lambda s: 0.02 * s**2, 4),
    }
    return [
        {"name": name, "budget": budget, "points": points, "upper": upper_costs(points), "range": safe_range(points, budget)}
        for name, points in curves.items()
        for budget in (0.4, 1.5)
    ]
