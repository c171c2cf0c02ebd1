"""Writes test/golden/planes.json. Seeded: the same file every time."""
from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "recipes" / "export"))

from checkpoint import Shape  # noqa: E402
from golden import HAPPY, SAD  # noqa: E402
from llama import Llama  # noqa: E402
from weights import read_onnx  # noqa: E402

LAYER = 3


def axes_of(rows: np.ndarray, count: int = 2):
    """-> right singular vectors [count, d] of the rows as they are, and the mean squares along them."""
    _, singular, right = np.linalg.svd(rows, full_matrices=False)
    return right[:count], singular[:count] ** 2 / len(rows)


def rows_of(rng, n: int, width: int) -> np.ndarray:
    """A spectrum that falls as residuals' do, around a large common part; exact in float32."""
    shape = rng.normal(0, 1, (width, width)) * 0.8 ** np.arange(width)
    return np.round((rng.normal(0, 1, (n, width)) @ shape.T + 3) * 64) / 64


def spread(rng, n: int, width: int) -> dict:
    rows = rows_of(rng, n, width)
    components, squares = axes_of(rows, 3)
    return {"rows": rows.tolist(), "components": components.tolist(), "meanSquares": squares.tolist()}


def model_plane() -> dict:
    folder = ROOT / "public" / "models" / "tales"
    shape = Shape.of(json.loads((folder / "config.json").read_text()))
    model = Llama(shape, read_onnx(folder / "onnx" / "model.onnx", shape))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def last(text: str) -> np.ndarray:
        _, residuals, _ = model.forward(torch.tensor([tokenizer.encode(text).ids]))
        return residuals[LAYER][0, -1].numpy().astype(float)

    positive, negative = np.array([last(t) for t in HAPPY]), np.array([last(t) for t in SAD])
    rows = np.concatenate([positive, negative])
    centred = rows - rows.mean(0)
    components, squares = axes_of(centred)
    difference = positive.mean(0) - negative.mean(0)
    unit = difference / np.linalg.norm(difference)
    rest, _ = axes_of(centred - np.outer(centred @ unit, unit), 1)
    toward = np.sign(components @ difference)[:, None]
    total = (centred**2).sum() / len(rows)

    def plane(axes: np.ndarray) -> dict:
        points = centred @ axes.T
        return {
            "axes": axes.tolist(),
            "points": points.tolist(),
            "shares": ((points**2).sum(0) / len(rows) / total).tolist(),
            "directionInside": float(((axes @ unit) ** 2).sum()),
        }

    return {
        "layer": LAYER,
        "positive": HAPPY,
        "negative": SAD,
        "origin": rows.mean(0).tolist(),
        "direction": unit.tolist(),
        "components": plane(components * toward),
        "rest": plane(np.stack([unit, rest[0]])),
    }


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.8g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return {key: rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


rng = np.random.default_rng(21)
golden = {"few": spread(rng, 12, 30), "many": spread(rng, 260, 24), "model": model_plane()}
target = ROOT / "test" / "golden" / "planes.json"
target.write_text(json.dumps(rounded(golden)) + "\n")
print("wrote", target.relative_to(ROOT), target.stat().st_size, "bytes")
