"""The shapes: exactly the configurations of two models of the Hub; weights are random."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """`architecture` is a class of transformers; `settings` are arguments of its configuration."""

    name: str
    architecture: str
    settings: dict
    tokens: int  # of the tokenizer; exporters pad the embedding beyond it
    end: str


SHAPES = [
    Shape(
        'smollm2-135m',
        'LlamaForCausalLM',
        dict(vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
             num_key_value_heads=3, max_position_embeddings=8192, rms_norm_eps=1e-5, rope_theta=100000.0,
             tie_word_embeddings=True, initializer_range=0.041666666666666664),
        49152,
        '<|im_end|>',
    ),
    Shape(
        'qwen2.5-0.5b',
        'Qwen2ForCausalLM',
        dict(vocab_size=151936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24, num_attention_heads=14,
             num_key_value_heads=2, max_position_embeddings=32768, rms_norm_eps=1e-6, rope_theta=1000000.0,
             tie_word_embeddings=True, initializer_range=0.02),
        151665,
        '<|im_end|>',
    ),
]  # fmt: skip

BY_NAME = {shape.name: shape for shape in SHAPES}
