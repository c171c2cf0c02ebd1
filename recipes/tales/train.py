"""Step 2: training, on the wall clock, with checkpoints; ends by running evaluate.py.

Muon for the matrices of the blocks, AdamW for embedding and norms; warm-up, constant, then linear decay
to zero over the last 40 % of the time given. Rows of whole texts packed into 256 tokens (512 for the last
quarter). The loss is cross entropy against a sparse target: the teacher's distribution (see teacher.py)
mixed with the token that really follows.

Two single-threaded processes share weights and gradients and take micro-batches from one counter: on a
busy machine that loses far less than one process with two threads, which waits at every operation.
"""
from __future__ import annotations

import argparse
import bisect
import datetime
import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as mp

import data
import evaluate
from model import CONFIG, GENERATION, Llama

# Share of the tokens of a pass, by kind of text; and how much of the target is the teacher's.
SHARE = {"main": {data.TALE: 0.62, data.REAL: 0.34, data.BOOK: 0.04},
         "decay": {data.TALE: 0.47, data.REAL: 0.50, data.BOOK: 0.03}}
TEACHER_PART = {data.TALE: 0.85, data.REAL: 0.5, data.BOOK: 0.0}
PASS_TOKENS = 1_000_000
TOKENS_PER_STEP = 8192
MICRO_TOKENS = 2048


class SparseLoss(torch.autograd.Function):
    """Tied head, softmax and sparse-target cross entropy in one go, in chunks that stay in the cache."""

    @staticmethod
    def forward(ctx, h, w, target, weight, total):
        wb, hb = w.detach().bfloat16(), h.detach().bfloat16()
        dh, dw, loss = torch.empty_like(h, dtype=torch.float32), torch.zeros_like(w), 0.0
        for c in range(0, len(h), 1024):
            s = slice(c, c + 1024)
            z = (hb[s] @ wb.T).float()
            q, m = weight[s], weight[s].sum(-1, keepdim=True)
            top = z.amax(-1, keepdim=True)
            picked = z.gather(1, target[s])
            z.sub_(top).exp_()
            norm = z.sum(-1, keepdim=True)
            lse = norm.log() + top
            loss += (q * (lse - picked)).sum()
            z.mul_(m / norm / total)
            z.scatter_add_(1, target[s], -q / total)
            g = z.bfloat16()
            dh[s] = g @ wb
            dw.add_(g.T @ hb[s])
        ctx.save_for_backward(dh, dw)
        return loss / total

    @staticmethod
    def backward(ctx, up):
        dh, dw = ctx.saved_tensors
        return dh * up, dw * up, None, None, None


class Muon:
    """Momentum, then an approximate orthogonalisation (Newton-Schulz, 5 steps), batched over equal shapes."""

    def __init__(self, params, momentum=0.95, decay=0.02):
        self.groups = {}
        for p in params:
            self.groups.setdefault(tuple(p.shape), []).append(p)
        self.buf = {s: torch.zeros(len(ps), *s) for s, ps in self.groups.items()}
        self.momentum, self.decay = momentum, decay

    @torch.no_grad()
    def step(self, lr, momentum):
        for shape, ps in self.groups.items():
            g = torch.stack([p.grad for p in ps])
            buf = self.buf[shape].lerp_(g, 1 - momentum)
            x = g.lerp(buf, momentum)
            if shape[0] > shape[1]:
                x = x.mT
            x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
            for _ in range(5):
                a = x @ x.mT
                x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
            if shape[0] > shape[1]:
                x = x.mT
            scale = max(1.0, shape[0] / shape[1]) ** 0.5
            for p, u in zip(ps, x.float()):
                p.mul_(1 - lr * self.decay).add_(u, alpha=-lr * scale)


