"""Residual blocks of the first kind: the activation stands behind the sum."""

import torch.nn as nn


class Block(nn.Module):
    def __init__(self, channels, out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(out)
        self.act1 = nn.ReLU()
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out)
        self.act2 = nn.ReLU()
        self.down = None
        if stride != 1 or channels != out:
            self.down = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        kept = x if self.down is None else self.down(x)
        return self.act2(self.norm2(self.conv2(self.act1(self.norm1(self.conv1(x))))) + kept)


class ResNet(nn.Module):
    def __init__(self, widths=(64, 128, 256), blocks=2, classes=64):
        super().__init__()
        self.stem = nn.Conv2d(3, widths[0], 7, 2, 3, bias=False)
        self.norm = nn.BatchNorm2d(widths[0])
        self.act = nn.ReLU()
        self.shrink = nn.MaxPool2d(3, 2, 1)
        made, channels = [], widths[0]
        for stage, width in enumerate(widths):
            for index in range(blocks):
                made.append(Block(channels, width, 2 if stage and not index else 1))
                channels = width
        self.blocks = nn.Sequential(*made)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(channels, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, image):
        x = self.shrink(self.act(self.norm(self.stem(image))))
        return self.head(self.pool(self.blocks(x)).flatten(1))
