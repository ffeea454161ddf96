"""Writes to weights that are recomputed."""

from torch import nn
from torch.nn.utils import parametrizations, weight_norm


class AfterWeightNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(8, 8, 3)
        self.conv.weight.data.normal_(0.0, 0.01)
        self.conv = weight_norm(self.conv)

    def forward(self, x):
        return self.conv(x)


def init_weights(m, mean=0.0, std=0.01):
    if isinstance(m, nn.Conv1d):
        m.weight.data.normal_(mean, std)


class AppliedLater(nn.Module):
    def __init__(self, channels=32):
        super().__init__()
        self.convs = nn.ModuleList([weight_norm(nn.Conv1d(channels, channels, 3, dilation=d)) for d in (1, 3)])
        self.convs.apply(init_weights)

    def forward(self, x):
        for conv in self.convs:
            x = x + conv(nn.functional.leaky_relu(x, 0.1))
        return x


class NewStyle(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        nn.init.xavier_uniform_(self.fc.weight)
        self.fc = parametrizations.weight_norm(self.fc)
        self.lip = nn.Linear(8, 8)
        nn.init.xavier_uniform_(self.lip.weight)
        self.lip = parametrizations.spectral_norm(self.lip)

    def forward(self, x):
        return self.lip(self.fc(x))


def projection(width):
    linear = nn.Linear(width, width)
    nn.init.normal_(linear.weight, std=0.1)
    return weight_norm(linear)


class EqualProjections(nn.Module):
    """What was drawn before the wrapper stays, what is written behind it does not."""

    def __init__(self, width=16):
        super().__init__()
        self.query = projection(width)
        self.key = projection(width)
        self.key.weight.data = self.query.weight.data.clone()
        self.out = projection(width)
        nn.init.zeros_(self.out.weight)

    def forward(self, x):
        return self.out(self.query(x) * self.key(x))
