"""Layers that come later on purpose, or are not of the routine's types."""

from torch import nn


class ApplyLast(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(64, 64)
        self.head = nn.Linear(64, 10)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.head(self.body(x).tanh())


class InitialisedOnTheNextLine(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(64, 64)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.orthogonal_(m.weight)
                nn.init.zeros_(m.bias)
        self.head = nn.Linear(64, 10)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        return self.head(self.body(x).tanh())


class AnotherType(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(64, 64)
        self.apply(self._init)
        self.norm = nn.LayerNorm(64)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.norm(self.body(x))


class Backbone(nn.Module):
    """The base class can't know what a subclass adds."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(64, 64)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.orthogonal_(m.weight)

    def forward(self, x):
        return self.body(x)


class Classifier(Backbone):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(super().forward(x).tanh())
