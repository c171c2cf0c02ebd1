"""Run an ONNX file with onnxruntime on the CPU: logits of a prompt with empty caches, and a decode step through the cache."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime

TYPES = {'tensor(int64)': np.int64, 'tensor(float)': np.float32, 'tensor(float16)': np.float16, 'tensor(bool)': np.bool_}
UNKNOWN = {'batch_size': 1}  # sizes by symbolic name; any other name is a length, 0 at the start


def open_session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=['CPUExecutionProvider'])


def feeds(session: onnxruntime.InferenceSession, ids: list[int], head_size: int,
          past: dict[str, np.ndarray] | None = None, offset: int = 0) -> dict:
    """`offset` tokens are in `past` (by input name); without it caches are empty, or zeros where they have a fixed length."""
    values = {
        'input_ids': [ids], 'attention_mask': [[1] * (offset + len(ids))],
        'position_ids': [list(range(offset, offset + len(ids)))], 'use_cache_branch': [offset > 0], 'num_logits_to_keep': 0,
    }
    given = {}
    for port in session.get_inputs():
        if past is not None and port.name in past:
            given[port.name] = past[port.name]
        elif port.name in values:
            given[port.name] = np.array(values[port.name], TYPES[port.type])
        elif port.name.startswith('past'):
            shape = [size if isinstance(size, int) else UNKNOWN.get(size, 0) for size in port.shape]
            if 'kv_cache_dim' in port.shape:  # the builder of 0.18 leaves the head's size to the configuration
                shape[-1] = head_size
            given[port.name] = np.zeros(shape, TYPES[port.type])
        else:
            raise ValueError(f'unknown input {port.name}')
    return given


def head_size_of(path: Path) -> int:
    config = json.loads((path.parent.parent / 'config.json').read_text())
    heads = config.get('num_attention_heads') or config.get('n_head')
    return config.get('head_dim') or (config.get('hidden_size') or config.get('n_embd')) // heads


def past_name(present: str) -> str:
    if 'conv' in present:  # past_conv.0 in the builder of 0.14, past.0.conv in that of 0.18
        return present.replace('present', 'past')
    return present.replace('present.', 'past_key_values.')


def logits(path: Path, ids: list[int]) -> np.ndarray:
    """[T, V], computed in one run."""
    session = open_session(path)
    return session.run(['logits'], feeds(session, ids, head_size_of(path)))[0][0].astype(np.float32)


def logits_through_cache(path: Path, ids: list[int]) -> np.ndarray:
    """[T, V]: all tokens but the last two in one run, the last two one at a time."""
    session = open_session(path)
    names = [port.name for port in session.get_outputs()]
    rows, past = [], None
    for start, end in [(0, len(ids) - 2), (len(ids) - 2, len(ids) - 1), (len(ids) - 1, len(ids))]:
        given = feeds(session, ids[start:end], head_size_of(path), past, start)
        result = dict(zip(names, session.run(names, given)))
        rows.append(result['logits'][0].astype(np.float32))
        past = {past_name(name): value for name, value in result.items() if name != 'logits'}
    return np.concatenate(rows)


def relative_error(actual: np.ndarray, expected: np.ndarray) -> float:
    """Norm of the difference over the norm of what is expected."""
    return float(np.linalg.norm(actual - expected) / np.linalg.norm(expected))
