"""Stacks of copies that all hold the same random weights."""

import copy

from torch import nn
from torch.nn import functional as F


class Encoder(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        layer = nn.TransformerEncoderLayer(dim, 4, 64, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 6)  # warning: [identical-clones] "the 6 layers of `encoder.layers`"

    def forward(self, x):
        return self.encoder(x)


class DepthFromCaller(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        layer = nn.TransformerDecoderLayer(dim, 4)
        self.decoder = nn.TransformerDecoder(layer, depth)  # warning: [identical-clones] "applied n times"

    def forward(self, x, memory):
        return self.decoder(x, memory)


class OnlyBiasesDrawnAgain(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        layer = nn.TransformerEncoderLayer(dim, 4, 64)
        self.body = nn.TransformerEncoder(layer, num_layers=2)  # warning: [identical-clones] "the 2 layers of `body"
        for name, p in self.body.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(p)

    def forward(self, x):
        return self.body(x)


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc1 = nn.Linear(dim, dim)
        self.fc2 = nn.Linear(dim, dim)

    def forward(self, x):
        return x + self.fc2(F.relu(self.fc1(x)))


class CopiedBlocks(nn.Module):
    def __init__(self, dim=16, depth=4):
        super().__init__()
        block = Block(dim)
        self.blocks = nn.ModuleList(
            [copy.deepcopy(block) for _ in range(depth)]  # warning: [identical-clones] "copies of one `Block`"
        )

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class FirstAndItsCopies(nn.Module):
    """The original is the first layer, and only its twin is drawn again."""

    def __init__(self, dim=16):
        super().__init__()
        first = nn.Linear(dim, dim)
        self.body = nn.Sequential(
            first,
            nn.ReLU(),
            copy.deepcopy(first),  # warning: [identical-clones] "the 2 layers of `body`"
        )

    def forward(self, x):
        return self.body(x)


def build(dim=32, depth=2):
    """No module encloses what the function returns."""
    block = Block(dim)
    layers = [copy.deepcopy(block) for _ in range(depth)]  # warning: [identical-clones] "copies of one `Block`"
    body = nn.Sequential(*layers)
    return body, nn.Linear(dim, 2)
