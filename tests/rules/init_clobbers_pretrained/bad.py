"""Loaded weights that a later routine overwrites."""

import torch
from torch import nn
from torchvision.models import resnet18


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.body = nn.Conv2d(8, 8, 3)

    def forward(self, x):
        return self.body(self.stem(x))


class LoopOverEverything(nn.Module):
    def __init__(self, state):
        super().__init__()
        self.backbone = Backbone()
        self.backbone.load_state_dict(state)
        self.head = nn.Linear(8, 2)
        self.init_weights()  # error: [init-clobbers-pretrained] "`LoopOverEverything.backbone` are lost: .*2 of its 2"

    def init_weights(self):
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        return self.head(self.backbone(x).mean((2, 3)))


def init_layer(m):
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.normal_(m.weight, std=0.05)


class Callback(nn.Module):
    def __init__(self, path):
        super().__init__()
        self.backbone = Backbone()
        self.backbone.load_state_dict(torch.load(path, weights_only=True))
        self.head = nn.Linear(8, 2)
        self.apply(init_layer)  # error: [init-clobbers-pretrained] "loaded weights of `Callback.backbone` are lost"

    def forward(self, x):
        return self.head(self.backbone(x).mean((2, 3)))


class FromOutside(nn.Module):
    def __init__(self, n_out=16):
        super().__init__()
        self.backbone = resnet18(pretrained=True)
        self.lut = nn.Linear(1000, n_out)
        for m in self.modules():  # error: [init-clobbers-pretrained] "`FromOutside.backbone` are lost"
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        return self.lut(self.backbone(x))


class OwnStateCompleted(nn.Module):
    """The dictionary is the model's own, filled from a checkpoint before it goes back."""

    def __init__(self, path):
        super().__init__()
        self.backbone = Backbone()
        state = self.backbone.state_dict()
        state.update(torch.load(path, weights_only=True))
        self.backbone.load_state_dict(state)
        for m in self.modules():  # error: [init-clobbers-pretrained] "`OwnStateCompleted.backbone` are lost: .*2 of its 2"
            if isinstance(m, nn.Conv2d):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        return self.backbone(x)


class Checkpoints:
    """No module: one of its methods builds, loads and draws again."""

    def __init__(self, folder):
        self.folder = folder

    def resume(self, step):
        net = Backbone()
        net.load_state_dict(torch.load(f"{self.folder}/{step}.pt", weights_only=True))
        net.apply(init_layer)  # error: [init-clobbers-pretrained] "2 of its 2 weight tensors"
        return net
