"""Writes test/golden/lens.json: the logit lens and a scan of the bundled model, by PyTorch."""
from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "recipes" / "export"), str(ROOT / "recipes" / "planes")]

from checkpoint import Shape  # noqa: E402
from llama import Llama  # noqa: E402
from weights import read_onnx  # noqa: E402

PROMPT = "Once upon a time there was a boy named Sam. One day he felt very"
LAYER, STRENGTH, TOKENS, TOP = 3, 1.0, 24, 5
SCANNED = "The dog was sad and cried.\nThen it laughed, and everyone was happy again!"


def lens(model: Llama, residuals: list[torch.Tensor], own: list[int], start: int) -> dict:
    """Every block's residual through the model's final norm and head. Row p predicts own[p], at position start + p, from the one before."""
    head = model.weights["model.embed_tokens.weight"]
    gain = model.weights["model.norm.weight"]
    logs = torch.stack([
        torch.log_softmax((model._norm(x, gain)[0, start - 1 : start - 1 + len(own)] @ head.T).double(), -1) for x in residuals
    ])  # [L, P, V]
    index = torch.tensor(own)[None, :, None].expand(logs.shape[0], -1, 1)
    chosen = logs.gather(-1, index)
    best = logs.topk(TOP)
    return {
        "logs": logs,
        "ids": best.indices.tolist(),
        "topLogProbabilities": best.values.tolist(),
        "ranks": ((logs > chosen).sum(-1) + 1).tolist(),
        "logProbabilities": chosen[..., 0].tolist(),
        "entropies": (-(logs.exp() * logs).sum(-1)).tolist(),
        # How far the closest two of the likeliest are apart: their order is only as good as that.
        "gap": float((logs.topk(TOP + 1).values.diff(dim=-1).abs()).min()),
    }


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return {key: rounded(item) for key, item in value.items() if key != "logs"} if isinstance(value, dict) else value


def main() -> None:
    folder = ROOT / "public" / "models" / "tales"
    shape = Shape.of(json.loads((folder / "config.json").read_text()))
    model = Llama(shape, read_onnx(folder / "onnx" / "model.onnx", shape))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tales = json.loads((ROOT / "test" / "golden" / "tales.json").read_text())
    vectors, norms = torch.tensor(tales["vectors"]), tales["direction"]["residual_norm"]

    def steer(layer: int, x: torch.Tensor, past: int) -> torch.Tensor:
        """Adds at one block's output, at every token but the first, which is special."""
        if layer != LAYER:
            return x
        steered = (torch.arange(past, past + x.shape[1]) > 0)[None, :, None]
        return torch.where(steered, x + STRENGTH * norms[LAYER] * vectors[LAYER], x)

    prompt = tokenizer.encode(PROMPT).ids
    written, gap = model.greedy(prompt, TOKENS, steer)
    ids = torch.tensor([prompt + written])
    sides = {name: lens(model, model.forward(ids, hook=hook)[1], written, len(prompt)) for name, hook in (("baseline", None), ("steered", steer))}
    after, before = sides["steered"]["logs"], sides["baseline"]["logs"]

    scanned = tokenizer.encode(SCANNED).ids
    residuals = torch.stack(model.forward(torch.tensor([scanned]))[1])[:, 0]  # [L, T, d]
    golden = {
        "prompt": PROMPT, "layer": LAYER, "strength": STRENGTH, "promptLength": len(prompt), "written": written, "gap": gap,
        **sides,
        "kl": (after.exp() * (after - before)).sum(-1).tolist(),
        "scan": {
            "text": SCANNED, "ids": scanned,
            "norms": residuals.norm(dim=-1).T.tolist(),
            "projections": torch.einsum("ltd,ld->tl", residuals, vectors).tolist(),
        },
    }
    target = ROOT / "test" / "golden" / "lens.json"
    target.write_text(json.dumps(rounded(golden), separators=(",", ":")) + "\n")
    print("wrote", target.relative_to(ROOT), target.stat().st_size, "bytes; gaps", gap, sides["baseline"]["gap"], sides["steered"]["gap"])
    print(tokenizer.decode(written))


main()