class Rows:
    """Endless supply of packed rows: arrays of positions in the flat token stream, -1 = padding."""

    def __init__(self, coded, seed):
        self.c, self.rng = coded, np.random.default_rng(seed)
        self.queue = {k: [] for k in (data.REAL, data.BOOK, data.TALE)}
        self.rows, self.length = [], 0

    def docs(self, kind, tokens):
        out = []
        while tokens > 0:
            if not self.queue[kind]:
                self.queue[kind] = list(self.rng.permutation(np.flatnonzero(self.c["kind"] == kind)))
            d = self.queue[kind].pop()
            tokens -= self.c["length"][d]
            out.append((int(self.c["start"][d]), int(self.c["length"][d])))
        return out

    def fill(self, share, length):
        pieces = []
        for kind, part in share.items():
            for s, n in self.docs(kind, part * PASS_TOKENS):
                for at in range(0, n, length):
                    if at == 0 or n - at >= 32:  # a short tail is not worth a start without context
                        pieces.append((min(length, n - at), s + at))
        self.rng.shuffle(pieces)
        pieces = [tuple(map(int, p)) for p in pieces]
        rows, pool, k = [], [], 0
        while pool or k < len(pieces):  # best fit out of a pool of 256
            while len(pool) < 256 and k < len(pieces):
                bisect.insort(pool, pieces[k])
                k += 1
            first = pool.pop(int(self.rng.integers(len(pool))))
            row, room = [first], length - first[0]
            while room and pool:
                j = bisect.bisect_right(pool, (room, 1 << 60)) - 1
                if j < 0:
                    break
                row.append(pool.pop(j))
                room -= row[-1][0]
            self.rng.shuffle(row)
            rows.append(np.concatenate([np.arange(s, s + n) for n, s in row] + [np.full(room, -1)]))
        self.rng.shuffle(rows)
        self.rows, self.length = rows, length

    def batch(self, share, length):
        n = TOKENS_PER_STEP // length
        if self.length != length or len(self.rows) < n:
            self.fill(share, length)
        out, self.rows = self.rows[:n], self.rows[n:]
        return np.stack(out)


class Targets:
    """Sparse targets of a batch."""

    def __init__(self, folder: Path):
        coded = self.coded = dict(np.load(folder / "tokens.npz"))
        self.flat = coded["ids"].astype(np.int64)
        self.label = np.append(self.flat[1:], 0)
        self.label[coded["start"] + coded["length"] - 1] = -1  # what follows a text's last token is unknown
        kind = np.repeat(coded["kind"], coded["length"])
        self.part = np.array([TEACHER_PART[k] for k in range(3)], np.float32)[kind]
        self.has = np.load(folder / "teacher_has.npy", mmap_mode="r")
        self.ids = np.load(folder / "teacher_ids.npy", mmap_mode="r")
        self.weight = np.load(folder / "teacher_weight.npy", mmap_mode="r")

    def get(self, rows):
        pos = rows.reshape(-1)
        pad = pos < 0
        pos = np.where(pad, 0, pos)
        x = np.where(pad, data.BOS, self.flat[pos]).reshape(rows.shape)
        label = np.where(pad, -1, self.label[pos])
        known = label >= 0
        part = self.part[pos] * self.has[pos] * ~pad
        target = np.concatenate([self.ids[pos].astype(np.int64), np.maximum(label, 0)[:, None]], 1)
        weight = np.concatenate([self.weight[pos].astype(np.float32) * part[:, None], ((1 - part) * known)[:, None]], 1)
        return torch.from_numpy(x), torch.from_numpy(target), torch.from_numpy(weight.astype(np.float32))


def write_model(model, out: Path, tokenizer: Path):
    """Write to a fresh folder, then swap: a reader never sees half a model."""
    new, old = out.with_name(out.name + ".new"), out.with_name(out.name + ".old")
    for d in (new, old):
        shutil.rmtree(d, ignore_errors=True)
    new.mkdir(parents=True)
    evaluate.write_safetensors(model.state_dict(), new / "model.safetensors")
    (new / "config.json").write_text(json.dumps(CONFIG, indent=1) + "\n")
    (new / "generation_config.json").write_text(json.dumps(GENERATION, indent=1) + "\n")
    for f in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / f, new / f)
    if out.exists():
        os.rename(out, old)
    os.rename(new, out)
    shutil.rmtree(old, ignore_errors=True)


