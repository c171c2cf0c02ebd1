"""Covariance parts, correlation, spectrum, participation ratio and whitening of two classes, with NumPy."""

import numpy as np


def parts(positive, negative):
    rows = np.vstack([positive, negative])
    n = len(rows)
    mean = rows.mean(0)
    total = (rows - mean).T @ (rows - mean) / n
    within = sum((side - side.mean(0)).T @ (side - side.mean(0)) for side in (positive, negative)) / n
    between = sum(len(side) * np.outer(side.mean(0) - mean, side.mean(0) - mean) for side in (positive, negative)) / n
    return {"total": total, "within": within, "between": between}


def participation(covariance):
    values = np.linalg.eigvalsh(covariance)
    return float(values.sum() ** 2 / (values**2).sum())


def whitened(within, x):
    values, vectors = np.linalg.eigh(within)
    keep = values > 1e-3 * values.max()
    return x @ vectors[:, keep] @ np.diag(values[keep] ** -0.5) @ vectors[:, keep].T


def case(rng, n_positive, n_negative, width):
    mix = rng.normal(0, 1, (width, width)) * np.linspace(2, 0.2, width)
    shift = rng.normal(0, 1, width)
    positive = np.round(rng.normal(0, 1, (n_positive, width)) @ mix + shift, 3)
    negative = np.round(rng.normal(0, 1, (n_negative, width)) @ mix - shift, 3)
    axes = rng.normal(0, 1, (3, width))
    axes = np.round(axes / np.linalg.norm(axes, axis=1, keepdims=True), 6)
    covariances = parts(positive, negative)
    probe = np.round(rng.normal(0, 1, width), 3)
    along = {name: axes @ covariance @ axes.T for name, covariance in covariances.items()}
    scale = np.sqrt(np.diag(along["total"]))
    values = np.linalg.eigvalsh(covariances["total"])[::-1]
    return {
        "positive": positive.tolist(),
        "negative": negative.tolist(),
        "axes": axes.tolist(),
        "along": {name: matrix.tolist() for name, matrix in along.items()},
        "correlation": (along["total"] / np.outer(scale, scale)).tolist(),
        "shares": (values / values.sum())[:4].tolist(),
        "participation": {name: participation(covariances[name]) for name in ("total", "within")},
        "largest": np.argsort(-np.diag(covariances["total"]), kind="stable")[:4].tolist(),
        "probe": probe.tolist(),
        "whitened": whitened(covariances["within"], probe).tolist(),
    }


def cases():
    rng = np.random.default_rng(31)
    return {"few texts": case(rng, 5, 4, 12), "many texts": case(rng, 20, 30, 8)}
