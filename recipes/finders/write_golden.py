"""Writes test/golden/finders.json. Seeded: the same file every time, up to the last digits of another machine's fp32."""
from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np

import reference
from bundled import ROOT, Bundled

SUBJECTS = ["Lily", "Tim", "The dog", "My mom", "Ben and Mia", "The old man", "A little bird", "Sara", "The king", "Max", "Her sister", "The boy"]
HAPPY = ["was very happy", "smiled and laughed.", "jumped for joy!", "had the best day ever", "loved the nice surprise", "felt so glad today.",
         "sang a cheerful song", "hugged her friend with a big smile", "was proud and full of joy.", "clapped his hands and giggled", "danced in the sun", "got a present and said thank you!"]
SAD = ["was very sad", "cried and cried.", "ran away in tears!", "had the worst day ever", "lost the nice toy", "felt so lonely today.",
       "sang a gloomy song", "left her friend with a heavy heart", "was hurt and full of pain.", "dropped his toy and sobbed", "sat in the dark", "broke a cup and said sorry!"]
POSITIVE = [f"{who} {what}" for who, what in zip(SUBJECTS, HAPPY)]
NEGATIVE = [f"{who} {what}" for who, what in zip(SUBJECTS, SAD)]
LAYERS = [2, 5]
MARKER_POSITIVE = [f"{text} Answer: yes indeed" for text in POSITIVE[:4]]
MARKER_NEGATIVE = [f"{text} Answer: no never" for text in NEGATIVE[:4]]
ADDITION = ["Love", "Hate and fear"]


def floats(values) -> str:
    """Little-endian float32 in base64, row-major."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()


def found(positive, negative, paired=True) -> dict:
    out = {}
    for name, (options, find) in reference.FINDERS.items():
        if name.startswith("pair-") and not paired:
            continue
        out[name] = {"method": name.split(",")[0], "options": options, "direction": floats(find(positive, negative)),
                     "heldOut": reference.held_out(find, positive, negative)}
    return out


def transports(positive, negative) -> dict:
    return {name: {"scale": floats(lines[0]), "shift": floats(lines[1])}
            for name, lines in (("sorted", reference.transport(positive, negative)),
                                ("gaussian", reference.gaussian_transport(positive, negative)))}


def planted(rng, n, m, width) -> dict:
    """Gaussian rows with a common part and unequal spreads, a unit direction planted between the sides."""
    spread = np.exp(rng.normal(0, 0.5, width))
    centre, unit = rng.normal(0, 3, width), rng.normal(0, 1, width)
    unit /= np.linalg.norm(unit)
    side = lambda count, sign: (rng.normal(0, 1, (count, width)) * spread + centre + sign * 1.5 * unit).astype("<f4").astype(float)
    positive, negative = side(n, 1), side(m, -1)
    return {"width": width, "positive": floats(positive), "negative": floats(negative),
            "found": found(positive, negative, n == m), "transport": transports(positive, negative)}


def from_model(model: Bundled) -> dict:
    read = lambda texts, hook=1: [model.residuals(model.encode(text))[hook] for text in texts]
    sides = {"positive": read(POSITIVE), "negative": read(NEGATIVE)}
    last = {side: np.stack([it[:, -1] for it in runs], 1).astype(float) for side, runs in sides.items()}  # [L, n, d]
    layers = []
    for layer in LAYERS:
        positive, negative = last["positive"][layer], last["negative"][layer]
        layers.append({"layer": layer, "found": found(positive, negative)})
    difference = lambda p, n: floats(np.stack(p).mean(0)[LAYERS] - np.stack(n).mean(0)[LAYERS])
    after = lambda texts: [it[:, position_after(model, text, "Answer:")] for text, it in zip(texts, read(texts))]
    return {
        "positive": POSITIVE, "negative": NEGATIVE,
        "residuals": {"layer": LAYERS[1], **{side: floats(rows[LAYERS[1]]) for side, rows in last.items()}},
        "layers": layers,
        # Mean differences [2 layers, d] by which token is read.
        "read": {
            "mean": {"read": {"kind": "mean"}, "positive": POSITIVE, "negative": NEGATIVE,
                     "direction": difference(*([it[:, 1:].mean(1) for it in sides[s]] for s in ("positive", "negative")))},
            "token": {"read": {"kind": "token", "index": -2}, "positive": POSITIVE, "negative": NEGATIVE,
                      "direction": difference(*([it[:, -2] for it in sides[s]] for s in ("positive", "negative")))},
            "after": {"read": {"kind": "after", "marker": "Answer:"}, "positive": MARKER_POSITIVE, "negative": MARKER_NEGATIVE,
                      "direction": difference(after(MARKER_POSITIVE), after(MARKER_NEGATIVE))},
        },
        "addition": addition(model),
    }


def position_after(model: Bundled, text: str, marker: str) -> int:
    """The first token whose characters begin where the marker ends, or before and go beyond."""
    end = text.rindex(marker) + len(marker)
    offsets = model.tokenizer.encode(text).offsets
    return next(i for i, (start, stop) in enumerate(offsets) if stop > end)


def addition(model: Bundled) -> dict:
    """Differences of resid_pre at every token, [2 layers, T, d]; the shorter prompt padded on the right with the id of " "."""
    (space,) = model.encode(" ", special=False)
    ids = [model.encode(prompt) for prompt in ADDITION]
    longest = max(map(len, ids))
    padded = [it + [space] * (longest - len(it)) for it in ids]
    positive, negative = (model.residuals(it)[0] for it in padded)
    return {"positive": ADDITION[0], "negative": ADDITION[1], "ids": padded, "tokens": longest,
            "differences": floats((positive - negative)[LAYERS])}


def main() -> None:
    rng = np.random.default_rng(31)
    document = {"planted": [planted(rng, 40, 40, 12), planted(rng, 15, 24, 8), planted(rng, 9, 9, 20)], "model": from_model(Bundled())}
    path = ROOT / "test" / "golden" / "finders.json"
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
