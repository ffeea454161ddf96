import torch.nn as nn


class SmallHead(nn.Module):  # probe: 64,256
    """The loss starts at ln C."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(256)
        self.head = nn.Linear(256, 100)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, x):
        return self.head(self.norm(x))


class DefaultHead(nn.Module):  # probe: 64,256
    """torch's default costs a sixth of a nat."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(256)
        self.head = nn.Linear(256, 100)

    def forward(self, x):
        return self.head(self.norm(x))


class ZeroHead(nn.Module):  # probe: 64,256
    """Zero logits guess."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(256)
        self.head = nn.Linear(256, 100)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        return self.head(self.norm(x))


class Projector(nn.Module):  # probe: 64,64
    """What is normalised afterwards are no logits."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(64)
        self.project = nn.Linear(64, 16)
        nn.init.orthogonal_(self.project.weight, gain=10.0)

    def forward(self, x):
        return nn.functional.normalize(self.project(self.norm(x)))


class Probabilities(nn.Module):  # probe: 64,64
    """What a softmax gives are no logits."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(64)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.norm(x)).softmax(-1)


class TiedSmall(nn.Module):  # probe: 4,8:int64:0..200
    """A table of std 0.02 serves as a head, too."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(200, 128)
        nn.init.normal_(self.tokens.weight, std=0.02)
        self.norm = nn.LayerNorm(128)
        self.out = nn.Linear(128, 200, bias=False)
        self.out.weight = self.tokens.weight

    def forward(self, words):
        return self.out(self.norm(self.tokens(words)))
