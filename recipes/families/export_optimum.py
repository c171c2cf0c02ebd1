"""The export that most of the Hub's older models have: optimum-onnx, one graph for prompt and decoding, separate operators."""
from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import onnxslim

from clean import clean_model, drop_shapes
from families import Family


def export_optimum(family: Family, checkpoint: Path) -> onnx.ModelProto:
    """The fp32 graph. `family.slim` says whether onnxslim folds it afterwards, as transformers.js' convert script does."""
    from optimum.exporters.onnx import main_export

    with tempfile.TemporaryDirectory() as folder:
        main_export(str(checkpoint), folder, task='text-generation-with-past', do_validation=False)
        model = clean_model(onnx.load(Path(folder) / 'model.onnx'))
    return drop_shapes(onnxslim.slim(model)) if family.slim else model
