"""Write test/golden/tales.json: what PyTorch says about the bundled model. One command for new weights:

    python recipes/export/golden.py CHECKPOINT test/golden/tales.json

All numbers are fp32, eager, from llama.py (which shares no code with the product), rounded to 9 significant digits.
Greedy runs are recomputed without a cache at every step, so that they also check caches. The conventions are in the file.
"""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from checkpoint import Shape, read_weights
from llama import Hook, Llama

TEXTS = [
    "Once upon a time, there was a little girl named Lily.",
    "",
    " ",
    "   two  spaces",
    " happy",
    "Line one.\nLine two.\n\n\tA tab.",
    "naïve café — …",
    "日本 and مرحبا",
    "A dragon 🐉 and a family 👨‍👩‍👧 smiled 🙂!",
    "It's 3.14, isn't it? #$%&<b>'\"</b>",
    "<s> is a name, </s> too",
    "supercalifragilisticexpialidocious",
]
PROMPTS = [
    "Once upon a time there was a boy named Sam. One day he felt very",
    "The little girl saw the big dog. She was very",
    "Tom and Mia went to the park. \"Look!\" said Tom.",
]
NAMES = [("Lily", "She"), ("Tim", "He"), ("Tom", "He"), ("Sara", "She"), ("Ben", "He"),
         ("Anna", "She"), ("Max", "He"), ("Mia", "She"), ("Jack", "He"), ("Lucy", "She")]
HAPPY = [f"{name} was very happy. {pronoun} smiled and laughed." for name, pronoun in NAMES]
SAD = [f"{name} was very sad. {pronoun} cried and cried." for name, pronoun in NAMES]
PROBES = ["Once upon a time there was a boy named Sam. One day he felt very",
          "The little girl saw the big dog. She was very", "Tom lost his ball. He felt", "Mia got a new toy. She was so"]
COEFFICIENTS = [-2, -1, -0.5, 0, 0.5, 1, 2]
STRENGTH = 1.0
CLAMP = -0.5
BOS = 0
GREEDY, STEERED_GREEDY, TOP = 48, 32, 50

CONVENTIONS = {
    "layer": "0-based block index",
    "residuals": "resid_post: each block's output, before the final norm; after the intervention where there is one",
    "position": "0-based index of a token, BOS included",
    "direction": "mean over HAPPY minus mean over SAD of the residual at each text's last token; unit vector and its norm before (scale)",
    "residual_norm": "mean over all tokens of all contrast texts, BOS left out, of the norm of the residual",
    "strength": "times residual_norm of the layer = what is added along the unit vector (add), what the projection is set to (clamp)",
    "scope": "prompt: positions 1 … P-1 (BOS is not steered); generated: positions ≥ P. P is the number of prompt tokens",
    "steered runs": "the intervention acts on a block's output; with several layers, each acts on what the ones below left",
    "logits": "at the prompt's last position, unless `generated` is steered alone: then at the first generated token (position P), whose token is greedy[0]",
    "greedy": "ids that follow the prompt; equal logits would take the lower id; gap is the smallest distance of the two best logits on the way",
    "logp": "log softmax of the last position's logits",
}


class Interventions:
    """h' at the positions in scope; everything else passes through."""

    def __init__(self, operator: str, sites: dict[int, tuple[torch.Tensor, float]], prompt_length: int, prompt: bool, generated: bool, bos: bool = False):
        self.operator, self.sites, self.length = operator, sites, prompt_length
        self.prompt, self.generated, self.bos = prompt, generated, bos
        self.left: dict[int, float] = {}  # layer -> largest |h · v̂| (ablate) or |h · v̂ − c| (clamp) afterwards

    def __call__(self, layer: int, x: torch.Tensor, past: int) -> torch.Tensor:
        if layer not in self.sites:
            return x
        unit, amount = self.sites[layer]
        position = torch.arange(past, past + x.shape[1])
        steered = (position < self.length) & self.prompt | (position >= self.length) & self.generated
        if not self.bos:
            steered &= position > 0
        projection = (x @ unit)[..., None]
        if self.operator == "add":
            changed = x + amount * unit
        elif self.operator == "ablate":
            changed = x - projection * unit
        else:
            changed = x + (amount - projection) * unit
        out = torch.where(steered[None, :, None], changed, x)
        if self.operator != "add" and steered.any():
            self.left[layer] = float((out @ unit - amount)[:, steered].abs().max())
        return out


