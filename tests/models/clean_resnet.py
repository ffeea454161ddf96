"""A small residual network and a tagger, initialised as they should be: winit-lint has nothing to say."""

import torch.nn as nn
import torch.nn.functional as F


class Residual(nn.Module):
    """Two convolutions; the scale of the last normalisation is zero, so that the block starts as the identity."""

    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(x + self.norm2(self.conv2(y)))


class SmallResNet(nn.Module):
    """Images to classes."""

    def __init__(self, channels=64, depth=4, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.blocks = nn.Sequential(*[Residual(channels) for _ in range(depth)])
        self.head = nn.Linear(channels, classes)
        self.init_weights()

    def init_weights(self):
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        for block in self.blocks:
            nn.init.zeros_(block.norm2.weight)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)

    def forward(self, image):
        x = F.relu(self.norm(self.stem(image)))
        return self.head(self.blocks(x).mean((2, 3)))


class GatedTagger(nn.Module):
    """A GRU with orthogonal gates and a padding row that stays zero."""

    def __init__(self, vocabulary=5000, width=128, labels=12):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width, padding_idx=0)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.label = nn.Linear(width, labels)
        nn.init.normal_(self.embed.weight, std=0.1)
        nn.init.zeros_(self.embed.weight[0])
        for gate in self.rnn.weight_hh_l0.chunk(3, dim=0):
            nn.init.orthogonal_(gate)

    def forward(self, words):
        states, _ = self.rnn(self.embed(words))
        return self.label(states)
