"""Writes test/golden/heads.json: Inference-Time Intervention on the bundled model, with the texts of write_golden.py."""
from __future__ import annotations

import json

import numpy as np
import torch

import heads
from bundled import ROOT, Bundled
from write_golden import NEGATIVE, POSITIVE, floats

CHOSEN, ALPHA, PROMPT = 6, 4.0, "Once upon a time there was a little"
# Layers whose head outputs are written down, for a test without a model.
KEPT = [3, 5]


def outputs_of(bundled: Bundled, model: heads.SteeredHeads, text: str) -> np.ndarray:
    """What the heads give at the last token, [L, H, hd]."""
    model.forward(torch.tensor([bundled.encode(text)]))
    shape = model.shape
    return torch.stack(model.outputs)[:, 0, -1].reshape(shape.layers, shape.heads, shape.head_dim).numpy().astype(float)


def found_of(positive, negative, chosen, find, model) -> dict:
    layers = []
    for layer, shift in heads.shifts(chosen, positive, negative, find).items():
        vector = model.projections[layer].numpy().astype(float) @ shift
        layers.append({"layer": layer, "shift": floats(shift), "vector": floats(vector)})
    return {"layers": layers}


def main() -> None:
    bundled = Bundled()
    model = heads.SteeredHeads(bundled.model)
    positive, negative = (np.stack([outputs_of(bundled, model, text) for text in side]) for side in (POSITIVE, NEGATIVE))
    ranked = heads.rank(positive, negative)
    finds = {"shift": heads.mean_shift, "probe": heads.probe}
    kept_p, kept_n = positive[:, KEPT], negative[:, KEPT]
    kept_ranked = [{**it, "layer": KEPT[it["layer"]]} for it in heads.rank(kept_p, kept_n)]
    chosen = ranked[:CHOSEN]
    for at in (ranked, kept_ranked):
        print([(it["layer"], it["head"], round(it["accuracy"], 3), round(it["auc"], 3), round(it["effectSize"], 2)) for it in at[:CHOSEN + 2]])
    ids = bundled.encode(PROMPT)
    plain, _, _ = model.forward(torch.tensor([ids]))
    model.shifts = {layer: torch.tensor(ALPHA * shift).float() for layer, shift in heads.shifts(chosen, positive, negative, heads.mean_shift).items()}
    logits, residuals, _ = model.forward(torch.tensor([ids]))
    print("moves logits by", float((logits - plain)[0, -1].norm() / plain[0, -1].norm()))
    document = {
        "positive": POSITIVE, "negative": NEGATIVE, "heads": CHOSEN, "alpha": ALPHA,
        "outputs": {"ids": bundled.encode(POSITIVE[0]), "values": floats(positive[0])},
        "ranked": ranked[:CHOSEN], "found": {name: found_of(positive, negative, chosen, find, model) for name, find in finds.items()},
        "kept": {"layers": KEPT, "positive": floats(kept_p), "negative": floats(kept_n), "ranked": kept_ranked[:CHOSEN],
                 "found": {name: found_of(positive, negative, kept_ranked[:CHOSEN], find, model) for name, find in finds.items()}},
        # Heads shifted before W_O, at every position.
        "steered": {"ids": ids, "residuals": floats(torch.stack(residuals)[:, 0]), "logits": floats(logits[0, -1])},
    }
    path = ROOT / "test" / "golden" / "heads.json"
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
