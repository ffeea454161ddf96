"""Routines over all modules or parameters, with tests on names, types and shapes."""

import math
from functools import partial

import torch
import torch.nn as nn


# build: 16, 4
# build: 24, 2
class ResidualNames(nn.Module):
    def __init__(self, dim, n_layer):
        super().__init__()
        self.c_fc = nn.Linear(dim, 4 * dim)
        self.c_proj = nn.Linear(4 * dim, dim)
        self.apply(self._init_weights)
        for name, p in self.named_parameters():
            if name.endswith("c_proj.weight"):
                nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * n_layer))

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


# build: 16, 20
# build: 8, 50
class ByDimension(nn.Module):
    def __init__(self, dim, words):
        super().__init__()
        self.embed = nn.Embedding(words, dim)
        self.encoder = nn.GRU(dim, dim)
        self.out = nn.Linear(dim, words)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)
            else:
                nn.init.uniform_(p, -0.08, 0.08)


# build: 16, "normal", 0.1
# build: 16, "xavier", 0.5
# build: 16, "kaiming", 0.1
class CycleGan(nn.Module):
    def __init__(self, channels, init_type, init_gain):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 4)
        self.norm = nn.BatchNorm2d(channels)

        def init_func(m):
            classname = m.__class__.__name__
            if hasattr(m, "weight") and (classname.find("Conv") != -1 or classname.find("Linear") != -1):
                if init_type == "normal":
                    nn.init.normal_(m.weight.data, 0.0, init_gain)
                elif init_type == "xavier":
                    nn.init.xavier_normal_(m.weight.data, gain=init_gain)
                elif init_type == "kaiming":
                    nn.init.kaiming_normal_(m.weight.data, a=0, mode="fan_in")
                else:
                    raise NotImplementedError(init_type)
                if hasattr(m, "bias") and m.bias is not None:
                    nn.init.constant_(m.bias.data, 0.0)
            elif classname.find("BatchNorm2d") != -1:
                nn.init.normal_(m.weight.data, 1.0, init_gain)
                nn.init.constant_(m.bias.data, 0.0)

        self.apply(init_func)


def weights_init(m, std):
    if isinstance(m, (nn.Linear, nn.Conv1d)):
        nn.init.trunc_normal_(m.weight, std=std)


# build: 16, 0.3
# build: 16, 0.05
class PartialRoutine(nn.Module):
    def __init__(self, dim, std):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.conv = nn.Conv1d(dim, dim, 3)
        self.norm = nn.LayerNorm(dim)
        self.apply(partial(weights_init, std=std))


# build: 16
# build: 40
class ByModuleName(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(dim, dim), nn.GELU(), nn.Linear(dim, dim))
        self.head = nn.Linear(dim, 10)
        for name, module in self.named_modules():
            self._init(module, name)

    def _init(self, module, name):
        if isinstance(module, nn.Linear):
            if name.startswith("head"):
                nn.init.zeros_(module.weight)
                nn.init.constant_(module.bias, -2.0)
            else:
                nn.init.xavier_uniform_(module.weight)
                nn.init.normal_(module.bias, std=1e-6)


# build: 16, 8
# build: 24, 12
class OwnReset(nn.Module):
    def __init__(self, dim, rank):
        super().__init__()
        self.dim = dim
        self.u = nn.Parameter(torch.empty(dim, rank))
        self.s = nn.Parameter(torch.empty(rank))
        self.fc = nn.Linear(rank, dim)
        self.reset_parameters()

    def reset_parameters(self):
        bound = math.sqrt(3.0) * self.dim**-0.5
        for p in (self.u, self.fc.weight):
            p.data.uniform_(-bound, bound)
        self.s.data.fill_(1.0)
        self.fc.reset_parameters()


# build: 16, ["fc1"]
# build: 16, ["fc1", "fc2"]
class Listed(nn.Module):
    def __init__(self, dim, zeroed):
        super().__init__()
        self.fc1 = nn.Linear(dim, dim)
        self.fc2 = nn.Linear(dim, dim)
        for name in zeroed:
            nn.init.zeros_(getattr(self, name).weight)


# build: 16, nn.Linear
# build: 16, nn.Conv1d
class TypeGiven(nn.Module):
    def __init__(self, dim, kind):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.conv = nn.Conv1d(dim, dim, 3)
        for m in self.modules():
            if isinstance(m, kind):
                nn.init.zeros_(m.weight)


# build: 16, True
# build: 16, False
class FreezeAndInit(nn.Module):
    def __init__(self, dim, train_bias):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        for name, p in self.named_parameters():
            if "bias" in name:
                p.requires_grad = bool(train_bias)
                if not train_bias:
                    p.data.zero_()


# build: 32, 2
# build: 16, 4
class Experts(nn.Module):
    def __init__(self, dim, experts):
        super().__init__()
        self.router = nn.Linear(dim, experts, bias=False)
        self.w1 = nn.Parameter(torch.empty(experts, dim, 2 * dim))
        self.w2 = nn.Parameter(torch.empty(experts, 2 * dim, dim))
        for weight in (self.w1, self.w2):
            for expert in range(experts):
                nn.init.normal_(weight[expert], std=0.3)
        nn.init.normal_(self.router.weight, std=dim**-0.5)
