"""Inference-Time Intervention (Li et al. 2306.03341) on the bundled model, in PyTorch and scikit-learn."""
from __future__ import annotations

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import bundled  # noqa: F401  — its path to recipes/export
from llama import Llama


class SteeredHeads(Llama):
    """Keeps what the heads gave before W_O, `outputs` L x [B, T, H · hd], and adds `shifts[layer]` to it."""

    def __init__(self, other: Llama):
        super().__init__(other.shape, other.weights)
        self.projections = [self.weights[self._name(i)] for i in range(self.shape.layers)]
        size = self.shape.heads * self.shape.head_dim
        for i in range(self.shape.layers):
            self.weights[self._name(i)] = torch.eye(size)
        self.shifts: dict[int, torch.Tensor] = {}
        self.outputs: list[torch.Tensor] = []
        self.added: list[torch.Tensor] = []

    def _name(self, i: int) -> str:
        return f"model.layers.{i}.self_attn.o_proj.weight"

    def forward(self, *args, **kwargs):
        self.outputs, self.added = [], []
        return super().forward(*args, **kwargs)

    def _attention(self, i, x, cache, past):
        heads, entry = super()._attention(i, x, cache, past)
        self.outputs.append(heads)
        if i in self.shifts:
            heads = heads + self.shifts[i]
        self.added.append(heads @ self.projections[i].T)
        return self.added[-1], entry


def probe(positive, negative):
    """Weights of scikit-learn's logistic regression, C = 1, on rows over the deviation within the sides."""
    rows = np.concatenate([positive, negative])
    unit = np.concatenate([positive - positive.mean(0), negative - negative.mean(0)]).std()
    labels = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    return LogisticRegression(C=1, tol=1e-12, max_iter=100_000).fit(rows / unit, labels).coef_[0]


def mean_shift(positive, negative):
    return positive.mean(0) - negative.mean(0)


def held_out(find, positive, negative) -> dict[str, float]:
    """Folds i mod 8, each measured from its training midpoint: accuracy, AUC and Cohen's d of all texts."""
    folds = min(8, len(positive), len(negative))
    above, below = [], []
    for fold in range(folds):
        train = [side[np.arange(len(side)) % folds != fold] for side in (positive, negative)]
        unit = find(*train)
        unit = unit / np.linalg.norm(unit)
        midpoint = sum(float((side @ unit).mean()) for side in train) / 2
        for side, scores in ((positive, above), (negative, below)):
            scores += list(side[np.arange(len(side)) % folds == fold] @ unit - midpoint)
    above, below = np.array(above), np.array(below)
    labels = np.r_[np.ones(len(above)), np.zeros(len(below))]
    pooled = np.sqrt(((len(above) - 1) * above.var(ddof=1) + (len(below) - 1) * below.var(ddof=1)) / (len(above) + len(below) - 2))
    return {"accuracy": float(((above > 0).sum() + (below < 0).sum()) / len(labels)),
            "auc": round(float(roc_auc_score(labels, np.r_[above, below])), 9), "effectSize": float((above.mean() - below.mean()) / pooled)}


def rank(positive, negative) -> list[dict]:
    """positive, negative [n, L, H, hd] -> every head, the best first."""
    found = [{"layer": layer, "head": head, **held_out(probe, positive[:, layer, head], negative[:, layer, head])}
             for layer in range(positive.shape[1]) for head in range(positive.shape[2])
             # Where all texts end in the same token the first layer's heads may be the same on both sides.
             if np.abs(mean_shift(positive[:, layer, head], negative[:, layer, head])).max() > 0]
    return sorted(found, key=lambda it: (-it["accuracy"], -it["auc"], -it["effectSize"]))


def shifts(chosen, positive, negative, find) -> dict[int, np.ndarray]:
    """-> by layer σθ̂ of the chosen heads in their places, [H · hd]; σ over all texts."""
    out: dict[int, np.ndarray] = {}
    for it in chosen:
        sides = [side[:, it["layer"], it["head"]] for side in (positive, negative)]
        unit = find(*sides)
        unit = unit / np.linalg.norm(unit)
        row = out.setdefault(it["layer"], np.zeros(positive.shape[2:]))
        row[it["head"]] = np.concatenate(sides).dot(unit).std() * unit
    return {layer: row.ravel() for layer, row in sorted(out.items())}
