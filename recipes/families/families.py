"""The families: configuration, tokenizer manners, and which exporters take them. All are tiny and random.

Width 32 and heads of 16 (64 and 32 where the rotary part of a head would be too small for the fused kernel), three
layers, more where layers are of two kinds.
"""
from __future__ import annotations

from dataclasses import dataclass, field

VOCABULARY = 320
WIDTH = 32


@dataclass(frozen=True)
class Family:
    """One model family. `architecture` is a class of transformers; `settings` are arguments of its configuration."""

    name: str
    architecture: str
    settings: dict
    stream: str  # 'sequential': attention, then MLP; 'parallel': both read the same residual
    tokenizer_class: str = 'PreTrainedTokenizerFast'
    special: dict = field(default_factory=dict)  # role -> token; roles: bos, eos, pad, unk
    extra_special: tuple[str, ...] = ()
    adds_bos: bool = False
    template: str | None = None  # file in templates/
    exporters: tuple[str, ...] = ('optimum', 'genai')
    dtypes: dict = field(default_factory=dict)  # exporter -> the smaller dtypes it is also made in
    external: int = 0  # into how many external data files the fp32 weights go
    embedding_step: float = 1 / 8  # see checkpoint.py
    slim: bool = False  # whether the optimum export goes through onnxslim, as some of the Hub's do
    seed: int = 0

    @property
    def chat(self) -> bool:
        return self.template is not None


END = '<|endoftext|>'
CHATML = ('<|im_start|>', '<|im_end|>')
DECODER = dict(
    vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=1,
    intermediate_size=64, max_position_embeddings=128,
)
SMALLER = ('fp16', 'q8', 'q4', 'q4f16')
BOTH = dict(optimum=SMALLER, genai=SMALLER)
BASE = dict(special=dict(bos=END, eos=END))

FAMILIES = [
    Family('llama', 'LlamaForCausalLM', DECODER | dict(num_attention_heads=4, num_key_value_heads=2, head_dim=16, tie_word_embeddings=True,
           rms_norm_eps=1e-5, rope_theta=100000.0), 'sequential', 'GPT2Tokenizer',
           dict(bos='<|im_start|>', eos='<|im_end|>', pad='<|im_end|>', unk=END), template='smollm2', exporters=('optimum', 'genai', 'genai18'), dtypes=BOTH, slim=True, seed=1),
    Family('gpt2', 'GPT2LMHeadModel', dict(vocab_size=VOCABULARY, n_embd=WIDTH, n_layer=3, n_head=2, n_positions=128),
           'sequential', 'GPT2Tokenizer', exporters=('optimum',), dtypes=dict(optimum=('fp16', 'q8')), slim=True, seed=2, **BASE),
    Family('qwen3', 'Qwen3ForCausalLM', DECODER | dict(num_attention_heads=4, num_key_value_heads=2, head_dim=16, tie_word_embeddings=True,
           rms_norm_eps=1e-6, rope_theta=1000000.0), 'sequential', 'Qwen2Tokenizer', dict(eos='<|im_end|>', pad=END),
           ('<|im_start|>',), template='qwen3', dtypes=BOTH, slim=True, seed=3),
    Family('qwen2', 'Qwen2ForCausalLM', DECODER | dict(tie_word_embeddings=True, rms_norm_eps=1e-6, rope_theta=1000000.0),
           'sequential', 'Qwen2Tokenizer', dict(eos='<|im_end|>', pad=END), ('<|im_start|>',), template='qwen2', dtypes=dict(optimum=('q8',), genai=('q4', 'q4f16')), seed=4),
    # The builder rounds the embedding's scale, √d, to two decimals: d is a square. Every sixth layer is global, as in Gemma 3.
    Family('gemma3_text', 'Gemma3ForCausalLM', DECODER | dict(hidden_size=64, num_hidden_layers=6, head_dim=16, intermediate_size=32,
           query_pre_attn_scalar=16, sliding_window=4, tie_word_embeddings=True, rope_theta=1000000.0),
           'sequential', 'GemmaTokenizer', dict(bos='<bos>', eos='<eos>', pad='<pad>', unk='<unk>'),
           ('<start_of_turn>', '<end_of_turn>'), True, 'gemma3', dtypes=dict(genai=('q8', 'q4')), embedding_step=1 / 32, slim=True, seed=5),
    Family('phi', 'PhiForCausalLM', DECODER | dict(hidden_size=64, num_hidden_layers=2, num_key_value_heads=2, partial_rotary_factor=0.5),
           'parallel', 'CodeGenTokenizer', slim=True, seed=6, **BASE),
    Family('olmo2', 'Olmo2ForCausalLM', DECODER | dict(rope_theta=500000.0, rms_norm_eps=1e-6), 'sequential', 'GPT2Tokenizer',
           dict(bos=END, eos=END, pad='<|pad|>'), exporters=('optimum',), slim=True, external=1, seed=7),
    Family('gpt_neox', 'GPTNeoXForCausalLM', {k: v for k, v in DECODER.items() if k != 'num_key_value_heads'} | dict(rotary_pct=0.25),
           'parallel', 'GPTNeoXTokenizer', exporters=('optimum',), slim=True, seed=8, **BASE),
    Family('lfm2', 'Lfm2ForCausalLM', DECODER | dict(num_hidden_layers=4, num_attention_heads=2, conv_L_cache=3, block_auto_adjust_ff_dim=False,
           layer_types=['conv', 'conv', 'full_attention', 'conv'], rope_theta=1000000.0, tie_word_embeddings=True,
           rope_parameters=dict(rope_theta=1000000.0, rope_type='default')), 'sequential', 'PreTrainedTokenizerFast', dict(bos='<|startoftext|>', eos='<|im_end|>', pad='<|pad|>'),
           ('<|im_start|>',), True, 'lfm2', exporters=('genai', 'genai18'), dtypes=BOTH, seed=9),
    Family('granite', 'GraniteForCausalLM', DECODER | dict(embedding_multiplier=2.0, attention_multiplier=0.0625,
           residual_multiplier=0.6, logits_scaling=2.0, tie_word_embeddings=True), 'sequential', 'GPT2Tokenizer', slim=True, external=2, seed=10, **BASE),
    Family('bloom', 'BloomForCausalLM', dict(vocab_size=VOCABULARY, hidden_size=WIDTH, n_layer=3, n_head=2, seq_length=128),
           'sequential', 'BloomTokenizer', dict(bos='<s>', eos='</s>', pad='<pad>', unk='<unk>'), exporters=('optimum',), slim=True, seed=11),
    Family('cohere', 'CohereForCausalLM', DECODER | dict(num_key_value_heads=2, logit_scale=0.25, tie_word_embeddings=True),
           'parallel', 'CohereTokenizer', dict(bos='<BOS_TOKEN>', eos='<|END_OF_TURN_TOKEN|>', pad='<PAD>'), adds_bos=True,
           exporters=('optimum',), slim=True, seed=12),
]

BY_NAME = {family.name: family for family in FAMILIES}

# Graphs of the same checkpoints in other shapes: the old merged decoder, and Clip nodes on the residual.
VARIANTS = [(BY_NAME['gpt2'], 'merged'), (BY_NAME['llama'], 'merged'), (BY_NAME['llama'], 'clip')]
