"""The bundled model in PyTorch, its weights read back from the ONNX file in which it is shipped."""
from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "public" / "models" / "tales"
sys.path.insert(0, str(ROOT / "recipes" / "export"))

from checkpoint import Shape, expected_shapes  # noqa: E402
from llama import Llama  # noqa: E402


def read_weights(shape: Shape) -> dict[str, torch.Tensor]:
    """-> tensors by the checkpoint's names. The graph holds matrices transposed, and q, k and v beside each other."""
    graph = onnx.load(FOLDER / "onnx" / "model.onnx").graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    last = f"model.layers.{shape.layers}.final_norm_layernorm.weight"
    out = {"model.embed_tokens.weight": held["model.embed_tokens.weight"],
           "model.norm.weight": held[last] if last in held else held["model.norm.weight"]}
    for i in range(shape.layers):
        p = f"model.layers.{i}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            out[p + norm + ".weight"] = held[p + norm + ".weight"]
        sizes = np.cumsum([shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim])
        for name, part in zip("qkv", np.split(held[p + "attn.qkv_proj.MatMul.weight"], sizes, axis=1)):
            out[p + f"self_attn.{name}_proj.weight"] = part.T
        out[p + "self_attn.o_proj.weight"] = held[p + "attn.o_proj.MatMul.weight"].T
        for name in ("gate", "up", "down"):
            out[p + f"mlp.{name}_proj.weight"] = held[p + f"mlp.{name}_proj.MatMul.weight"].T
    return {name: torch.from_numpy(np.array(out[name], order="C")) for name in expected_shapes(shape)}


class Bundled:
    def __init__(self):
        shape = Shape.of(json.loads((FOLDER / "config.json").read_text()))
        weights = read_weights(shape)
        digest = hashlib.sha256()
        for name in sorted(weights):
            digest.update(weights[name].numpy().tobytes())
        expected = json.loads((ROOT / "test" / "golden" / "tales.json").read_text())["weights_sha256"]
        if digest.hexdigest() != expected:
            raise ValueError("the ONNX file does not hold the checkpoint's weights")
        self.model = Llama(shape, weights)
        self.tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))

    def encode(self, text: str, special: bool = True) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=special).ids

    def residuals(self, ids: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """-> resid_pre, resid_post: both [L, T, d]"""
        _, after, _ = self.model.forward(torch.tensor([ids]))
        post = torch.stack(after)[:, 0].numpy()
        first = self.model.weights["model.embed_tokens.weight"][ids].numpy()
        return np.concatenate([first[None], post[:-1]]), post
