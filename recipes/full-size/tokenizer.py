"""A byte-level BPE tokenizer of a given size that was never trained: its merges are pairs and triples of letters."""
from __future__ import annotations

import json
from itertools import islice, product
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

FREQUENT = 'etaoinshrdlucmfwypvbgkqjxz'


def letters() -> list[str]:
    """The byte alphabet, letters that English texts are made of first."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    first = [*FREQUENT, 'Ġ', *FREQUENT.upper()]
    return [*first, *(letter for letter in alphabet if letter not in first)]


def merges(count: int) -> list[tuple[str, str]]:
    """Every pair of letters, then pairs with a third letter: the first `count` of them."""
    alphabet = letters()
    pairs = list(product(alphabet, alphabet))
    triples = ((left + middle, right) for (left, middle), right in product(pairs, alphabet[:27]))
    return [*pairs, *islice(triples, max(0, count - len(pairs)))][:count]


def write_tokenizer(tokens: int, end: str, folder: Path) -> None:
    """Writes tokenizer.json and tokenizer_config.json of exactly `tokens` tokens, `end` among them."""
    alphabet = letters()
    pairs = merges(tokens - len(alphabet) - 1)
    vocabulary = [end, *alphabet, *(left + right for left, right in pairs)]
    tokenizer = Tokenizer(models.BPE(vocab={token: index for index, token in enumerate(vocabulary)}, merges=pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens([end])
    if tokenizer.get_vocab_size() != tokens:
        raise ValueError(f'{tokenizer.get_vocab_size()} tokens, not {tokens}')
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / 'tokenizer.json'), pretty=False)
    added = {'0': dict(content=end, lstrip=False, normalized=False, rstrip=False, single_word=False, special=True)}
    config = dict(added_tokens_decoder=added, clean_up_tokenization_spaces=False, eos_token=end, pad_token=end,
                  tokenizer_class='GPT2Tokenizer')  # fmt: skip
    (folder / 'tokenizer_config.json').write_text(json.dumps(config, indent=1) + '\n')
