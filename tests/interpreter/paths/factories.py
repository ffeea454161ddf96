"""Functions that build modules from what they are given."""

import math

import torch
import torch.nn as nn


# build: 16, 32
# build: 8, 64
def conv_block(inputs, outputs):
    conv = nn.Conv2d(inputs, outputs, 3, bias=False)
    nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


# build: 16, True
# build: 16, False
def make_norm(dim, affine):
    if not affine:
        return nn.LayerNorm(dim, elementwise_affine=False)
    norm = nn.LayerNorm(dim)
    nn.init.constant_(norm.weight, 0.3)
    return norm


# build: 16, "linear"
# build: 16, "mlp"
def projector(dim, kind):
    if kind == "linear":
        return nn.Linear(dim, dim)
    if kind == "mlp":
        modules = [nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim)]
        nn.init.zeros_(modules[-1].weight)
        return nn.Sequential(*modules)
    raise ValueError(f"unknown projector type: {kind}")


def zero_module(module):
    for p in module.parameters():
        p.detach().zero_()
    return module


# build: 16
# build: 24
def control(channels):
    return nn.Sequential(nn.Conv2d(3, channels, 3), nn.SiLU(), zero_module(nn.Conv2d(channels, channels, 1)))


# build: 16, 3
# build: 8, 2
def mlp(dim, layers, act=nn.ReLU, out_std=0.01):
    net = nn.Sequential()
    for i in range(layers):
        net.add_module(f"fc{i}", nn.Linear(dim, dim))
        net.add_module(f"act{i}", act())
    head = nn.Linear(dim, 1)
    nn.init.normal_(head.weight, std=out_std)
    net.add_module("head", head)
    return net


# build: 16, 0.3
# build: 16, 0.6
def scaled(dim, std):
    layer = nn.Linear(dim, dim, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(dim, dim) * std)
    return layer


# build: 16, nn.init.zeros_
# build: 16, nn.init.ones_
def with_initializer(dim, init):
    layer = nn.Linear(dim, dim)
    init(layer.weight)
    return layer


# build: 16, {"scale": 0.1}
# build: 16, {}
def with_options(dim, options):
    layer = nn.Linear(dim, dim, bias=False)
    if "scale" in options:
        nn.init.normal_(layer.weight, std=options["scale"])
    return layer


# build: 16, 2
# build: 32, 4
def unet_level(channels, depth):
    if depth == 0:
        return nn.Identity()
    down = nn.Conv2d(channels, 2 * channels, 4, stride=2)
    nn.init.normal_(down.weight, std=math.sqrt(1 / (16 * channels)))
    up = nn.ConvTranspose2d(2 * channels, channels, 4, stride=2)
    return nn.Sequential(down, nn.LeakyReLU(0.2), up)
