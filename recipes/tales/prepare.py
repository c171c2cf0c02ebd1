"""Step 1: tokenizer, token arrays and the teacher's distributions, written to OUT/prepared (about ten minutes).

Tokens first (train.py can start on those), then the distributions (train.py takes them up when they appear).
"""
from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

import data
import teacher


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--threads", type=int, default=2)
    args = ap.parse_args()
    torch.set_num_threads(args.threads)
    folder = args.out / "prepared"
    folder.mkdir(parents=True, exist_ok=True)
    began = time.time()
    docs = data.load_texts(args.data)
    tok = data.train_tokenizer(docs)
    data.save_tokenizer(tok, folder)
    tok = Tokenizer.from_file(str(folder / "tokenizer.json"))
    coded = data.encode_docs(tok, docs)
    np.savez(folder / "tokens_.npz", **coded)
    (folder / "tokens_.npz").rename(folder / "tokens.npz")
    for kind, name in ((data.REAL, "TinyStories"), (data.BOOK, "picture books"), (data.TALE, "tales")):
        m = coded["kind"] == kind
        n = sum(len(d[1].encode()) for d in docs if d[0] == kind)
        print(f"{name}: {m.sum()} texts, {coded['length'][m].sum()} tokens, {n / coded['length'][m].sum():.2f} bytes a token")
    held = [t for t in data.held_out(args.data)]
    print("held-out bytes a token", sum(len(t.encode()) for t in held) / sum(len(tok.encode(t).ids) for t in held))
    print(f"tokens ready after {time.time() - began:.0f} s", flush=True)
    has, ids, weight = teacher.targets(args.data, tok, docs, coded)
    np.save(folder / "teacher_ids.npy", ids)
    np.save(folder / "teacher_weight.npy", weight)
    np.save(folder / "teacher_has_.npy", has)
    (folder / "teacher_has_.npy").rename(folder / "teacher_has.npy")  # last: its presence means complete
    print(f"teacher ready after {time.time() - began:.0f} s; {has.mean():.3f} of all positions have a distribution", flush=True)


if __name__ == "__main__":
    main()
