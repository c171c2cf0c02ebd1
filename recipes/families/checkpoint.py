"""A random checkpoint of one family, as transformers would save it: the input of both exporters and of the golden numbers."""
from __future__ import annotations

import json
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer

from families import Family
from tokenizer import special_ids, write_tokenizer

VECTOR_STD = 0.2
BLOCK = 32


def on_grid(shape: torch.Size, step: float, generator: torch.Generator) -> torch.Tensor:
    """Random multiples k of `step`, −8 ≤ k ≤ 7, with one −8 in each block of 32 of the last axis.

    Four bits with a scale a block hold these exactly, and so does float16: what a q4 file differs by is then the
    arithmetic of the runtime, not the rounding of the weights, and a test of it can be sharp.
    """
    k = torch.randint(-8, 8, shape, generator=generator).float()
    if shape[-1] % BLOCK == 0:
        blocks = k.view(-1, BLOCK)
        blocks[torch.arange(len(blocks)), torch.randint(0, BLOCK, (len(blocks),), generator=generator)] = -8
    return k * step


def randomize(model: torch.nn.Module, seed: int, embedding_step: float) -> None:
    """Seeded weights large enough that every block changes the residual and that logits differ clearly between tokens.

    Vectors (norm weights, biases) are moved from what the family starts with, so that none is a neutral 1 or 0.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if parameter.dim() == 1:
                parameter.add_(VECTOR_STD * torch.randn(parameter.shape, generator=generator))
            elif 'embed' in name or 'wte' in name:
                parameter.copy_(on_grid(parameter.shape, embedding_step, generator))
            else:
                parameter.copy_(on_grid(parameter.shape, 1 / 16, generator))


def write_checkpoint(family: Family, folder: Path) -> transformers.PreTrainedModel:
    """Writes config, generation config, weights and tokenizer into `folder` and returns the model (fp32, eval, eager)."""
    write_tokenizer(family, folder)
    ids = special_ids(family, Tokenizer.from_file(str(folder / 'tokenizer.json')))
    architecture = getattr(transformers, family.architecture)
    bare = dict(bos_token_id=None, eos_token_id=None, pad_token_id=None)
    config = architecture.config_class(**bare | ids | family.settings)
    config._attn_implementation = 'eager'
    torch.manual_seed(family.seed)
    model = architecture(config).float().eval()
    randomize(model, family.seed, family.embedding_step)
    config.architectures = [family.architecture]
    model.generation_config = transformers.GenerationConfig(**ids)
    model.save_pretrained(folder)
    text = json.loads((folder / 'config.json').read_text())
    text.pop('_name_or_path', None)
    (folder / 'config.json').write_text(json.dumps(text, indent=1) + '\n')
    return load_checkpoint(family, folder)


def load_checkpoint(family: Family, folder: Path) -> transformers.PreTrainedModel:
    architecture = getattr(transformers, family.architecture)
    return architecture.from_pretrained(folder, attn_implementation='eager', dtype=torch.float32).eval()
