"""Contents that are functions of a draw, or of a few numbers."""

import math

import numpy as np
import torch
import torch.nn as nn


class Functions(nn.Module):  # root
    """The parameters of state space models."""

    def __init__(self, width=4000, state=4):
        super().__init__()
        step = torch.exp(torch.rand(width) * math.log(100) + math.log(0.001)).clamp(min=1e-4)
        self.step = nn.Parameter(torch.empty(width))
        with torch.no_grad():
            self.step.copy_(step + torch.log(-torch.expm1(-step)))  # reveal: step [4000] = copy_ -4.59±1.34
        decay = torch.arange(1, state + 1, dtype=torch.float32)[None, :].expand(width, -1).contiguous()
        self.decay = nn.Parameter(torch.log(decay))  # reveal: decay [...] = Parameter 0.795±0.521
        gate = torch.empty(width).uniform_(0.81, 0.998)
        self.gate = nn.Parameter(gate.log_().mul_(0.5).neg_().exp_().sub_(1.0).log_())  # reveal: gate [4000] = log_ -3.23±0.922
        self.logarithm = nn.Parameter(torch.log(torch.empty(width).uniform_(1, 16)))  # reveal: logarithm [4000] = uniform_ 1.96±0.673


class Sorted(nn.Module):  # root
    """Sizes in the order of others."""

    def __init__(self, strides=(32, 8, 16), sizes=(4, 5, 6)):
        super().__init__()
        self.sizes = [sizes[i] for i in np.argsort(strides, axis=0).tolist()]
        self.weight = nn.Parameter(torch.zeros(self.sizes))  # reveal: weight [5, 6, 4] = zeros 0


class Unclear(nn.Module):  # root
    """Neither of two draws nor of a part of a tensor, nor of one that is written again."""

    def __init__(self, width=4000):
        super().__init__()
        self.two = nn.Parameter(torch.exp(torch.rand(width)) + torch.exp(torch.rand(width)))  # reveal: two [4000] = rand
        column = torch.zeros(4, 4)
        column[:, 1] = torch.ones(4)
        self.part = nn.Parameter(torch.empty(4, 4))
        self.part.data.copy_(column)  # reveal: part [4, 4] = copy_
        drawn = torch.exp(torch.rand(width))
        drawn.normal_(std=0.5)  # reveal: again [4000] = normal_ 0.628
        self.again = nn.Parameter(torch.tanh(drawn * 2))


class Copies(nn.Module):  # root
    """What is done to a copy of a parameter leaves the parameter alone."""

    def __init__(self, width=4000):
        super().__init__()
        self.kept = nn.Parameter(torch.rand(width))  # reveal: kept [4000] = rand 0.5±0.289
        copy = self.kept.detach().clone()
        copy *= 2
        self.doubled = nn.Parameter(torch.empty(width))
        self.doubled.data.copy_(copy.log())  # reveal: doubled [4000] = copy_
        self.shifted = nn.Parameter(torch.rand(width))  # reveal: shifted [4000] = rand 0.5±0.289
        self.shifted.detach().clone().exp_()
