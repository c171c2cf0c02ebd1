"""The old export: two graphs, without and with a cache, merged under an `If` on `use_cache_branch`: decoder_model_merged.onnx.

Both graphs and the merge are optimum's; only its newest exporter no longer chains them for decoders by itself.
"""
from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import onnxslim
import torch

from clean import clean_model, drop_shapes
from families import Family


def save_alike(without_past: Path, with_past: Path) -> None:
    """Cleans both graphs and gives their outputs equal shapes, without which the merge refuses. onnxslim saves bytes."""
    first, second = (drop_shapes(onnxslim.slim(clean_model(onnx.load(path)))) for path in (without_past, with_past))
    del first.graph.output[:]
    first.graph.output.extend(second.graph.output)
    onnx.save(first, without_past)
    onnx.save(second, with_past)


def export_merged(family: Family, model: torch.nn.Module) -> onnx.ModelProto:
    """fp32. Without a cache (`use_cache_branch` false) the caches that are fed are ignored and may have any length."""
    from optimum.exporters.onnx import export
    from optimum.exporters.tasks import TasksManager
    from optimum.onnx import merge_decoders

    constructor = TasksManager.get_exporter_config_constructor('onnx', model=model, task='text-generation-with-past',
                                                               model_type=family.name)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, with_past in (('decoder_model', False), ('decoder_with_past_model', True)):
            config = constructor(model.config, use_past=True, use_past_in_inputs=with_past)
            paths.append(Path(folder) / f'{name}.onnx')
            export(model, config, paths[-1], opset=max(config.DEFAULT_ONNX_OPSET, 14))
        save_alike(*paths)
        return clean_model(merge_decoders(*paths, save_path=Path(folder) / 'decoder_model_merged.onnx', strict=False))
