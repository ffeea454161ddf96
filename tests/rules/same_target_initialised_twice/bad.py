"""Lines whose effect the next line replaces."""

import torch
from torch import nn
from torch.nn import functional as F


class TwoHeads(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.mu = nn.Linear(dim, 2)
        self.value = nn.Linear(dim, 1)
        nn.init.orthogonal_(self.value.weight, gain=0.01)  # warning: [same-target-initialised-twice] "mu.weight. beside"
        nn.init.orthogonal_(self.value.weight, gain=1.0)

    def forward(self, x):
        return self.mu(x), self.value(x)


class CopiedBlock(nn.Module):
    def __init__(self, n=64):
        super().__init__()
        self.fc1 = nn.Linear(n, n)
        self.fc2 = nn.Linear(n, n)
        nn.init.kaiming_normal_(self.fc1.weight.data, nonlinearity="relu")  # warning: [same-target-initialised-twice] "fc2.weight"
        nn.init.zeros_(self.fc1.bias)
        nn.init.kaiming_normal_(self.fc1.weight.data, nonlinearity="relu")
        nn.init.zeros_(self.fc2.bias)

    def forward(self, x):
        return F.relu(self.fc2(F.relu(self.fc1(x))))


class TwoSchemes(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")  # warning: [same-target-initialised-twice] "body.0.weight.*body.2.weight"
            m.weight.data.normal_(0.0, 0.02)

    def forward(self, x):
        return self.body(x)


def layer_init(layer, std):
    nn.init.orthogonal_(layer.weight, std)
    nn.init.zeros_(layer.bias)


class HelperCalledTwice(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.actor = nn.Linear(dim, 4)
        self.critic = nn.Linear(dim, 1)
        layer_init(self.critic, 0.01)  # warning: [same-target-initialised-twice] "critic.weight.*actor.weight"
        layer_init(self.critic, 1.0)

    def forward(self, x):
        return self.actor(x), self.critic(x)


class DrawnTwice(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        nn.init.xavier_normal_(self.fc.weight)  # note: [same-target-initialised-twice] "no effect"
        nn.init.xavier_normal_(self.fc.weight)

    def forward(self, x):
        return self.fc(x)


class WithoutGradient(nn.Module):
    """This decorator calls the method each time."""

    def __init__(self, dim=8):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.set_up(0.1)  # warning: [same-target-initialised-twice] "`WithoutGradient.fc.weight` is initialised again"
        self.set_up(0.2)

    @torch.no_grad()
    def set_up(self, std):
        nn.init.normal_(self.fc.weight, std=std)

    def forward(self, x):
        return self.fc(x)


class Unit(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, dim)

    def forward(self, x):
        return x + self.fc(x).relu()


class CopiedLoop(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.encoder = nn.ModuleList([Unit(dim) for _ in range(2)])
        self.decoder = nn.ModuleList([Unit(dim) for _ in range(2)])
        for unit in self.encoder:
            layer_init(unit.fc, 1.4)  # warning: [same-target-initialised-twice] "`decoder.0.fc.weight` beside it is not"
        for unit in self.encoder:
            layer_init(unit.fc, 1.0)

    def forward(self, x):
        for unit in [*self.encoder, *self.decoder]:
            x = unit(x)
        return x


class CopiedIndices(nn.Module):
    def __init__(self, dim=8, depth=3):
        super().__init__()
        self.queries = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])
        self.keys = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])
        for i in range(depth):
            nn.init.orthogonal_(self.queries[i].weight)  # warning: [same-target-initialised-twice] "`CopiedIndices.keys.0"
        for i in range(depth):
            nn.init.orthogonal_(self.queries[i].weight)

    def forward(self, x):
        for query, key in zip(self.queries, self.keys):
            x = x + query(x) * key(x)
        return x
