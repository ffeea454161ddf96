"""Heads and tables of std 1."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Head(nn.Module):
    def __init__(self, vocab=500, dim=256):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        nn.init.normal_(self.head.weight, std=1.0)  # error: [embedding-or-head-scale] "the head has std 1, so the logits start with std 16 and the cross entropy at about 49.1 instead of ln 500 = 6.21"

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class Tied(nn.Module):
    def __init__(self, vocab=50257, dim=768):
        super().__init__()
        self.wte = nn.Embedding(vocab, dim)  # error: [embedding-or-head-scale] "the table that the head shares has std 1, so the logits start with std 27.7 and the cross entropy at least 118"
        self.ln_f = nn.LayerNorm(dim)
        self.lm_head = nn.Linear(dim, vocab, bias=False)
        self.lm_head.weight = self.wte.weight

    def forward(self, ids):
        return self.lm_head(self.ln_f(self.wte(ids)))


class TiedOfAnyWidth(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.wte = nn.Embedding(vocab, dim)  # warning: [embedding-or-head-scale] "logits start with std dim \*\* 0.5"
        self.norm = nn.RMSNorm(dim)

    def forward(self, ids):
        return self.norm(self.wte(ids)) @ self.wte.weight.T


class Classifier(nn.Module):
    def __init__(self, dim=64, classes=10):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.fc = nn.Linear(dim, classes)
        nn.init.normal_(self.fc.weight, 0.0, 0.5)  # warning: [embedding-or-head-scale] "the logits start with std 4"
        nn.init.zeros_(self.fc.bias)

    def forward(self, x, y):
        return F.cross_entropy(self.fc(self.norm(x)[:, 0]), y)


class Multiplied(nn.Module):
    def __init__(self, vocab, d_model):
        super().__init__()
        self.d_model = d_model
        self.embed = nn.Embedding(vocab, d_model)  # warning: [embedding-or-head-scale] "it starts with std d_model \*\* 0.5: positions"

    def forward(self, ids):
        return self.embed(ids) * math.sqrt(self.d_model)


class MultipliedAndAdded(nn.Module):
    def __init__(self, vocab=1000, dim=512, length=64):
        super().__init__()
        self.scale = dim**0.5
        self.embed = nn.Embedding(vocab, dim)  # warning: [embedding-or-head-scale] "starts with std 22.6"
        self.position = nn.Parameter(torch.zeros(length, dim))
        self.norm = nn.LayerNorm(dim)

    def forward(self, ids):
        return self.norm(self.embed(ids) * self.scale + self.position)


class Deep(nn.Module):
    def __init__(self, dim=64, vocab=1000):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.fc = nn.Linear(dim, dim)
        self.head = nn.Linear(dim, vocab)
        nn.init.normal_(self.head.weight, std=1.0)  # missed: [embedding-or-head-scale] a layer stands between the norm and the head

    def forward(self, x):
        return self.head(F.relu(self.fc(self.norm(x))))


class Tagger(nn.Module):
    """Small enough until the script below draws the head."""

    def __init__(self, vocab=500, tags=20, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.out = nn.Linear(dim, tags)

    def forward(self, ids):
        return self.out(self.norm(self.embed(ids)))


if __name__ == "__main__":
    tagger = Tagger()
    nn.init.normal_(tagger.out.weight)  # warning: [embedding-or-head-scale] "the logits start with std 8"


class HeadsInARow(nn.Module):
    def __init__(self, dim=144, bins=256, books=3):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.heads = nn.ModuleList(nn.Linear(dim, bins, bias=False) for _ in range(books))
        for head in self.heads:
            nn.init.normal_(head.weight)  # error: [embedding-or-head-scale] "the head has std 1, so the logits start with std 12 and the cross entropy"

    def forward(self, x):
        x = self.norm(x)
        return torch.stack([head(x).float() for head in self.heads], dim=1)
