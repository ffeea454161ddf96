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


class Compared(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.head = nn.Linear(8, 8)

    def forward(self, x):
        return self.head(self.body(x))


def compared_before(path):
    """What the checkpoint lacks is refused before it is loaded."""
    data = torch.load(path)["model"]
    net = Compared()
    missing = set(net.state_dict().keys()) - set(data.keys())
    if missing:
        raise RuntimeError(f"keys {missing} are missing")
    net.load_state_dict(data, strict=False)
    return net


def told_before(path):
    """What the checkpoint lacks is told name by name."""
    data = torch.load(path)["model"]
    net = Compared()
    for name in net.state_dict():
        if name not in data:
            print("missing", name)
    net.load_state_dict(data, strict=False)
    return net


class Experiment:
    def __init__(self, path):
        self.net = Wrapped()
        self.path = path

    def resume(self):
        """What is missing is counted where no module is."""
        net = Wrapped()
        keys = net.load_state_dict(torch.load(self.path), strict=False)
        self.lost = len(keys.missing_keys)
        return net


class TestWrapped:
    """A test builds what it wants to see."""

    def test_missing(self, path):
        net = Wrapped()
        net.load_state_dict(torch.load(path), strict=False)
        assert net
