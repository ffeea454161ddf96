"""Buffers that the constructor computes, that no checkpoint holds, and that nothing computes again."""

import math

import torch
from torch import nn
from transformers import PreTrainedModel


class Rotary(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.register_buffer("inv_freq", 1.0 / 10000 ** (torch.arange(0, dim, 2) / dim), persistent=False)  # warning: [computed-buffer-not-in-reset] "`Rotary.inv_freq` is uninitialised memory once a checkpoint is loaded.*`RotaryModel._init_weights` does not compute it again"

    def forward(self, positions):
        return positions[..., None] * self.inv_freq


class RotaryModel(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.rotary = Rotary(16)
        self.out = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)

    def forward(self, positions):
        return self.out(self.rotary(positions))


class CausalMask(PreTrainedModel):
    """Registered on the model itself, of plain ones."""

    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(8, 8)
        self.register_buffer("mask", torch.tril(torch.ones(16, 16)), persistent=False)  # warning: [computed-buffer-not-in-reset] "`CausalMask.mask`"
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.fc(x) * self.mask[0, :8]


class SineTable(nn.Module):
    """Two of three are filled again; the table is written row by row before it is registered."""

    def __init__(self, length, dim):
        super().__init__()
        table = torch.zeros(length, dim)
        table[:, 0::2] = torch.sin(torch.arange(length)[:, None] * torch.exp(torch.arange(0, dim, 2) * -math.log(1e4)))
        self.register_buffer("table", table, False)  # warning: [computed-buffer-not-in-reset] "`SineTable.table`"
        self.register_buffer("positions", torch.arange(length), persistent=False)
        self.register_buffer("scale", torch.ones(1), persistent=False)

    def forward(self, x):
        return self.scale * (x + self.table[self.positions])


class WithTables(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.tables = SineTable(16, 8)
        self.fc = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, SineTable):
            nn.init.ones_(module.scale)
            module.positions = torch.arange(16)

    def forward(self, x):
        return self.fc(self.tables(x))


class CachedTable(nn.Module):
    """A function that the constructor calls registers it, and the forward pass renews it for longer inputs only."""

    def __init__(self, dim):
        super().__init__()
        self.longest = 0
        self.extend(16, dim)

    def extend(self, length, dim):
        self.longest = length
        self.register_buffer("cosines", torch.cos(torch.arange(length * dim).view(length, dim)), persistent=False)  # warning: [computed-buffer-not-in-reset] "`CachedTable.cosines`"

    def forward(self, x):
        if x.shape[1] > self.longest:
            self.extend(x.shape[1], x.shape[2])
        return x * self.cosines[: x.shape[1]]


class WithCache(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.cache = CachedTable(8)
        self.fc = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.fc(self.cache(x))
