# right: skipped(), Inside(), Scaled(), mocked(), by_hand(), named()
from contextlib import contextmanager
from unittest import mock
from unittest.mock import patch

import torch
from torch import nn

NAMES = {name: getattr(nn.init, name) for name in ("uniform_", "normal_", "kaiming_uniform_")}


def nothing(*args, **kwargs):
    pass


@contextmanager
def no_init():
    for name in NAMES:
        setattr(torch.nn.init, name, nothing)
    try:
        yield
    finally:
        for name, function in NAMES.items():
            setattr(torch.nn.init, name, function)


def skipped():
    with no_init():
        model = nn.Sequential(nn.Linear(64, 64))
    model.append(nn.Linear(64, 64))
    nn.init.constant_(model[0].weight, 0.5)
    nn.init.constant_(model[0].bias, 0.25)
    return model


class Disabled:
    def __enter__(self):
        self.before = nn.Linear.reset_parameters
        nn.Linear.reset_parameters = lambda module: None
        return self

    def __exit__(self, *error):
        nn.Linear.reset_parameters = self.before
        return False


class Inside(nn.Module):
    def __init__(self):
        super().__init__()
        with Disabled():
            self.first = nn.Linear(64, 64)
        self.second = nn.Linear(64, 64)
        for parameter in self.first.parameters():
            nn.init.ones_(parameter)


SETTINGS = {"scale": 0.1}


@contextmanager
def scale(value):
    before = SETTINGS["scale"]
    SETTINGS["scale"] = value
    yield SETTINGS
    SETTINGS["scale"] = before


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.inside = self.made()
        self.outside = nn.Parameter(torch.randn(64, 64) * SETTINGS["scale"])

    def made(self):
        with scale(0.5) as settings:
            return nn.Parameter(torch.randn(64, 64) * settings["scale"])


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        self.reset()

    def reset(self):
        nn.init.normal_(self.weight, std=0.02)


def mocked():
    with patch.object(Block, "reset", lambda self: nn.init.normal_(self.weight, std=0.7)):
        model = Block()
    model.inner = Block()
    return model


def by_hand():
    before = Block.reset
    Block.reset = lambda self: nn.init.normal_(self.weight, std=0.7)
    model = Block()
    Block.reset = before
    model.inner = Block()
    return model


def named():
    with mock.patch("torch.nn.Linear.reset_parameters", lambda self: nn.init.ones_(self.weight)):
        return nn.Linear(64, 64, bias=False)
