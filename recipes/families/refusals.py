"""Models that are no causal language models, to be refused: an encoder and a vision model, exported by optimum."""
from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import onnxslim
import torch
import transformers

from checkpoint import randomize
from clean import drop_shapes, save_single, write_json
from families import END, Family
from layout import onnx_path, start_folder
from tokenizer import write_tokenizer

BERT = Family('bert', 'BertForMaskedLM', dict(vocab_size=320, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
              intermediate_size=64, max_position_embeddings=128), 'sequential', 'BertTokenizer',
              dict(bos='[CLS]', eos='[SEP]', pad='[PAD]', unk='[UNK]'), ('[MASK]',), seed=20)
VIT = Family('vit', 'ViTForImageClassification', dict(image_size=32, patch_size=8, hidden_size=32, num_hidden_layers=2,
             num_attention_heads=2, intermediate_size=64, num_labels=4), 'sequential', special=dict(bos=END), seed=21)
PREPROCESSOR = dict(do_normalize=True, do_rescale=True, do_resize=True, image_mean=[0.5, 0.5, 0.5], image_std=[0.5, 0.5, 0.5],
                    image_processor_type='ViTImageProcessor', resample=2, rescale_factor=1 / 255, size=dict(height=32, width=32))


def make_refusal(family: Family, task: str, checkpoint: Path, out: Path) -> Path:
    """Writes `<family>-optimum`; a vision model has a preprocessor_config.json in place of a tokenizer."""
    architecture = getattr(transformers, family.architecture)
    torch.manual_seed(family.seed)
    model = architecture(architecture.config_class(**family.settings)).float().eval()
    randomize(model, family.seed, family.embedding_step)
    model.save_pretrained(checkpoint)
    if family is BERT:
        write_tokenizer(family, checkpoint)
    folder = out / f'{family.name}-optimum'
    start_folder(checkpoint, folder)
    if family is VIT:
        write_json(folder / 'preprocessor_config.json', PREPROCESSOR)
    with tempfile.TemporaryDirectory() as exported:
        from optimum.exporters.onnx import main_export

        main_export(str(checkpoint), exported, task=task, do_validation=False)
        graph = drop_shapes(onnxslim.slim(onnx.load(Path(exported) / 'model.onnx')))
    save_single(graph, onnx_path(folder, 'fp32'))
    return folder
