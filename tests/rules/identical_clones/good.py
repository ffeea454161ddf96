"""Copies that are drawn again, or are meant to start equal."""

import copy

import torch
from torch import nn
from torch.nn import functional as F


class Encoder(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        layer = nn.TransformerEncoderLayer(dim, 4, 64, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 6)
        for p in self.encoder.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)  # note: [xavier-before-relu] "Xavier-scaled"

    def forward(self, x):
        return self.encoder(x)


class WholeTransformer(nn.Module):
    """nn.Transformer draws every matrix again itself."""

    def __init__(self, dim=32):
        super().__init__()
        self.body = nn.Transformer(dim, 4, 2, 2, 64)

    def forward(self, x, y):
        return self.body(x, y)


class CustomStack(nn.Module):
    """Also those of stacks that are handed to it."""

    def __init__(self, dim=32):
        super().__init__()
        encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(dim, 4), 3)
        self.body = nn.Transformer(dim, 4, num_decoder_layers=1, custom_encoder=encoder)

    def forward(self, x, y):
        return self.body(x, y)


class OneLayer(nn.Module):
    """A single copy is alone in the model."""

    def __init__(self, dim=32):
        super().__init__()
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(dim, 4), num_layers=1)

    def forward(self, x):
        return self.encoder(x)


class Layer(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.attention = nn.MultiheadAttention(dim, 4)
        self.linear = nn.Linear(dim, dim)

    def forward(self, x):
        return x + self.linear(self.attention(x, x, x)[0])


def clones(module, n):
    return nn.ModuleList([copy.deepcopy(module) for _ in range(n)])


class Stack(nn.Module):
    def __init__(self, layer, n):
        super().__init__()
        self.layers = clones(layer, n)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Detector(nn.Module):
    """The stack is drawn again by what holds it; the vectors stay as they were."""

    def __init__(self, dim=32):
        super().__init__()
        self.encoder = Stack(Layer(dim), 3)
        self._reset_parameters()

    def _reset_parameters(self):
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)

    def forward(self, x):
        return self.encoder(x)


class HeadOfEachLevel(nn.Module):
    """Heads of several levels run side by side and start equal on purpose."""

    def __init__(self, dim=32, classes=5, levels=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in range(levels)])
        self.heads = clones(nn.Linear(dim, classes), levels)

    def forward(self, x):
        found = []
        for layer, head in zip(self.layers, self.heads):
            x = F.relu(layer(x))
            found.append(head(x))
        return torch.stack(found)


class RefinedBoxes(nn.Module):
    """The boxes of one level steer the next one, but only through its own layer."""

    def __init__(self, dim=32, levels=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim + 4, dim) for _ in range(levels)])
        self.heads = clones(nn.Linear(dim, 4), levels)

    def forward(self, x, boxes):
        for layer, head in zip(self.layers, self.heads):
            x = F.relu(layer(torch.cat([x, boxes], -1)))
            boxes = boxes + head(x)
        return boxes


class Teacher(nn.Module):
    """A slow copy of the whole network has to start equal."""

    def __init__(self, dim=32):
        super().__init__()
        self.student = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, dim))
        self.teacher = copy.deepcopy(self.student)

    def forward(self, x):
        return self.student(x), self.teacher(x)


class LoadedStack(nn.Module):
    """A checkpoint replaces what the copies hold."""

    def __init__(self, path, dim=32):
        super().__init__()
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(dim, 4), 6)
        self.encoder.load_state_dict(torch.load(path))

    def forward(self, x):
        return self.encoder(x)
