"""The bundled model as a Hugging Face checkpoint, from the ONNX file that recipes/export wrote (weights stored transposed)."""
from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

BUNDLED = Path(__file__).resolve().parents[2] / "public" / "models" / "tales"


def write_checkpoint(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(BUNDLED / name, folder / name)
    config = json.loads((BUNDLED / "config.json").read_text())
    save_file(weights(config), folder / "model.safetensors", metadata={"format": "pt"})


def weights(config: dict) -> dict[str, np.ndarray]:
    model = onnx.load(BUNDLED / "onnx" / "model.onnx")
    held = {it.name: numpy_helper.to_array(it) for it in model.graph.initializer}
    layers = config["num_hidden_layers"]
    rows = [config["num_attention_heads"] * config["head_dim"]] + 2 * [config["num_key_value_heads"] * config["head_dim"]]
    out = {"model.embed_tokens.weight": held["model.embed_tokens.weight"]}
    for i in range(layers):
        place = f"model.layers.{i}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            out[f"{place}{norm}.weight"] = held[f"{place}{norm}.weight"]
        parts = np.split(held[f"{place}attn.qkv_proj.MatMul.weight"].T, np.cumsum(rows)[:-1])
        for name, part in zip("qkv", parts):
            out[f"{place}self_attn.{name}_proj.weight"] = part
        out[f"{place}self_attn.o_proj.weight"] = held[f"{place}attn.o_proj.MatMul.weight"].T
        for name in ("gate", "up", "down"):
            out[f"{place}mlp.{name}_proj.weight"] = held[f"{place}mlp.{name}_proj.MatMul.weight"].T
    out["model.norm.weight"] = held[f"model.layers.{layers}.final_norm_layernorm.weight"]
    return {name: np.ascontiguousarray(values, np.float32) for name, values in out.items()}
