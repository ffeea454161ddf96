"""A deep perceptron for handwritten digits, and its self-normalising cousin for tabular data."""

import torch.nn as nn
import torch.nn.functional as F


class DigitsMlp(nn.Module):
    """Fourteen hidden layers of ReLU units, no normalisation."""

    def __init__(self, width=512, depth=14, classes=10):
        super().__init__()
        self.stem = nn.Linear(784, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth - 1)])
        self.head = nn.Linear(width, classes)
        nn.init.xavier_uniform_(self.stem.weight)
        for layer in self.hidden:
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
        nn.init.trunc_normal_(self.head.weight, std=0.02)

    def forward(self, image):
        x = F.relu(self.stem(image.flatten(1)))
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.head(x)


class TabularNet(nn.Module):
    """SELU units, which keep their moments by themselves if the weights and the dropout let them."""

    def __init__(self, features=64, width=256, classes=2):
        super().__init__()
        self.fc1 = nn.Linear(features, width)
        self.fc2 = nn.Linear(width, width)
        self.fc3 = nn.Linear(width, width)
        self.head = nn.Linear(width, classes)
        self.drop = nn.Dropout(0.1)
        for layer in (self.fc1, self.fc2, self.fc3):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.normal_(self.head.weight, 0.02)

    def forward(self, row):
        x = self.drop(F.selu(self.fc1(row)))
        x = self.drop(F.selu(self.fc2(x)))
        x = self.drop(F.selu(self.fc3(x)))
        return self.head(x)


class Gate(nn.Module):
    """A tanh gate that predates the renaming of torch's initializers."""

    def __init__(self, width=128):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.score = nn.Linear(width, 1)
        nn.init.xavier_uniform(self.query.weight)
        nn.init.xavier_uniform_(self.query.bias)

    def forward(self, x):
        return self.score(F.tanh(self.query(x)))
