"""The bundled model's weights, as llama.py names them, out of its ONNX file, where matrices are transposed and q, k, v are one."""
from __future__ import annotations

import re
from pathlib import Path

import onnx
import torch

from checkpoint import Shape


def read_onnx(path: Path, shape: Shape) -> dict[str, torch.Tensor]:
    found = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in onnx.load(path).graph.initializer}
    kv = shape.kv_heads * shape.head_dim
    weights = {}
    for name, tensor in found.items():
        if match := re.fullmatch(r"(model\.layers\.\d+)\.attn\.qkv_proj\.MatMul\.weight", name):
            parts = tensor.T.split([shape.heads * shape.head_dim, kv, kv])
            for letter, part in zip("qkv", parts):
                weights[f"{match[1]}.self_attn.{letter}_proj.weight"] = part.contiguous()
        elif name.endswith(".MatMul.weight"):
            weights[name.replace(".attn.", ".self_attn.").replace(".MatMul", "")] = tensor.T.contiguous()
        elif name.endswith(".weight"):
            weights[re.sub(r"layers\.\d+\.final_norm_layernorm", "norm", name)] = tensor
    return weights
