"""Golden numbers of one checkpoint: residuals, sub-layer outputs, logits, and logits and tokens under steering.

PyTorch, fp32, eager, no cache, forward hooks on transformers' own modules. README.md describes the JSON.
"""
from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from families import Family
from tokenizer import CONVERSATION, PROMPT, template_text

GREEDY = 12
LEAST_MARGIN = 0.02  # in logits; float32 runtimes differ by 1e-5 or so

# Modules whose output, times `scale`, is what is added to the stream: (attention, MLP).
WRITERS = {
    'gpt2': ('attn', 'mlp'),
    'gemma3_text': ('post_attention_layernorm', 'post_feedforward_layernorm'),
    'olmo2': ('post_attention_layernorm', 'post_feedforward_layernorm'),
    'gpt_neox': ('attention', 'mlp'),
    'lfm2': ('self_attn|conv', 'feed_forward'),
    'bloom': ('self_attention.dense', 'mlp.dense_4h_to_h'),
}


def decoder_blocks(model: nn.Module) -> nn.ModuleList:
    inner = next(getattr(model, name) for name in ('transformer', 'gpt_neox', 'model') if hasattr(model, name))
    return inner.h if hasattr(inner, 'h') else inner.layers


def writers(family: Family, block: nn.Module) -> tuple[nn.Module, nn.Module]:
    def find(paths: str) -> nn.Module:
        for path in paths.split('|'):
            try:
                return block.get_submodule(path)
            except AttributeError:
                continue
        raise AttributeError(f'{family.name}: no {paths} in a block')

    attention, mlp = WRITERS.get(family.name, ('self_attn', 'mlp'))
    return find(attention), find(mlp)


def tensor_of(output) -> torch.Tensor:
    return output[0] if isinstance(output, tuple) else output


class Steering:
    """Replaces one block's output h by edit(h), at all positions."""

    def __init__(self, model: nn.Module, layer: int, edit):
        def hook(_module, _inputs, output):
            if isinstance(output, tuple):
                return (edit(output[0]), *output[1:])
            return edit(output)

        self.block, self.hook = decoder_blocks(model)[layer], hook

    def __enter__(self):
        self.handle = self.block.register_forward_hook(self.hook)

    def __exit__(self, *_error):
        self.handle.remove()


def run(model: nn.Module, ids: list[int]) -> torch.Tensor:
    """Logits [T, V]."""
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]


def greedy(model: nn.Module, ids: list[int]) -> tuple[list[int], float]:
    """The continuation, and the least distance between the best and the second best logit on its way."""
    out, margin = list(ids), float('inf')
    for _ in range(GREEDY):
        best = run(model, out)[-1].topk(2)
        out.append(int(best.indices[0]))
        margin = min(margin, float(best.values[0] - best.values[1]))
    return out[len(ids):], margin


def record(family: Family, model: nn.Module, ids: list[int]) -> dict[str, torch.Tensor]:
    """Hook every block once: embedding [T, d]; resid_mid, resid_post, attn_out, mlp_out [L, T, d]; logits [T, V]."""
    seen: dict[str, list[torch.Tensor]] = {'attn_out': [], 'mlp_out': [], 'resid_post': [], 'resid_pre': []}
    handles = []

    def keep(name):
        return lambda _module, _inputs, output: seen[name].append(tensor_of(output)[0].clone())

    def keep_input(_module, inputs, keywords):
        seen['resid_pre'].append((inputs[0] if inputs else keywords['hidden_states'])[0].clone())

    for block in decoder_blocks(model):
        attention, mlp = writers(family, block)
        handles += [attention.register_forward_hook(keep('attn_out')), mlp.register_forward_hook(keep('mlp_out')),
                    block.register_forward_hook(keep('resid_post')),
                    block.register_forward_pre_hook(keep_input, with_kwargs=True)]
    logits = run(model, ids)
    for handle in handles:
        handle.remove()
    stacked = {name: torch.stack(values) for name, values in seen.items()}
    scale = getattr(model.config, 'residual_multiplier', 1.0)
    stacked['attn_out'], stacked['mlp_out'] = stacked['attn_out'] * scale, stacked['mlp_out'] * scale
    check_stream(family, stacked)
    result = {'embedding': stacked['resid_pre'][0], 'resid_post': stacked['resid_post'], 'attn_out': stacked['attn_out'],
              'mlp_out': stacked['mlp_out'], 'logits': logits}
    if family.stream == 'sequential':
        result['resid_mid'] = stacked['resid_pre'] + stacked['attn_out']
    return result


