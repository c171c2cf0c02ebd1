"""Writes test/golden/sweeps.json: intervals by SciPy, frontiers by comparing all pairs."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy import stats

random = np.random.default_rng(20261127)


def interval(count: int) -> dict:
    values = np.round(random.normal(0.4, 1.3, count), 6)
    low, high = stats.t.interval(0.95, count - 1, loc=values.mean(), scale=stats.sem(values))
    return {"values": values.tolist(), "low": float(low), "high": float(high)}


def frontier(count: int, digits: int) -> dict:
    """Few digits make ties."""
    points = np.round(random.uniform(0, 1, (count, 2)), digits)

    def beaten(effect: float, cost: float, sign: int) -> bool:
        return any(
            sign * e >= sign * effect and c <= cost and (e != effect or c != cost) for e, c in points.tolist()
        )

    on = {
        toward: [i for i, (effect, cost) in enumerate(points.tolist()) if not beaten(effect, cost, sign)]
        for toward, sign in (("more", 1), ("less", -1))
    }
    return {"points": points.tolist(), **on}


golden = {
    "student": {str(n): float(stats.t.ppf(0.975, n)) for n in [1, 2, 3, 4, 5, 6, 8, 11, 15, 31, 63, 255]},
    "intervals": [interval(n) for n in (2, 3, 5, 6, 8, 12, 48)],
    "frontiers": [frontier(1, 2), frontier(12, 1), frontier(60, 1), frontier(200, 6)],
}
path = Path(__file__).parents[2] / "test/golden/sweeps.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
