"""Routines that are handed equal modules: what may be done again without running them, and what may not."""

import torch
import torch.nn as nn


def linears(count=4):
    return nn.ModuleList([nn.Linear(16, 16, bias=False) for _ in range(count)])


class Same(nn.Module):  # root
    """Nothing tells the layers apart; what is written later to one stays there."""

    def __init__(self):
        super().__init__()
        self.layers = linears()
        self.apply(self._init_weights)
        nn.init.constant_(self.layers[3].weight, 0.5)  # reveal: layers.3.weight [16, 16] = constant_ 0.5±0

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.1)  # reveal: layers.0.weight [16, 16] = normal_ 0.1; layers.1.weight [16, 16] = normal_ 0.1; layers.2.weight [16, 16] = normal_ 0.1


class Counting(nn.Module):  # root
    """The routine counts."""

    def __init__(self):
        super().__init__()
        self.layers = linears()
        self.count = 0
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            self.count += 1
            nn.init.constant_(module.weight, self.count)  # reveal: layers.0.weight [16, 16] = constant_ 1±0; layers.1.weight [16, 16] = constant_ 2±0; layers.2.weight [16, 16] = constant_ 3±0; layers.3.weight [16, 16] = constant_ 4±0


def remember(seen, module):
    seen.append(module)
    return len(seen)


class Remembering(nn.Module):  # root
    """A function that it calls keeps what it met."""

    def __init__(self):
        super().__init__()
        self.layers = linears()
        self.seen = []
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            number = remember(self.seen, 1)
            nn.init.constant_(module.weight, number)  # reveal: layers.0.weight [16, 16] = constant_ 1±0; layers.1.weight [16, 16] = constant_ 2±0; layers.2.weight [16, 16] = constant_ 3±0; layers.3.weight [16, 16] = constant_ 4±0


class Picking(nn.Module):  # root
    """One of the equal layers is asked for by identity, another by a list."""

    def __init__(self):
        super().__init__()
        self.layers = linears()
        self.head = nn.Linear(16, 16, bias=False)
        self.special = [self.layers[1]]
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if module is self.head:
            nn.init.zeros_(module.weight)  # reveal: head.weight [16, 16] = zeros_ 0
        elif module in self.special:
            nn.init.ones_(module.weight)  # reveal: layers.1.weight [16, 16] = ones_ 1±0
        elif isinstance(module, nn.Linear):
            nn.init.constant_(module.weight, 0.1)  # reveal: layers.0.weight [16, 16] = constant_ 0.1±0; layers.2.weight [16, 16] = constant_ 0.1±0; layers.3.weight [16, 16] = constant_ 0.1±0


class Outside(nn.Module):  # root
    """Each layer that is met scales another parameter."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.layers = linears()
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.constant_(module.weight, self.scale.item() if False else 0.5)  # reveal: layers.0.weight [16, 16] = constant_ 0.5±0; layers.1.weight [16, 16] = constant_ 0.5±0; layers.2.weight [16, 16] = constant_ 0.5±0; layers.3.weight [16, 16] = constant_ 0.5±0
            self.scale.data.mul_(2.0)  # reveal: scale [1] = ones 16±0


class Marked(nn.Module):  # root
    """The layers differ in an attribute, in what they held, or in what they hold."""

    def __init__(self):
        super().__init__()
        self.layers = linears(5)
        self.layers[1].factor = 3.0
        for layer in self.layers:
            nn.init.constant_(layer.weight, 0.5)
        nn.init.constant_(self.layers[2].weight, 0.25)
        self.layers[3].inner = nn.ReLU()
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.mul_(getattr(module, "factor", 2.0) + len(list(module.children())))  # reveal: layers.0.weight [16, 16] = constant_ 1±0; layers.1.weight [16, 16] = constant_ 1.5±0; layers.2.weight [16, 16] = constant_ 0.5±0; layers.3.weight [16, 16] = constant_ 1.5±0; layers.4.weight [16, 16] = constant_ 1±0


class Attention(nn.Module):
    def __init__(self, index):
        super().__init__()
        self.index = index
        self.proj = nn.Linear(16, 16, bias=False)
        self.gate = nn.Parameter(torch.empty(16))


class Below(nn.Module):  # root
    """The routine writes to the child of what it is handed, and to its own parameter by its index."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([Attention(index // 2) for index in range(4)])
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, Attention):
            nn.init.constant_(module.proj.weight, 0.5)  # reveal: layers.0.proj.weight [16, 16] = constant_ 0.5±0; layers.1.proj.weight [16, 16] = constant_ 0.5±0; layers.2.proj.weight [16, 16] = constant_ 0.5±0; layers.3.proj.weight [16, 16] = constant_ 0.5±0
            nn.init.constant_(module.gate, 1.0 + module.index)  # reveal: layers.0.gate [16] = constant_ 1±0; layers.1.gate [16] = constant_ 1±0; layers.2.gate [16] = constant_ 2±0; layers.3.gate [16] = constant_ 2±0


class Shared(nn.Module):  # root
    """Two layers over one weight: it is halved twice."""

    def __init__(self):
        super().__init__()
        self.layers = linears()
        for layer in self.layers:
            nn.init.ones_(layer.weight)
        self.layers[1].weight = self.layers[0].weight
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.mul_(0.5)  # reveal: layers.0.weight [16, 16] = ones_ 0.25±0; layers.2.weight [16, 16] = ones_ 0.5±0; layers.3.weight [16, 16] = ones_ 0.5±0


class Running(nn.Module):  # root
    """Buffers are written, too."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.BatchNorm1d(16) for _ in range(4)])
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.BatchNorm1d):
            nn.init.constant_(module.weight, 0.5)  # reveal: layers.0.weight [16] = constant_ 0.5±0; layers.1.weight [16] = constant_ 0.5±0; layers.2.weight [16] = constant_ 0.5±0; layers.3.weight [16] = constant_ 0.5±0
            nn.init.zeros_(module.bias)  # reveal: layers.0.bias [16] = zeros_ 0; layers.1.bias [16] = zeros_ 0; layers.2.bias [16] = zeros_ 0; layers.3.bias [16] = zeros_ 0
            module.running_mean.fill_(0.25)
