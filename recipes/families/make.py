"""Makes the fixtures anew: `GENAI18_PYTHON=… python recipes/families/make.py [folder name …]`. Reproducible by seed."""
from __future__ import annotations

import argparse
import logging
import tempfile
from pathlib import Path

import torch

from checkpoint import write_checkpoint
from clean import drop_shapes, save_single
from export_optimum import export_optimum
from families import FAMILIES, Family
from external import save_external
from genai_dtypes import build
from golden import write_golden
from index import write_index
from layout import onnx_path, say_in_config, start_folder
from measure import measure_folder
from quantize import quantized

OUT = Path(__file__).resolve().parents[2] / 'test' / 'fixtures' / 'models'


def make(family: Family, exporter: str, checkpoint: Path, out: Path) -> str:
    """One folder: tokenizer, configuration, golden numbers, and the graphs of every dtype that the family lists."""
    model = write_checkpoint(family, checkpoint)
    folder = out / f'{family.name}-{exporter}'
    start_folder(checkpoint, folder)
    write_golden(family, model, checkpoint, folder)
    smaller = family.dtypes.get(exporter, ())
    if exporter == 'optimum':
        float32_ports = family.name == 'gpt2'
        graph = export_optimum(family, checkpoint)
        for dtype in smaller:
            save_single(drop_shapes(quantized(graph, family.name, dtype, float32_ports)), onnx_path(folder, dtype))
        save_fp32(family, graph, folder)
    else:
        float32_ports = False
        for dtype in ('fp32', *smaller):
            graph = build(family.name, checkpoint, exporter, dtype)
            if dtype == 'fp32':
                save_fp32(family, graph, folder)
            else:
                save_single(drop_shapes(graph), onnx_path(folder, dtype))
    if smaller and not float32_ports:
        say_in_config(folder, kv_cache_dtype={dtype: 'float16' for dtype in smaller if dtype.endswith('f16') or dtype == 'fp16'})
    return measure_folder(folder)


def save_fp32(family: Family, graph, folder: Path) -> None:
    path = onnx_path(folder, 'fp32')
    if family.external:
        save_external(graph, path, family.external)
        say_in_config(folder, use_external_data_format={path.name: family.external})
    else:
        save_single(graph, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('names', nargs='*', help='folders to make; all when none is named')
    parser.add_argument('--out', type=Path, default=OUT)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    logging.disable(logging.INFO)
    failed = []
    with tempfile.TemporaryDirectory() as work:
        for family in FAMILIES:
            for exporter in family.exporters:
                name = f'{family.name}-{exporter}'
                if arguments.names and name not in arguments.names:
                    continue
                try:
                    print(f'{name}: {make(family, exporter, Path(work) / family.name, arguments.out)}', flush=True)
                except Exception as error:
                    print(f'{name} FAILED: {error!r}', flush=True)
                    failed.append(name)
    write_index(arguments.out)
    if failed:
        raise SystemExit(f'failed: {", ".join(failed)}')


if __name__ == '__main__':
    main()
