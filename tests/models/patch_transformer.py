"""A small transformer over image patches."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    """Attention and a perceptron, each behind a LayerNorm and added to the stream."""

    def __init__(self, dim, heads=4):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, 4 * dim)
        self.down = nn.Linear(4 * dim, dim)

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class PatchTransformer(nn.Module):
    """Patches to a class; the positions are never given values, and the twelve blocks are one."""

    def __init__(self, dim=192, patches=196, depth=12, classes=100):
        super().__init__()
        self.embed = nn.Conv2d(3, dim, 16, stride=16)
        self.position = nn.Parameter(torch.empty(1, patches, dim))
        self.blocks = nn.ModuleList([Block(dim)] * depth)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, classes)

    def forward(self, image):
        x = self.embed(image).flatten(2).transpose(1, 2) + self.position
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x).mean(1))


class GeluAdapter(nn.Module):
    """A bottleneck whose author looked for GELU in torch's table of gains."""

    def __init__(self, dim=192, rank=16):
        super().__init__()
        self.down = nn.Linear(dim, rank)
        self.up = nn.Linear(rank, dim)
        nn.init.kaiming_normal_(self.down.weight, nonlinearity="gelu")
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return x + self.up(F.gelu(self.down(x)))


class SpecialTokens(nn.Module):
    """A vocabulary whose new entries are written through a list of indices, so to a copy."""

    def __init__(self, vocabulary=1000, dim=192):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, dim)
        nn.init.normal_(self.embed.weight, std=0.02)
        nn.init.zeros_(self.embed.weight[[1, 2]])

    def forward(self, tokens):
        return self.embed(tokens)


class Mixer(nn.Module):
    """Tokens mixed by a matrix whose entries all lie above zero."""

    def __init__(self, tokens=196):
        super().__init__()
        self.mix = nn.Parameter(torch.rand(tokens, tokens))

    def forward(self, x):
        return F.relu(self.mix @ x)
