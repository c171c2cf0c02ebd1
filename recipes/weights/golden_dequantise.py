"""Writes test/golden/dequantise.json: small graphs with a quantised matrix in every form, and the matrix that onnxruntime makes of it.

    python recipes/weights/golden_dequantise.py

A product with the identity gives a weight as the runtime sees it; a look-up of every id gives a table. Seeded.
"""
from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parents[2]
FLOATS = {'float32': np.float32, 'float16': np.float16}


def packed(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values, np.float32).tobytes()).decode()


def graph_of(nodes, initializers, rows: int | None, ids: int | None, output_type=TensorProto.FLOAT) -> onnx.ModelProto:
    if ids is None:
        given = helper.make_tensor_value_info('x', output_type, ['n', rows])
    else:
        given = helper.make_tensor_value_info('input_ids', TensorProto.INT64, ['n'])
    result = helper.make_tensor_value_info('y', output_type, None)
    graph = helper.make_graph(nodes, 'g', [given], [result], initializers)
    opsets = [helper.make_opsetid('', 21), helper.make_opsetid('com.microsoft', 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def run(model: onnx.ModelProto, rows: int | None, ids: int | None, dtype) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
    given = {'input_ids': np.arange(ids)} if ids is not None else {'x': np.eye(rows, dtype=dtype)}
    return session.run(None, given)[0].astype(np.float32)


def case(name, nodes, initializers, rows=None, ids=None, dtype='float32'):
    """The matrix as [in, out] of a product, or [ids, d] of a table."""
    type_ = TensorProto.FLOAT if dtype == 'float32' else TensorProto.FLOAT16
    model = graph_of(nodes, initializers, rows, ids, type_)
    values = run(model, rows, ids, FLOATS[dtype])
    return {'name': name, 'kind': 'product' if ids is None else 'table', 'model': base64.b64encode(model.SerializeToString()).decode(),
            'shape': list(values.shape), 'matrix': packed(values)}


def bits_packed(values: np.ndarray, bits: int) -> np.ndarray:
    """Unsigned integers along the last axis, the lower bits of a byte first; the last axis is padded to whole bytes."""
    each = 8 // bits
    pad = -values.shape[-1] % each
    values = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, pad)])
    parts = values.reshape(*values.shape[:-1], -1, each)
    return sum(parts[..., i].astype(np.uint8) << (bits * i) for i in range(each)).astype(np.uint8)


