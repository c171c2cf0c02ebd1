"""Weights beside the graph, in one or several files, named as transformers.js expects: model.onnx_data, model.onnx_data_1, …"""
from __future__ import annotations

from pathlib import Path

import onnx
from onnx.external_data_helper import set_external_data

from clean import clean_model, refuse_paths

SMALLEST = 512  # bytes; smaller tensors stay in the graph, as onnx' own threshold does


def save_external(model: onnx.ModelProto, path: Path, files: int) -> None:
    """Spreads the large initializers over `files` files of about equal size, in graph order."""
    large = [tensor for tensor in clean_model(model).graph.initializer if len(tensor.raw_data) >= SMALLEST]
    total, done = sum(len(tensor.raw_data) for tensor in large), 0
    for tensor in large:
        part = min(files - 1, done * files // total)
        done += len(tensor.raw_data)
        set_external_data(tensor, location=f'{path.name}_data' + (f'_{part}' if part else ''))
    onnx.save_model(model, str(path))
    for written in [path, *path.parent.glob(f'{path.name}_data*')]:
        refuse_paths(written)
