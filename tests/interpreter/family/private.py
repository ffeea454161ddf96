"""Private names that a star hands on, because the file lists them."""

import torch.nn as nn

__all__ = ["_Narrow", "_fill"]


class _Narrow(nn.Linear):
    def __init__(self, width):
        super().__init__(width, 2, bias=False)


def _fill(layer):
    nn.init.normal_(layer.weight, std=0.3)
