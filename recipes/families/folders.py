"""Makes one fixture folder: tokenizer, configuration, golden numbers, graphs, and what they measure."""
from __future__ import annotations

import json
from pathlib import Path

import onnx

from checkpoint import write_checkpoint
from clean import drop_shapes, save_single
from clip import clip_residuals
from export_optimum import export_optimum
from external import save_external
from families import Family
from genai_dtypes import build
from golden import write_golden
from layout import onnx_path, say_in_config, start_folder
from measure import measure_folder
from merged import export_merged
from quantize import quantize_q8, quantized


def make_folder(family: Family, exporter: str, checkpoint: Path, out: Path) -> str:
    """`<family>-<exporter>` with fp32 and every smaller dtype that the family lists for this exporter."""
    folder = start(family, exporter, checkpoint, out)[1]
    smaller = family.dtypes.get(exporter, ())
    float32_ports = exporter == 'optimum' and family.name == 'gpt2'
    if exporter == 'optimum':
        graph = export_optimum(family, checkpoint)
        for dtype in smaller:
            save_single(drop_shapes(quantized(graph, family.name, dtype, float32_ports)), onnx_path(folder, dtype))
        save_fp32(family, graph, folder)
    else:
        save_fp32(family, build(family.name, checkpoint, exporter, 'fp32'), folder)
        for dtype in smaller:
            save_single(drop_shapes(build(family.name, checkpoint, exporter, dtype)), onnx_path(folder, dtype))
    halves = [dtype for dtype in smaller if dtype in ('fp16', 'q4f16')]
    if halves and not float32_ports:
        say_in_config(folder, kv_cache_dtype=dict.fromkeys(halves, 'float16'))
    return measure_folder(folder)


def make_merged(family: Family, checkpoint: Path, out: Path) -> str:
    """`<family>-merged`: the old layout, onnx/decoder_model_merged.onnx and its q8, which was the default of its time."""
    model, folder = start(family, 'merged', checkpoint, out)
    stem = 'decoder_model_merged'
    graph = export_merged(family, model)
    save_single(graph, onnx_path(folder, 'fp32', stem))
    if family.name == 'llama':
        save_single(quantize_q8(graph, family.name), onnx_path(folder, 'q8', stem))
    return measure_folder(folder, stem)


def make_clip(family: Family, checkpoint: Path, out: Path) -> str:
    """`<family>-clip`: the float16 graph of `<family>-optimum`, which must exist, with Clip nodes on the residual."""
    folder = start(family, 'clip', checkpoint, out)[1]
    source = out / f'{family.name}-optimum'
    tensors = json.loads((source / 'golden.json').read_text())['tensors']
    names = [layer[0] for site in ('resid_mid', 'resid_post') for layer in tensors[site]]
    graph = clip_residuals(onnx.load(onnx_path(source, 'fp16')), names)
    save_single(graph, onnx_path(folder, 'fp16'))
    say_in_config(folder, kv_cache_dtype={'fp16': 'float16'})
    return measure_folder(folder)


def start(family: Family, exporter: str, checkpoint: Path, out: Path):
    """The PyTorch model, and the folder with everything but graphs."""
    model = write_checkpoint(family, checkpoint)
    folder = out / f'{family.name}-{exporter}'
    start_folder(checkpoint, folder)
    write_golden(family, model, checkpoint, folder)
    return model, folder


def save_fp32(family: Family, graph: onnx.ModelProto, folder: Path) -> None:
    path = onnx_path(folder, 'fp32')
    if family.external:
        save_external(graph, path, family.external)
        say_in_config(folder, use_external_data_format={path.name: family.external})
    else:
        save_single(graph, path)
