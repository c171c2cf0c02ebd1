"""What the builder is asked for, by dtype: the settings of re-uploads for the browser."""
from __future__ import annotations

from pathlib import Path

import onnx

from export_genai import export_genai
from quantize import quantize_q8

# (precision, execution provider, extra options). q4 keeps float32 streams, q4f16 has float16 ones.
PLAIN = {
    'fp32': ('fp32', 'cpu', {}),
    'fp16': ('fp16', 'webgpu', {}),
    'q4': ('int4', 'webgpu', {'use_webgpu_fp32': 'true'}),
    'q4f16': ('int4', 'webgpu', {}),
}
# Embedding and head share one quantized matrix: GatherBlockQuantized reads rows of it, MatMulNBits all; head of 8 bits in q4f16.
SHARED = {
    'q4': ('int4', 'webgpu', {'use_webgpu_fp32': 'true', 'shared_embeddings': 'true', 'int4_algo_config': 'rtn'}),
    'q4f16': ('int4', 'webgpu', {'shared_embeddings': 'true', 'int4_algo_config': 'rtn_last'}),
}
SHARES = {'llama', 'gemma3_text'}


def build(family: str, checkpoint: Path, exporter: str, dtype: str) -> onnx.ModelProto:
    if dtype == 'q8':
        return quantize_q8(build(family, checkpoint, exporter, 'fp32'), family)
    table = PLAIN | SHARED if family in SHARES else PLAIN
    precision, provider, options = table[dtype]
    return export_genai(checkpoint, exporter, precision, provider, **options)
