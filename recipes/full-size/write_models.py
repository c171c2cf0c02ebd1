"""Writes models of full size with random weights in the layout of transformers.js: OUT/<shape>/{config…, onnx/model*.onnx}.

    python write_models.py OUT [shape …] [--dtypes fp32 q8 q4]

The graphs are those of optimum's exporter; q8 and q4 are made as the Hub's transformers.js models were: onnxruntime's
dynamic quantization to int8, and MatMulNBits of blocks of 32. What is there already is left alone.
"""
from __future__ import annotations

import argparse
import gc
import json
import shutil
from pathlib import Path

import onnx
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from optimum.exporters.onnx import main_export

from shapes import BY_NAME, SHAPES, Shape
from tokenizer import write_tokenizer

# A protobuf holds less than 2 GB, and browsers do not make larger array buffers.
LARGEST_FILE = 1_900_000_000


def write_checkpoint(shape: Shape, folder: Path) -> None:
    """The model as transformers initializes it, under a fixed seed."""
    write_tokenizer(shape.tokens, shape.end, folder)
    architecture = getattr(transformers, shape.architecture)
    config = architecture.config_class(**shape.settings, bos_token_id=None, eos_token_id=0, pad_token_id=0)
    torch.manual_seed(0)
    model = architecture(config).eval()
    model.generation_config = transformers.GenerationConfig(eos_token_id=0, pad_token_id=0)
    model.save_pretrained(folder)


def export(shape: Shape, folder: Path) -> Path:
    """Runs the exporter into `folder` and returns the path of its graph; weights over 2 GB lie beside it."""
    checkpoint = folder / 'checkpoint'
    write_checkpoint(shape, checkpoint)
    exported = folder / 'exported'
    main_export(str(checkpoint), output=exported, task='text-generation-with-past', no_post_process=False,
                do_validation=False, device='cpu')  # fmt: skip
    return exported / 'model.onnx'


def save(model: onnx.ModelProto, path: Path) -> None:
    """One file where it fits, else the weights in `<name>_data`, `<name>_data_1`, … as transformers.js expects them."""
    if sum(len(tensor.raw_data) for tensor in model.graph.initializer) < LARGEST_FILE:
        onnx.save(model, path)
        return
    part, room = 0, LARGEST_FILE
    for tensor in model.graph.initializer:
        size = len(tensor.raw_data)
        if size < 1024:
            continue
        if size > room:
            part, room = part + 1, LARGEST_FILE
        room -= size
        location = f'{path.name}_data' + (f'_{part}' if part else '')
        onnx.external_data_helper.set_external_data(tensor, location)
    onnx.save(model, path)  # writes each marked tensor to the end of its file


def quantize_q8(source: Path, target: Path) -> None:
    quantize_dynamic(source, target, weight_type=QuantType.QInt8,
                     extra_options=dict(EnableSubgraph=True, MatMulConstBOnly=True))  # fmt: skip


def quantize_q4(source: Path, target: Path) -> None:
    quantizer = MatMulNBitsQuantizer(onnx.load(source), block_size=32, is_symmetric=True)
    quantizer.process()
    save(quantizer.model.model, target)


FILES = {'fp32': 'model.onnx', 'q8': 'model_quantized.onnx', 'q4': 'model_q4.onnx'}


def write_model(shape: Shape, out: Path, dtypes: list[str]) -> None:
    folder = out / shape.name
    wanted = {dtype: folder / 'onnx' / FILES[dtype] for dtype in dtypes}
    missing = {dtype: path for dtype, path in wanted.items() if not path.exists()}
    if not missing:
        return
    work = out / f'{shape.name}.work'
    graph = work / 'exported' / 'model.onnx'
    if not graph.exists():
        export(shape, work)
        gc.collect()
    (folder / 'onnx').mkdir(parents=True, exist_ok=True)
    for name in ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']:
        shutil.copyfile(work / 'checkpoint' / name, folder / name)
    for dtype, path in missing.items():
        if dtype == 'fp32':
            save(onnx.load(graph), path)
        elif dtype == 'q8':
            quantize_q8(graph, path)
        else:
            quantize_q4(graph, path)
        gc.collect()
    describe(folder)
    shutil.rmtree(work)


def describe(folder: Path) -> None:
    """Tells transformers.js how many files with external data each graph has."""
    counts = {path.name: len(list(path.parent.glob(f'{path.name}_data*'))) for path in (folder / 'onnx').glob('*.onnx')}
    config = json.loads((folder / 'config.json').read_text())
    beside = {name: count for name, count in sorted(counts.items()) if count}
    config['transformers.js_config'] = dict(use_external_data_format=beside) if beside else {}
    (folder / 'config.json').write_text(json.dumps(config, indent=1) + '\n')
    for path in sorted((folder / 'onnx').iterdir()):
        print(f'{path.relative_to(folder.parent)}: {path.stat().st_size / 1e6:.0f} MB')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('out', type=Path)
    parser.add_argument('shapes', nargs='*', default=[shape.name for shape in SHAPES], metavar='shape')
    parser.add_argument('--dtypes', nargs='+', default=list(FILES), choices=list(FILES))
    arguments = parser.parse_args()
    for name in arguments.shapes:
        write_model(BY_NAME[name], arguments.out, arguments.dtypes)


if __name__ == '__main__':
    main()
