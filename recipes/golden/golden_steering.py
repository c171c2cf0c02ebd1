"""What a layer's terms do to residuals together: x' = x - W+ W x + W+ c + sum(alpha v), with NumPy's pinv."""

import numpy as np

WIDTH = 12
RESIDUAL_NORM = 7.5


def apply(x, terms, vectors):
    held = [t for t in terms if t["operator"] != "add"]
    result = x.astype(float)
    if held:
        w = np.array([vectors[t["vector"]] for t in held])
        c = np.array([t["strength"] * RESIDUAL_NORM if t["operator"] == "clamp" else 0.0 for t in held])
        inverse = np.linalg.pinv(w, rcond=1e-6)
        result = result - result @ w.T @ inverse.T + inverse @ c
    for t in terms:
        if t["operator"] == "add":
            result = result + t["strength"] * RESIDUAL_NORM * vectors[t["vector"]]
    return result


def term(operator, vector, strength=0.0):
    return {"operator": operator, "vector": vector, "strength": strength}


def cases():
    rng = np.random.default_rng(13)
    vectors = rng.normal(0, 1, (4, WIDTH)) + 0.8  # a common part, so that they are far from orthogonal
    vectors = np.vstack([vectors, vectors[0] + 0.02 * vectors[1], vectors[0] + vectors[1]])
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32).astype(float)
    residuals = np.round(rng.normal(0, 3, (3, WIDTH)), 2).astype(np.float32).astype(float)
    plans = {
        "add": [term("add", 0, -1.5)],
        "ablate": [term("ablate", 0)],
        "clamp": [term("clamp", 1, 0.75)],
        "two additions": [term("add", 0, 1), term("add", 1, -0.25)],
        "two ablations, not orthogonal": [term("ablate", 0), term("ablate", 1)],
        "ablation and clamp": [term("ablate", 0), term("clamp", 2, -1.25)],
        "three clamps": [term("clamp", 0, 1), term("clamp", 1, 0.5), term("clamp", 3, -0.5)],
        "all operators": [term("ablate", 0), term("add", 0, 0.5), term("clamp", 1, 1), term("add", 3, -1)],
        "the same direction twice": [term("ablate", 2), term("ablate", 2)],
        "a direction held at two values": [term("clamp", 2, 1), term("clamp", 2, 0.5)],
        "nearly the same direction": [term("ablate", 0), term("ablate", 4)],
        "a dependent direction": [term("ablate", 0), term("ablate", 1), term("ablate", 5)],
    }
    return {
        "width": WIDTH,
        "residualNorm": RESIDUAL_NORM,
        "vectors": vectors.tolist(),
        "residuals": residuals.tolist(),
        "plans": [
            {"name": name, "terms": terms, "results": [apply(x, terms, vectors).tolist() for x in residuals]}
            for name, terms in plans.items()
        ],
    }
