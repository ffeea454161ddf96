"""Routines that are called, one way or another."""

import torch
from mmdet.models.builder import BACKBONES
from torch import nn


class CalledInConstructor(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Conv2d(4, 8, 3)
        self._initialize_weights()

    def _initialize_weights(self):
        nn.init.normal_(self.enc.weight, std=0.02)

    def forward(self, x):
        return self.enc(x)


class Applied(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
        self.apply(self._weights)

    @staticmethod
    def _weights(m):
        if isinstance(m, nn.Linear):
            nn.init.orthogonal_(m.weight, gain=2**0.5)

    def forward(self, x):
        return self.body(x)


class CalledByBase(nn.Linear):
    """torch's constructor calls the overridden method."""

    def reset_parameters(self):
        nn.init.orthogonal_(self.weight)
        nn.init.zeros_(self.bias)


class Head(nn.Module):
    def __init__(self, out):
        super().__init__()
        self.fc = nn.Linear(16, out)

    def init_weights(self):
        nn.init.normal_(self.fc.weight, std=0.01)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(x)


class AllHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.rpn_head, self.bbox_head, self.mask_head = Head(2), Head(4), Head(1)
        for part in (self.rpn_head, self.bbox_head, self.mask_head):
            part.init_weights()

    def forward(self, x):
        return self.rpn_head(x), self.bbox_head(x), self.mask_head(x)


class TargetCopies(nn.Module):
    """The third takes the first one's weights."""

    def __init__(self):
        super().__init__()
        self.one, self.two, self.target = Head(2), Head(2), Head(2)
        self.one.init_weights()
        self.two.init_weights()
        self.target.load_state_dict(self.one.state_dict())

    def forward(self, x):
        return self.one(x) + self.two(x) + self.target(x)


class LoadedAtOnce(nn.Module):
    """The one place that builds it loads all of it: the routine is for training from scratch."""

    def __init__(self, words=100, units=32):
        super().__init__()
        self.emb = nn.Embedding(words, units)
        self.head = nn.Linear(units, words, bias=False)

    def _init_params(self):
        nn.init.uniform_(self.emb.weight, -1e-4, 1e-4)

    def forward(self, x):
        return self.head(self.emb(x))


def run_loaded(path="model.pth"):
    model = LoadedAtOnce()
    model.load_state_dict(torch.load(path))
    return model.eval()


@BACKBONES.register_module()
class Registered(nn.Module):
    """A detector out of the framework calls `init_weights()` of the backbone that it builds."""

    def __init__(self, width=16):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3)

    def init_weights(self, pretrained=None):
        nn.init.kaiming_normal_(self.stem.weight)
        nn.init.zeros_(self.stem.bias)

    def forward(self, x):
        return self.stem(x)


def registered():
    return Registered(32)
