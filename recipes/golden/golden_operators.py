"""What the operators do to residuals, alone by their published formulas and together by the fixed order of stages.

Everything acts on the residual itself, step by step; nothing is folded, as the TypeScript does.
"""

import numpy as np

WIDTH = 12
RESIDUAL_NORM = 7.5


def transport(x, t, d):
    """(1 - a) h + a (w h + b); AcT, Rodriguez et al. 2410.23054."""
    return (1 - t["strength"]) * x + t["strength"] * (d["omega"] * x + d["beta"])


def scale(x, t, d):
    v = d["vectors"][t["vector"]]
    return x + (t["strength"] - 1) * np.outer(v, v) @ x


def swap(x, t, d):
    s, other = d["vectors"][t["vector"]], d["vectors"][t["second"]]
    return x - (x @ s) * s + (x @ s) * other


def hold(x, terms, d):
    """All wanted projections at once: x - W+ W x + W+ c."""
    w = np.array([d["vectors"][t["vector"]] for t in terms])
    amount = np.array([t["strength"] * RESIDUAL_NORM for t in terms])
    kind = [t["operator"] for t in terms]
    centre = np.array([d["centre"] if k == "affine" else 0.0 for k in kind])
    c = np.where([k == "ablate" for k in kind], 0.0, amount + centre)
    inverse = np.linalg.pinv(w, rcond=1e-6)
    return x - inverse @ w @ x + inverse @ c


def cap(x, terms, d):
    """The shortest change after which every projection is within its limit; projections that are stay where they are."""
    w = np.array([d["vectors"][t["vector"]] for t in terms])
    limit = np.array([t["strength"] * RESIDUAL_NORM for t in terms])
    q = w @ x
    below = np.array([t.get("options", {}).get("side") == "below" for t in terms])
    return x + np.linalg.pinv(w) @ (np.where(below, np.maximum(q, limit), np.minimum(q, limit)) - q)


def angular(x, t, d):
    """h - P h + |P h| (cos t b1 + sin t b2); Vu and Nguyen 2510.26243. P by QR, b1 along the first direction."""
    first, second = d["vectors"][t["vector"]], d["vectors"][t["second"]]
    q, r = np.linalg.qr(np.array([first, second]).T)
    b = (q * np.sign(np.diag(r))).T
    if t.get("options", {}).get("adaptive") and x @ b[0] <= 0:
        return x
    part = b.T @ b @ x
    angle = np.deg2rad(t["strength"])
    return x - part + np.linalg.norm(part) * (np.cos(angle) * b[0] + np.sin(angle) * b[1])


def spherical(x, t, d):
    """Rotation in the plane of x and v by a share of their angle, with the plane's own axes instead of slerp's sines."""
    v = d["vectors"][t["vector"]]
    size = np.linalg.norm(x)
    unit = x / size
    rest = v - (v @ unit) * unit
    angle = np.arctan2(np.linalg.norm(rest), v @ unit) * t["strength"]
    return size * (np.cos(angle) * unit + np.sin(angle) * rest / np.linalg.norm(rest))


def apply(x, terms, d):
    of = lambda *names: [t for t in terms if t["operator"] in names]
    came = x.astype(float)
    y = came + sum((transport(came, t, d) - came for t in of("transport")), np.zeros(WIDTH))
    y = y + sum(
        ((scale if t["operator"] == "scale" else swap)(y, t, d) - y for t in of("scale", "swap")), np.zeros(WIDTH)
    )
    if holds := of("ablate", "clamp", "affine"):
        y = hold(y, holds, d)
    for t in of("add", "add-keep-norm"):
        y = y + t["strength"] * RESIDUAL_NORM * d["vectors"][t["vector"]]
    if caps := of("cap"):
        y = cap(y, caps, d)
    for t in of("angular"):
        y = angular(y, t, d)
    for t in of("spherical"):
        y = spherical(y, t, d)
    if of("add-keep-norm"):
        y = y * np.linalg.norm(came) / np.linalg.norm(y)
    return y


def term(operator, vector, strength=0.0, **more):
    return {"operator": operator, "vector": vector, "strength": strength, **more}


def cases():
    rng = np.random.default_rng(17)
    vectors = rng.normal(0, 1, (4, WIDTH)) + 0.5
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32).astype(float)
    residuals = np.round(rng.normal(0, 2.5, (6, WIDTH)), 2).astype(np.float32).astype(float)
    omega = (1 + 0.4 * rng.normal(0, 1, WIDTH)).astype(np.float32).astype(float)
    beta = rng.normal(0, 1, WIDTH).astype(np.float32).astype(float)
    data = {"vectors": vectors, "omega": omega, "beta": beta, "centre": 1.25}
    below, adaptive = {"options": {"side": "below"}}, {"options": {"adaptive": True}}
    plans = {
        "affine": [term("affine", 0, -0.5)],
        "cap above": [term("cap", 0, 0.1)],
        "cap below": [term("cap", 1, -0.05, **below)],
        "two caps, not orthogonal": [term("cap", 0, 0.1), term("cap", 1, 0.2, **below)],
        "scale": [term("scale", 2, -1.5)],
        "swap": [term("swap", 0, second=1)],
        "exchange": [term("swap", 0, second=1), term("swap", 1, second=0)],
        "add, norm kept": [term("add-keep-norm", 3, 1.2)],
        "spherical": [term("spherical", 1, 0.3)],
        "spherical, nearly all the way": [term("spherical", 2, 0.99)],
        "angular": [term("angular", 0, 75, second=1)],
        "angular, backwards": [term("angular", 2, -160, second=3)],
        "angular, adaptive": [term("angular", 0, 40, second=3, **adaptive)],
        "transport": [term("transport", 0, 0.7)],
        "scale and clamp": [term("clamp", 1, 0.5), term("scale", 0, 3)],
        "transport, swap and ablate": [term("ablate", 2), term("swap", 1, second=3), term("transport", 0, 1)],
        "all stages": [
            term("add-keep-norm", 1, 0.6),
            term("spherical", 3, 0.25),
            term("angular", 1, 110, second=2),
            term("cap", 0, 0.3),
            term("add", 0, 0.4),
            term("affine", 2, 0.2),
            term("ablate", 3),
            term("scale", 1, 0.2),
            term("swap", 0, second=2),
            term("transport", 0, 0.5),
        ],
    }
    return {
        "width": WIDTH,
        "residualNorm": RESIDUAL_NORM,
        "vectors": vectors.tolist(),
        "centre": data["centre"],
        "transport": {"scale": omega.tolist(), "shift": beta.tolist()},
        "residuals": residuals.tolist(),
        "plans": [
            {"name": name, "terms": terms, "results": [apply(x, terms, data).tolist() for x in residuals]}
            for name, terms in plans.items()
        ],
    }
