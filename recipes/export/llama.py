"""The reference: a Llama written plainly in PyTorch, fp32 and eager. Everything exported is compared with this.

Formulas: RMSNorm x / sqrt(mean(x²) + ε) · γ (1910.07467); rotary positions in the rotate-half form with
angles p · θ^(−2j/hd) (2104.09864); SwiGLU down(silu(gate x) · up x) (2002.05202); grouped queries (2305.13245).
"""
from __future__ import annotations

from typing import Callable

import torch

from checkpoint import Shape

# (layer, x [B, T, d], first position) -> x'; called with each block's output, and what it returns goes on.
Hook = Callable[[int, torch.Tensor, int], torch.Tensor]


def rotary_tables(shape: Shape) -> tuple[torch.Tensor, torch.Tensor]:
    """-> cos, sin [context, head_dim / 2]. Angles in float64, so that the last positions are exact to fp32."""
    frequency = shape.theta ** (-torch.arange(0, shape.head_dim, 2, dtype=torch.float64) / shape.head_dim)
    angle = torch.outer(torch.arange(shape.context, dtype=torch.float64), frequency)
    return angle.cos().float(), angle.sin().float()


class Llama:
    def __init__(self, shape: Shape, weights: dict[str, torch.Tensor], dtype: torch.dtype = torch.float32):
        self.shape, self.dtype = shape, dtype
        self.weights = {name: tensor.to(dtype) for name, tensor in weights.items()}
        self.cos, self.sin = (table.to(dtype) for table in rotary_tables(shape))

    def empty_cache(self, batch: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Per layer: key, value [B, kv_heads, 0, head_dim]."""
        dims = (batch, self.shape.kv_heads, 0, self.shape.head_dim)
        return [(torch.zeros(dims, dtype=self.dtype), torch.zeros(dims, dtype=self.dtype)) for _ in range(self.shape.layers)]

    @torch.inference_mode()
    def forward(self, ids: torch.Tensor, cache=None, hook: Hook | None = None):
        """ids [B, T] -> (logits [B, T, V], residuals after each block and its hook: L x [B, T, d], new cache)."""
        w, s = self.weights, self.shape
        cache = cache if cache is not None else self.empty_cache(ids.shape[0])
        past = cache[0][0].shape[2]
        x = w["model.embed_tokens.weight"][ids]
        residuals, new_cache = [], []
        for i in range(s.layers):
            p = f"model.layers.{i}."
            branch, entry = self._attention(i, self._norm(x, w[p + "input_layernorm.weight"]), cache[i], past)
            x = x + branch
            h = self._norm(x, w[p + "post_attention_layernorm.weight"])
            gated = torch.nn.functional.silu(h @ w[p + "mlp.gate_proj.weight"].T) * (h @ w[p + "mlp.up_proj.weight"].T)
            x = x + gated @ w[p + "mlp.down_proj.weight"].T
            if hook is not None:
                x = hook(i, x, past)
            residuals.append(x)
            new_cache.append(entry)
        head = w["model.embed_tokens.weight"] if s.tied else w["lm_head.weight"]
        return self._norm(x, w["model.norm.weight"]) @ head.T, residuals, new_cache

    def _norm(self, x, gain):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.shape.epsilon) * gain

    def _rotate(self, x, past):
        """x [B, H, T, hd]; the first half of a head pairs with its second half."""
        cos, sin = (t[past : past + x.shape[2]] for t in (self.cos, self.sin))
        a, b = x.chunk(2, -1)
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    def _attention(self, i, x, cache, past):
        s, p = self.shape, f"model.layers.{i}.self_attn."
        batch, length, _ = x.shape
        q, k, v = (
            (x @ self.weights[p + n + "_proj.weight"].T).view(batch, length, heads, s.head_dim).transpose(1, 2)
            for n, heads in (("q", s.heads), ("k", s.kv_heads), ("v", s.kv_heads)))
        k = torch.cat([cache[0], self._rotate(k, past)], 2)
        v = torch.cat([cache[1], v], 2)
        group = s.heads // s.kv_heads
        scores = self._rotate(q, past) @ k.repeat_interleave(group, 1).transpose(-1, -2) * s.head_dim**-0.5
        future = torch.ones(length, past + length, dtype=torch.bool).triu(past + 1)
        weights = scores.masked_fill(future, float("-inf")).softmax(-1)
        out = weights @ v.repeat_interleave(group, 1)
        return out.transpose(1, 2).reshape(batch, length, -1) @ self.weights[p + "o_proj.weight"].T, (k, v)

    def greedy(self, ids: list[int], count: int, hook: Hook | None = None) -> tuple[list[int], float]:
        """-> (`count` ids that follow, smallest gap between the two best logits). Stops at nothing."""
        out, cache, gap, step = [], None, float("inf"), torch.tensor([ids])
        for _ in range(count):
            logits, _, cache = self.forward(step, cache, hook)
            best = logits[0, -1].topk(2)
            gap = min(gap, float(best.values[0] - best.values[1]))
            out.append(int(best.indices[0]))
            step = torch.tensor([out[-1:]])
        return out, gap
