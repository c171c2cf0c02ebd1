"""Writes small control vectors with the reference writers. Seeded: the same files every time."""
from __future__ import annotations

import base64
import json
import pathlib

import gguf
import numpy as np
from safetensors.numpy import save_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "test" / "fixtures" / "formats"
WIDTH = 10


def vectors(seed: int, layers: list[int]) -> dict[int, np.ndarray]:
    """[d] float32 a layer, with the values that a careless reader spoils: -0, subnormals, the largest."""
    generator = np.random.default_rng(seed)
    found = {layer: generator.standard_normal(WIDTH).astype(np.float32) for layer in layers}
    first = found[layers[0]]
    first[:4] = np.array([-0.0, 1e-45, -1.1754942e-38, 1e18], np.float32)
    return found


def write_gguf(name: str, directions: dict[int, np.ndarray], count, architecture: str = "controlvector") -> None:
    """`count(writer, key)` writes layer_count in the type that the writer in question uses."""
    writer = gguf.GGUFWriter(FIXTURES / name, architecture)
    writer.add_string(f"{architecture}.model_hint", "llama")
    count(writer, f"{architecture}.layer_count")
    for layer, values in directions.items():
        writer.add_tensor(f"direction.{layer}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def plain(directions: dict[int, np.ndarray]) -> dict[str, str]:
    return {str(layer): base64.b64encode(values.astype("<f4").tobytes()).decode() for layer, values in directions.items()}


FIXTURES.mkdir(parents=True, exist_ok=True)
repeng, llama, other = vectors(1, [1, 2, 3]), vectors(2, [1, 2]), vectors(3, [2, 3])
write_gguf("repeng.gguf", repeng, lambda writer, key: writer.add_uint32(key, 3))
write_gguf("llamacpp.gguf", llama, lambda writer, key: writer.add_int32(key, 4))
write_gguf("steeringvector.gguf", other, lambda writer, key: writer.add_uint32(key, 2), "steeringvector")
save_file({f"layer.{layer}.resid_post": values for layer, values in repeng.items()}, FIXTURES / "plain.safetensors")
golden = {
    "repeng.gguf": plain(repeng),
    "llamacpp.gguf": plain(llama),
    "steeringvector.gguf": plain(other),
    "plain.safetensors": plain(repeng),
}
(ROOT / "test" / "golden" / "formats.json").write_text(json.dumps(golden) + "\n")
print("wrote", ", ".join(golden))
