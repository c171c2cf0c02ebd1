"""Smaller dtypes of an optimum graph, with the tools and settings of transformers.js' convert script.

q8: onnxruntime's dynamic quantizer over all integer operators; q4: MatMulNBits, 4 bits, blocks of 32, symmetric; fp16 and
q4f16: float16 weights and streams, logits in float32. (The builder writes its own 4 bits and float16: genai_dtypes.py.)
"""
from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import onnxslim
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.quantization.registry import IntegerOpsRegistry
from onnxruntime.transformers.float16 import convert_float_to_float16

# The script quantizes these per tensor and with eight bits; all others per channel and with seven.
PER_TENSOR = {'bloom', 'gpt2', 'llama', 'opt', 'phi', 'qwen2', 'stablelm'}
# With these operators the script takes unsigned weights, without them signed ones.
UNSIGNED = {'Conv', 'GroupQueryAttention', 'MultiHeadAttention'}


def copy_of(model: onnx.ModelProto) -> onnx.ModelProto:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    return copy


def quantize_q8(model: onnx.ModelProto, family: str) -> onnx.ModelProto:
    unsigned = any(node.op_type in UNSIGNED for node in model.graph.node)
    fine = family not in PER_TENSOR
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'model.onnx'
        quantize_dynamic(
            copy_of(model), path, weight_type=QuantType.QUInt8 if unsigned else QuantType.QInt8, per_channel=fine, reduce_range=fine,
            op_types_to_quantize=sorted(IntegerOpsRegistry), extra_options={'EnableSubgraph': True, 'MatMulConstBOnly': True})
        return onnx.load(path)


def quantize_q4(model: onnx.ModelProto) -> onnx.ModelProto:
    quantizer = MatMulNBitsQuantizer(copy_of(model), block_size=32, is_symmetric=True)
    quantizer.process()
    return quantizer.model.model


def convert_fp16(model: onnx.ModelProto, float32_ports: bool) -> onnx.ModelProto:
    """`float32_ports`: caches stay float32, as in older exports; otherwise only the logits do."""
    copy = copy_of(model)
    del copy.graph.value_info[:]
    keep = True if float32_ports else ['logits']
    return onnxslim.slim(convert_float_to_float16(copy, keep_io_types=keep))


def quantized(model: onnx.ModelProto, family: str, dtype: str, float32_ports: bool = False) -> onnx.ModelProto:
    if dtype == 'q8':
        return quantize_q8(model, family)
    if dtype == 'q4':
        return quantize_q4(model)
    if dtype == 'fp16':
        return convert_fp16(model, float32_ports)
    if dtype == 'q4f16':
        return convert_fp16(quantize_q4(model), float32_ports)
    raise ValueError(f'unknown dtype {dtype}')
