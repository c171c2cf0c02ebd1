"""Writes test/golden/dictionaries.json: decoders of sparse autoencoders in files as other tools write them, and their rows.

    python recipes/weights/golden_dictionaries.py
"""
from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save

ROOT = Path(__file__).resolve().parents[2]
FEATURES, WIDTH = 5, 6


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def npz(writer, **arrays) -> bytes:
    file = io.BytesIO()
    writer(file, **arrays)
    return file.getvalue()


def npy(array) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def main() -> None:
    rng = np.random.default_rng(8)
    # Multiples of 1/16 up to 8 are exact in every type, bfloat16 included.
    rows = rng.integers(-127, 128, (FEATURES, WIDTH)) / 16
    tensor, square = torch.tensor(rows, dtype=torch.float32), torch.tensor(rng.integers(-99, 99, (WIDTH, WIDTH)) / 16, dtype=torch.float32)
    encoder = torch.zeros(WIDTH, FEATURES)
    files = {
        'safetensors, float32': save({'W_enc': encoder, 'b_dec': torch.zeros(WIDTH), 'W_dec': tensor}),
        'safetensors, float16, a Linear': save({'encoder.weight': encoder.T.contiguous(), 'decoder.weight': tensor.T.contiguous().half()}),
        'safetensors, bfloat16, in a module': save({'sae.W_dec': tensor.bfloat16(), 'sae.W_enc': encoder}, metadata={'d_in': str(WIDTH)}),
        'npz': npz(np.savez, W_enc=encoder.numpy(), W_dec=rows.astype(np.float32)),
        'npz, compressed, float64': npz(np.savez_compressed, W_dec=rows, b_dec=np.zeros(WIDTH)),
        'npz, column after column': npz(np.savez, W_dec=np.asfortranarray(rows.astype(np.float16))),
        'npy': npy(rows.astype(np.float32)),
    }
    golden = {
        'width': WIDTH,
        'rows': rows.tolist(),
        'files': {name: encoded(data) for name, data in files.items()},
        # Both sides are as wide as the model: the name says which are the features.
        'square': {'rows': square.tolist(), 'W_dec': encoded(save({'W_dec': square})), 'decoder.weight': encoded(save({'decoder.weight': square.T.contiguous()}))},
        'refused': {
            'other width': encoded(save({'W_dec': torch.ones(9, 7)})),
            'no decoder': encoded(save({'weight': tensor})),
            'integers': encoded(save({'W_dec': torch.ones(FEATURES, WIDTH, dtype=torch.int32)})),
            'one dimension': encoded(save({'W_dec': torch.ones(WIDTH)})),
        },
    }
    path = ROOT / 'test' / 'golden' / 'dictionaries.json'
    path.write_text(json.dumps(golden) + '\n')
    print('wrote', path.relative_to(ROOT), path.stat().st_size, 'bytes')


if __name__ == '__main__':
    main()
