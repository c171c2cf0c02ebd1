"""Writes test/golden/weights.json: which weights of the fixtures' models lie along a direction, computed with PyTorch by their names.

    python recipes/weights/golden_weights.py     (the environment of recipes/families; see README.md)

Every family's checkpoint is made anew from its seed (recipes/families/checkpoint.py), so the numbers do not come from an
ONNX file; the bundled model, which has no checkpoint here, is read from its ONNX file by the names of its tensors.
"""
from __future__ import annotations

import base64
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'recipes' / 'families'))
from checkpoint import write_checkpoint  # noqa: E402
from families import BY_NAME  # noqa: E402

# Where each family keeps what reads and writes: (blocks, reading parts, norm before, writing, norm after, final norm, head, embedding).
LLAMA = dict(
    block='model.layers.{}.', reading=dict(gate='mlp.gate_proj', up='mlp.up_proj'), before='post_attention_layernorm', writing='mlp.down_proj',
    after=None, final='model.norm', head='lm_head', embedding='model.embed_tokens',
)
NAMES = {
    'llama': LLAMA,
    'qwen2': LLAMA,
    'qwen3': LLAMA,
    'granite': LLAMA,
    'gemma3_text': LLAMA | dict(before='pre_feedforward_layernorm', after='post_feedforward_layernorm'),
    'olmo2': LLAMA | dict(before=None, after='post_feedforward_layernorm'),
    'lfm2': LLAMA | dict(reading=dict(gate='feed_forward.w1', up='feed_forward.w3'), before='ffn_norm', writing='feed_forward.w2', final='model.embedding_norm'),
    'gpt2': dict(block='transformer.h.{}.', reading={'in': 'mlp.c_fc'}, before='ln_2', writing='mlp.c_proj', after=None, final='transformer.ln_f', head='lm_head', embedding='transformer.wte'),
    'phi': LLAMA | dict(reading={'in': 'mlp.fc1'}, before='input_layernorm', writing='mlp.fc2', final='model.final_layernorm'),
    'gpt_neox': dict(block='gpt_neox.layers.{}.', reading={'in': 'mlp.dense_h_to_4h'}, before='post_attention_layernorm', writing='mlp.dense_4h_to_h', after=None,
                     final='gpt_neox.final_layer_norm', head='embed_out', embedding='gpt_neox.embed_in'),
    'bloom': dict(block='transformer.h.{}.', reading={'in': 'mlp.dense_h_to_4h'}, before='post_attention_layernorm', writing='mlp.dense_4h_to_h', after=None,
                  final='transformer.ln_f', head='lm_head', embedding='transformer.word_embeddings'),
    'cohere': LLAMA | dict(before='input_layernorm'),
}


def packed(values) -> str:
    return base64.b64encode(np.ascontiguousarray(values, np.float32).tobytes()).decode()


def cosines(rows: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """[n, d], [d] -> [n]; the direction has length 1."""
    return rows @ direction / np.linalg.norm(rows, axis=1)


def of_family(name: str) -> dict:
    names = NAMES[name]
    with tempfile.TemporaryDirectory() as folder:
        model = write_checkpoint(BY_NAME[name], Path(folder))
    state = {key: value.detach().double().numpy() for key, value in model.state_dict().items()}
    width = model.config.hidden_size
    direction = np.random.default_rng(BY_NAME[name].seed).normal(0, 1, width)
    direction = (direction / np.linalg.norm(direction)).astype(np.float32).astype(np.float64)

    def gain(key):
        if key is None:
            return np.ones(width)
        # Gemma's norms multiply by 1 + weight.
        return state[f'{key}.weight'] + (1 if name == 'gemma3_text' else 0)

    def rows(key, isReading):
        """The neurons' vectors as rows [m, d]. A Linear holds [out, in], GPT-2's Conv1D [in, out]."""
        matrix = state[f'{key}.weight']
        outIn = matrix.T if name == 'gpt2' else matrix
        return outIn if isReading else outIn.T

    layers = []
    for layer in range(model.config.num_hidden_layers):
        block = names['block'].format(layer)
        before = gain(names['before'] and block + names['before'])
        after = gain(names['after'] and block + names['after'])
        layers.append({
            'reading': {part: packed(cosines(rows(block + key, True) * before, direction)) for part, key in names['reading'].items()},
            'plain': {part: packed(cosines(rows(block + key, True), direction)) for part, key in names['reading'].items()},
            'writing': packed(cosines(rows(block + names['writing'], False) * after, direction)),
        })
    head = state[f"{names['head']}.weight"]  # [V, d]
    return {
        'direction': packed(direction),
        'layers': layers,
        'logits': packed((head * gain(names['final'])) @ direction),
        'unembedding': packed(cosines(head, direction)),
        'embedding': packed(cosines(state[f"{names['embedding']}.weight"], direction)),
    }


def of_tales() -> dict:
    """Layer 3 of the bundled model along its happy − sad direction (test/golden/tales.json), and the likeliest tokens."""
    graph = onnx.load(str(ROOT / 'public/models/tales/onnx/model.onnx')).graph
    state = {tensor.name: numpy_helper.to_array(tensor).astype(np.float64) for tensor in graph.initializer}
    layer = 3
    golden = json.loads((ROOT / 'test/golden/tales.json').read_text())
    direction = np.array(golden['vectors'][layer], np.float32).astype(np.float64)
    # What block 4 reads is what block 3 gave.
    reader = layer + 1
    before = state[f'model.layers.{reader}.post_attention_layernorm.weight']

    def strongest(values):
        order = np.argsort(-values, kind='stable')
        top, bottom = order[:8], order[::-1][:8]
        return {'top': [[int(i), float(values[i])] for i in top], 'bottom': [[int(i), float(values[i])] for i in bottom]}

    final = state['model.layers.8.final_norm_layernorm.weight']
    embedding = state['model.embed_tokens.weight']  # [V, d], also the head
    return {
        'layer': layer,
        'gate': strongest(cosines(state[f'model.layers.{reader}.mlp.gate_proj.MatMul.weight'].T * before, direction)),
        'up': strongest(cosines(state[f'model.layers.{reader}.mlp.up_proj.MatMul.weight'].T * before, direction)),
        'writing': strongest(cosines(state[f'model.layers.{layer}.mlp.down_proj.MatMul.weight'], direction)),
        'logits': strongest((embedding * final) @ direction),
        'happyRow': packed(embedding[golden['happy_sad']['target_ids'][0]]),
        'happyUnembedding': packed(embedding[golden['happy_sad']['target_ids'][0]] * final),
        'writtenBy7': packed(state[f'model.layers.{layer}.mlp.down_proj.MatMul.weight'][7]),
        'readBy7': packed(state[f'model.layers.{reader}.mlp.gate_proj.MatMul.weight'][:, 7] * before),
    }


def main() -> None:
    torch.set_num_threads(1)
    golden = {'families': {name: of_family(name) for name in NAMES}, 'tales': of_tales()}
    path = ROOT / 'test' / 'golden' / 'weights.json'
    path.write_text(json.dumps(golden) + '\n')
    print('wrote', path.relative_to(ROOT), path.stat().st_size, 'bytes')


if __name__ == '__main__':
    main()