def check_stream(family: Family, seen: dict[str, torch.Tensor]) -> None:
    """What the two sub-layers add must be all that a block does to the stream."""
    difference = seen['resid_post'] - (seen['resid_pre'] + seen['attn_out'] + seen['mlp_out'])
    error = float(difference.abs().max() / seen['resid_post'].abs().max())
    if error > 1e-6:
        raise ValueError(f'{family.name}: a block adds something else than its two sub-layers, relative error {error:.2e}')


def pack(tensor: torch.Tensor | np.ndarray) -> dict:
    data = np.ascontiguousarray(tensor.detach().numpy() if isinstance(tensor, torch.Tensor) else tensor, '<f4')
    return {'shape': list(data.shape), 'float32': base64.b64encode(data.tobytes()).decode()}


def adding(vector: torch.Tensor):
    return lambda h: h + vector


def ablating(direction: torch.Tensor):
    return lambda h: h - (h @ direction)[..., None] * direction


def choose_direction(model: nn.Module, ids: list[int], layer: int, norms: torch.Tensor, width: int) -> tuple[torch.Tensor, list[int]]:
    """The first seeded unit vector whose steered continuation is not one token over and over, nor close to a tie."""
    for seed in range(100, 200):
        vector = torch.from_numpy(np.random.default_rng(seed).standard_normal(width).astype('float32'))
        direction = vector / vector.norm()
        with Steering(model, layer, adding(norms[layer] * direction)):
            tokens, margin = greedy(model, ids)
        if len(set(tokens)) >= 4 and margin >= LEAST_MARGIN:
            return direction, tokens
    raise ValueError('no direction gives a varied continuation; take another seed for the weights')


def golden(family: Family, model: nn.Module, folder: Path) -> dict:
    tokenizer = Tokenizer.from_file(str(folder / 'tokenizer.json'))
    ids = tokenizer.encode(PROMPT).ids
    recorded = record(family, model, ids)
    layers, _, width = recorded['resid_post'].shape
    norms = recorded['resid_post'].norm(dim=-1).mean(dim=-1)
    middle = layers // 2
    plain, margin = greedy(model, ids)
    if margin < LEAST_MARGIN:
        raise ValueError(f'{family.name}: a greedy choice is close ({margin:.3f}); take another seed')
    direction, steered = choose_direction(model, ids, middle, norms, width)

    added, ablated = [], []
    for layer in range(layers):
        with Steering(model, layer, adding(norms[layer] * direction)):
            added.append(run(model, ids)[-1])
        with Steering(model, layer, ablating(direction)):
            ablated.append(run(model, ids)[-1])
    result = {
        'family': family.name, 'stream': family.stream, 'layers': layers, 'width': width, 'vocabulary': recorded['logits'].shape[-1],
        'prompt': PROMPT, 'ids': ids, 'direction': pack(direction), 'coefficients': [float(n) for n in norms],
        **{name: pack(value) for name, value in recorded.items()},
        'added': pack(torch.stack(added)), 'ablated': pack(torch.stack(ablated)),
        'greedy': plain, 'steered_layer': middle, 'steered_greedy': steered,
        'tolerance': {},
    }
    if family.chat:
        result['chat'] = chat(family, tokenizer)
    return result


def chat(family: Family, tokenizer: Tokenizer) -> dict:
    """A system and a user turn as transformers renders them; ids without adding special tokens a second time."""
    from transformers import PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **{f'{role}_token': token for role, token in family.special.items()})
    text = fast.apply_chat_template(CONVERSATION, chat_template=template_text(family), tokenize=False, add_generation_prompt=True)
    return {'messages': CONVERSATION, 'text': text, 'ids': tokenizer.encode(text, add_special_tokens=False).ids}


def write_golden(family: Family, model: nn.Module, checkpoint: Path, folder: Path) -> None:
    (folder / 'golden.json').write_text(json.dumps(golden(family, model, checkpoint), indent=1, ensure_ascii=False) + '\n')
