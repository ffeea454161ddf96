"""Base classes with hooks, forwarded arguments, and mixins."""

import math

import torch
import torch.nn as nn


class Base(nn.Module):
    std = 0.02

    def __init__(self, dim, **kwargs):
        super().__init__()
        self.dim = dim
        self.build(**kwargs)
        self.init_weights()

    def build(self, **kwargs):
        raise NotImplementedError

    def init_weights(self):
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=self.std)
                nn.init.zeros_(m.bias)


# build: 16, hidden=24
# build: 16, hidden=8
class Hooked(Base):
    def build(self, hidden):
        self.fc1 = nn.Linear(self.dim, hidden)
        self.fc2 = nn.Linear(hidden, self.dim)


# build: 16
# build: 32
class OtherStd(Base):
    std = 0.5

    def build(self, **kwargs):
        self.fc = nn.Linear(self.dim, self.dim)


# build: 16
# build: 20
class ExtendedRoutine(Base):
    def build(self):
        self.fc = nn.Linear(self.dim, self.dim)
        self.gate = nn.Linear(self.dim, 1)

    def init_weights(self):
        super().init_weights()
        nn.init.constant_(self.gate.bias, 3.0)
        nn.init.zeros_(self.gate.weight)


# build: 16, 0.1
# build: 16, 0.9
class PropertyStd(Base):
    def __init__(self, dim, scale):
        self.scale_given = scale
        super().__init__(dim)

    @property
    def std(self):
        return self.scale_given / math.sqrt(self.dim)

    def build(self):
        self.fc = nn.Linear(self.dim, self.dim)


class ScaledLinear(nn.Linear):
    def __init__(self, *args, init_scale=1.0, **kwargs):
        self.init_scale = init_scale
        super().__init__(*args, **kwargs)

    def reset_parameters(self):
        super().reset_parameters()
        with torch.no_grad():
            self.weight.mul_(self.init_scale)
            if self.bias is not None:
                self.bias.zero_()


# build: 16, 0.5
# build: 32, 2.0
class Forwarded(nn.Module):
    def __init__(self, dim, scale):
        super().__init__()
        self.fc = ScaledLinear(dim, dim, bias=False, init_scale=scale)
        self.out = ScaledLinear(dim, 4)


class InitMixin:
    def initialise(self, gain):
        for p in self.parameters():
            if p.ndim >= 2:
                nn.init.orthogonal_(p, gain=gain)


# build: 24, 2.0
# build: 16, 0.1
class Mixed(InitMixin, nn.Module):
    def __init__(self, dim, gain):
        super().__init__()
        self.actor = nn.Linear(dim, dim)
        self.critic = nn.Linear(dim, 1)
        self.initialise(gain)


def layer_init(layer, std=math.sqrt(2), bias_const=0.0):
    nn.init.orthogonal_(layer.weight, std)
    nn.init.constant_(layer.bias, bias_const)
    return layer


# build: 12, 3
# build: 30, 6
class Agent(nn.Module):
    def __init__(self, observations, actions):
        super().__init__()
        self.critic = nn.Sequential(layer_init(nn.Linear(observations, 64)), nn.Tanh(), layer_init(nn.Linear(64, 1), std=1.0))
        self.actor = nn.Sequential(layer_init(nn.Linear(observations, 64)), nn.Tanh(), layer_init(nn.Linear(64, actions), std=0.01))


class Encoder(nn.Module):
    def __init__(self, dim, zero=False, **rest):
        super().__init__()
        self.fc = nn.Linear(dim, dim, **rest)
        if zero:
            nn.init.zeros_(self.fc.weight)


# build: 16
# build: 24
class Outer(nn.Module):
    def __init__(self, dim, **kwargs):
        super().__init__()
        self.plain = Encoder(dim, bias=False)
        self.encoder = Encoder(dim, **kwargs)


# build: 16, 24
# build: 24, 16
class ClassFactory(nn.Module):
    layer_cls = nn.Linear

    def __init__(self, inputs, outputs):
        super().__init__()
        self.layer = self.make(inputs, outputs)

    @classmethod
    def make(cls, inputs, outputs):
        layer = cls.layer_cls(inputs, outputs)
        nn.init.xavier_normal_(layer.weight)
        return layer


# build: 16, 24
class OtherLayer(ClassFactory):
    @staticmethod
    def layer_cls(inputs, outputs):
        return nn.Conv1d(inputs, outputs, 3)
