"""Reading a Llama checkpoint: a folder with config.json and model.safetensors (or model.pt), names as transformers gives them."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

_DTYPES = {"F32": np.float32, "F16": np.float16}


@dataclass(frozen=True)
class Shape:
    """What of config.json the graph depends on."""

    width: int
    feed_forward: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    context: int
    theta: float
    epsilon: float
    tied: bool

    @staticmethod
    def of(config: dict) -> "Shape":
        if config["model_type"] != "llama" or config.get("rope_scaling") or config.get("attention_bias") or config.get("mlp_bias"):
            raise ValueError("only a plain Llama can be exported: no RoPE scaling, no biases")
        if config["hidden_act"] != "silu":
            raise ValueError(f"hidden_act is {config['hidden_act']}, not silu")
        heads = config["num_attention_heads"]
        return Shape(
            width=config["hidden_size"], feed_forward=config["intermediate_size"], layers=config["num_hidden_layers"],
            heads=heads, kv_heads=config.get("num_key_value_heads") or heads,
            head_dim=config.get("head_dim") or config["hidden_size"] // heads,
            vocabulary=config["vocab_size"], context=config["max_position_embeddings"],
            theta=float(config.get("rope_theta", 10000.0)), epsilon=float(config["rms_norm_eps"]),
            tied=bool(config.get("tie_word_embeddings", False)))


def read_safetensors(path: Path) -> dict[str, torch.Tensor]:
    raw = path.read_bytes()
    n = int.from_bytes(raw[:8], "little")
    header, out = json.loads(raw[8 : 8 + n]), {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        block = raw[8 + n + start : 8 + n + end]
        if entry["dtype"] == "BF16":
            out[name] = torch.frombuffer(bytearray(block), dtype=torch.bfloat16).reshape(entry["shape"])
        else:
            out[name] = torch.from_numpy(np.frombuffer(block, _DTYPES[entry["dtype"]]).reshape(entry["shape"]).copy())
    return out


def read_weights(folder: Path, shape: Shape) -> dict[str, torch.Tensor]:
    """-> fp32 tensors by name; every tensor the architecture needs is there with its shape, and no other (a tied head is dropped)."""
    safetensors = folder / "model.safetensors"
    state = read_safetensors(safetensors) if safetensors.exists() else torch.load(folder / "model.pt", map_location="cpu", weights_only=True)
    if shape.tied:
        state.pop("lm_head.weight", None)
    expected = expected_shapes(shape)
    if set(state) != set(expected):
        raise ValueError(f"missing: {sorted(set(expected) - set(state))}; not known: {sorted(set(state) - set(expected))}")
    for name, wanted in expected.items():
        if tuple(state[name].shape) != wanted:
            raise ValueError(f"{name} has shape {tuple(state[name].shape)}, the config says {wanted}")
    return {name: state[name].float().contiguous() for name in expected}


def expected_shapes(s: Shape) -> dict[str, tuple[int, ...]]:
    out: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (s.vocabulary, s.width)}
    for i in range(s.layers):
        p = f"model.layers.{i}."
        out[p + "input_layernorm.weight"] = (s.width,)
        out[p + "self_attn.q_proj.weight"] = (s.heads * s.head_dim, s.width)
        out[p + "self_attn.k_proj.weight"] = (s.kv_heads * s.head_dim, s.width)
        out[p + "self_attn.v_proj.weight"] = (s.kv_heads * s.head_dim, s.width)
        out[p + "self_attn.o_proj.weight"] = (s.width, s.heads * s.head_dim)
        out[p + "post_attention_layernorm.weight"] = (s.width,)
        out[p + "mlp.gate_proj.weight"] = (s.feed_forward, s.width)
        out[p + "mlp.up_proj.weight"] = (s.feed_forward, s.width)
        out[p + "mlp.down_proj.weight"] = (s.width, s.feed_forward)
    out["model.norm.weight"] = (s.width,)
    if not s.tied:
        out["lm_head.weight"] = (s.vocabulary, s.width)
    return out


def random_weights(shape: Shape, seed: int) -> dict[str, torch.Tensor]:
    """Seeded stand-in weights for tests of the exporter; gains differ from 1 so that a forgotten one shows."""
    generator = torch.Generator().manual_seed(seed)
    out = {}
    for name, dims in expected_shapes(shape).items():
        noise = torch.randn(dims, generator=generator)
        out[name] = 1 + 0.1 * noise if len(dims) == 1 else noise * (0.5 if "embed" in name else dims[1] ** -0.5)
    return out
