"""The student: a plain Llama (RMSNorm, rotate-half RoPE, SwiGLU, grouped-query attention, tied embeddings).

Parameter names and shapes are those of transformers' LlamaForCausalLM, so that the
saved weights load there, in ONNX exporters and in the playground without renaming.
"""
from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F

CONFIG = dict(
    architectures=["LlamaForCausalLM"], model_type="llama",
    hidden_size=192, intermediate_size=480, num_hidden_layers=8,
    num_attention_heads=6, num_key_value_heads=2, head_dim=32,
    vocab_size=4096, max_position_embeddings=512, rms_norm_eps=1e-5, rope_theta=10000.0,
    rope_scaling=None, hidden_act="silu", tie_word_embeddings=True,
    attention_bias=False, mlp_bias=False, attention_dropout=0.0, initializer_range=0.02,
    bos_token_id=0, eos_token_id=1, pad_token_id=None, use_cache=True, torch_dtype="float32",
)
GENERATION = dict(bos_token_id=0, eos_token_id=1, do_sample=True, temperature=0.8, top_p=0.95, max_length=512)


class RMSNorm(nn.Module):
    def __init__(self, n: int, eps: float):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(n)), eps

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def rope_tables(length: int, dim: int, theta: float):
    freq = 1.0 / theta ** (torch.arange(0, dim, 2).float() / dim)
    angle = torch.outer(torch.arange(length).float(), freq)
    angle = torch.cat([angle, angle], -1)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


def blocked_attention(q, k, v, block: int = 128):
    """Causal attention written out: compiled, it trains faster on a CPU than PyTorch's fused kernel."""
    t, out = q.shape[2], []
    for a in range(0, t, block):
        b = min(a + block, t)
        hidden = torch.arange(b, device=q.device)[None, :] > torch.arange(a, b, device=q.device)[:, None]
        score = (q[:, :, a:b] @ k[:, :, :b].mT).float() * q.shape[-1] ** -0.5
        p = score.masked_fill(hidden, -1e9).softmax(-1).to(v.dtype)
        out.append(p @ v[:, :, :b])
    return torch.cat(out, 2)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, self.hd = c["hidden_size"], c["head_dim"]
        self.h, self.kv = c["num_attention_heads"], c["num_key_value_heads"]
        self.q_proj = nn.Linear(d, self.h * self.hd, bias=False)
        self.k_proj = nn.Linear(d, self.kv * self.hd, bias=False)
        self.v_proj = nn.Linear(d, self.kv * self.hd, bias=False)
        self.o_proj = nn.Linear(self.h * self.hd, d, bias=False)

    def forward(self, x, cos, sin):
        b, t, _ = x.shape
        q = self.q_proj(x).view(b, t, self.h, self.hd).transpose(1, 2)
        k = self.k_proj(x).view(b, t, self.kv, self.hd).transpose(1, 2)
        v = self.v_proj(x).view(b, t, self.kv, self.hd).transpose(1, 2)
        q, k = rotate(q, cos, sin).to(v.dtype), rotate(k, cos, sin).to(v.dtype)
        r = self.h // self.kv
        k = k[:, :, None].expand(b, self.kv, r, t, self.hd).reshape(b, self.h, t, self.hd)
        v = v[:, :, None].expand(b, self.kv, r, t, self.hd).reshape(b, self.h, t, self.hd)
        y = blocked_attention(q, k, v) if self.training else F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(y.transpose(1, 2).reshape(b, t, self.h * self.hd))


class MLP(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, f = c["hidden_size"], c["intermediate_size"]
        self.gate_proj = nn.Linear(d, f, bias=False)
        self.up_proj = nn.Linear(d, f, bias=False)
        self.down_proj = nn.Linear(f, d, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.input_layernorm = RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        self.self_attn = Attention(c)
        self.post_attention_layernorm = RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        self.mlp = MLP(c)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Inner(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList(Block(c) for _ in range(c["num_hidden_layers"]))
        self.norm = RMSNorm(c["hidden_size"], c["rms_norm_eps"])


class Llama(nn.Module):
    """`forward` gives logits; `hidden` stops before the tied head (training fuses head and loss)."""

    def __init__(self, config: dict = CONFIG):
        super().__init__()
        self.config, self.model = config, Inner(config)
        cos, sin = rope_tables(config["max_position_embeddings"], config["head_dim"], config["rope_theta"])
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                std = 0.02 if "embed" in name else p.shape[1] ** -0.5
                if "o_proj" in name or "down_proj" in name:
                    std *= (2 * config["num_hidden_layers"]) ** -0.5
                nn.init.normal_(p, 0.0, std)

    def hidden(self, ids, steer=None):
        """steer = (layer, vector): added to the residual after that block, at every position."""
        t = ids.shape[1]
        cos, sin = self.cos[:t], self.sin[:t]
        x = self.model.embed_tokens(ids)
        for i, layer in enumerate(self.model.layers):
            x = layer(x, cos, sin)
            if steer is not None and steer[0] == i:
                x = x + steer[1]
        return self.model.norm(x)

    def residuals(self, ids):
        t = ids.shape[1]
        x, out = self.model.embed_tokens(ids), []
        for layer in self.model.layers:
            x = layer(x, self.cos[:t], self.sin[:t])
            out.append(x)
        return out

    def forward(self, ids, steer=None):
        return F.linear(self.hidden(ids, steer), self.model.embed_tokens.weight)
