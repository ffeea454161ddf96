"""Heads and tables at a scale that trains, or where something makes up for it."""

import math

import torch
from torch import nn


class SmallHead(nn.Module):
    def __init__(self, vocab=500, dim=256):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, ids):
        return self.head(self.norm(self.embed(ids)))


class TiedAndDrawn(nn.Module):
    """The shared table is drawn again."""

    def __init__(self, vocab=50257, dim=768):
        super().__init__()
        self.wte = nn.Embedding(vocab, dim)
        self.ln_f = nn.LayerNorm(dim)
        self.lm_head = nn.Linear(dim, vocab, bias=False)
        self.lm_head.weight = self.wte.weight
        nn.init.normal_(self.wte.weight, std=0.02)

    def forward(self, ids):
        return self.lm_head(self.ln_f(self.wte(ids)))


class ScaledLogits(nn.Module):
    """1/sqrt(d) on the way to the shared head."""

    def __init__(self, vocab=50257, dim=768):
        super().__init__()
        self.dim = dim
        self.wte = nn.Embedding(vocab, dim)
        self.ln_f = nn.LayerNorm(dim)

    def forward(self, ids):
        return (self.ln_f(self.wte(ids)) * self.dim**-0.5) @ self.wte.weight.T


class ScaledAfterwards(nn.Module):
    """The same behind the head."""

    def __init__(self, vocab=50257, dim=768):
        super().__init__()
        self.dim = dim
        self.wte = nn.Embedding(vocab, dim)
        self.ln_f = nn.LayerNorm(dim)

    def forward(self, ids):
        return self.ln_f(self.wte(ids)) @ self.wte.weight.T / math.sqrt(self.dim)


class SmallFeatures(nn.Module):
    """A factor on the way makes up for the head."""

    def __init__(self, dim=256, classes=10):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, classes)
        nn.init.normal_(self.head.weight, std=5 * dim**-0.5)

    def forward(self, x):
        return self.head(self.norm(x) * 0.1)


class Codebook(nn.Module):
    """No logits: a sample is drawn, and its noise asks for such a scale."""

    def __init__(self, dim=256, codes=320):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.codes = nn.Linear(dim, codes)
        nn.init.normal_(self.codes.weight, std=5 * dim**-0.5)

    def forward(self, x):
        return nn.functional.gumbel_softmax(self.codes(self.norm(x)), tau=2.0)


class MadeForTheFactor(nn.Module):
    """The table has std 1/sqrt(d)."""

    def __init__(self, vocab, d_model):
        super().__init__()
        self.d_model = d_model
        self.embed = nn.Embedding(vocab, d_model)
        nn.init.normal_(self.embed.weight, std=d_model**-0.5)

    def forward(self, ids):
        return self.embed(ids) * math.sqrt(self.d_model)


class NormedAtOnce(nn.Module):
    """A normalisation takes the factor away again."""

    def __init__(self, vocab, d_model):
        super().__init__()
        self.d_model = d_model
        self.embed = nn.Embedding(vocab, d_model)
        self.norm = nn.LayerNorm(d_model)

    def forward(self, ids):
        return self.norm(self.embed(ids) * math.sqrt(self.d_model))


class PositionBias(nn.Module):
    """A bias for attention scores, at the scale that the caller asks for."""

    def __init__(self, scale, buckets=32, heads=8):
        super().__init__()
        self.scale = scale
        self.bias = nn.Embedding(buckets, heads)

    def forward(self, distances):
        return self.bias(distances) * self.scale


class GivenStd(nn.Module):
    """The caller gives the std of the head."""

    def __init__(self, vocab, dim, init_std):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab)
        nn.init.normal_(self.head.weight, std=init_std)

    def forward(self, x):
        return self.head(self.norm(x))


class PlainTable(nn.Module):
    """N(0, 1) by itself is torch's default."""

    def __init__(self, vocab=1000, dim=64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.position = nn.Parameter(torch.zeros(16, dim))

    def forward(self, ids):
        return self.embed(ids) + self.position


class Tokens(nn.Module):
    """By itself the table has std 1; the model that it is made for draws it again."""

    def __init__(self, vocab, dim):
        super().__init__()
        self.dim = dim
        self.table = nn.Embedding(vocab, dim)

    def forward(self, ids):
        return self.table(ids) * math.sqrt(self.dim)


class Translator(nn.Module):
    def __init__(self, vocab=1000, dim=512):
        super().__init__()
        self.tokens = Tokens(vocab, dim)
        self.position = nn.Parameter(torch.zeros(16, dim))
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocab)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)

    def forward(self, ids):
        return self.head(self.norm(self.tokens(ids) + self.position))


class StackedFeatures(nn.Module):
    """What is stacked is mixed on, or stands beside the input: no logits."""

    def __init__(self, dim=144, parts=3):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.parts = nn.ModuleList(nn.Linear(dim, dim, bias=False) for _ in range(parts))
        self.late = nn.Linear(dim, dim, bias=False)
        for part in (*self.parts, self.late):
            nn.init.normal_(part.weight)

    def forward(self, x):
        x = self.norm(x)
        mixed = torch.stack([part(x) for part in self.parts], dim=1).softmax(dim=1).sum(1)
        return torch.stack([mixed, self.late(x)], dim=1)


class Recommender(nn.Module):
    """By itself the table has std 1; the script below draws it again before it trains."""

    def __init__(self, items, settings):
        super().__init__()
        self.table = nn.Embedding(items, settings.width)
        self.position = nn.Embedding(settings.length, settings.width)
        self.norm = nn.LayerNorm(settings.width)

    def forward(self, ids):
        rows = self.table(ids) * self.table.embedding_dim**0.5
        return self.norm(rows + self.position(ids)) @ self.table.weight.T


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--width", default=50, type=int)
    parser.add_argument("--length", default=20, type=int)
    model = Recommender(100, parser.parse_args())
    for name, param in model.named_parameters():
        try:
            nn.init.xavier_normal_(param.data)
        except ValueError:
            pass
