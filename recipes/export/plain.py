"""The graph as optimum writes it: only standard operators, caches grown by Concat, positions from position_ids."""
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
    declare(graph, s, position_ids=True)
    cos, sin = (graph.weight(name, np.concatenate([t.numpy()] * 2, -1)) for name, t in zip(("cos_cache", "sin_cache"), rotary_tables(s)))
    rotary = tuple(
        graph.add("Unsqueeze", f"/model/rotary_emb/{n}/Unsqueeze",
                  [graph.add("Gather", f"/model/rotary_emb/{n}/Gather", [table, "position_ids"]), graph.constant([1])])
        for n, table in (("cos", cos), ("sin", sin)))
    mask = _mask(graph)
    x = embed(graph, weights)
    for i in range(s.layers):
        place = f"/model/layers.{i}"
        normed = _norm(graph, s, f"{place}/input_layernorm", weights[f"model.layers.{i}.input_layernorm.weight"], x)
        x = graph.add("Add", f"{place}/Add", [x, _attention(graph, s, weights, i, normed, rotary, mask)], [f"{place}/Add_output_0"])
        normed = _norm(graph, s, f"{place}/post_attention_layernorm", weights[f"model.layers.{i}.post_attention_layernorm.weight"], x)
        x = graph.add("Add", f"{place}/Add_1", [x, mlp(graph, s, options, weights, i, normed)], [f"{place}/Add_1_output_0"])
    head(graph, s, options, weights, _norm(graph, s, "/model/norm", weights["model.norm.weight"], x))
    return graph.model("steerboard recipes/export plain")


def residual_names(s: Shape) -> list[str]:
    return [f"/model/layers.{i}/Add_1_output_0" for i in range(s.layers)]


def _norm(graph: Graph, s: Shape, place: str, gain: torch.Tensor, x: str) -> str:
    """Decomposed; the runtime's optimiser turns it into one SimplifiedLayerNormalization."""
    square = graph.add("Pow", f"{place}/Pow", [x, graph.constant(2.0, np.float32)])
    mean = graph.add("ReduceMean", f"{place}/ReduceMean", [square, graph.constant([-1])], keepdims=1)
    shifted = graph.add("Add", f"{place}/Add", [mean, graph.constant(s.epsilon, np.float32)])
    root = graph.add("Sqrt", f"{place}/Sqrt", [shifted])
    unit = graph.add("Div", f"{place}/Div", [x, root])
    return graph.add("Mul", f"{place}/Mul", [graph.weight(place.strip("/").replace("/", ".") + ".weight", gain.numpy()), unit])


def _mask(graph: Graph) -> str:
    """-> additive mask [B, 1, T, total]: a key counts when it is not padding and not later than the query's index."""
    p = "/model/mask"
    total = graph.add("Gather", f"{p}/total", [graph.add("Shape", f"{p}/Shape", ["attention_mask"]), graph.constant(1)], axis=0)
    length = graph.add("Gather", f"{p}/length", [graph.add("Shape", f"{p}/Shape_1", ["input_ids"]), graph.constant(1)], axis=0)
    past = graph.add("Sub", f"{p}/Sub", [total, length])
    keys = graph.add("Range", f"{p}/keys", [graph.constant(0), total, graph.constant(1)])
    queries = graph.add("Range", f"{p}/queries", [past, total, graph.constant(1)])
    column = graph.add("Unsqueeze", f"{p}/Unsqueeze", [queries, graph.constant([1])])
    causal = graph.add("LessOrEqual", f"{p}/LessOrEqual", [keys, column])  # [T, total]
    valid = graph.add("Cast", f"{p}/Cast", [graph.add("Unsqueeze", f"{p}/Unsqueeze_1", ["attention_mask", graph.constant([1, 2])])], to=9)
    allowed = graph.add("And", f"{p}/And", [valid, causal])
    return graph.add("Where", f"{p}/Where", [allowed, graph.constant(0.0, np.float32), graph.constant(-3.4028235e38, np.float32)])


