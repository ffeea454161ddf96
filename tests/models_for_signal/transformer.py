"""Transformer blocks with the normalisation in front of each branch or behind each sum."""

import torch
import torch.nn as nn


class Block(nn.Module):
    def __init__(self, dim, heads, pre):
        super().__init__()
        self.pre = pre
        self.norm1 = nn.LayerNorm(dim)
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, 4 * dim)
        self.act = nn.GELU()
        self.down = nn.Linear(4 * dim, dim)

    def feed(self, x):
        return self.down(self.act(self.up(x)))

    def forward(self, x):
        if self.pre:
            y = self.norm1(x)
            x = x + self.attention(y, y, y, need_weights=False)[0]
            return x + self.feed(self.norm2(x))
        x = self.norm1(x + self.attention(x, x, x, need_weights=False)[0])
        return self.norm2(x + self.feed(x))


class Transformer(nn.Module):
    def __init__(self, pre=True, depth=6, dim=256, heads=4, vocabulary=1000, length=64):
        super().__init__()
        self.words = nn.Embedding(vocabulary, dim)
        self.places = nn.Parameter(torch.randn(1, length, dim) * 0.02)
        self.blocks = nn.ModuleList([Block(dim, heads, pre) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocabulary)
        nn.init.normal_(self.words.weight, std=0.02)

    def forward(self, tokens):
        x = self.words(tokens) + self.places
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))
