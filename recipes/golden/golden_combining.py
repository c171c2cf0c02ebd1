"""Formulas over natural vectors (scale · unit vector), with NumPy."""

import numpy as np

WIDTH = 16


def unit(a):
    return a / np.linalg.norm(a)


def rotate(a, b, degrees):
    first = unit(a)
    second = unit(b - (b @ first) * first)
    angle = np.radians(degrees)
    return np.linalg.norm(a) * (np.cos(angle) * first + np.sin(angle) * second)


def cases():
    rng = np.random.default_rng(29)
    parts = {}
    for name in ["happy", "sad", "formal voice"]:
        vector = rng.normal(0, 1, WIDTH) + 0.4
        parts[name] = {
            "vector": unit(vector).astype(np.float32).astype(float).tolist(),
            "scale": float(np.round(rng.uniform(0.5, 4), 3)),
        }
    a, b, c = (np.array(part["vector"]) * part["scale"] for part in parts.values())
    results = {
        "happy - sad + 0.5 * \"formal voice\"": a - b + 0.5 * c,
        "−happy": -a,
        "2 × (happy + sad) / 3": 2 * (a + b) / 3,
        "average(happy, sad, 'formal voice')": (a + b + c) / 3,
        "unit(happy) - unit(sad)": unit(a) - unit(b),
        "orth(happy, sad)": a - (a @ unit(b)) * unit(b),
        "along(happy, sad)": (a @ unit(b)) * unit(b),
        "rotate(happy, sad, 30)": rotate(a, b, 30),
        "rotate(happy, sad, 10 - 100)": rotate(a, b, -90),
    }
    return {"parts": parts, "results": [{"expression": e, "vector": v.tolist()} for e, v in results.items()]}
