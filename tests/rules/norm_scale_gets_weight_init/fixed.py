"""Norm scales drawn like weight matrices."""

from torch import nn


def initialize_weights(model):
    for m in model.modules():
        if isinstance(m, (nn.Conv2d, nn.BatchNorm2d)):
            nn.init.normal_(m.weight, 0.0, 0.02)


def discriminator(ch=8):
    net = nn.Sequential(nn.Conv2d(3, ch, 4, bias=False), nn.BatchNorm2d(ch), nn.LeakyReLU(0.2), nn.Conv2d(ch, 1, 4))
    initialize_weights(net)
    return net


class NameTest(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.fc = nn.Linear(d, d)
        self.norm1 = nn.LayerNorm(d)
        self.norm2 = nn.LayerNorm(d)
        for name, p in self.named_parameters():
            if "weight" in name:
                nn.init.normal_(p, mean=0.0, std=0.02)
            else:
                nn.init.zeros_(p)

    def forward(self, x):
        return self.norm2(self.fc(self.norm1(x)))


class OldDefault(nn.Module):
    def __init__(self, ch=8):
        super().__init__()
        self.conv = nn.Conv2d(3, ch, 3)
        self.bn = nn.BatchNorm2d(ch)
        self.bn.weight.data.fill_(1.0)

    def forward(self, x):
        return self.bn(self.conv(x))


class OneConstantForAll(nn.Module):
    def __init__(self, d=8):
        super().__init__()
        self.norm = nn.GroupNorm(2, d)
        self.out = nn.Linear(d, 1)
        for p in self.parameters():
            nn.init.constant_(p, 0.01)

    def forward(self, x):
        return self.out(self.norm(x))
