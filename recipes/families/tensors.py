"""Which tensors of an exported graph carry the stream: found by their values, not by their names or by the graph.

The truth for a structural finder: every float tensor of [1, T, d] is compared with PyTorch's residuals.
"""
from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx

from verify import feeds, head_size_of, open_session, relative_error


def all_tensors(path: Path, ids: list[int], names: list[str] | None = None) -> dict[str, np.ndarray]:
    """Every tensor that a node of the main graph writes (or those of `names`), from one run on an empty cache."""
    model = onnx.load(path)
    present = {port.name for port in model.graph.output}
    written = [name for node in model.graph.node for name in node.output if name]
    wanted = [name for name in written if name not in present and (names is None or name in names)]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted)
    with tempfile.TemporaryDirectory() as folder:
        exposed = Path(folder) / 'exposed.onnx'
        onnx.save(model, exposed)
        session = open_session(exposed)
        given = feeds(session, ids, head_size_of(path))
        outputs = [port.name for port in session.get_outputs()]
        return dict(zip(outputs, session.run(outputs, given)))


def name_sites(path: Path, ids: list[int], sites: dict[str, np.ndarray], limit: float) -> dict[str, list[list[str]]]:
    """For every site [L, T, d] the names of the tensors that hold it, in graph order, by layer; none where it is fused away."""
    values = all_tensors(path, ids)
    shape = next(iter(sites.values())).shape[1:]
    streams = {name: value[0] for name, value in values.items() if value.shape == (1, *shape)}
    return {site: [[name for name, value in streams.items() if relative_error(value.astype(np.float32), expected) <= limit] for expected in layers]
            for site, layers in sites.items()}


def residual_errors(path: Path, ids: list[int], names: list[str], expected: np.ndarray) -> list[float | None]:
    """Relative error of the tensors `names` (one a layer) in another dtype's graph; None where that graph lacks the tensor."""
    values = all_tensors(path, ids, names)
    return [relative_error(values[name][0].astype(np.float32), layer) if name in values else None
            for name, layer in zip(names, expected)]
