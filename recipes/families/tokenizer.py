"""A tiny byte-level BPE tokenizer for every family, with the special tokens and the template that the family needs."""
from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from families import VOCABULARY, Family

SENTENCES = [
    'The small river runs past the old stone mill and then into the sea.',
    'She said that the weather was good, and that they should walk there together.',
    'When the rain had ended, the children went out to look for the other kite.',
    'He reads the letter again and wonders what the answer is.',
    'You answer in short sentences. What is the name of this town?',
    'There are three boats on the water, and one of them is red.',
    'system user assistant model',
]
PROMPT = 'The rain on the'
CONVERSATION = [
    {'role': 'system', 'content': 'You answer in short sentences.'},
    {'role': 'user', 'content': 'What is the name of the river?'},
]


def write_tokenizer(family: Family, folder: Path) -> None:
    """Writes tokenizer.json and tokenizer_config.json (with the chat template, as the Hub's older layout has it)."""
    specials = list(dict.fromkeys([*family.special.values(), *family.extra_special]))
    tokenizer = Tokenizer(models.BPE(ignore_merges=False))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=specials, min_frequency=1, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    if tokenizer.get_vocab_size() != VOCABULARY:
        raise ValueError(f'{family.name}: {tokenizer.get_vocab_size()} tokens, not {VOCABULARY}')
    if family.adds_bos:
        bos = family.special['bos']
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f'{bos} $A', pair=f'{bos} $A {bos} $B', special_tokens=[(bos, tokenizer.token_to_id(bos))])
    else:
        tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / 'tokenizer.json'), pretty=False)

    added = {str(tokenizer.token_to_id(token)): dict(content=token, lstrip=False, normalized=False, rstrip=False,
             single_word=False, special=True) for token in specials}
    config = dict(added_tokens_decoder=added, clean_up_tokenization_spaces=False, model_max_length=128,
                  tokenizer_class=family.tokenizer_class)
    config |= {f'{role}_token': token for role, token in family.special.items()}
    if family.adds_bos:
        config['add_bos_token'] = True
    if family.template:
        config['chat_template'] = template_text(family)
    (folder / 'tokenizer_config.json').write_text(json.dumps(config, indent=1, ensure_ascii=False) + '\n')


def template_text(family: Family) -> str:
    return (Path(__file__).parent / 'templates' / f'{family.template}.jinja').read_text().removesuffix('\n')


def special_ids(family: Family, tokenizer: Tokenizer) -> dict[str, int]:
    """`bos_token_id` and so on, for the model's configuration."""
    return {f'{role}_token_id': tokenizer.token_to_id(token) for role, token in family.special.items() if role != 'unk'}
