"""Effects and costs of a steered text, from their definitions in NumPy: the end of the text is a special token."""

import re

import numpy as np

PIECES = ["\n", "She", " was", " hap", "py", ",", " so", " hap", "py", "!", " The", " dog", "'s", " tail", " was", " so-", "so", "."]


def cases():
    rng = np.random.default_rng(33)
    tokens, layers, probes = len(PIECES) + 1, 4, 3
    pieces = PIECES + ["</s>"]
    special = [False] * len(PIECES) + [True]
    known = {}
    ids = [known.setdefault(piece, len(known)) for piece in pieces]
    f32 = lambda values: values.astype(np.float32).astype(float)
    norms = f32(rng.uniform(3, 9, (tokens, layers)))
    projections = f32(rng.normal(0, 2, (tokens, probes, layers)))
    projections[:, 2, 1] = np.nan
    kl, baseline, steered = (f32(rng.gamma(1.5, 0.6, tokens)) for _ in range(3))
    ratio = f32(rng.uniform(0.9, 1.6, layers))
    odds = f32(rng.normal(0, 3, tokens))
    written = ~np.array(special)
    text = "".join(piece for piece, it in zip(pieces, special) if not it).lower()
    words = re.findall(r"\w+(?:['’-]\w+)*", text)
    plain = [i for i, it in zip(ids, special) if not it]
    pairs = list(zip(plain, plain[1:]))
    blank = lambda values: [None if np.isnan(v) else float(v) for v in values.ravel()]
    low, high = -1.25, 2.5
    return {
        "text": {
            "ids": ids, "pieces": pieces, "special": special, "kl": kl.tolist(), "baselineNll": baseline.tolist(), "steeredNll": steered.tolist(),
            "normRatio": ratio.tolist(), "norms": blank(norms), "projections": blank(projections), "logOdds": odds.tolist(),
        },
        "layers": layers,
        "probes": probes,
        "means": {"negative": low, "positive": high},
        "score": [[probe, layer, float((2 * (projections[written, probe, layer] - low) / (high - low) - 1).mean())] for probe in (0, 1) for layer in (0, 3)],
        "alignment": [[probe, layer, float((projections[written, probe, layer] / norms[written, layer]).clip(-1, 1).mean())] for probe in (0, 1) for layer in (0, 3)],
        "words": {"list": ["Happy", " tail ", "so-so", "cat"], "share": sum(w in {"happy", "tail", "so-so", "cat"} for w in words) / len(words), "words": words},
        "logOdds": float(odds[written].mean()),
        "cost": {
            "meanKl": float(kl.mean()),
            "perplexity": float(np.exp(baseline.mean())),
            "distinct2": len(set(pairs)) / len(pairs),
            "normRatio": [[[], float(ratio.max())], [[1, 2], float(ratio[[1, 2]].max())], [[3], float(ratio[3])]],
        },
    }
