"""Results that are looked at, and strict loading."""

import torch
from torch import nn


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 4))

    def forward(self, x):
        return self.model(x)


def checked(checkpoint: dict):
    net = Wrapped()
    missing, unexpected = net.load_state_dict(checkpoint, strict=False)
    if missing or unexpected:
        raise RuntimeError(f"missing {missing}, unexpected {unexpected}")
    return net


def logged(checkpoint: dict):
    net = Wrapped()
    print(net.load_state_dict(checkpoint, strict=False))
    return net


def named(checkpoint: dict):
    net = Wrapped()
    result = net.load_state_dict(checkpoint, strict=False)
    assert not result.unexpected_keys
    return net


def strict(path):
    net = Wrapped()
    net.load_state_dict(torch.load(path, weights_only=True))  # raises where a key does not match
    return net


def twins():
    """No key can be missing."""
    first, second = nn.Linear(4, 4), nn.Linear(4, 4)
    second.load_state_dict(first.state_dict(), strict=False)
    return first, second
