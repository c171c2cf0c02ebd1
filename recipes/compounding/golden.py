"""Writes test/golden/compounding.json. Seeded: the same file every time."""
from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "recipes" / "export"), str(ROOT / "recipes" / "planes")]

from checkpoint import Shape  # noqa: E402
from golden import PROMPTS, Interventions  # noqa: E402
from llama import Llama  # noqa: E402
from weights import read_onnx  # noqa: E402

LAYER = 4
READ_AT = 6
STRENGTH = 0.6
TOKENS = 24
IMPULSE = 4
LENGTHS = (4, 8, 16)
READ_TOKENS = 8


def line(rng, n: int) -> dict:
    x = np.sort(rng.choice(80, n, replace=False))
    y = np.round(rng.normal(0, 0.4, n) + 0.02 * x - 1, 6)
    fit = stats.linregress(x, y)
    return {"x": x.tolist(), "y": y.tolist(), "slope": fit.slope, "intercept": fit.intercept, "error": fit.stderr}


def growth(rng, texts: int, n: int) -> dict:
    """Slopes of ln y by linregress, of each text; their mean's interval by Student's t."""
    series = np.round(np.exp(rng.normal(-1, 0.5, (texts, n)) + 0.03 * np.arange(n)), 6)
    fits = [stats.linregress(np.arange(n), np.log(row)) for row in series]
    slopes = [fit.slope for fit in fits]
    low, high = stats.t.interval(0.95, texts - 1, np.mean(slopes), stats.sem(slopes)) if texts > 1 else (
        fits[0].slope + stats.t.ppf(np.array([0.025, 0.975]), n - 2) * fits[0].stderr)
    ends = [float(np.exp(np.mean([f.intercept for f in fits]) + np.mean(slopes) * at)) for at in (0, n - 1)]
    return {"series": series.tolist(), "slope": float(np.mean(slopes)), "low": float(low), "high": float(high), "ends": ends}


def band(rng, n: int) -> dict:
    values = np.round(rng.normal(2, 3, n), 6)
    low, high = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
    return {"values": values.tolist(), "mean": float(values.mean()), "low": float(low), "high": float(high)}


def drift(rng, width: int) -> dict:
    steered, unsteered = np.round(rng.normal(0, 2, (2, width)), 4)
    return {"steered": steered.tolist(), "unsteered": unsteered.tolist(),
            "drift": float(np.linalg.norm(steered - unsteered) / np.linalg.norm(unsteered))}


class Impulse(Interventions):
    """Adds at the first generated tokens alone."""

    def __call__(self, layer: int, x: torch.Tensor, past: int) -> torch.Tensor:
        out = super().__call__(layer, x, past)
        late = torch.arange(past, past + x.shape[1]) >= self.length + IMPULSE
        return torch.where(late[None, :, None], x, out)


class Tales:
    def __init__(self) -> None:
        folder = ROOT / "public" / "models" / "tales"
        self.shape = Shape.of(json.loads((folder / "config.json").read_text()))
        self.model = Llama(self.shape, read_onnx(folder / "onnx" / "model.onnx", self.shape))
        self.ids = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(PROMPTS[0]).ids
        known = json.loads((ROOT / "test" / "golden" / "tales.json").read_text())
        self.units = torch.tensor(known["vectors"])
        self.site = {LAYER: (self.units[LAYER], STRENGTH * known["direction"]["residual_norm"][LAYER])}

    def hook(self, length: int, kind: str = "plan"):
        return Impulse("add", self.site, length, False, True) if kind == "impulse" else Interventions("add", self.site, length, True, True)

    def run(self, ids, hook=None):
        """-> ln p [T, V], residuals [L, T, d]"""
        logits, residuals, _ = self.model.forward(torch.tensor([ids]), hook=hook)
        return torch.log_softmax(logits[0].double(), -1), torch.stack(residuals)[:, 0].double()

    def greedy(self, hook) -> tuple[list[int], float]:
        out, gap = [], float("inf")
        for _ in range(TOKENS):
            best = self.run(self.ids + out, hook)[0][-1].topk(2)
            gap = min(gap, float(best.values[0] - best.values[1]))
            out.append(int(best.indices[0]))
        return out, gap

    def kl(self, ids, length: int, hook) -> torch.Tensor:
        q, p = self.run(ids)[0], self.run(ids, hook)[0]
        return (p.exp() * (p - q)).sum(-1)[length - 1:-1]

    def read(self, generated: list[int], kind: str) -> dict:
        ids, start = self.ids + generated, len(self.ids)
        hook = self.hook(start, kind)
        q, before = self.run(ids)
        _, after = self.run(ids, hook)
        nll = -q[start - 1:-1].gather(1, torch.tensor(generated)[:, None])[:, 0]
        moved = (after - before).norm(dim=-1) / before.norm(dim=-1)
        cosine = [torch.nn.functional.cosine_similarity(r[READ_AT, start:], self.units[READ_AT].double()[None], dim=-1) for r in (after, before)]
        return {"ids": generated, "kl": numbers(self.kl(ids, start, hook)), "baselineNll": numbers(nll), "drift": numbers(moved[:, start:].T.reshape(-1)),
                "alignment": {"steered": numbers(cosine[0]), "unsteered": numbers(cosine[1])}}

    def document(self) -> dict:
        start = len(self.ids)
        (base, _), (steered, _), (impulse, _) = written = [self.greedy(h) for h in (None, self.hook(start), self.hook(start, "impulse"))]
        print("smallest gaps of the greedy texts:", [gap for _, gap in written])
        bos, rest = self.ids[:1], self.ids[1:] + base
        context, end = rest[:-READ_TOKENS], rest[-READ_TOKENS:]
        lengths = []
        for n in LENGTHS:
            before = bos + context[-n:]
            kl = self.kl(before + end, len(before), self.hook(len(before)))
            lengths.append({"length": n, "kl": float(kl.mean())})
        return {"prompt": PROMPTS[0], "layer": LAYER, "readAt": READ_AT, "strength": STRENGTH, "impulseTokens": IMPULSE, "readTokens": READ_TOKENS,
                "baseline": self.read(base, "plan"), "steered": self.read(steered, "plan"), "impulse": self.read(impulse, "impulse"), "lengths": lengths}


def numbers(tensor: torch.Tensor) -> list[float]:
    return [float(f"{float(v):.8g}") for v in tensor]


def main() -> None:
    torch.set_num_threads(1)
    rng = np.random.default_rng(17)
    document = {
        "lines": [line(rng, n) for n in (5, 30)],
        "growth": [growth(rng, texts, n) for texts, n in ((1, 24), (2, 10), (6, 32))],
        "bands": [band(rng, n) for n in (2, 3, 8, 31)],
        "reach": [{"degrees": d, "t": float(stats.t.ppf(0.975, d))} for d in (1, 2, 3, 4, 7, 30, 200)],
        "drift": [drift(rng, width) for width in (3, 64)],
        "tales": Tales().document(),
    }
    path = ROOT / "test" / "golden" / "compounding.json"
    path.write_text(json.dumps(document) + "\n")
    print("wrote", path.relative_to(ROOT), path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
