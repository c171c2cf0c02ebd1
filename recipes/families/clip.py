"""Clip nodes on the way of the residual, as newer float16 re-uploads have them against overflow.

The one edit here that no exporter made: every residual Add of a float16 graph is followed by a Clip to float16's range. The
limits are far above what the tiny models reach, so the numbers stay.
"""
from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

LARGEST = 65504.0


def clip_residuals(model: onnx.ModelProto, tensors: list[str]) -> onnx.ModelProto:
    """The named tensors stay what consumers read; their producers write `…_unclipped`."""
    graph = model.graph
    for name, value in (('clip_min', -LARGEST), ('clip_max', LARGEST)):
        graph.initializer.append(numpy_helper.from_array(np.array(value, np.float16), name))
    nodes = []
    for node in graph.node:
        nodes.append(node)
        for index, output in enumerate(node.output):
            if output in tensors:
                node.output[index] = f'{output}_unclipped'
                nodes.append(onnx.helper.make_node('Clip', [f'{output}_unclipped', 'clip_min', 'clip_max'], [output], f'{output}/Clip'))
    if len(nodes) != len(graph.node) + len(tensors):
        raise ValueError('a residual tensor was not found')
    del graph.node[:]
    graph.node.extend(nodes)
    return model
