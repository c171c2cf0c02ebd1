"""A fixture folder in the layout that transformers.js reads: config, generation config, tokenizer, and `onnx/`."""
from __future__ import annotations

import json
import shutil
from pathlib import Path

from clean import write_json

# Suffix of onnx/model{suffix}.onnx by dtype, as transformers.js names them.
SUFFIXES = {'fp32': '', 'fp16': '_fp16', 'q8': '_quantized', 'q4': '_q4', 'q4f16': '_q4f16'}
DTYPES = tuple(SUFFIXES)


def onnx_path(folder: Path, dtype: str, stem: str = 'model') -> Path:
    return folder / 'onnx' / f'{stem}{SUFFIXES[dtype]}.onnx'


def start_folder(checkpoint: Path, folder: Path) -> None:
    """An empty folder with everything of the checkpoint but the weights."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / 'onnx').mkdir(parents=True)
    for name in ('config.json', 'generation_config.json', 'tokenizer_config.json'):
        if (checkpoint / name).exists():
            write_json(folder / name, json.loads((checkpoint / name).read_text()))
    if (checkpoint / 'tokenizer.json').exists():
        shutil.copyfile(checkpoint / 'tokenizer.json', folder / 'tokenizer.json')


def say_in_config(folder: Path, **settings) -> None:
    """Adds to `transformers.js_config`: `use_external_data_format`, `kv_cache_dtype`."""
    path = folder / 'config.json'
    config = json.loads(path.read_text())
    config.setdefault('transformers.js_config', {}).update(settings)
    write_json(path, config)
