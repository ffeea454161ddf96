"""Fine-tuning: a pre-trained backbone, a new head, and the ways to lose what was loaded."""

import torch
import torch.nn as nn
import torchvision


class BirdNet(nn.Module):
    """A residual network with a new head; the routine visits the backbone too."""

    def __init__(self, species=200):
        super().__init__()
        self.backbone = torchvision.models.resnet18(weights="IMAGENET1K_V1")
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(512, species)
        self.init_weights()

    def init_weights(self):
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")

    def forward(self, image):
        return self.head(self.backbone(image))


class PairNet(nn.Module):
    """A frozen encoder; the weights are loaded on one path only."""

    def __init__(self, checkpoint=None):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 32, 3, stride=2), nn.ReLU(), nn.Conv2d(32, 64, 3, stride=2), nn.ReLU()
        )
        self.head = nn.Linear(64, 2)
        if checkpoint is not None:
            self.encoder.load_state_dict(torch.load(checkpoint, weights_only=True), strict=False)
        for parameter in self.encoder.parameters():
            parameter.requires_grad = False

    def forward(self, first, second):
        distance = self.encoder(first) - self.encoder(second)
        return self.head(distance.mean((2, 3)))


class Probe(nn.Module):
    """A head of two layers, the second of which comes after the routine has run."""

    def __init__(self, width=512, classes=10):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc = nn.Linear(width, width)
        self.apply(self._init)
        self.head = nn.Linear(width, classes)

    @staticmethod
    def _init(m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)
            nn.init.zeros_(m.bias)

    def forward(self, features):
        return self.head(torch.relu(self.fc(self.norm(features))))
