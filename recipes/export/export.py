"""Export a Llama checkpoint to ONNX in the layout of transformers.js, and check it against PyTorch.

    python recipes/export/export.py CHECKPOINT public/models/tales

CHECKPOINT holds config.json, generation_config.json, tokenizer.json, tokenizer_config.json and model.safetensors
(or model.pt). The folder given second gets the same small files and onnx/model.onnx: one file, fp32, a tied
embedding stored once.
"""
from __future__ import annotations

import argparse
import json
import os
import shutil
from pathlib import Path

import fused
import plain
from checkpoint import Shape, expected_shapes, random_weights, read_weights
from decoder import Options
from verify import verify

VARIANTS = {"fused": fused, "plain": plain}
LIMIT = 16_000_000  # bytes of the whole folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--variant", choices=VARIANTS, default="fused")
    parser.add_argument("--mlp", choices=("separate", "packed", "gelu"), default=Options.mlp)
    parser.add_argument("--head", choices=("transpose", "fused"), default=Options.head)
    parser.add_argument("--qkv", choices=("packed", "separate"), default=Options.qkv)
    parser.add_argument("--attention", choices=("sink", "flash"), default=Options.attention)
    parser.add_argument("--random-weights", type=int, metavar="SEED", help="do not read weights: seeded random ones of the config's shape")
    arguments = parser.parse_args()
    config = json.loads((arguments.checkpoint / "config.json").read_text())
    shape = Shape.of(config)
    seed = arguments.random_weights
    weights = read_weights(arguments.checkpoint, shape) if seed is None else random_weights(shape, seed)
    variant = VARIANTS[arguments.variant]
    model = variant.build(shape, weights, Options(arguments.mlp, arguments.head, arguments.qkv, arguments.attention))
    differences = verify(model, shape, weights, variant)
    print("largest relative difference to PyTorch:", ", ".join(f"{k} {v:.1e}" for k, v in differences.items()))

    (arguments.out / "onnx").mkdir(parents=True, exist_ok=True)
    write(arguments.out / "onnx/model.onnx", model.SerializeToString())
    write(arguments.out / "config.json", text({**config, "torch_dtype": "float32", "transformers.js_config": {"dtype": "fp32", "use_external_data_format": False}}))
    for name in ("generation_config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(arguments.checkpoint / name, arguments.out / name)
    parameters = sum(int(weights[n].numel()) for n in expected_shapes(shape))
    total = sum(f.stat().st_size for f in arguments.out.rglob("*") if f.is_file())
    print(f"{arguments.out}: {parameters:,} parameters, {len(model.graph.node)} nodes, {total:,} bytes in all")
    if total > LIMIT:
        raise SystemExit(f"the folder is larger than {LIMIT:,} bytes")


def text(document: dict) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def write(path: Path, data: bytes) -> None:
    """Whole or not at all: a page that is open never reads half a file."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_bytes(data)
    os.replace(fresh, path)


if __name__ == "__main__":
    main()
