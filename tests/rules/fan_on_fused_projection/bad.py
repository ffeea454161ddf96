"""Xavier over stacked projections."""

import torch
import torch.nn.functional as F
from torch import nn


class QueryKeyValue(nn.Module):
    def __init__(self, dim=96, heads=4):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)
        nn.init.xavier_uniform_(self.qkv.weight)  # note: [fan-on-fused-projection] "3 projections.*std x0.71.*logits x0.50.*chunk\(3, dim=0\)"

    def forward(self, x):
        b, n, d = x.shape
        qkv = self.qkv(x).reshape(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        scores = (q @ k.transpose(-2, -1)).softmax(dim=-1)
        return self.proj((scores @ v).transpose(1, 2).reshape(b, n, d))


class Chunked(nn.Module):
    """The size is not known, its ratio is."""

    def __init__(self, dim, inner):
        super().__init__()
        self.to_qkv = nn.Linear(dim, 3 * inner, bias=False)
        self.out = nn.Linear(inner, dim)
        nn.init.xavier_normal_(self.to_qkv.weight)  # note: [fan-on-fused-projection] "std x .*of what each gets alone"

    def forward(self, x):
        q, k, v = self.to_qkv(x).chunk(3, dim=-1)
        return self.out(F.scaled_dot_product_attention(q, k, v))


class KeyValue(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.q = nn.Linear(dim, dim)
        self.kv = nn.Conv2d(dim, 2 * dim, 1)
        self.apply(self.init)

    def init(self, m):
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            nn.init.xavier_uniform_(m.weight)  # note: [fan-on-fused-projection] "2 projections stacked in `KeyValue.kv.weight` as outputs of one: std x0.82"

    def forward(self, x, image):
        k, v = torch.chunk(self.kv(image).flatten(2), 2, dim=1)
        scores = torch.softmax(self.q(x) @ k, dim=-1)
        return scores @ v.transpose(1, 2)


class GateAndUp(nn.Module):
    def __init__(self, dim=256, hidden=688):
        super().__init__()
        self.w12 = nn.Linear(dim, 2 * hidden)
        self.w3 = nn.Linear(hidden, dim)
        nn.init.xavier_uniform_(self.w12.weight)  # note: [fan-on-fused-projection] "2 projections.*std x0.76 of what each gets alone; "

    def forward(self, x):
        gate, up = self.w12(x).split(688, dim=-1)
        return self.w3(F.silu(gate) * up)


class Bare(nn.Module):
    """Used as `x @ W`, the stack is dimension 1."""

    def __init__(self, dim=32):
        super().__init__()
        self.in_proj_weight = nn.Parameter(torch.empty(dim, 3 * dim))
        self.out = nn.Linear(dim, dim)
        for name, p in self.named_parameters():
            if "in_proj" in name:
                nn.init.xavier_uniform_(p)  # note: [fan-on-fused-projection] "std x0.71.*chunk\(3, dim=1\)"

    def forward(self, x):
        q, k, v = torch.chunk(x @ self.in_proj_weight, 3, -1)
        return self.out(F.scaled_dot_product_attention(q, k, v))


class GroupedQuery(nn.Module):
    def __init__(self, dim=256, kv=64):
        super().__init__()
        self.kv = kv
        self.qkv = nn.Linear(dim, dim + 2 * kv)
        nn.init.xavier_uniform_(self.qkv.weight)  # missed: [fan-on-fused-projection] the projections differ in size

    def forward(self, x):
        q, k, v = self.qkv(x).split([256, self.kv, self.kv], dim=-1)
        return F.scaled_dot_product_attention(q, k, v)
