"""Helpers of the user's own that take, fill and give back a layer."""

import math

import numpy as np
import torch
import torch.nn as nn


def layer_init(layer, std=np.sqrt(2), bias_const=0.0):
    torch.nn.init.orthogonal_(layer.weight, std)  # reveal: Agent: critic.0.weight [64, 16] = orthogonal_ 0.177; Agent: critic.2.weight [1, 64] = orthogonal_ 0.125; Agent: actor.weight [4, 64] = orthogonal_ 0.00125
    torch.nn.init.constant_(layer.bias, bias_const)  # reveal: Agent: critic.0.bias [64] = constant_ 0; Agent: critic.2.bias [1] = constant_ 0; Agent: actor.bias [4] = constant_ 0.5±0
    return layer


def zero_module(module):
    """Every parameter is zero."""
    for p in module.parameters():
        p.detach().zero_()  # reveal: Diffusion: out.weight [3, 32, 1, 1] = zero_ 0; Diffusion: out.bias [3] = zero_ 0; Diffusion: pair.0.weight [8, 8] = zero_ 0; Diffusion: pair.0.bias [8] = zero_ 0; Diffusion: pair.1.weight [8] = zero_ 0; Diffusion: pair.1.bias [8] = zero_ 0
    return module


def Linear(in_features, out_features, bias=True):
    m = nn.Linear(in_features, out_features, bias)
    nn.init.xavier_uniform_(m.weight)  # reveal: Diffusion: body.weight [32, 16] = xavier_uniform_ 0.204
    if bias:
        nn.init.constant_(m.bias, 0.0)
    return m


def trunc_normal_(tensor, mean=0.0, std=1.0):
    """The old form of the truncated normal."""
    with torch.no_grad():
        return tensor.normal_(mean, std).clamp_(mean - 2 * std, mean + 2 * std)  # reveal: Loop: p [4, 32] = clamp_ 0.0192


def scaled_(weight, scale=1.0):
    fan_in = weight.size(1)
    bound = scale * math.sqrt(3.0 / fan_in)
    nn.init.uniform_(weight, -bound, bound)  # reveal: Loop: q.weight [32, 32] = uniform_ 0.0884; Loop: k.weight [32, 32] = uniform_ 0.0884; Loop: v.weight [32, 32] = uniform_ 0.177


class Agent(nn.Module):  # root
    def __init__(self, observations=16, actions=4):
        super().__init__()
        self.critic = nn.Sequential(
            layer_init(nn.Linear(observations, 64)),
            nn.Tanh(),
            layer_init(nn.Linear(64, 1), std=1.0),
        )
        self.actor = layer_init(nn.Linear(64, actions), 0.01, bias_const=0.5)


class Diffusion(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.body = Linear(16, 32, bias=False)
        self.out = zero_module(nn.Conv2d(32, 3, 1))
        self.pair = zero_module(nn.Sequential(nn.Linear(8, 8), nn.LayerNorm(8)))


class Loop(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(32, 32, bias=False) for _ in range(3))
        for layer in (self.q, self.k):
            scaled_(layer.weight, scale=0.5)
        scaled_(self.v.weight)
        self.p = nn.Parameter(torch.empty(4, 32))
        trunc_normal_(self.p, std=0.02)
