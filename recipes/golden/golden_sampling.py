"""The logits warpers of Hugging Face transformers in NumPy, step by step as its classes do them, and seeded draws."""

import numpy as np


def repetition_penalty(scores, ids, penalty):
    """RepetitionPenaltyLogitsProcessor: gather, where(score < 0, score * penalty, score / penalty), scatter."""
    scores = scores.copy()
    gathered = scores[ids]
    scores[ids] = np.where(gathered < 0, gathered * penalty, gathered / penalty)
    return scores


def top_k(scores, k):
    """TopKLogitsWarper: remove what is smaller than the k-th largest."""
    k = min(k, len(scores))
    return np.where(scores < np.sort(scores)[-k], -np.inf, scores)


def top_p(scores, p):
    """TopPLogitsWarper: sort ascending, cumulate probabilities, remove while the sum is <= 1 - p, keep at least one."""
    order = np.lexsort((-np.arange(len(scores)), scores))  # ascending; of equal scores the highest id is removed first
    ascending = scores[order]
    e = np.exp(ascending - ascending[-1])
    cumulative = np.cumsum(e / e.sum())
    remove = cumulative <= 1 - p
    remove[-1] = False
    result = scores.copy()
    result[order[remove]] = -np.inf
    return result


def probabilities(logits, ids, settings):
    scores = logits.astype(float)
    if settings["repetitionPenalty"] != 1:
        scores = repetition_penalty(scores, sorted(set(ids)), settings["repetitionPenalty"])
    if settings["temperature"] == 0:
        return (np.arange(len(scores)) == np.argmax(scores)).astype(float)
    scores = scores / settings["temperature"]
    if settings["topK"] > 0:
        scores = top_k(scores, settings["topK"])
    if settings["topP"] < 1:
        scores = top_p(scores, settings["topP"])
    e = np.exp(scores - scores.max())
    return e / e.sum()


def cases():
    rng = np.random.default_rng(14)
    vocabulary, steps = 48, 24
    logits = np.round(rng.normal(0, 2.5, (steps, vocabulary)), 2).astype(np.float32)  # rounding makes some ties
    start = [3, 17, 17, 40]
    settings = [
        dict(temperature=0, topK=0, topP=1, repetitionPenalty=1, seed=1),
        dict(temperature=0, topK=0, topP=1, repetitionPenalty=1.4, seed=1),
        dict(temperature=1, topK=0, topP=1, repetitionPenalty=1, seed=0),
        dict(temperature=0.7, topK=0, topP=0.95, repetitionPenalty=1, seed=7),
        dict(temperature=1.3, topK=5, topP=1, repetitionPenalty=1, seed=123456789),
        dict(temperature=1, topK=0, topP=0.3, repetitionPenalty=1, seed=2**31),
        dict(temperature=2, topK=20, topP=0.8, repetitionPenalty=1.2, seed=4),
        dict(temperature=1, topK=1, topP=1, repetitionPenalty=1, seed=5),
        dict(temperature=1, topK=0, topP=0.0001, repetitionPenalty=0.8, seed=6),
    ]
    runs = []
    for setting in settings:
        uniform = np.random.RandomState(setting["seed"])
        ids, first, log_probabilities = list(start), None, []
        for row in logits:
            p = probabilities(row, ids, setting)
            first = p if first is None else first
            if setting["temperature"] == 0:
                chosen = int(np.argmax(p))
            else:
                chosen = int(np.searchsorted(np.cumsum(p), uniform.random_sample(), side="right"))
            wide = row.astype(float)
            log_probabilities.append(float(wide[chosen] - np.log(np.exp(wide).sum())))
            ids.append(chosen)
        runs.append(
            {
                "settings": {**setting, "maxNewTokens": steps},
                "firstProbabilities": first.tolist(),
                "ids": ids[len(start) :],
                "logProbabilities": log_probabilities,
            }
        )
    return {
        "start": start,
        "logits": [[round(float(value), 2) for value in row] for row in logits],
        "runs": runs,
        "uniform": {str(seed): np.random.RandomState(seed).random_sample(4).tolist() for seed in (0, 7, 2**32 - 1)},
    }
