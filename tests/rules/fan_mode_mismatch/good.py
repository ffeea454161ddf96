"""Fan modes that cancel along the chain, or too short a chain to matter."""

from torch import nn
from torch.nn import functional as F


class FanOutTelescopes(nn.Module):
    """What one layer loses the next one gains: 8 layers leave first width / last width."""

    def __init__(self):
        super().__init__()
        widths = [16, 64, 16, 64, 16, 64, 16, 64]
        self.convs = nn.ModuleList([nn.Conv2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:])])
        self.out = nn.Conv2d(64, 3, 1)
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.out(x)


class Strided(nn.Module):
    """A stride quarters the gradient at each position and the number of positions: their sum is kept."""

    def __init__(self, width=32):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 3, stride=2, padding=1) for _ in range(4)])
        self.out = nn.Linear(width, 3)
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.out(x.mean((2, 3)))


class XavierOnSquares(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(12)])
        self.head = nn.Linear(width, 1)
        for layer in self.layers:
            nn.init.xavier_normal_(layer.weight)

    def forward(self, x):
        for layer in self.layers:
            x = F.tanh(layer(x))
        return self.head(x)


class FanIn(nn.Module):
    """The forward pass is exact on any widths."""

    def __init__(self, narrow=32, wide=1024, depth=5):
        super().__init__()
        layers = []
        for _ in range(depth):
            layers += [nn.Linear(narrow, wide), nn.Tanh(), nn.Linear(wide, narrow), nn.Tanh()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(narrow, 10)
        for layer in self.body:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="linear")

    def forward(self, x):
        return self.head(self.body(x))


class InResidualBranches(nn.Module):
    """Nothing adds up behind a skip."""

    def __init__(self, narrow=32, wide=128, depth=8):
        super().__init__()
        self.ups = nn.ModuleList([nn.Linear(narrow, wide) for _ in range(depth)])
        self.downs = nn.ModuleList([nn.Linear(wide, narrow) for _ in range(depth)])
        self.norm = nn.LayerNorm(narrow)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)

    def forward(self, x):
        for up, down in zip(self.ups, self.downs):
            x = x + down(F.tanh(up(self.norm(x))))
        return x


class GeneratorWithNorms(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.ups = nn.ModuleList([nn.ConvTranspose2d(width, width, 4, 2, 1, bias=False) for _ in range(5)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(width) for _ in range(5)])
        for up in self.ups:
            nn.init.kaiming_normal_(up.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        for up, norm in zip(self.ups, self.norms):
            x = F.relu(norm(up(x)))
        return x
