"""Writes to weights that are recomputed."""

from torch import nn
from torch.nn.utils import parametrizations, weight_norm


class AfterWeightNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = weight_norm(nn.Conv1d(8, 8, 3))
        self.conv.weight.data.normal_(0.0, 0.01)  # warning: [init-after-parametrization] "weight_norm recomputes the weight"

    def forward(self, x):
        return self.conv(x)


def init_weights(m, mean=0.0, std=0.01):
    if isinstance(m, nn.Conv1d):
        m.weight.data.normal_(mean, std)  # warning: [init-after-parametrization] "`normal_` on .* has no effect"


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
        self.fc = parametrizations.weight_norm(nn.Linear(8, 8))
        nn.init.xavier_uniform_(self.fc.weight)  # warning: [init-after-parametrization] "no effect"
        self.lip = parametrizations.spectral_norm(nn.Linear(8, 8))
        nn.init.xavier_uniform_(self.lip.weight)  # warning: [init-after-parametrization] "no effect"

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
        self.key.weight.data = self.query.weight.data.clone()  # warning: [init-after-parametrization] "assignment to `.data` of `EqualProjections.key.weight` has no effect"
        self.out = projection(width)
        nn.init.zeros_(self.out.weight)  # warning: [init-after-parametrization] "`zeros_` on .* has no effect"

    def forward(self, x):
        return self.out(self.query(x) * self.key(x))
