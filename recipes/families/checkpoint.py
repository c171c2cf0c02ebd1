"""A random checkpoint of one family, as transformers would save it: the input of both exporters and of the golden numbers."""
from __future__ import annotations

import json
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer

from families import Family
from tokenizer import special_ids, write_tokenizer

EMBEDDING_STD, MATRIX_STD, VECTOR_STD = 0.5, 0.25, 0.2


def randomize(model: torch.nn.Module, seed: int) -> None:
    """Seeded weights large enough that every block changes the residual and that logits differ clearly between tokens.

    Vectors (norm weights, biases) are moved from what the family starts with, so that none is a neutral 1 or 0.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                parameter.add_(VECTOR_STD * noise)
            elif 'embed' in name or 'wte' in name:
                parameter.copy_(EMBEDDING_STD * noise)
            else:
                parameter.copy_(MATRIX_STD * noise)


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
    randomize(model, family.seed)
    config.architectures = [family.architecture]
    model.generation_config = transformers.GenerationConfig(**ids)
    model.save_pretrained(folder)
    # The builder reads the rotary base from the top level of the configuration.
    text = json.loads((folder / 'config.json').read_text())
    text.pop('_name_or_path', None)
    (folder / 'config.json').write_text(json.dumps(text, indent=1) + '\n')
    return load_checkpoint(family, folder)


def load_checkpoint(family: Family, folder: Path) -> transformers.PreTrainedModel:
    architecture = getattr(transformers, family.architecture)
    return architecture.from_pretrained(folder, attn_implementation='eager', dtype=torch.float32).eval()
