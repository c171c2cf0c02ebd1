"""Compare an exported graph with the PyTorch reference in onnxruntime: logits, residuals, cached greedy tokens."""
from __future__ import annotations

from types import ModuleType

import numpy as np
import onnx
import onnxruntime
import torch

from checkpoint import Shape
from llama import Llama

# Relative to the largest value of the reference. fp32 sums in another order differ by about 1e-6.
TOLERANCE = 1e-5
TOKENS, GREEDY = 96, 48


def verify(model: onnx.ModelProto, s: Shape, weights: dict[str, torch.Tensor], variant: ModuleType) -> dict[str, float]:
    """-> largest relative differences; raises AssertionError when the graph is not the reference."""
    reference = Llama(s, weights)
    session = _session_with_residuals(model, s, variant)
    ids = torch.from_numpy(np.random.default_rng(0).integers(2, s.vocabulary, (2, TOKENS)))
    logits, residuals, cache = reference.forward(ids)
    out = _run(session, s, ids.numpy(), None)
    differences = {"logits": _difference(out["logits"], logits)}
    differences["residuals"] = max(_difference(out[n], r) for n, r in zip(variant.residual_names(s), residuals))
    differences["cache"] = max(_difference(out[f"present.{i}.{p}"], c[k]) for i, c in enumerate(cache) for k, p in enumerate(("key", "value")))
    # One row: GroupQueryAttention takes several tokens after a cache only for a batch of one.
    half = _run(session, s, ids[:1, : TOKENS // 2].numpy(), None)
    rest = _run(session, s, ids[:1, TOKENS // 2 :].numpy(), half)
    differences["cached logits"] = _difference(rest["logits"], logits[:1, TOKENS // 2 :])
    worst = max(differences.values())
    assert worst <= TOLERANCE, differences
    start = [int(i) for i in ids[0, :8]]
    expected, gap = reference.greedy(start, GREEDY)
    tokens = _greedy(session, s, start)
    assert tokens == expected or gap < 1e-4, (tokens, expected, gap)
    return differences


def _session_with_residuals(model: onnx.ModelProto, s: Shape, variant: ModuleType) -> onnxruntime.InferenceSession:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    made = {name for node in copy.graph.node for name in node.output}
    for name in variant.residual_names(s):
        if name not in made:  # the fused final norm keeps its sum to itself: ask for it
            node = next(n for n in copy.graph.node if n.output[0] == name.replace("output_3", "output_0"))
            node.output.extend(["", "", name])
        copy.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(copy.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _run(session, s: Shape, ids: np.ndarray, before: dict | None) -> dict[str, np.ndarray]:
    batch, length = ids.shape
    past = 0 if before is None else before["present.0.key"].shape[2]
    feeds = {"input_ids": ids, "attention_mask": np.ones((batch, past + length), np.int64)}
    if any(i.name == "position_ids" for i in session.get_inputs()):
        feeds["position_ids"] = np.tile(np.arange(past, past + length), (batch, 1))
    for i in range(s.layers):
        for part in ("key", "value"):
            empty = np.zeros((batch, s.kv_heads, 0, s.head_dim), np.float32)
            feeds[f"past_key_values.{i}.{part}"] = empty if before is None else before[f"present.{i}.{part}"]
    return dict(zip((o.name for o in session.get_outputs()), session.run(None, feeds)))


def _greedy(session, s: Shape, ids: list[int]) -> list[int]:
    out, step, before = [], np.array([ids]), None
    for _ in range(GREEDY):
        before = _run(session, s, step, before)
        out.append(int(before["logits"][0, -1].argmax()))
        step = np.array([[out[-1]]])
    return out


def _difference(got: np.ndarray, expected: torch.Tensor) -> float:
    return float(np.abs(got - expected.numpy()).max() / expected.abs().max())
