"""Initialisation that leaves loaded weights alone, or comes before them."""

import torch
from torch import nn
from torchvision.models import resnet18


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.body = nn.Conv2d(8, 8, 3)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(self.body(self.stem(x)).mean((2, 3)))


def init_layer(m):
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, std=0.05)


class NewLayersOnly(nn.Module):
    def __init__(self, state):
        super().__init__()
        self.backbone = Backbone()
        self.backbone.load_state_dict(state)
        self.head = nn.Linear(10, 2)
        self.head.apply(init_layer)

    def forward(self, x):
        return self.head(self.backbone(x))


class LoadedLast(nn.Module):
    """The load comes after the routine."""

    def __init__(self, state):
        super().__init__()
        self.backbone = Backbone()
        self.backbone.apply(init_layer)
        self.backbone.load_state_dict(state)

    def forward(self, x):
        return self.backbone(x)


class HeadReset(nn.Module):
    """One layer is named and started anew on purpose."""

    def __init__(self, state):
        super().__init__()
        self.backbone = Backbone()
        self.backbone.load_state_dict(state)
        nn.init.zeros_(self.backbone.fc.weight)

    def forward(self, x):
        return self.backbone(x)


class NewHead(nn.Module):
    """The replaced head never held loaded weights."""

    def __init__(self, state):
        super().__init__()
        self.backbone = Backbone()
        self.backbone.load_state_dict(state)
        self.backbone.fc = nn.Linear(8, 2)
        nn.init.normal_(self.backbone.fc.weight, std=0.05)

    def forward(self, x):
        return self.backbone(x)


class FromOutside(nn.Module):
    def __init__(self, n_out=16):
        super().__init__()
        self.backbone = resnet18(pretrained=True)
        self.lut = nn.Linear(1000, n_out)
        for m in self.lut.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=0.05)

    def forward(self, x):
        return self.lut(self.backbone(x))


class MomentumTeacher(nn.Module):
    """What the teacher loads is the student's random state; the loop that freezes it writes nothing."""

    def __init__(self):
        super().__init__()
        self.student = Backbone()
        self.teacher = Backbone()
        for p in self.teacher.parameters():
            p.requires_grad_(False)
        self.teacher.load_state_dict(self.student.state_dict())
        for tp, sp in zip(self.teacher.parameters(), self.student.parameters(), strict=True):
            tp.data.copy_(sp.data)

    def forward(self, x):
        return self.student(x) - self.teacher(x)


class LastLayersReset(nn.Module):
    """The traversal stands above the writes, which are not in it: two layers are started anew on purpose."""

    def __init__(self, state):
        super().__init__()
        self.backbone = nn.Sequential(Backbone(), nn.Linear(10, 10), nn.Linear(10, 10))
        self.backbone.load_state_dict(state)
        for m in self.backbone.modules():
            m.training = False
        for layer in self.backbone[1:]:
            nn.init.zeros_(layer.weight)

    def forward(self, x):
        return self.backbone(x)


def init_convolution(m):
    if isinstance(m, nn.Conv2d):
        nn.init.normal_(m.weight, std=0.05)


class Checkpoints:
    """The loaded values come last; what another method builds is another network."""

    def __init__(self, folder):
        self.folder = folder
        self.net = Backbone()

    def resume(self, step):
        net = Backbone()
        net.apply(init_convolution)
        net.load_state_dict(torch.load(f"{self.folder}/{step}.pt", weights_only=True))
        return net

    def start_again(self):
        self.net = Backbone()
        self.net.apply(init_convolution)
