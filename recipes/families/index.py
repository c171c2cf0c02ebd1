"""index.json: every fixture folder with what a test needs to choose it."""
from __future__ import annotations

import json
from pathlib import Path

from clean import write_json
from layout import SUFFIXES

FOLDER_LIMIT, TOTAL_LIMIT = 1_000_000, 12_000_000


def file_dtype(name: str) -> str:
    stem = name.removesuffix('.onnx')
    suffixes = sorted(((suffix, dtype) for dtype, suffix in SUFFIXES.items() if suffix), key=lambda pair: -len(pair[0]))
    return next((dtype for suffix, dtype in suffixes if stem.endswith(suffix)), 'fp32')


def entry(folder: Path) -> dict:
    family, exporter, *variant = folder.name.split('-')
    files = sorted(folder.glob('onnx/*.onnx'))
    result = {
        'folder': folder.name, 'family': family, 'exporter': exporter, 'variant': variant[0] if variant else None,
        'files': [{'file': f'onnx/{file.name}', 'dtype': file_dtype(file.name),
                   'external': sorted(f'onnx/{part.name}' for part in folder.glob(f'onnx/{file.name}_data*'))} for file in files],
        'bytes': sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()),
    }
    path = folder / 'golden.json'
    if path.exists():
        golden = json.loads(path.read_text())
        result |= {'causal': True, 'chat': 'chat' in golden, 'layers': golden['layers'], 'width': golden['width'], 'stream': golden['stream']}
    else:
        result |= {'causal': False, 'chat': False}
    return result


def write_index(out: Path) -> None:
    entries = [entry(folder) for folder in sorted(out.iterdir()) if folder.is_dir()]
    write_json(out / 'index.json', {'models': entries})
    total = sum(model['bytes'] for model in entries)
    large = [f'{model["folder"]} {model["bytes"]}' for model in entries if model['bytes'] > FOLDER_LIMIT]
    print(f'{len(entries)} folders, {total / 1e6:.2f} MB')
    if large or total > TOTAL_LIMIT:
        raise SystemExit(f'too large: {", ".join(large) or total}')
