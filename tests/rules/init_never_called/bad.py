"""Routines that nothing calls."""

import torch
from torch import nn


class Uncalled(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Conv2d(4, 8, 3)
        self.dec = nn.Conv2d(8, 4, 3)

    def _initialize_weights(self):  # warning: [init-never-called] "nothing calls `Uncalled._initialize_weights`, so 2 parameters"
        nn.init.normal_(self.enc.weight, std=0.02)
        nn.init.normal_(self.dec.weight, std=0.02)

    def forward(self, x):
        return self.dec(self.enc(x).relu())


class NeverApplied(nn.Module):
    """A callback that is defined and never given to `apply`."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))

    def _weights_init(self, m):  # warning: [init-never-called] "2 parameters"
        if isinstance(m, nn.Linear):
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.body(x)


class CalledFromOutside(nn.Module):
    """A public method of a class that nothing here builds: its users may call it."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def init_everything(self):  # note: [init-never-called] "nothing calls"
        nn.init.orthogonal_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class Head(nn.Module):
    def __init__(self, out):
        super().__init__()
        self.fc = nn.Linear(16, out)

    def init_weights(self):
        nn.init.normal_(self.fc.weight, std=0.01)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(x)


class OneHeadForgotten(nn.Module):
    def __init__(self):
        super().__init__()
        self.rpn_head, self.bbox_head, self.mask_head = Head(2), Head(4), Head(1)
        self.init_heads()

    def init_heads(self):
        self.rpn_head.init_weights()
        self.bbox_head.init_weights()  # warning: [init-never-called] "not for `mask_head`, of the same class `Head`"

    def forward(self, x):
        return self.rpn_head(x), self.bbox_head(x), self.mask_head(x)


class OneOfTwo(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = Head(2), Head(2)
        self.left.init_weights()  # note: [init-never-called] "not for `right`"

    def forward(self, x):
        return self.left(x) + self.right(x)


class WritesLinearOnly(nn.Module):
    """What the routine would not write is none of its parameters."""

    def __init__(self, heads=4):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(heads))
        self.proj = nn.Linear(8, heads, bias=False)
        self.norm = nn.LayerNorm(heads)

    def _initialize_weights(self, module):  # warning: [init-never-called] "so 1 parameter of `WritesLinearOnly` stays.*`WritesLinearOnly.proj.weight` holds"
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.norm(self.proj(x)) * self.scale
