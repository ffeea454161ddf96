"""A generator and two critics of line drawings."""

import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import weight_norm


class Generator(nn.Module):
    """Noise to a drawing of 32 by 32."""

    def __init__(self, noise=128, channels=64):
        super().__init__()
        self.project = nn.ConvTranspose2d(noise, 4 * channels, 4)
        self.up1 = nn.ConvTranspose2d(4 * channels, channels, 4, stride=2, padding=1)
        self.up2 = nn.ConvTranspose2d(channels, channels, 4, stride=2, padding=1)
        self.draw = nn.ConvTranspose2d(channels, 1, 4, stride=2, padding=1)
        for layer in (self.project, self.up1, self.up2):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

    def forward(self, z):
        x = F.relu(self.project(z))
        x = F.relu(self.up1(x))
        x = F.relu(self.up2(x))
        return F.tanh(self.draw(x))


class Critic(nn.Module):
    """Weight-normalised convolutions, initialised after the wrapping."""

    def __init__(self, channels=32):
        super().__init__()
        self.conv1 = weight_norm(nn.Conv2d(1, channels, 4, stride=2))
        self.conv2 = weight_norm(nn.Conv2d(channels, 1, 4, stride=2))
        nn.init.normal_(self.conv1.weight, 0.0, 0.02)

    def forward(self, drawing):
        return self.conv2(F.leaky_relu(self.conv1(drawing), 0.2)).mean((1, 2, 3))


class StyleMap(nn.Module):
    """Eight layers of tanh with Kaiming's default gain, which is meant for ReLU."""

    def __init__(self, width=512):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(8)])
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight)

    def forward(self, z):
        for layer in self.layers:
            z = F.tanh(layer(z))
        return z


class ZeroCritic(nn.Module):
    """Zero weights in front of a ReLU: nothing ever reaches them."""

    def __init__(self, width=256):
        super().__init__()
        self.fc1 = nn.Linear(1024, width)
        self.fc2 = nn.Linear(width, width)
        self.out = nn.Linear(width, 1)
        for layer in (self.fc1, self.fc2):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, drawing):
        x = F.relu(self.fc1(drawing.flatten(1)))
        return self.out(F.relu(self.fc2(x)))
