"""Layers and routines that the models of the folder share."""

import torch
import torch.nn as nn

STD = 0.05


def fill(module, std=STD):
    """Fills what has a weight."""
    if isinstance(module, (nn.Linear, nn.Conv2d)):
        nn.init.normal_(module.weight, std=std)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


class Scaled(nn.Linear):
    """A linear layer with a start and a scale of its own."""

    def __init__(self, *args, scale=0.1, **kwargs):
        super().__init__(*args, **kwargs)
        self.scale = nn.Parameter(torch.full((self.out_features,), scale))

    def reset_parameters(self):
        nn.init.xavier_normal_(self.weight)
        if self.bias is not None:
            nn.init.constant_(self.bias, 0.25)
