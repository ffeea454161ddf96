import torch
import torch.nn as nn


class HeBeforeReLU(nn.Module):  # probe: 64,256
    """The gain that ReLU needs."""

    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(6):
            layer = nn.Linear(256, 256)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(256, 10)

    def forward(self, x):
        return self.head(self.body(x))


class Narrow(nn.Module):  # probe: 64,8
    """At eight units one draw may differ by a factor of a hundred: that proves nothing."""

    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(10):
            layer = nn.Linear(8, 8)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.body(x))


class EmbeddedThenNormalised(nn.Module):  # probe: 4,6:int64:0..100
    """A small table in front of a normalisation: the ratio of the two is no growth."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(100, 32)
        nn.init.normal_(self.table.weight, std=0.02)
        self.norm = nn.LayerNorm(32)
        self.out = nn.Linear(32, 8)

    def forward(self, words):
        return self.out(self.norm(self.table(words)))


class WidthsThatChange(nn.Module):  # probe: 64,16
    """With a fan_out scheme the gradient of an entry stays, and the signal goes with the ratio of the widths."""

    def __init__(self):
        super().__init__()
        widths = (16, 64, 128, 64, 128)
        layers = []
        for wide, narrow in zip(widths, widths[1:]):
            layer = nn.Linear(wide, narrow)
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.body(x))


class InfiniteMask(nn.Module):  # probe: 4,8,16
    """A mask of minus infinity is no value of the flow, and softmax takes it away."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.register_buffer("mask", torch.full((8, 8), float("-inf")).triu(1))

    def forward(self, x):
        x = self.fc(x)
        return nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=self.mask)


class Normalised(nn.Module):  # probe: 64,64
    """A normalisation behind every layer takes any scale."""

    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(8):
            layer = nn.Linear(64, 64)
            nn.init.orthogonal_(layer.weight, gain=2.0)
            layers += [layer, nn.LayerNorm(64), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.body(x))


class Logarithm(nn.Module):  # probe: 8,16
    """The probe's input is no photograph: what a logarithm makes of it says nothing of the weights."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(16, 4)

    def forward(self, x):
        return self.out(torch.log(x))


class FilledMask(nn.Module):  # probe: 4,8,16
    """Minus infinity on the way to a softmax, written out: no layer carries it."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.out = nn.Linear(16, 16)

    def forward(self, x):
        x = self.fc(x)
        later = torch.ones(8, 8, dtype=torch.bool).triu(1)
        scores = (x @ x.transpose(1, 2)).masked_fill(later, float("-inf"))
        return self.out(scores.softmax(-1) @ x)


class MaskedLogits(nn.Module):  # probe: 4,16
    """A choice that is ruled out has minus infinity as its log-probability, on purpose."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 8)
        self.register_buffer("ruled_out", torch.arange(8) < 3)

    def forward(self, x):
        return torch.log(self.fc(x).masked_fill(self.ruled_out, float("-inf")).softmax(-1))


class DividedByLengths(nn.Module):  # probe: 4,16 4,1:int64:0..1
    """Lengths of zero are the probe's own: the quotient is no matter of the weights."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.out = nn.Linear(16, 4)

    def forward(self, x, lengths):
        return self.out(self.fc(x) / lengths)


class RootOfSquares(nn.Module):  # probe: 32,64
    """Defined for all that the layer puts out."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 64)
        self.s = nn.Parameter(torch.ones(64))
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(torch.sqrt(self.a(x).square() + 1e-6) / self.s)


class AllMasked(nn.Module):  # probe: 4,8,16
    """All of a row is masked, which the inputs bring about."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.out = nn.Linear(16, 16)

    def forward(self, x):
        x = self.fc(x)
        scores = (x @ x.transpose(1, 2)).masked_fill(torch.ones(8, 8, dtype=torch.bool), float("-inf"))
        return self.out(scores.softmax(-1) @ x)
