"""KL, perplexity, distinct-n and log-odds of next-token predictions, by SciPy and PyTorch."""

import numpy as np
import torch
from scipy.special import log_softmax, logsumexp, rel_entr, softmax


def cases():
    rng = np.random.default_rng(21)
    tokens, vocabulary = 6, 300
    out = []
    for scale in (1, 4):
        steered = np.round(rng.normal(0, scale, (tokens, vocabulary)), 2)
        baseline = np.round(steered + rng.normal(0, 0.5 * scale, (tokens, vocabulary)), 2)
        ids = [int(i) for i in steered.argmax(1)]
        p, q = softmax(steered, axis=1), softmax(baseline, axis=1)
        kl = rel_entr(p, q).sum(1)
        again = torch.nn.functional.kl_div(
            torch.log_softmax(torch.tensor(baseline), 1), torch.log_softmax(torch.tensor(steered), 1), reduction="none", log_target=True
        ).sum(1)
        assert np.abs(kl - again.numpy()).max() < 1e-10
        nll = torch.nn.functional.cross_entropy(torch.tensor(baseline), torch.tensor(ids), reduction="none").numpy()
        toward, away = [3, 17, 40], [5, 250]
        log_p = log_softmax(steered, axis=1)
        change = (log_p - log_softmax(baseline, axis=1)).mean(0)
        listed = np.maximum(p.mean(0), q.mean(0)) >= 1e-3
        rest = [i for i in range(vocabulary) if i not in toward]
        out.append(
            {
                "steered": steered.tolist(),
                "baseline": baseline.tolist(),
                "ids": ids,
                "kl": kl.tolist(),
                "nll": nll.tolist(),
                "perplexity": float(np.exp(nll.mean())),
                "toward": toward,
                "away": away,
                "logOdds": (logsumexp(log_p[:, toward], axis=1) - logsumexp(log_p[:, away], axis=1)).tolist(),
                "logOddsOfRest": (logsumexp(log_p[:, toward], axis=1) - logsumexp(log_p[:, rest], axis=1)).tolist(),
                "promotion": {
                    "change": change[:20].tolist(),
                    "raised": [int(i) for i in np.argsort(-change, kind="stable") if change[i] > 0 and listed[i]],
                    "lowered": [int(i) for i in np.argsort(change, kind="stable") if change[i] < 0 and listed[i]],
                },
            }
        )
    words = rng.integers(0, 5, 24).tolist()
    grams = lambda n: len({tuple(words[i : i + n]) for i in range(len(words) - n + 1)}) / (len(words) - n + 1)
    return {"predictions": out, "distinct": {"ids": words, "byN": {str(n): grams(n) for n in (1, 2, 3, 4)}}}
