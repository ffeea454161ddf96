"""Layers that are registered after all, or kept apart on purpose."""

import copy

import torch
from torch import nn


class Registered(nn.Module):
    def __init__(self, dim=8, depth=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


class ByAddModule(nn.Module):
    """The list is a second way to layers that have names of their own."""

    def __init__(self, dim=8, depth=3):
        super().__init__()
        self.layers = []
        for i in range(depth):
            layer = nn.Linear(dim, dim)
            self.add_module(f"layer{i}", layer)
            self.layers.append(layer)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


class BySetattr(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.heads = {name: nn.Linear(dim, 1) for name in ("a", "b")}
        for name, head in self.heads.items():
            setattr(self, f"head_{name}", head)

    def forward(self, x):
        return self.heads["a"](x) + self.heads["b"](x)


class Grouped(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.a = nn.Linear(dim, dim)
        self.b = nn.Linear(dim, dim)
        self.both = [self.a, self.b]
        stages = [nn.Linear(dim, dim), nn.ReLU()]
        self.body = nn.Sequential(*stages)

    def forward(self, x):
        for layer in self.both:
            x = layer(x)
        return self.body(x)


class Distilled(nn.Module):
    """A list of one keeps the teacher out of `parameters()`; so do a tuple, and an attribute behind torch's back."""

    def __init__(self, dim=8):
        super().__init__()
        self.student = nn.Linear(dim, dim)
        teacher = nn.Linear(dim, dim)
        nn.init.orthogonal_(teacher.weight)
        self._teacher = [teacher]
        self._other = (nn.Linear(dim, dim),)
        object.__setattr__(self, "third", nn.Linear(dim, dim))

    def forward(self, x):
        return self.student(x), self._teacher[0](x), self._other[0](x)


class Ema(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.a = nn.Linear(dim, dim)
        self.b = nn.Linear(dim, dim)
        self.averages = [copy.deepcopy(self.a), copy.deepcopy(self.b)]

    def forward(self, x):
        return self.averages[0](self.a(x)) + self.averages[1](self.b(x))


class FrozenFeatures(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.nets = [nn.Linear(dim, dim), nn.Linear(dim, dim)]
        for net in self.nets:
            net.requires_grad_(False)

    def forward(self, x):
        return [net(x) for net in self.nets]


class WithoutWeights(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.acts = [nn.ReLU(), nn.GELU()]

    def forward(self, x):
        for act in self.acts:
            x = act(self.fc(x))
        return x


class ListsThemItself(nn.Module):
    def __init__(self, dim=8, depth=3):
        super().__init__()
        self.layers = [nn.Linear(dim, dim) for _ in range(depth)]

    def parameters(self, recurse=True):
        for layer in self.layers:
            yield from layer.parameters(recurse)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Decoder(nn.Module):
    """Whoever uses it registers its layers."""

    def __init__(self, dim=8, depth=3):
        super().__init__()
        self.layers = [nn.Linear(dim, dim) for _ in range(depth)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Owner(nn.Module):
    def __init__(self):
        super().__init__()
        self.decoder = Decoder()
        self.registered = nn.ModuleList(self.decoder.layers)

    def forward(self, x):
        return self.decoder(x)


class Tables(nn.Module):
    """Numbers that are worked out, a buffer, a seeded draw, and noise that is only added."""

    def __init__(self, dim=8):
        super().__init__()
        self.basis = torch.eye(dim)
        self.register_buffer("projection", torch.randn(dim, dim))
        self.seeded = torch.randn(dim, dim, generator=torch.Generator().manual_seed(0))
        self.noise = torch.randn(dim)

    def forward(self, x):
        return x @ self.basis @ self.projection @ self.seeded + self.noise


class ForItsValues(nn.Module):
    """The layer in the variable lends its weight."""

    def __init__(self, dim=8):
        super().__init__()
        source = nn.Linear(dim, dim)
        nn.init.orthogonal_(source.weight)
        self.weight = source.weight
        layer = nn.TransformerEncoderLayer(dim, 2)
        nn.init.orthogonal_(layer.self_attn.out_proj.weight)
        self.encoder = nn.ModuleList([copy.deepcopy(layer) for _ in range(1)])

    def forward(self, x):
        return self.encoder[0](x @ self.weight)


class ShownNoise(nn.Module):
    """Kept noise that layers are shown: their weights multiply it, it is no weight."""

    def __init__(self, size=8, style=16):
        super().__init__()
        self.style = torch.randn(size, style)
        self.mlp = nn.Sequential(nn.Linear(style, 64), nn.ReLU(), nn.Linear(64, 4))

    def forward(self, x):
        return x + self.mlp(self.style.view(self.style.size(0), -1))
