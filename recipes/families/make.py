"""Makes the fixtures anew: `GENAI_PYTHON=… python recipes/families/make.py [folder name …]`. Reproducible by seed."""
from __future__ import annotations

import argparse
import base64
import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from checkpoint import write_checkpoint
from clean import save_single
from export_genai import export_genai
from export_optimum import export_optimum
from families import FAMILIES, Family
from golden import write_golden
from layout import onnx_path, start_folder
from verify import logits, logits_through_cache, relative_error

OUT = Path(__file__).resolve().parents[2] / 'test' / 'fixtures' / 'models'
FP32_LIMIT = 1e-4


def golden_logits(folder: Path) -> tuple[list[int], np.ndarray]:
    golden = json.loads((folder / 'golden.json').read_text())
    packed = golden['logits']
    return golden['ids'], np.frombuffer(base64.b64decode(packed['float32']), '<f4').reshape(packed['shape'])


def check_fp32(folder: Path) -> tuple[float, float]:
    ids, expected = golden_logits(folder)
    path = onnx_path(folder, 'fp32')
    errors = relative_error(logits(path, ids), expected), relative_error(logits_through_cache(path, ids), expected)
    if max(errors) > FP32_LIMIT:
        raise ValueError(f'{folder.name}: fp32 differs from PyTorch, relative error {errors[0]:.1e}, cached {errors[1]:.1e}')
    return errors


def make(family: Family, exporter: str, checkpoint: Path, out: Path) -> None:
    model = write_checkpoint(family, checkpoint)
    folder = out / f'{family.name}-{exporter}'
    graph = export_optimum(family, checkpoint) if exporter == 'optimum' else export_genai(checkpoint, 'fp32', 'cpu')
    start_folder(checkpoint, folder)
    write_golden(family, model, checkpoint, folder)
    save_single(graph, onnx_path(folder, 'fp32'))
    once, cached = check_fp32(folder)
    size = sum(file.stat().st_size for file in folder.rglob('*') if file.is_file())
    print(f'{folder.name}: {len(graph.graph.node)} nodes, {size / 1e3:.0f} kB, fp32 error {once:.1e}, cached {cached:.1e}', flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('names', nargs='*', help='folders to make; all when none is named')
    parser.add_argument('--out', type=Path, default=OUT)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    failed = []
    with tempfile.TemporaryDirectory() as work:
        for family in FAMILIES:
            for exporter in family.exporters:
                name = f'{family.name}-{exporter}'
                if arguments.names and name not in arguments.names:
                    continue
                try:
                    make(family, exporter, Path(work) / family.name, arguments.out)
                except Exception as error:
                    print(f'{name} FAILED: {error!r}', flush=True)
                    failed.append(name)
    if failed:
        raise SystemExit(f'failed: {", ".join(failed)}')


if __name__ == '__main__':
    main()
