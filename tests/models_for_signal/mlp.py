"""Plain networks: every initialisation scheme before the activation that it is meant for, and torch's default."""

import math

import torch.nn as nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU, "selu": nn.SELU}


class Mlp(nn.Module):
    def __init__(self, depth=5, width=512, activation="relu", gain=None):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.acts = nn.ModuleList([ACTIVATIONS[activation]() for _ in range(depth)])
        self.head = nn.Linear(width, 64)
        if gain is not None:
            for layer in self.layers:
                nn.init.normal_(layer.weight, std=gain / math.sqrt(width))
                nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer, act in zip(self.layers, self.acts, strict=True):
            x = act(layer(x))
        return self.head(x)
