"""Imports a function by name, before or after another file replaces it."""

import torch
from parts_to_patch import fill
from torch import nn


class Took(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        fill(self.weight)
