"""Convolutions in a row with maximum pooling between them, with and without batch normalisation."""

import torch.nn as nn


class Vgg(nn.Module):
    def __init__(self, norm=False, plan=(64, 64, "M", 128, 128, "M", 256, 256, "M"), classes=64):
        super().__init__()
        layers, channels = [], 3
        for item in plan:
            if item == "M":
                layers.append(nn.MaxPool2d(2))
                continue
            layers.append(nn.Conv2d(channels, item, 3, padding=1))
            if norm:
                layers.append(nn.BatchNorm2d(item))
            layers.append(nn.ReLU())
            channels = item
        self.features = nn.Sequential(*layers)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(channels, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
                nn.init.zeros_(module.bias)

    def forward(self, image):
        return self.head(self.pool(self.features(image)).flatten(1))