def _rotate(graph: Graph, s: Shape, place: str, x: str, rotary: tuple[str, str]) -> str:
    half, end = graph.constant([s.head_dim // 2]), graph.constant([np.iinfo(np.int64).max])
    first = graph.add("Slice", f"{place}/Slice", [x, graph.constant([0]), half, graph.constant([3])])
    second = graph.add("Slice", f"{place}/Slice_1", [x, half, end, graph.constant([3])])
    turned = graph.add("Concat", f"{place}/Concat", [graph.add("Neg", f"{place}/Neg", [second]), first], axis=-1)
    return graph.add("Add", f"{place}/Add", [graph.add("Mul", f"{place}/Mul", [x, rotary[0]]), graph.add("Mul", f"{place}/Mul_1", [turned, rotary[1]])])


def _attention(graph: Graph, s: Shape, weights, i: int, x: str, rotary: tuple[str, str], mask: str) -> str:
    place = f"/model/layers.{i}/self_attn"

    def project(n: str, heads: int) -> str:
        y = linear(graph, f"{place}/{n}_proj", weights[f"model.layers.{i}.self_attn.{n}_proj.weight"], x)
        y = graph.add("Reshape", f"{place}/{n}/Reshape", [y, graph.constant([0, 0, heads, s.head_dim])])
        return graph.add("Transpose", f"{place}/{n}/Transpose", [y], perm=[0, 2, 1, 3])

    def grow(part: str, new: str) -> str:
        """Appends to the cache, then repeats each key or value head for its group of query heads."""
        all_ = graph.add("Concat", f"{place}/{part}/Concat", [f"past_key_values.{i}.{part}", new], [f"present.{i}.{part}"], axis=2)
        if s.heads == s.kv_heads:
            return all_
        group = s.heads // s.kv_heads
        wide = graph.add("Unsqueeze", f"{place}/{part}/Unsqueeze", [all_, graph.constant([2])])
        wide = graph.add("Expand", f"{place}/{part}/Expand", [wide, graph.constant([1, 1, group, 1, 1])])
        shape = graph.add("Shape", f"{place}/{part}/Shape", [all_])
        batch = graph.add("Gather", f"{place}/{part}/Gather", [shape, graph.constant([0])], axis=0)
        total = graph.add("Gather", f"{place}/{part}/Gather_1", [shape, graph.constant([2])], axis=0)
        target = graph.add("Concat", f"{place}/{part}/Concat_1", [batch, graph.constant([s.heads]), total, graph.constant([s.head_dim])], axis=0)
        return graph.add("Reshape", f"{place}/{part}/Reshape", [wide, target])

    q = _rotate(graph, s, f"{place}/q/rotary", project("q", s.heads), rotary)
    k = grow("key", _rotate(graph, s, f"{place}/k/rotary", project("k", s.kv_heads), rotary))
    v = grow("value", project("v", s.kv_heads))
    scores = graph.add("MatMul", f"{place}/MatMul", [q, graph.add("Transpose", f"{place}/Transpose", [k], perm=[0, 1, 3, 2])])
    scaled = graph.add("Mul", f"{place}/Mul", [scores, graph.constant(s.head_dim**-0.5, np.float32)])
    probabilities = graph.add("Softmax", f"{place}/Softmax", [graph.add("Add", f"{place}/Add", [scaled, mask])], axis=-1)
    y = graph.add("Transpose", f"{place}/Transpose_1", [graph.add("MatMul", f"{place}/MatMul_1", [probabilities, v])], perm=[0, 2, 1, 3])
    y = graph.add("Reshape", f"{place}/Reshape", [y, graph.constant([0, 0, s.heads * s.head_dim])])
    return linear(graph, f"{place}/o_proj", weights[f"model.layers.{i}.self_attn.o_proj.weight"], y)
