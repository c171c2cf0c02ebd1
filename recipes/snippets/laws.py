"""Holds the programs' arithmetic of every operator to its formula, written again in NumPy and double."""
from __future__ import annotations

import math
import pathlib

import numpy as np
import torch

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "test" / "fixtures" / "snippets" / "arithmetic.py"
WIDTH, ROWS = 64, 50
generator = np.random.default_rng(7)


def unit() -> np.ndarray:
    v = generator.standard_normal(WIDTH)
    return v / np.linalg.norm(v)


v, s, w = unit(), unit(), unit()
omega, beta = 1 + 0.3 * generator.standard_normal(WIDTH), generator.standard_normal(WIDTH)
x = 3 * generator.standard_normal((ROWS, WIDTH))
p = x @ v


def norms(rows: np.ndarray) -> np.ndarray:
    return np.linalg.norm(rows, axis=1, keepdims=True)


def slerp(share: float) -> np.ndarray:
    size = norms(x)
    angle = np.arccos(p[:, None] / size)
    return size * (np.sin((1 - share) * angle) * x / size + np.sin(share * angle) * v) / np.sin(angle)


def turn(degrees: float, adaptive: bool) -> np.ndarray:
    b2 = s - (s @ v) * v
    b2 /= np.linalg.norm(b2)
    plane = np.outer(p, v) + np.outer(x @ b2, b2)
    angle = math.radians(degrees)
    turned = x - plane + norms(plane) * (math.cos(angle) * v + math.sin(angle) * b2)
    return np.where((p > 0)[:, None], turned, x) if adaptive else turned


added = x + 1.7 * v
part = x - 0.3 * np.outer(x @ w, w)
basis = np.stack([v, w])
cases = {
    "add": ([("add", 1.7, {})], added),
    "add-keep-norm": ([("add-keep-norm", 1.7, {})], added * norms(x) / norms(added)),
    "ablate": ([("ablate", 1.0, {})], x - np.outer(p, v)),
    "ablate a layer's share": ([("ablate", 0.3, {})], x - 0.3 * np.outer(p, v)),
    "ablate a token's share": ([("ablate", 1.0, {"by": -0.4})], x + 0.4 * np.outer(p, v)),
    "ablate the shares' product": ([("ablate", 0.5, {"by": 2.0})], x - np.outer(p, v)),
    # A share is taken of the residual that comes in, before anything is held.
    "ablate a share, then clamp": ([("clamp", 2.0, {}), ("ablate", 0.3, {"vector": "w"})], part + np.outer(2 - part @ v, v)),
    "clamp": ([("clamp", -2.0, {})], x + np.outer(-2.0 - p, v)),
    "cap above": ([("cap", 0.5, {})], x + np.outer(np.minimum(p, 0.5) - p, v)),
    "cap below": ([("cap", -0.5, {"side": "below"})], x + np.outer(np.maximum(p, -0.5) - p, v)),
    "cap between": ([("cap", 0.5, {}), ("cap", -0.5, {"side": "below"})], x + np.outer(np.clip(p, -0.5, 0.5) - p, v)),
    "cap by the opposite": ([("cap", 0.5, {}), ("cap", 0.2, {"vector": "-v"})], x + np.outer(np.clip(p, -0.2, 0.5) - p, v)),
    "cap above twice": ([("cap", 0.5, {}), ("cap", 0.1, {})], x + np.outer(np.minimum(p, 0.1) - p, v)),
    "affine": ([("affine", 0.7, {"centre": 1.1})], x + np.outer(1.8 - p, v)),
    "scale": ([("scale", 2.5, {})], x + 1.5 * np.outer(p, v)),
    "swap": ([("swap", 1.0, {"second": "s"})], x - np.outer(p, v) + np.outer(p, s)),
    "spherical": ([("spherical", 0.3, {})], slerp(0.3)),
    "angular": ([("angular", 130.0, {"second": "s"})], turn(130, False)),
    "angular adaptive": ([("angular", 130.0, {"second": "s", "adaptive": True})], turn(130, True)),
    "transport": ([("transport", 0.4, {})], 0.6 * x + 0.4 * (omega * x + beta)),
    # The orthogonal projection out of the span, not one after the other.
    "two ablated": ([("ablate", 1.0, {}), ("ablate", 1.0, {"vector": "w"})], x - x @ np.linalg.pinv(basis) @ basis),
    "clamped, then added": ([("add", 1.0, {"vector": "w"}), ("clamp", 2.0, {})], x + np.outer(2 - p, v) + w),
}

program: dict = {"torch": torch, "np": np, "math": math, "SITES": [], "SCOPES": [], "SPECIAL": set()}
vectors = {"v": v, "s": s, "w": w, "-v": -v, "v.transport.scale": omega, "v.transport.shift": beta}
program["VECTORS"] = {name: torch.tensor(values, dtype=torch.float32) for name, values in vectors.items()}
exec(compile(PROGRAM.read_text(), PROGRAM.name, "exec"), program)
for name, (sites, expected) in cases.items():
    active = [({"op": op, "vector": "v", "amount": amount, **more}, more.get("by", 1.0)) for op, amount, more in sites]
    found = program["change"](torch.tensor(x, dtype=torch.float32), active).double().numpy()
    error = np.abs(found - expected).max() / np.abs(expected).max()
    assert error < 2e-6, (name, error)
    print(f"{name}: {error:.1e}")