def work(rank, args, model, grads, counter, clock, barrier):
    """One of the processes. Rank 0 also keeps the clock, writes checkpoints and prints."""
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    began, end = args.began, args.end
    prepared = args.out / "prepared"
    targets = Targets(prepared)
    rows = Rows(targets.coded, args.seed)  # the same rows in every process
    params = list(model.named_parameters())
    at = 0
    for _, p in params:  # gradients are views of the shared buffer
        p.grad = grads[rank, at:at + p.numel()].view_as(p)
        at += p.numel()
    # Each process updates its own part of the weights.
    mine, spans, at = [], [], 0
    for name, p in params:
        block = name.split(".")[2] if ".layers." in name else "0"
        if int(block) * args.processes // CONFIG["num_hidden_layers"] == rank:
            mine.append((name, p))
            spans.append(slice(at, at + p.numel()))
        at += p.numel()
    muon = Muon([p for n, p in mine if p.dim() == 2 and "embed" not in n])
    adam = torch.optim.AdamW([p for n, p in mine if p.dim() == 1 or "embed" in n], lr=args.adam_lr,
                             betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0)
    model.train()
    if not args.no_compile:
        for layer in model.model.layers:
            layer.compile(dynamic=False)

    step, tokens, losses, log = 0, 0, [], args.out / "log.jsonl"
    if rank == 0:
        tok = evaluate.Tokenizer.from_file(str(prepared / "tokenizer.json"))
        held = data.held_out(args.data)[:40]
        plain = Llama(CONFIG).eval()  # for evaluation, uncompiled
        log.write_text("")
        next_eval, next_print = time.time() + 90, time.time()

    def report(name):
        plain.load_state_dict(model.state_dict())
        byte, _ = evaluate.held_out_loss(plain, tok, held)
        line = dict(minutes=round((time.time() - began) / 60, 2), step=step, tokens=tokens, length=length,
                    train_loss=round(float(np.mean(losses[-200:])), 4), heldout_nats_per_byte=round(byte, 4))
        with log.open("a") as f:
            f.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)
        write_model(plain, args.out / name, prepared)

    while True:
        if rank == 0:
            clock[0] = (time.time() - began) / (end - began)
            clock[1] = 0.0
            counter.value = 0
        barrier.wait()  # new weights everywhere; clock and counter set
        frac = float(clock[0])
        if frac >= 1:
            break
        length = 256 if frac < 0.75 else 512
        batch = rows.batch(SHARE["main" if frac < 0.6 else "decay"], length)
        x, target, weight = targets.get(batch)
        total, per = weight.sum(), MICRO_TOKENS // length
        grads[rank].zero_()
        loss = 0.0
        while True:
            with counter.get_lock():
                j = counter.value
                counter.value += 1
            if j * per >= len(x):
                break
            s = slice(j * per, (j + 1) * per)
            flat = slice(j * per * length, (j + 1) * per * length)
            with torch.autocast("cpu", torch.bfloat16):
                h = model.hidden(x[s])
            part = SparseLoss.apply(h.flatten(0, 1), model.model.embed_tokens.weight, target[flat], weight[flat], total)
            part.backward()
            loss += part.item()
        with counter.get_lock():
            clock[1] += loss
        barrier.wait()  # all gradients in
        local = []
        for (_, p), span in zip(mine, spans):
            local.append(p.grad)
            p.grad = grads[:, span].sum(0).view_as(p)
        rate = min(1.0, (step + 1) / 100) * min(1.0, (1 - frac) / 0.4)
        muon.step(args.lr * rate, 0.85 + 0.1 * min(1.0, step / 300))
        for g in adam.param_groups:
            g["lr"] = args.adam_lr * rate
        adam.step()
        step, tokens = step + 1, tokens + x.numel()
        losses.append(float(clock[1]))
        barrier.wait()  # gradients read by all, before anyone clears them
        for (_, p), g in zip(mine, local):
            p.grad = g
        if rank == 0:
            now = time.time()
            if now > next_print or step in (2, 5, 10, 20, 40):
                next_print = now + 30
                print(f"{(now - began) / 60:.1f} min, step {step}, {tokens / 1e6:.2f} M tokens, "
                      f"{tokens / (now - began):.0f}/s, loss {np.mean(losses[-30:]):.3f}, rate {rate:.3f}", flush=True)
            if now > next_eval:
                next_eval = now + (120 if now - began < 600 else 300)
                report("latest")
    if rank == 0:
        report("final")
        write_model(plain, args.out / "latest", prepared)
        torch.set_num_threads(args.processes)
        result = evaluate.evaluate(args.out / "final", args.data, log)
        print("done:", result["held_out"], flush=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--minutes", type=float, default=100)
    ap.add_argument("--until", help="HH:MM of today, instead of --minutes")
    ap.add_argument("--processes", type=int, default=2)
    ap.add_argument("--lr", type=float, default=0.02, help="Muon's")
    ap.add_argument("--adam-lr", type=float, default=0.004)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--no-compile", action="store_true")
    args = ap.parse_args()
    torch.manual_seed(args.seed)
    args.began = time.time()
    args.end = args.began + 60 * args.minutes
    if args.until:
        h, m = map(int, args.until.split(":"))
        args.end = datetime.datetime.now().replace(hour=h, minute=m, second=0).timestamp()
    model = Llama(CONFIG)
    model.share_memory()
    size = sum(p.numel() for p in model.parameters())
    print(f"{size} parameters; ends {datetime.datetime.fromtimestamp(args.end):%H:%M}", flush=True)
    grads = torch.zeros(args.processes, size).share_memory_()
    clock = torch.zeros(2, dtype=torch.float64).share_memory_()
    ctx = mp.get_context("spawn")
    mp.spawn(work, (args, model, grads, ctx.Value("i", 0), clock, ctx.Barrier(args.processes)), nprocs=args.processes)


if __name__ == "__main__":
    main()
