"""Freezing what was loaded, copied or fixed on purpose."""

import copy

import torch
from torch import nn
from torchvision.models import resnet18


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(8, 8, 3)

    def forward(self, x):
        return self.conv2(self.conv1(x))


class LoadedFirst(nn.Module):
    def __init__(self, state):
        super().__init__()
        self.encoder = Encoder()
        self.head = nn.Linear(8, 2)
        self.encoder.load_state_dict(state)
        self.encoder.requires_grad_(False)

    def forward(self, x):
        return self.head(self.encoder(x).mean((2, 3)))


class LoadedAfterwards(nn.Module):
    """The order of freezing and loading does not matter."""

    def __init__(self, state):
        super().__init__()
        self.encoder = Encoder()
        self.head = nn.Linear(8, 2)
        for p in self.encoder.parameters():
            p.requires_grad = False
        self.encoder.load_state_dict(state)

    def forward(self, x):
        return self.head(self.encoder(x).mean((2, 3)))


def backbone(pretrained=False, trainable=("layer2", "fc")):
    net = resnet18(pretrained=pretrained)
    if pretrained:
        for name, parameter in net.named_parameters():
            if all(t not in name for t in trainable):
                parameter.requires_grad_(False)
    return net


class Teacher(nn.Module):
    """A target network is a copy of one that trains."""

    def __init__(self):
        super().__init__()
        self.online = Encoder()
        self.target = copy.deepcopy(self.online)
        for p in self.target.parameters():
            p.requires_grad = False

    def forward(self, x):
        with torch.no_grad():
            target = self.target(x)
        return self.online(x), target


class Given(nn.Module):
    """What a caller hands in may hold anything."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(8, 2)
        for p in self.encoder.parameters():
            p.requires_grad = False

    def forward(self, x):
        return self.head(self.encoder(x))


class RandomQueries(nn.Module):
    """Fixed random queries and one fixed random projection are techniques."""

    def __init__(self, groups=10, dim=8):
        super().__init__()
        self.queries = nn.Embedding(groups, dim)
        self.queries.requires_grad_(False)
        self.projection = nn.Linear(dim, dim, bias=False)
        self.projection.weight.requires_grad = False
        self.out = nn.Linear(dim, 4)

    def forward(self, x):
        return self.out(self.projection(x) @ self.queries.weight.t() @ self.queries.weight)


class Adapted(nn.Linear):
    """The caller loads the weight beside which the adapter trains."""

    def __init__(self, inputs, outputs, rank=4):
        super().__init__(inputs, outputs)
        self.down = nn.Parameter(self.weight.new_zeros((rank, inputs)))
        self.up = nn.Parameter(self.weight.new_zeros((outputs, rank)))
        self.weight.requires_grad = False
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, x):
        return nn.functional.linear(x, self.weight, self.bias) + x @ self.down.T @ self.up.T


class Attention(nn.Module):
    def __init__(self, width=256):
        super().__init__()
        self.q, self.v = Adapted(width, width), Adapted(width, width)

    def forward(self, x):
        return self.q(x) * self.v(x)


class Distillation(nn.Module):
    """Predicting a fixed random network: its novelty is the reward."""

    def __init__(self, width=64):
        super().__init__()
        self.predictor = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))
        self.random_target = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))
        for p in self.random_target.parameters():
            p.requires_grad_(False)

    def forward(self, x):
        return (self.predictor(x) - self.random_target(x)).pow(2).mean(-1)
