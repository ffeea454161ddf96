"""Freezing without loading."""

from torch import nn
from torchvision.models import resnet18


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(8, 8, 3)

    def forward(self, x):
        return self.conv2(self.conv1(x))


class NeverLoaded(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.head = nn.Linear(8, 2)
        for p in self.encoder.parameters():
            p.requires_grad = False  # warning: [frozen-random-weights] "2 layers are frozen at random values"

    def forward(self, x):
        return self.head(self.encoder(x).mean((2, 3)))


class FreezeOutsideTheGuard(nn.Module):
    def __init__(self, state=None):
        super().__init__()
        self.encoder = Encoder()
        self.head = nn.Linear(8, 2)
        if state is not None:
            self.encoder.load_state_dict(state)
        self.encoder.requires_grad_(False)  # warning: [frozen-random-weights] "nothing was loaded on this path"

    def forward(self, x):
        return self.head(self.encoder(x).mean((2, 3)))


def backbone(pretrained=False, trainable=("layer2", "fc")):
    net = resnet18(pretrained=pretrained)
    for name, parameter in net.named_parameters():
        if all(t not in name for t in trainable):
            parameter.requires_grad_(False)  # warning: [frozen-random-weights] "random"
    return net
