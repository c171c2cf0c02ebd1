"""The graph as onnxruntime-genai's builder writes it: GroupQueryAttention that rotates by itself, sums inside the norms.

GroupQueryAttention counts positions from the length of each row, so rows of a batch need equal lengths
(or padding on the right). No position_ids.

On WASM, onnxruntime 1.30 takes a tiled kernel for this operator that is 3 to 12 times slower for prompts than its
other one (13.7 against 1.1 ms for 128 tokens of one layer; README.md), probably because tiles are sized by an L2 cache
that WASM knows nothing of (onnxruntime's pull request 33202).
It takes the other kernel when there is a head sink: one more number in the softmax's denominator for each head. Ours
is e^(-1e30 - max) = 0, so the result is the same.
"""
from __future__ import annotations

import numpy as np
import onnx
import torch

from checkpoint import Shape
from decoder import Options, declare, embed, head, linear, mlp
from graph import Graph
from llama import rotary_tables


def build(s: Shape, weights: dict[str, torch.Tensor], options: Options = Options()) -> onnx.ModelProto:
    graph = Graph()
    declare(graph, s, position_ids=False)
    lengths = _lengths(graph)
    cos, sin = rotary_tables(s)
    graph.weight("cos_cache", cos.numpy())
    graph.weight("sin_cache", sin.numpy())
    if options.attention == "sink":
        graph.weight("head_sink", np.full(s.heads, -1e30, np.float32))

    residual = embed(graph, weights)
    gain = graph.weight("model.layers.0.input_layernorm.weight", weights["model.layers.0.input_layernorm.weight"].numpy())
    x = graph.add("SimplifiedLayerNormalization", "/model/layers.0/input_layernorm/LayerNorm", [residual, gain],
                  ["/model/layers.0/input_layernorm/output_0"], axis=-1, epsilon=s.epsilon, stash_type=1)
    for i in range(s.layers):
        branch = _attention(graph, s, options, weights, i, x, lengths)
        x, residual = _skip_norm(graph, s, f"layers.{i}/post_attention_layernorm", weights[f"model.layers.{i}.post_attention_layernorm.weight"], residual, branch)
        branch = mlp(graph, s, options, weights, i, x)
        last = i + 1 == s.layers
        place = f"layers.{i + 1}/final_norm_layernorm" if last else f"layers.{i + 1}/input_layernorm"
        gain = weights["model.norm.weight" if last else f"model.layers.{i + 1}.input_layernorm.weight"]
        x, residual = _skip_norm(graph, s, place, gain, residual, branch, keep_sum=not last)
    head(graph, s, options, weights, x)
    return graph.model("steerboard recipes/export fused")


def residual_names(s: Shape) -> list[str]:
    """Tensors that hold each block's output. The last one exists only inside the final norm, as in the builder's own graphs."""
    places = [f"/model/layers.{i + 1}/input_layernorm/output_3" for i in range(s.layers - 1)]
    return places + [f"/model/layers.{s.layers}/final_norm_layernorm/output_3"]


def _lengths(graph: Graph) -> tuple[str, str]:
    """-> (seqlens_k int32 [B]: valid tokens − 1 of each row, total_sequence_length int32 [])."""
    place = "/model/attn_mask_reformat/attn_mask_subgraph"
    count = graph.add("ReduceSum", f"{place}/ReduceSum", ["attention_mask", graph.constant([1])], keepdims=0)
    less = graph.add("Sub", f"{place}/Sub", [count, graph.constant(1)])
    rows = graph.add("Cast", f"{place}/Sub/Cast", [less], to=6)
    shape = graph.add("Shape", f"{place}/Shape", ["attention_mask"])
    total = graph.add("Gather", f"{place}/Gather", [shape, graph.constant(1)], axis=0)
    return rows, graph.add("Cast", f"{place}/Gather/Cast", [total], to=6)


def _skip_norm(graph: Graph, s: Shape, place: str, gain: torch.Tensor, root: str, skip: str, keep_sum: bool = True) -> tuple[str, str]:
    """-> (norm of root + skip, root + skip)."""
    weight = graph.weight(f"model.{place.replace('/', '.')}.weight", gain.numpy())
    out, total = f"/model/{place}/output_0", f"/model/{place}/output_3"
    graph.add("SkipSimplifiedLayerNormalization", f"/model/{place}/SkipLayerNorm", [root, skip, weight],
              [out, "", "", total] if keep_sum else [out], domain="com.microsoft", epsilon=s.epsilon)
    return out, total


def _attention(graph: Graph, s: Shape, options: Options, weights, i: int, x: str, lengths: tuple[str, str]) -> str:
    place, w = f"/model/layers.{i}/attn", lambda n: weights[f"model.layers.{i}.self_attn.{n}_proj.weight"]
    if options.qkv == "packed":
        qkv = [linear(graph, f"{place}/qkv_proj", torch.cat([w("q"), w("k"), w("v")]), x), "", ""]
    else:
        qkv = [linear(graph, f"{place}/{n}_proj", w(n), x) for n in "qkv"]
    past = [f"past_key_values.{i}.{part}" for part in ("key", "value")]
    name = f"{place}/GroupQueryAttention"
    sink = ["", "", "head_sink"] if options.attention == "sink" else []  # after position_ids and attention_bias
    y = graph.add("GroupQueryAttention", name, [*qkv, *past, *lengths, "cos_cache", "sin_cache", *sink],
                  [f"{name}/output_0", f"present.{i}.key", f"present.{i}.value"], domain="com.microsoft",
                  num_heads=s.heads, kv_num_heads=s.kv_heads, scale=s.head_dim**-0.5,
                  local_window_size=-1, do_rotary=1, rotary_interleaved=0)
    return linear(graph, f"{place}/o_proj", w("o"), y)
