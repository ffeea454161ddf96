"""Branches on what only the caller or the machine knows."""

import math
import os

import torch
import torch.nn as nn


# build: 24, "xavier"
# build: 24, "kaiming"
# build: 24, "orthogonal"
class ByName(nn.Module):
    def __init__(self, dim, init_type):
        super().__init__()
        self.fc = nn.Linear(dim, 2 * dim)
        if init_type == "xavier":
            nn.init.xavier_uniform_(self.fc.weight)
        elif init_type == "kaiming":
            nn.init.kaiming_normal_(self.fc.weight, nonlinearity="relu")
        elif init_type == "orthogonal":
            nn.init.orthogonal_(self.fc.weight, gain=math.sqrt(2))
        else:
            raise NotImplementedError(f"initialization method [{init_type}] is not implemented")
        nn.init.zeros_(self.fc.bias)


# build: 16, True
# build: 16, False
class ZeroGamma(nn.Module):
    def __init__(self, channels, zero_init_residual):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            nn.init.constant_(self.bn2.weight, 0)


# build: 32
# build: 32, environ={"SMALL_START": "1"}
class Environment(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        std = 0.002 if os.environ.get("SMALL_START") == "1" else 0.2
        nn.init.normal_(self.fc.weight, std=std)


# build: 32
# build: 32, patched={"torch.cuda.is_available": True}
class Device(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.fast = torch.cuda.is_available()
        if self.fast:
            nn.init.normal_(self.fc.weight, std=0.01)
        else:
            nn.init.normal_(self.fc.weight, std=0.1)
        if self.fast:
            nn.init.ones_(self.fc.bias)
        else:
            nn.init.zeros_(self.fc.bias)


# build: 16, True, True
# build: 16, True, False
# build: 16, False, True
# build: 16, False, False
class Nested(nn.Module):
    def __init__(self, dim, residual, scaled):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        if residual:
            if scaled:
                nn.init.normal_(self.fc.weight, std=0.02 / math.sqrt(dim))
            else:
                nn.init.zeros_(self.fc.weight)
        elif scaled:
            nn.init.normal_(self.fc.weight, std=1 / math.sqrt(dim))


# build: 16, None
# build: 16, 0.3
class EarlyReturn(nn.Module):
    def __init__(self, dim, std):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.init_std = std
        self.reset()

    def reset(self):
        if self.init_std is None:
            return
        nn.init.normal_(self.fc.weight, std=self.init_std)
        nn.init.zeros_(self.fc.bias)


# build: 24, "relu"
# build: 24, "tanh"
# build: 24, "selu"
class Matched(nn.Module):
    def __init__(self, dim, activation):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        match activation:
            case "relu" | "gelu":
                nn.init.kaiming_normal_(self.fc.weight, nonlinearity="relu")
            case "tanh":
                nn.init.xavier_normal_(self.fc.weight, gain=nn.init.calculate_gain("tanh"))
            case _:
                nn.init.normal_(self.fc.weight, std=1 / math.sqrt(dim))


# build: 16, 32
# build: 16, 16
class Shortcut(nn.Module):
    def __init__(self, inputs, planes):
        super().__init__()
        self.conv = nn.Conv2d(inputs, planes, 3, bias=False)
        self.shortcut = nn.Sequential()
        if inputs != planes:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, planes, 1, bias=False), nn.BatchNorm2d(planes))


# build: 16, True
# build: 16, False
class ConditionalExpression(nn.Module):
    def __init__(self, dim, wide):
        super().__init__()
        hidden = 4 * dim if wide else dim
        self.up = nn.Linear(dim, hidden)
        self.down = nn.Linear(hidden, dim)
        (nn.init.zeros_ if wide else nn.init.ones_)(self.down.bias)


# build: 16, True
# build: 16, False
class OptionalBias(nn.Module):
    def __init__(self, dim, bias):
        super().__init__()
        self.fc = nn.Linear(dim, dim, bias=bias)
        nn.init.xavier_normal_(self.fc.weight)
        if self.fc.bias is not None:
            nn.init.constant_(self.fc.bias, -1.0)


# build: 16, nn.LayerNorm
# build: 16, nn.Identity
class NormClass(nn.Module):
    def __init__(self, dim, norm_layer):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.norm = norm_layer(dim)
        nn.init.normal_(self.fc.weight, std=0.02)


# build: 16, "batch"
# build: 16, "layer"
# build: 16, "none"
class NormName(nn.Module):
    def __init__(self, channels, norm):
        super().__init__()
        self.conv = nn.Conv1d(channels, channels, 3, bias=norm == "none")
        if norm == "batch":
            self.norm = nn.BatchNorm1d(channels)
        elif norm == "layer":
            self.norm = nn.GroupNorm(1, channels)
        else:
            self.norm = nn.Identity()
        if norm != "none":
            nn.init.constant_(self.norm.weight, 0.5)


# build: 16, 2
# build: 16, 12
class Deep(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        if depth > 6:
            nn.init.zeros_(self.fc.weight)
        elif depth > 1:
            nn.init.eye_(self.fc.weight)
        else:
            raise ValueError(depth)


# build: 16
# build: 16, patched={"torch.cuda.is_available": True}
class Tried(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        try:
            nn.init.xavier_uniform_(self.fc.bias)
        except ValueError:
            nn.init.constant_(self.fc.bias, 0.25)
        try:
            import a_package_that_nobody_has  # noqa: F401

            nn.init.zeros_(self.fc.weight)
        except ImportError:
            nn.init.normal_(self.fc.weight, std=0.7)


# build: 16, True, False
# build: 16, False, True
# build: 16, False, False
class ShortCircuit(nn.Module):
    def __init__(self, dim, first, second):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        if first or second:
            nn.init.normal_(self.fc.weight, std=0.3)
        if not first and second:
            nn.init.zeros_(self.fc.bias)