def n_bits(rng, name, rows, columns, bits, block, zero=False, dtype='float32'):
    """MatMulNBits: rows = K inputs, columns = N outputs."""
    blocks = -(-rows // block)
    q = rng.integers(0, 2**bits, (columns, blocks, block))
    scales = rng.uniform(0.01, 0.1, (columns, blocks)).astype(FLOATS[dtype])
    tensors = [numpy_helper.from_array(bits_packed(q, bits), 'w'), numpy_helper.from_array(scales, 's')]
    inputs = ['x', 'w', 's']
    if zero:
        zeros = rng.integers(0, 2**bits, (columns, blocks))
        tensors.append(numpy_helper.from_array(bits_packed(zeros, bits).reshape(-1), 'z'))
        inputs.append('z')
    node = helper.make_node('MatMulNBits', inputs, ['y'], 'n', domain='com.microsoft', K=rows, N=columns, bits=bits, block_size=block)
    return case(name, [node], tensors, rows=rows, dtype=dtype)


def looked_up(rng, name, ids, width, bits, block, zero=False, typed=None):
    """GatherBlockQuantized, [ids, width]."""
    blocks = -(-width // block)
    scales = numpy_helper.from_array(rng.uniform(0.01, 0.1, (ids, blocks)).astype(np.float32), 's')
    q = rng.integers(0, 2**bits, (ids, width))
    if typed is None:
        data = numpy_helper.from_array(bits_packed(q, bits), 'w')
    else:
        low = -8 if typed == TensorProto.INT4 else 0
        data = helper.make_tensor('w', typed, (ids, width), (q + low).flatten().tolist())
    inputs, tensors = ['w', 'input_ids', 's'], [data, scales]
    if zero:
        zeros = rng.integers(0, 2**bits, (ids, blocks))
        tensors.append(numpy_helper.from_array(bits_packed(zeros, bits), 'z'))
        inputs.append('z')
    attributes = dict(block_size=block, gather_axis=0, quantize_axis=1) | ({} if typed else dict(bits=bits))
    node = helper.make_node('GatherBlockQuantized', inputs, ['y'], 'n', domain='com.microsoft', **attributes)
    return case(name, [node], tensors, ids=ids)


def dequantised(rng, name, rows, columns, type_, scale_shape, axis=None, block=None, transposed=False):
    """DequantizeLinear before a MatMul; `rows`, `columns` as stored."""
    low, high = {TensorProto.INT8: (-128, 128), TensorProto.UINT8: (0, 256), TensorProto.INT4: (-8, 8), TensorProto.UINT4: (0, 16)}[type_]
    q = rng.integers(low, high, (rows, columns))
    scales = numpy_helper.from_array(rng.uniform(0.01, 0.1, scale_shape).astype(np.float32), 's')
    zeros = rng.integers(low // 4, high // 4, scale_shape)
    tensors = [helper.make_tensor('w', type_, (rows, columns), q.flatten().tolist()), scales,
               helper.make_tensor('z', type_, scale_shape, np.array(zeros).flatten().tolist())]
    attributes = ({} if axis is None else dict(axis=axis)) | ({} if block is None else dict(block_size=block))
    nodes = [helper.make_node('DequantizeLinear', ['w', 's', 'z'], ['d'], 'd', **attributes)]
    if transposed:
        nodes.append(helper.make_node('Transpose', ['d'], ['t'], 't', perm=[1, 0]))
    nodes.append(helper.make_node('MatMul', ['x', 't' if transposed else 'd'], ['y'], 'm'))
    return case(name, nodes, tensors, rows=columns if transposed else rows)


def half(rng, name):
    """Halves with all kinds of values: normal, subnormal, zero, both signs."""
    bits = np.concatenate([rng.integers(0, 0x7C00, 24), rng.integers(0x8000, 0xFC00, 20), rng.integers(0, 0x400, 4)]).astype(np.uint16)
    weight = bits.view(np.float16).reshape(6, 8)
    node = helper.make_node('Gather', ['w', 'input_ids'], ['y'], 'n')
    return case(name, [node], [numpy_helper.from_array(weight, 'w')], ids=6, dtype='float16')


def gemm(rng, name):
    weight = numpy_helper.from_array(rng.normal(0, 1, (5, 7)).astype(np.float32), 'w')
    return case(name, [helper.make_node('Gemm', ['x', 'w'], ['y'], 'n', transB=1)], [weight], rows=7)


def main() -> None:
    rng = np.random.default_rng(3)
    cases = [
        n_bits(rng, 'MatMulNBits, 4 bits', 64, 5, 4, 32),
        n_bits(rng, 'MatMulNBits, 4 bits, zero points of an odd number of blocks', 48, 6, 4, 16, zero=True),
        n_bits(rng, 'MatMulNBits, 4 bits, last block not full', 40, 5, 4, 32, zero=True),
        n_bits(rng, 'MatMulNBits, 8 bits', 64, 4, 8, 32),
        n_bits(rng, 'MatMulNBits, 8 bits, zero points', 64, 4, 8, 32, zero=True),
        n_bits(rng, 'MatMulNBits, 2 bits', 64, 4, 2, 32),
        n_bits(rng, 'MatMulNBits, half scales', 32, 4, 4, 32, dtype='float16'),
        looked_up(rng, 'GatherBlockQuantized, bytes of 4 bits', 7, 64, 4, 32),
        looked_up(rng, 'GatherBlockQuantized, bytes of 4 bits, zero points', 7, 48, 4, 16, zero=True),
        looked_up(rng, 'GatherBlockQuantized, bytes of 8 bits', 7, 32, 8, 16),
        looked_up(rng, 'GatherBlockQuantized, int4', 7, 32, 4, 16, typed=TensorProto.INT4),
        looked_up(rng, 'GatherBlockQuantized, uint4', 7, 32, 4, 16, typed=TensorProto.UINT4),
        dequantised(rng, 'DequantizeLinear, one scale', 6, 8, TensorProto.INT8, ()),
        dequantised(rng, 'DequantizeLinear, a scale a column', 6, 8, TensorProto.UINT8, (8,)),
        dequantised(rng, 'DequantizeLinear, a scale a row', 6, 8, TensorProto.INT8, (6,), axis=0),
        dequantised(rng, 'DequantizeLinear, turned', 6, 8, TensorProto.INT8, (6,), axis=0, transposed=True),
        dequantised(rng, 'DequantizeLinear, int4', 6, 8, TensorProto.INT4, (8,)),
        dequantised(rng, 'DequantizeLinear, int4 in blocks', 6, 32, TensorProto.INT4, (6, 2), axis=1, block=16),
        dequantised(rng, 'DequantizeLinear, uint4 in blocks', 6, 32, TensorProto.UINT4, (6, 2), axis=1, block=16),
        half(rng, 'halves'),
        gemm(rng, 'Gemm, turned'),
    ]
    path = ROOT / 'test' / 'golden' / 'dequantise.json'
    path.write_text(json.dumps(cases) + '\n')
    print('wrote', path.relative_to(ROOT), path.stat().st_size, 'bytes')


if __name__ == '__main__':
    main()
