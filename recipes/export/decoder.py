"""What both graphs share: inputs and outputs as transformers.js wants them, MLP, head.

transformers.js makes zero-length caches from the inputs' symbolic dimensions: `batch_size` and
`past_sequence_length` must be called that.
"""
from __future__ import annotations

from dataclasses import dataclass

from checkpoint import Shape
from graph import FLOAT, INT64, Graph


@dataclass(frozen=True)
class Options:
    mlp: str = "separate"  # or "packed": gate and up in one MatMul; or "gelu": as separate, with QuickGelu for SiLU
    head: str = "transpose"  # MatMul with the transposed embedding; or "fused": FusedMatMul(transB)
    qkv: str = "packed"  # or "separate": three MatMuls
    attention: str = "sink"  # fused graph only; or "flash": see fused.py


def declare(graph: Graph, s: Shape, position_ids: bool) -> None:
    graph.input("input_ids", INT64, ["batch_size", "sequence_length"])
    graph.input("attention_mask", INT64, ["batch_size", "total_sequence_length"])
    if position_ids:
        graph.input("position_ids", INT64, ["batch_size", "sequence_length"])
    graph.output("logits", FLOAT, ["batch_size", "sequence_length", s.vocabulary])
    for i in range(s.layers):
        for part in ("key", "value"):
            graph.input(f"past_key_values.{i}.{part}", FLOAT, ["batch_size", s.kv_heads, "past_sequence_length", s.head_dim])
            graph.output(f"present.{i}.{part}", FLOAT, ["batch_size", s.kv_heads, "total_sequence_length", s.head_dim])


def linear(graph: Graph, place: str, weight, x: str) -> str:
    """y = x Wᵀ for PyTorch's W [out, in]; stored transposed, as MatMul reads it."""
    name = place.strip("/").replace("/", ".") + ".MatMul.weight"
    return graph.add("MatMul", f"{place}/MatMul", [x, graph.weight(name, weight.numpy().T)])


def mlp(graph: Graph, s: Shape, options: Options, weights, i: int, x: str) -> str:
    place, w = f"/model/layers.{i}/mlp", lambda n: weights[f"model.layers.{i}.mlp.{n}_proj.weight"]
    if options.mlp == "packed":
        import torch

        both = linear(graph, f"{place}/gate_up_proj", torch.cat([w("gate"), w("up")]), x)
        gate, up = f"{place}/Split/output_0", f"{place}/Split/output_1"
        graph.add("Split", f"{place}/Split", [both], [gate, up], axis=-1, num_outputs=2)
    else:
        gate, up = linear(graph, f"{place}/gate_proj", w("gate"), x), linear(graph, f"{place}/up_proj", w("up"), x)
    if options.mlp == "gelu":
        activated = graph.add("QuickGelu", f"{place}/act_fn/QuickGelu", [gate], domain="com.microsoft", alpha=1.0)
    else:
        sigmoid = graph.add("Sigmoid", f"{place}/act_fn/Sigmoid", [gate])
        activated = graph.add("Mul", f"{place}/act_fn/Mul", [gate, sigmoid])
    gated = graph.add("Mul", f"{place}/Mul", [activated, up])
    return linear(graph, f"{place}/down_proj", w("down"), gated)


def head(graph: Graph, s: Shape, options: Options, weights, x: str) -> None:
    """A tied head reads the embedding through a Transpose, which the runtime folds when the session is made."""
    if not s.tied:
        graph.add("MatMul", "/lm_head/MatMul", [x, graph.weight("lm_head.MatMul.weight", weights["lm_head.weight"].numpy().T)], ["logits"])
    elif options.head == "fused":
        graph.add("FusedMatMul", "/lm_head/MatMul", [x, "model.embed_tokens.weight"], ["logits"], domain="com.microsoft", transB=1)
    else:
        transposed = graph.add("Transpose", "/lm_head/Transpose", ["model.embed_tokens.weight"], perm=[1, 0])
        graph.add("MatMul", "/lm_head/MatMul", [x, transposed], ["logits"])


def embed(graph: Graph, weights) -> str:
    table = graph.weight("model.embed_tokens.weight", weights["model.embed_tokens.weight"].numpy())
    return graph.add("Gather", "/model/embed_tokens/Gather", [table, "input_ids"])
