"""Guards of every kind, and biases that exist."""

from torch import nn


class Guarded(nn.Module):
    def __init__(self, ch=8):
        super().__init__()
        self.conv_1 = nn.Conv2d(9, ch, 1, bias=False)
        self.conv_2 = nn.Conv2d(ch, 2, 1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                if m.bias is not None:
                    m.bias.data.zero_()

    def forward(self, x):
        return self.conv_2(self.conv_1(x))


class Truth(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim, bias=False)
        if isinstance(self.fc.bias, nn.Parameter):
            nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(x)


class SameFlag(nn.Module):
    """The flag that drops the bias guards its initialisation."""

    def __init__(self, dim=8, bias=True):
        super().__init__()
        self.fc = nn.Linear(dim, dim, bias=bias)
        if bias:
            nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(x)


class OnlyOthers(nn.Module):
    """The layer without a bias is not among those visited."""

    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim, bias=False)
        self.norm = nn.LayerNorm(dim)
        for m in self.modules():
            if isinstance(m, nn.LayerNorm):
                nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.norm(self.fc(x))


class BiasOfTheCallersChoice(nn.Module):
    """The caller's settings say whether there is a bias, and the same setting guards the line."""

    def __init__(self, options):
        super().__init__()
        self.__dict__.update(vars(options))
        self.project = nn.Linear(self.width, self.width, bias=self.with_bias)
        if self.with_bias:
            self.project.bias.data.zero_()

    def forward(self, x):
        return self.project(x)
