"""Reads the files that Steerboard wrote with the reference readers, and says what they found."""
from __future__ import annotations

import base64
import json
import pathlib

import gguf
import numpy as np
from safetensors import safe_open

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "test" / "fixtures" / "formats"


def encoded(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()


def read_gguf(name: str) -> dict:
    reader = gguf.GGUFReader(FIXTURES / name)
    keys = {key: field.contents() for key, field in reader.fields.items() if not key.startswith("GGUF.")}
    for tensor in reader.tensors:
        assert tensor.tensor_type == gguf.GGMLQuantizationType.F32 and len(tensor.shape) == 1
    return {"keys": keys, "tensors": {tensor.name: encoded(tensor.data) for tensor in reader.tensors}}


def read_safetensors(name: str) -> dict:
    with safe_open(FIXTURES / name, framework="numpy") as file:
        metadata = file.metadata()
        tensors = {key: file.get_tensor(key) for key in file.keys()}
    assert all(values.dtype == np.float32 and values.ndim == 1 for values in tensors.values())
    document = json.loads(metadata["steerboard"])
    return {
        "format": document["format"],
        "names": [direction["name"] for direction in document["directions"]],
        "tensors": {key: encoded(values) for key, values in tensors.items()},
    }


found = {
    "ours.gguf": read_gguf("ours.gguf"),
    "ours.safetensors": read_safetensors("ours.safetensors"),
    "ours-two.safetensors": read_safetensors("ours-two.safetensors"),
}
(ROOT / "test" / "golden" / "formats-ours.json").write_text(json.dumps(found) + "\n")
print("read", ", ".join(found))
