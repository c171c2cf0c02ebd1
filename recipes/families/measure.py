"""What a finished file does in Python: checks fp32 against PyTorch, states for the others the error that their dtype explains."""
from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np

from clean import write_json
from golden import pack
from layout import DTYPES, onnx_path
from tensors import name_sites, residual_errors
from verify import logits, logits_through_cache, relative_error

FP32_LIMIT = 1e-4
SITE_LIMIT, HALF_SITE_LIMIT = 1e-4, 5e-3  # how near a tensor must be to PyTorch's to be that site
SITES = ('resid_post', 'resid_mid', 'attn_out', 'mlp_out')


def unpack(packed: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed['float32']), '<f4').reshape(packed['shape'])


def measure_folder(folder: Path, stem: str = 'model') -> str:
    """Adds `tensors` (names in the fp32 graph) and `tolerance` (errors by file) to golden.json; returns a line to print."""
    path = folder / 'golden.json'
    golden = json.loads(path.read_text())
    ids, expected = golden['ids'], unpack(golden['logits'])
    sites = {site: unpack(golden[site]) for site in SITES if site in golden}
    finest = next(file for dtype in DTYPES if (file := onnx_path(folder, dtype, stem)).exists())
    limit = SITE_LIMIT if finest == onnx_path(folder, 'fp32', stem) else HALF_SITE_LIMIT
    golden['tensors'] = name_sites(finest, ids, sites | {'embedding': unpack(golden['embedding'])[None]}, limit)
    posts = [names[0] if names else '' for names in golden['tensors']['resid_post']]
    golden['tolerance'] = {}
    words = []
    for dtype in DTYPES:
        file = onnx_path(folder, dtype, stem)
        if not file.exists():
            continue
        given = logits(file, ids)
        once = relative_error(given, expected)
        cached = relative_error(logits_through_cache(file, ids), expected)
        if dtype == 'fp32' and not max(once, cached) <= FP32_LIMIT:
            raise ValueError(f'{folder.name}: fp32 differs from PyTorch, relative error {once:.1e}, through the cache {cached:.1e}')
        if not max(once, cached) < 1:
            raise ValueError(f'{folder.name}, {dtype}: no longer the same model, relative error {once:.2f}, through the cache {cached:.2f}')
        golden['tolerance'][f'onnx/{file.name}'] = {
            'dtype': dtype, 'logits': once, 'cached_logits': cached,
            'resid_post': residual_errors(file, ids, posts, sites['resid_post']),
            'python': pack(given[-1])}
        words.append(f'{dtype} {once:.1e}/{cached:.1e} ({file.stat().st_size / 1e3:.0f} kB)')
    write_json(path, golden)
    found = ' '.join(f'{site} {sum(map(bool, names))}' for site, names in golden['tensors'].items())
    return f'{", ".join(words)}; tensors: {found}'
