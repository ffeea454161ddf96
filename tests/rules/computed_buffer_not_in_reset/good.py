"""Buffers that a checkpoint holds, that something computes again, or that no such loader touches."""

import torch
from torch import nn
from transformers import PreTrainedModel


class Rotary(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim
        self.register_buffer("inv_freq", self.frequencies(), persistent=False)

    def frequencies(self):
        return 1.0 / 10000 ** (torch.arange(0, self.dim, 2) / self.dim)

    def forward(self, positions):
        return positions[..., None] * self.inv_freq


class RotaryModel(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.rotary = Rotary(16)
        self.out = nn.Linear(8, 8)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, Rotary):
            nn.init.copy_(module.inv_freq, module.frequencies())

    def forward(self, positions):
        return self.out(self.rotary(positions))


class PlainModule(nn.Module):
    """Nobody builds it without memory."""

    def __init__(self, dim=16):
        super().__init__()
        self.rotary = Rotary(dim)

    def forward(self, positions):
        return self.rotary(positions)


class Persistent(PreTrainedModel):
    """It is in the checkpoint."""

    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(8, 8)
        self.register_buffer("mask", torch.tril(torch.ones(8, 8)))
        self.post_init()

    def forward(self, x):
        return self.fc(x) * self.mask[0]


class NothingComputed(PreTrainedModel):
    """An empty slot and raw memory were no values before."""

    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(8, 8)
        self.register_buffer("cache", None, persistent=False)
        self.register_buffer("packed", torch.empty(8, 8), persistent=False)
        self.post_init()

    def forward(self, x):
        return self.fc(x)


class TheBaseKnowsIt(nn.Module):
    """`PreTrainedModel._init_weights` fills the frequencies of what is called RotaryEmbedding."""

    def __init__(self, dim):
        super().__init__()
        inv_freq = 1.0 / 10000 ** (torch.arange(0, dim, 2) / dim)
        self.register_buffer("inv_freq", inv_freq, persistent=False)
        self.register_buffer("original_inv_freq", inv_freq.clone(), persistent=False)

    def forward(self, positions):
        return positions[..., None] * self.inv_freq


class PlainRotaryEmbedding(TheBaseKnowsIt):
    pass


class WithRotaryEmbedding(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.rotary = PlainRotaryEmbedding(16)
        self.out = nn.Linear(8, 8)
        self.post_init()

    def forward(self, positions):
        return self.out(self.rotary(positions))


class Reset(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("positions", torch.arange(16), persistent=False)

    def reset_buffers(self):
        self.register_buffer("positions", torch.arange(16), persistent=False)

    def forward(self, x):
        return x + self.positions


class ByItsOwnMethod(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.part = Reset()
        self.out = nn.Linear(16, 8)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if hasattr(module, "reset_buffers"):
            module.reset_buffers()

    def forward(self, x):
        return self.out(self.part(x))


class MadeBeforeEachUse(PreTrainedModel):
    """The forward pass assigns it."""

    def __init__(self, config):
        super().__init__(config)
        self.fc = nn.Linear(8, 8)
        self.register_buffer("steps", torch.zeros(8), persistent=False)
        self.post_init()

    def forward(self, x):
        self.steps = torch.arange(8, device=x.device)
        return self.fc(x + self.steps)


class AllOfThem(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.part = Reset()
        self.out = nn.Linear(16, 8)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        for buffer in module.buffers(recurse=False):
            buffer.copy_(torch.arange(16))

    def forward(self, x):
        return self.out(self.part(x))
