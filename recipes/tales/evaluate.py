"""What the trained model is worth: held-out loss, unedited samples, the happy-sad vector at every block.

Held-out loss: nats per UTF-8 byte on the last 150 TinyStories, raw texts, each from BOS with the whole
story as context (windows of 512 sliding by 256 where it is longer), the end token's nats included.
"""
from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

import data
from model import Llama

CONTEXT = 512
OPENINGS = [None, None, None, None, None, "Once upon a time", "One day, a little girl named Mia",
            "The dragon was very", "Tom and his dog", "It was a rainy day"]
NAMES = [("Lily", "She"), ("Tim", "He"), ("Tom", "He"), ("Sara", "She"), ("Ben", "He"),
         ("Anna", "She"), ("Max", "He"), ("Mia", "She"), ("Jack", "He"), ("Lucy", "She")]
HAPPY = [f"{n} was very happy. {p} smiled and laughed." for n, p in NAMES]
SAD = [f"{n} was very sad. {p} cried and cried." for n, p in NAMES]
PROBES = ["Once upon a time there was a boy named Sam. One day he felt very",
          "The little girl saw the big dog. She was very", "Tom lost his ball. He felt",
          "Mia got a new toy. She was so"]
STRENGTHS = [-2, -1, -0.5, 0, 0.5, 1, 2]


def read_safetensors(path: Path):
    raw = path.read_bytes()
    n = int.from_bytes(raw[:8], "little")
    head, out = json.loads(raw[8:8 + n]), {}
    for name, h in head.items():
        if name != "__metadata__":
            a, b = h["data_offsets"]
            out[name] = torch.from_numpy(np.frombuffer(raw[8 + n + a:8 + n + b], np.float32).reshape(h["shape"]).copy())
    return out


def write_safetensors(tensors, path: Path):
    head, at, blobs = {"__metadata__": {"format": "pt"}}, 0, []
    for name, t in tensors.items():
        b = t.detach().float().contiguous().numpy().tobytes()
        head[name] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [at, at + len(b)]}
        at += len(b)
        blobs.append(b)
    h = json.dumps(head).encode()
    h += b" " * (-len(h) % 8)
    path.write_bytes(len(h).to_bytes(8, "little") + h + b"".join(blobs))


def load(folder: Path):
    model = Llama(json.loads((folder / "config.json").read_text()))
    model.load_state_dict(read_safetensors(folder / "model.safetensors"))
    return model.eval(), Tokenizer.from_file(str(folder / "tokenizer.json"))


@torch.inference_mode()
def held_out_loss(model, tok, texts):
    """-> (nats per byte, nats per token)."""
    jobs, tokens = [], 0
    for text in texts:
        ids = tok.encode(text).ids + [data.EOS]
        tokens += len(ids) - 1
        s, done = 0, 0  # done: number of targets scored
        while done < len(ids) - 1:
            end = min(s + CONTEXT, len(ids) - 1)
            jobs.append((ids[s:end], ids[s + 1:end + 1], done - s))
            done, s = end, s + CONTEXT // 2
    jobs.sort(key=lambda j: len(j[0]))
    nats = 0.0
    for b in range(0, len(jobs), 8):
        part = jobs[b:b + 8]
        width = max(len(j[0]) for j in part)
        x, y = torch.zeros(len(part), width, dtype=torch.long), torch.full((len(part), width), -100)
        for k, (i, t, skip) in enumerate(part):
            x[k, :len(i)] = torch.tensor(i)
            y[k, skip:len(t)] = torch.tensor(t[skip:])
        nats += F.cross_entropy(model(x).float().flatten(0, 1), y.flatten(), reduction="sum").item()
    return nats / sum(len(t.encode()) for t in texts), nats / tokens


@torch.inference_mode()
def sample(model, tok, opening=None, seed=0, temperature=0.8, top_p=0.95, length=256, steer=None):
    gen = torch.Generator().manual_seed(seed)
    ids = tok.encode(opening).ids if opening else [data.BOS]
    while len(ids) < length:
        z = model(torch.tensor([ids]), steer)[0, -1].float()
        if temperature == 0:
            new = int(z.argmax())
        else:
            p, i = (z / temperature).softmax(-1).sort(descending=True)
            p[p.cumsum(0) - p > top_p] = 0
            new = int(i[torch.multinomial(p, 1, generator=gen)])
        if new == data.EOS:
            return tok.decode(ids), True
        ids.append(new)
    return tok.decode(ids), False


@torch.inference_mode()
def steering(model, tok):
    """Mean difference of the residual at the last token, added at every position after the same block."""
    def last(texts):
        rows = [torch.stack([r[0, -1] for r in model.residuals(torch.tensor([tok.encode(t).ids]))]) for t in texts]
        return torch.stack(rows).mean(0)

    vectors = last(HAPPY) - last(SAD)
    ids = [tok.encode(w, add_special_tokens=False).ids for w in (" happy", " sad")]
    assert all(len(i) == 1 for i in ids), ids
    layers = []
    for layer, v in enumerate(vectors):
        row = []
        for c in STRENGTHS:
            d = []
            for p in PROBES:
                z = model(torch.tensor([tok.encode(p).ids]), (layer, c * v))[0, -1]
                d.append(float(z[ids[0][0]] - z[ids[1][0]]))
            row.append(round(sum(d) / len(d), 4))
        layers.append(dict(layer=layer, norm=round(float(v.norm()), 4), mean_logp_diff=row,
                           range=round(max(row) - min(row), 4), monotonic=all(a < b for a, b in zip(row, row[1:]))))
    best = max(layers, key=lambda l: l["range"])["layer"]
    texts = [dict(c=c, text=sample(model, tok, "One day, a boy named Sam", seed=0, length=96, steer=(best, c * vectors[best]))[0])
             for c in STRENGTHS]
    return dict(positive=HAPPY, negative=SAD, prompts=PROBES, target_ids=[i[0] for i in ids], c=STRENGTHS,
                layers=layers, best_layer=best, best_table=dict(zip(map(str, STRENGTHS), layers[best]["mean_logp_diff"])),
                steered_samples_at_best_layer=texts)


def evaluate(folder: Path, data_dir: Path, curve: Path | None):
    model, tok = load(folder)
    began, texts = time.time(), data.held_out(data_dir)
    byte, token = held_out_loss(model, tok, texts)
    print(f"held-out: {byte:.4f} nats a byte, {token:.4f} nats a token, {math.exp(token):.2f} perplexity ({time.time() - began:.0f} s)", flush=True)
    samples = []
    for seed, opening in enumerate(OPENINGS):
        text, ended = sample(model, tok, opening, seed)
        samples.append(dict(seed=seed, opening=opening, temperature=0.8, top_p=0.95, ended=ended, text=text))
    st = steering(model, tok)
    print("happy - sad:", json.dumps(st["layers"]), "best layer", st["best_layer"], flush=True)
    result = dict(
        parameters=sum(p.numel() for p in model.parameters()),
        weights_bytes=(folder / "model.safetensors").stat().st_size,
        held_out=dict(texts=len(texts), bytes=sum(len(t.encode()) for t in texts), nats_per_byte=round(byte, 5), nats_per_token=round(token, 5)),
        samples=samples, happy_sad=st,
        curve=[json.loads(l) for l in curve.read_text().splitlines()] if curve and curve.exists() else [])
    (folder / "evaluation.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return result


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--out", type=Path, required=True, help="the folder train.py wrote to")
    ap.add_argument("--which", default="final", help="final or latest")
    a = ap.parse_args()
    evaluate(a.out / a.which, a.data, a.out / "log.jsonl")
