"""Reading the three corpora, training the tokenizer, and turning texts into flat token arrays.

The last 150 TinyStories are the held-out set: nothing here trains on them (the tokenizer neither),
and sampled tales that begin like one of them are left out.
"""
from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

HELD_OUT = 150
BOS, EOS = 0, 1
REAL, BOOK, TALE = 0, 1, 2  # kinds of text

_ODD = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'", "`": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "''": '"',
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2026": "...",
    "\u00a0": " ", "\u200b": "", "\u200d": "", "\u200c": "", "\ufeff": "", "\u00ad": "", "\t": " ", "\r": "",
}
_ODD_RE = re.compile("|".join(map(re.escape, _ODD)))


def clean(text: str) -> str:
    """Straight quotes, plain dashes, single spaces, single line ends."""
    text = _ODD_RE.sub(lambda m: _ODD[m.group()], text)
    text = re.sub(r" +", " ", text)
    return re.sub(r" ?\n[ \n]*", "\n", text).strip()


def _jsonl(path: Path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def _opening(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())[:34]  # about the first 40 characters


def held_out(data: Path) -> list[str]:
    """The raw texts, untouched: the loss is measured on them as they are."""
    return [r["text"] for r in _jsonl(data / "corpora/tinystories/tinystories_merged.jsonl")[-HELD_OUT:]]


def load_texts(data: Path):
    """-> list of (kind, text, ended)."""
    stories = _jsonl(data / "corpora/tinystories/tinystories_merged.jsonl")
    secret = {_opening(r["text"]) for r in stories[-HELD_OUT:]}
    docs = [(REAL, clean(r["text"]), True) for r in stories[:-HELD_OUT]]
    docs += [(BOOK, clean(r["text"]), True) for r in _jsonl(data / "corpora/storybooks_ccby/storybooks_en.jsonl")]
    dropped = 0
    for r in _jsonl(data / "corpora/tales/tales.jsonl.gz"):
        if _opening(r["text"]) in secret:
            dropped += 1
        else:
            docs.append((TALE, clean(r["text"]), bool(r["end"])))
    print(f"{len(docs)} texts, {dropped} tales left out (they begin like a held-out story)", flush=True)
    return docs


def train_tokenizer(docs, vocab: int = 4096) -> Tokenizer:
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # with GPT-2's regex
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab, special_tokens=["<s>", "</s>"], show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    def texts():
        for kind, text, _ in docs:
            for _ in range(4 if kind == REAL else 1):
                yield text
    tok.train_from_iterator(texts(), trainer)
    tok.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", BOS)])
    return tok


def save_tokenizer(tok: Tokenizer, folder: Path):
    folder.mkdir(parents=True, exist_ok=True)
    tok.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>",
        "add_bos_token": True, "model_max_length": 512, "clean_up_tokenization_spaces": False}, indent=1) + "\n")


def token_bytes(tok: Tokenizer) -> list[int]:
    """Length in bytes of every token (0 for the two specials)."""
    n = [0] * tok.get_vocab_size()
    for piece, i in tok.get_vocab().items():
        n[i] = 0 if i in (BOS, EOS) else len(piece)  # byte-level alphabet: one character per byte
    return n


def encode_docs(tok: Tokenizer, docs):
    """-> dict of arrays: ids (flat, BOS text [EOS]), start, length, kind, ended."""
    out, start, length = [], [], []
    at = 0
    for i in range(0, len(docs), 4096):
        part = docs[i:i + 4096]
        for (kind, _, ended), enc in zip(part, tok.encode_batch([d[1] for d in part])):
            ids = enc.ids + ([EOS] if ended else [])
            start.append(at)
            length.append(len(ids))
            at += len(ids)
            out.append(np.array(ids, np.uint16))
    return dict(ids=np.concatenate(out), start=np.array(start), length=np.array(length),
                kind=np.array([d[0] for d in docs], np.uint8), ended=np.array([d[2] for d in docs]))
