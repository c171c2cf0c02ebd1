"""The teacher (models/stories2M_sparse) and its next-token distributions in the student's vocabulary.

The teacher wrote the tales, at temperature 0.85 and top-k 60, so plain cross entropy on them learns a
sharpened distribution; its own distribution at temperature 1 is both right and far more informative.
The two vocabularies differ. Where both tokenisations of a text have a boundary at the same byte, the
teacher's distribution is carried over with a table P(student token | teacher token) counted at such
boundaries; for the token that really follows, the student's real token is used. That keeps
teacher "play"+"ed" against student "played" unbiased on average.

Not a plain Llama: relu(rmsnorm(x) * g - 1) feeds attention and feed-forward, whose gate is
relu(w1 x - 0.25). llama2.c export version 2: int8 in groups of 64, interleaved RoPE, tied head.
Run `python teacher.py --data DIR` to check this port against golden.json.
"""
from __future__ import annotations

import argparse
import json
import struct
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from data import EOS, REAL, TALE, token_bytes

TOP = 16     # teacher tokens kept per position, and student tokens after the mapping
WINDOW = 128  # the context the teacher was trained at


class Teacher:
    def __init__(self, folder: Path):
        raw = (folder / "model_qint80.bin").read_bytes()
        magic, version, *h = struct.unpack("<Ii7i", raw[:36])
        assert magic == 0x616B3432 and version == 2
        self.dim, hidden, self.layers, self.heads, kv, self.vocab, _ = h
        group = struct.unpack("<i", raw[37:41])[0]
        at = 256

        def floats(n):
            nonlocal at
            x = np.frombuffer(raw, np.float32, n, at)
            at += 4 * n
            return torch.from_numpy(x.copy())

        def int8(rows, cols):
            nonlocal at
            q = np.frombuffer(raw, np.int8, rows * cols, at).astype(np.float32)
            at += rows * cols
            s = np.frombuffer(raw, np.float32, rows * cols // group, at)
            at += 4 * len(s)
            return torch.from_numpy((q.reshape(-1, group) * s[:, None]).reshape(rows, cols))

        L, d = self.layers, self.dim
        self.n1, self.n2 = floats(L * d).view(L, d), floats(L * d).view(L, d)
        self.nf = floats(d)
        self.emb = int8(self.vocab, d)
        self.wq, self.wk, self.wv, self.wo = ([int8(d, d) for _ in range(L)] for _ in range(4))
        self.w1 = [int8(hidden, d) for _ in range(L)]
        self.w2 = [int8(d, hidden) for _ in range(L)]
        self.w3 = [int8(hidden, d) for _ in range(L)]
        assert at == len(raw), (at, len(raw))

    @staticmethod
    def norm(x, g):
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * g

    def hidden(self, ids, steer=None):
        b, t = ids.shape
        hd = self.dim // self.heads
        freq = 1.0 / 10000.0 ** (torch.arange(0, hd, 2).float() / hd)
        angle = torch.outer(torch.arange(t).float(), freq)
        cos, sin = angle.cos(), angle.sin()

        def rope(x):  # interleaved pairs
            x = x.float().view(b, t, self.heads, hd // 2, 2).transpose(1, 2)
            r, i = x[..., 0], x[..., 1]
            c, s = cos[:, :], sin[:, :]
            return torch.stack([r * c - i * s, r * s + i * c], -1).flatten(-2)

        x = self.emb[ids]
        for l in range(self.layers):
            y = F.relu(self.norm(x, self.n1[l]) - 1.0)
            v = F.linear(y, self.wv[l]).view(b, t, self.heads, hd).transpose(1, 2)
            q, k = (rope(F.linear(y, w[l])).to(v.dtype) for w in (self.wq, self.wk))
            a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + F.linear(a.transpose(1, 2).reshape(b, t, self.dim), self.wo[l])
            y = F.relu(self.norm(x, self.n2[l]) - 1.0)
            x = x + F.linear(F.relu(F.linear(y, self.w1[l]) - 0.25) * F.linear(y, self.w3[l]), self.w2[l])
            if steer is not None and steer[0] == l:
                x = x + steer[1]
        return self.norm(x, self.nf)

    def logits(self, ids, steer=None):
        return F.linear(self.hidden(ids, steer), self.emb)


def read_pieces(folder: Path) -> list[bytes]:
    raw, at, out = (folder / "tok4096_rebuilt.bin").read_bytes(), 4, []
    while at < len(raw):
        n = struct.unpack("<i", raw[at + 4:at + 8])[0]
        out.append(raw[at + 8:at + 8 + n])
        at += 8 + n
    return out


def teacher_tokenizer(pieces: list[bytes]) -> Tokenizer:
    """llama2.c's greedy pair merging as a BPE: every split of a piece into two pieces is a merge, lowest id first."""
    text = []
    for i, p in enumerate(pieces):
        text.append(["<unk>", "<s>", "</s>"][i] if i < 3 else p.decode("utf-8").replace(" ", "\u2581"))
    vocab = {s: i for i, s in enumerate(text)}
    merges = []
    for i in range(259, len(text)):
        for cut in range(1, len(text[i])):
            a, b = text[i][:cut], text[i][cut:]
            if vocab.get(a, 0) >= 259 and vocab.get(b, 0) >= 259:
                merges.append((a, b))
    tok = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", byte_fallback=True))
    tok.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tok.decoder = decoders.Sequence([decoders.Metaspace(), decoders.ByteFallback()])
    return tok


def piece_bytes(pieces) -> list[bytes]:
    return [b"" if i < 3 else bytes([i - 3]) if i < 259 else p for i, p in enumerate(pieces)]


@torch.inference_mode()
def distribution(teacher: Teacher, rows: list[np.ndarray], batch: int = 96):
    """Top distributions for every position of every row (rows start with BOS); windows of 128, half overlapping."""
    total = sum(map(len, rows))
    ids = np.zeros((total, TOP), np.uint16)
    prob = np.zeros((total, TOP), np.float16)
    jobs, at = [], 0
    for r in rows:
        n, s = len(r), 0
        while True:
            piece = r[s:s + WINDOW]
            skip = 0 if s == 0 else WINDOW // 2
            jobs.append((at + s, piece, skip))
            if s + WINDOW >= n:
                break
            s += WINDOW // 2
        at += n
    jobs.sort(key=lambda j: len(j[1]))
    began = time.time()
    for b in range(0, len(jobs), batch):
        part = jobs[b:b + batch]
        width = max(len(j[1]) for j in part)
        x = np.zeros((len(part), width), np.int64)
        keep = np.zeros((len(part), width), bool)
        where = []
        for k, (offset, piece, skip) in enumerate(part):
            x[k, :len(piece)] = piece
            keep[k, skip:len(piece)] = True
            where.append(np.arange(offset + skip, offset + len(piece)))
        where = np.concatenate(where)
        with torch.autocast("cpu", torch.bfloat16):
            h = teacher.hidden(torch.from_numpy(x))
            z = F.linear(h[torch.from_numpy(keep)], teacher.emb)
        top, index = z.topk(TOP, -1)  # bf16 is enough for the order
        p = (top.float() - torch.logsumexp(z.float(), -1, keepdim=True)).exp()
        ids[where] = index.numpy().astype(np.uint16)
        prob[where] = p.numpy().astype(np.float16)
        if b // batch % 100 == 0:
            print(f"teacher {b}/{len(jobs)} windows, {time.time() - began:.0f} s", flush=True)
    return ids, prob


def targets(data: Path, tok: Tokenizer, docs, coded):
    """-> (has [T] bool, ids [T,TOP] uint16, weight [T,TOP] fp16): row i is the distribution of the token after i."""
    folder = data / "models/stories2M_sparse"
    pieces = read_pieces(folder)
    their_tok, their_bytes = teacher_tokenizer(pieces), np.array([len(b) for b in piece_bytes(pieces)])
    teacher = Teacher(folder)
    use = [i for i, d in enumerate(docs) if d[0] in (REAL, TALE)]
    encs = their_tok.encode_batch([docs[i][1] for i in use])
    rows = [np.array([1] + e.ids, np.int64) for e in encs]
    their_ids = np.concatenate(rows)
    assert not (their_ids == 0).any()
    t_top, t_prob = distribution(teacher, rows)

    # Byte offset after every position, texts laid end to end with a gap of 1: equal offsets = common boundaries.
    ours_bytes = np.array(token_bytes(tok))
    t_off, o_off, o_pos, base = [], [], [], 0
    for i, r in zip(use, rows):
        n = len(docs[i][1].encode())
        o = np.cumsum(ours_bytes[coded["ids"][coded["start"][i]:coded["start"][i] + coded["length"][i]]])
        t = np.cumsum(their_bytes[r])
        t[1:] -= 1  # the dummy space before the first word
        assert o[-1] == n == t[-1], (docs[i][1], o[-1], n, t[-1])
        if docs[i][2]:
            o = o[:-1]  # nothing follows the end token
        t_off.append(t + base)
        o_off.append(o + base)
        o_pos.append(np.arange(len(o)) + coded["start"][i])
        base += n + 1
    t_off, o_off, o_pos = map(np.concatenate, (t_off, o_off, o_pos))
    at = np.minimum(np.searchsorted(t_off, o_off), len(t_off) - 1)
    hit = t_off[at] == o_off
    at, pos = at[hit], o_pos[hit]
    print(f"{hit.mean():.3f} of {len(hit)} positions share a boundary", flush=True)
    # What follows. At the last position of a text: end (teacher: BOS of the next) or, for cut texts, unknown.
    flat = coded["ids"].astype(np.int64)
    nxt_o = np.where(pos + 1 < len(flat), flat[np.minimum(pos + 1, len(flat) - 1)], 0)  # 0 = BOS = unknown
    nxt_t = np.where(at + 1 < len(their_ids), their_ids[np.minimum(at + 1, len(their_ids) - 1)], 1)
    first = (their_ids[at] == 1).astype(np.int64)  # text start: the teacher's pieces carry a dummy space
    # P(student token | teacher token), top 4, separately for text starts.
    V = 4096
    key = nxt_t + V * first
    known = (nxt_o != 0) & (nxt_t != 1)
    pair, count = np.unique(key[known] * V + nxt_o[known], return_counts=True)
    table_id = np.zeros((2 * V, 4), np.int64)
    table_w = np.zeros((2 * V, 4), np.float32)
    order = np.lexsort((-count, pair // V))
    pair, count = pair[order], count[order]
    group = pair // V
    begin = np.searchsorted(group, group)
    rank = np.arange(len(pair)) - begin
    ok = rank < 4
    table_id[group[ok], rank[ok]] = (pair % V)[ok]
    table_w[group[ok], rank[ok]] = count[ok]
    piece = piece_bytes(pieces)
    for k in range(2 * V):
        if table_w[k].sum() == 0 and k % V > 2:
            s = piece[k % V].decode("utf-8", "ignore")
            s = s[1:] if k >= V and s.startswith(" ") else s
            enc = tok.encode(s, add_special_tokens=False).ids if s else []
            if enc:
                table_id[k, 0], table_w[k, 0] = enc[0], 1
    table_id[[1, V + 1], 0], table_w[[1, V + 1], 0] = EOS, 1
    table_w /= np.maximum(table_w.sum(1, keepdims=True), 1e-9)
    agree = table_w[key, 0]
    print(f"mean weight of a teacher token's first student token: {agree.mean():.3f}", flush=True)

    T = len(flat)
    has, ids, weight = np.zeros(T, bool), np.zeros((T, TOP), np.uint16), np.zeros((T, TOP), np.float16)
    for c in range(0, len(pos), 65536):
        s = slice(c, c + 65536)
        a, p, f = at[s], pos[s], first[s]
        tk, tp = t_top[a].astype(np.int64), t_prob[a].astype(np.float32)
        k = tk + V * f[:, None]
        cid, cw = table_id[k], table_w[k] * tp[..., None]  # [n, TOP, 4]
        real = (tk == nxt_t[s][:, None]) & (nxt_o[s][:, None] != 0)
        cid[real] = nxt_o[s][:, None].repeat(TOP, 1)[real][:, None]
        cw[real] = tp[real][:, None] * np.array([1, 0, 0, 0], np.float32)
        n = len(a)
        # Mass outside the top goes to what really follows, when that is itself outside the top.
        rest = np.clip(1 - tp.sum(1), 0, 1) * (~real.any(1)) * (nxt_o[s] != 0)
        cid = np.concatenate([cid.reshape(n, -1), nxt_o[s][:, None]], 1)
        cw = np.concatenate([cw.reshape(n, -1), rest[:, None].astype(np.float32)], 1)
        w, j = torch.from_numpy(cw).topk(TOP, -1)
        w = w / w.sum(-1, keepdim=True).clamp_min(1e-6)
        ids[p] = np.take_along_axis(cid, j.numpy(), 1)
        weight[p] = w.numpy()
        has[p] = True
    return has, ids, weight


def check(data: Path):
    folder = data / "models/stories2M_sparse"
    golden = json.loads((folder / "golden.json").read_text())
    t, tok = Teacher(folder), teacher_tokenizer(read_pieces(folder))
    for case in golden["tokenization"] + golden["prompts"]:
        got = [1] + tok.encode(case["text"]).ids
        print("ids equal" if got == case["ids"] else f"IDS DIFFER {case['text']!r}\n {got}\n {case['ids']}")
    with torch.inference_mode():
        for case in [c for c in golden["prompts"] if "last_pos_logits" in c]:
            z = t.logits(torch.tensor([case["ids"]]))[0, -1]
            want = torch.tensor(case["last_pos_logits"])
            print("largest logit difference", float((z - want).abs().max()))
        ids = list(golden["greedy"]["ids"])
        z = t.logits(torch.tensor([ids]))[0]
        n = len(golden["greedy"]["start_ids"])
        print("greedy equal", (z[n - 1:-1].argmax(-1) == torch.tensor(ids[n:])).float().mean().item())
        st = golden["steering"]
        v, layer = torch.tensor(st["vector"]), st["layer"]
        a, b = st["target_ids"]
        prompts = st.get("prompts") or [p["text"] for p in golden["prompts"]]
        for row in st["rows"]:
            d = []
            for p in prompts:
                p = p["text"] if isinstance(p, dict) else p
                z = t.logits(torch.tensor([[1] + tok.encode(p).ids]), (layer, row["c"] * v))[0, -1]
                d.append(float(z[a] - z[b]))
            print("steer", row["c"], round(float(np.mean(d)), 4), row["mean_logp_diff"])


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description="check the port of the teacher against its golden numbers")
    ap.add_argument("--data", type=Path, required=True)
    check(ap.parse_args().data)