class Golden:
    def __init__(self, folder: Path):
        self.shape = Shape.of(json.loads((folder / "config.json").read_text()))
        weights = read_weights(folder, self.shape)
        self.model = Llama(self.shape, weights)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        digest = hashlib.sha256()
        for name in sorted(weights):
            digest.update(weights[name].numpy().tobytes())
        self.digest = digest.hexdigest()
        self.fixed_ids = sorted({self.single(w) for w in (" happy", " sad", " the", " was", ".", ",")} | {0, 1, self.shape.vocabulary - 1})

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text).ids

    def single(self, word: str) -> int:
        (token,) = self.tokenizer.encode(word, add_special_tokens=False).ids
        return token

    def run(self, ids: list[int], hook: Hook | None = None):
        """-> logits [T, V], residuals [L, T, d]"""
        logits, residuals, _ = self.model.forward(torch.tensor([ids]), hook=hook)
        return logits[0], torch.stack(residuals)[:, 0]

    def greedy(self, ids: list[int], count: int, hook: Hook | None = None) -> dict:
        out, gap = [], float("inf")
        for _ in range(count):
            best = self.run(ids + out, hook)[0][-1].topk(2)
            gap = min(gap, float(best.values[0] - best.values[1]))
            out.append(int(best.indices[0]))
        return {"ids": out, "text": self.tokenizer.decode(out), "gap": number(gap)}

    def top(self, logits: torch.Tensor) -> dict:
        best = logits.topk(TOP)
        return {"top": {"ids": best.indices.tolist(), "logits": numbers(best.values)},
                "fixed": {"ids": self.fixed_ids, "logits": numbers(logits[self.fixed_ids])}}

    # --- sections of the file

    def tokenization(self) -> list[dict]:
        return [{"text": t, "ids": self.encode(t), "decoded": self.tokenizer.decode(self.encode(t))} for t in TEXTS]

    def prompt(self, text: str, every_logit: bool) -> dict:
        ids = self.encode(text)
        logits, residuals = self.run(ids)
        positions = sorted({0, len(ids) // 2, len(ids) - 1})
        return {"text": text, "ids": ids,
                "residuals": [{"position": p, "layers": [numbers(residuals[i, p]) for i in range(self.shape.layers)]} for p in positions],
                "logits": numbers(logits[-1]) if every_logit else self.top(logits[-1]),
                "greedy": self.greedy(ids, GREEDY)}

    def fit(self) -> None:
        """Sets scale [L], units [L, d], residual_norm [L]."""
        last, norms = {}, []
        for side, texts in (("happy", HAPPY), ("sad", SAD)):
            runs = [self.run(self.encode(t))[1] for t in texts]
            last[side] = torch.stack([r[:, -1] for r in runs]).mean(0)
            norms += [r[:, 1:].norm(dim=-1) for r in runs]
        vectors = last["happy"] - last["sad"]
        self.scale = vectors.norm(dim=-1)
        self.units = vectors / self.scale[:, None]
        self.residual_norm = torch.cat(norms, 1).mean(1)

    def table(self, strengths: bool) -> list[dict]:
        """Mean over PROBES of logp(" happy") − logp(" sad"), added at every position after BOS, by layer."""
        happy, sad = self.single(" happy"), self.single(" sad")
        rows = []
        for layer in range(self.shape.layers):
            unit = self.residual_norm[layer] if strengths else self.scale[layer]
            values = []
            for c in COEFFICIENTS:
                differences = []
                for probe in PROBES:
                    ids = self.encode(probe)
                    logits = self.run(ids, Interventions("add", {layer: (self.units[layer], float(c * unit))}, len(ids), True, True))[0][-1]
                    differences.append(logits[happy] - logits[sad])
                values.append(number(torch.stack(differences).mean()))
            rows.append({"layer": layer, "values": values, "monotonic": all(a < b for a, b in zip(values, values[1:])), "range": number(max(values) - min(values))})
        return rows

    def steered(self, operator: str, layers: list[int], strength: float, prompt: bool, generated: bool) -> dict:
        ids = self.encode(PROMPTS[0])
        sites = {i: (self.units[i], float(strength * self.residual_norm[i]) if operator != "ablate" else 0.0) for i in layers}
        hook = Interventions(operator, sites, len(ids), prompt, generated)
        greedy = self.greedy(ids, STEERED_GREEDY, hook)
        read = ids if prompt else ids + greedy["ids"][:1]
        logits, residuals = self.run(read, hook)
        out = {"operator": operator, "layers": layers, "strength": strength, "scope": {"prompt": prompt, "generated": generated},
               "logits": self.top(logits[-1]), "last_residual_norms": numbers(residuals[:, -1].norm(dim=-1)), "greedy": greedy}
        if operator != "add":
            out["largest_deviation"] = {str(k): number(v) for k, v in hook.left.items()}
        return out

    def document(self) -> dict:
        self.fit()
        by_scale, by_strength = self.table(False), self.table(True)
        best = max((r for r in by_scale if r["monotonic"]), key=lambda r: r["range"], default=max(by_scale, key=lambda r: r["range"]))["layer"]
        every = list(range(self.shape.layers))
        add = [self.steered("add", [best], s, p, g) for s in (STRENGTH, -STRENGTH) for p, g in ((True, False), (False, True), (True, True))]
        return {
            "conventions": CONVENTIONS,
            "weights_sha256": self.digest,
            "tokenization": self.tokenization(),
            "prompts": [self.prompt(t, i == 0) for i, t in enumerate(PROMPTS)],
            "direction": {"positive": HAPPY, "negative": SAD, "layer": best, "vector": numbers(self.units[best]),
                          "scale": numbers(self.scale), "residual_norm": numbers(self.residual_norm)},
            "steered_prompt": PROMPTS[0],
            "steered": [*add, self.steered("add", [best - 1, best], STRENGTH / 2, True, True), self.steered("ablate", [best], 0.0, True, True),
                        self.steered("ablate", every, 0.0, True, True), self.steered("clamp", [best], CLAMP, True, True)],
            # Other layers' unit vectors are needed where several layers are steered.
            "vectors": [numbers(v) for v in self.units],
            "happy_sad": {"prompts": PROBES, "target_ids": [self.single(" happy"), self.single(" sad")], "coefficients": COEFFICIENTS,
                          "measure": "mean over prompts of logp(happy) − logp(sad) at the last position, added at every position but BOS",
                          "best_layer": best, "times_scale": by_scale, "times_residual_norm": by_strength},
        }


def number(value) -> float:
    return float(f"{float(value):.9g}")


def numbers(tensor: torch.Tensor) -> list[float]:
    return [number(v) for v in tensor.tolist()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    document = Golden(arguments.checkpoint).document()
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False, separators=(',', ':'))}" for k, v in document.items())
    arguments.out.write_text("{\n" + lines + "\n}\n")
    print(f"{arguments.out}: {arguments.out.stat().st_size:,} bytes; best layer {document['direction']['layer']}")
    print("smallest gaps of greedy runs:", [p["greedy"]["gap"] for p in document["prompts"]], [s["greedy"]["gap"] for s in document["steered"]])


if __name__ == "__main__":
    main()
