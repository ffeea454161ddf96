"""Products with one zero factor, or whose zeros do not stay."""

import torch
from torch import nn
from torch.nn import functional as F


class LowRank(nn.Module):
    """Exactly one factor is zero: it moves at the first step, the other from the second."""

    def __init__(self, dim=16, rank=4):
        super().__init__()
        self.base = nn.Linear(dim, dim)
        self.lora_a = nn.Parameter(torch.randn(rank, dim) / dim**0.5)
        self.lora_b = nn.Parameter(torch.zeros(dim, rank))

    def forward(self, x):
        return self.base(x) + F.linear(F.linear(x, self.lora_a), self.lora_b)


class FilledLater(nn.Module):
    """Both are created as zeros and one is filled by the reset."""

    def __init__(self, dim=16, rank=4):
        super().__init__()
        self.base = nn.Linear(dim, dim)
        self.lora_a = nn.Parameter(torch.zeros(rank, dim))
        self.lora_b = nn.Parameter(torch.zeros(dim, rank))
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.lora_a, a=5**0.5)
        nn.init.zeros_(self.lora_b)

    def forward(self, x):
        return self.base(x) + x @ self.lora_a.T @ self.lora_b.T


class GateWithBias(nn.Module):
    """The last layer keeps its random bias, so the gate's gradient is not zero."""

    def __init__(self, dim=16):
        super().__init__()
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)
        nn.init.zeros_(self.fc2.weight)
        self.gate = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return x + self.gate * self.fc2(F.gelu(self.fc1(x)))


class ModulationAndHead(nn.Module):
    """The zero head gets its gradient at step 0, and the zero modulation behind it from step 1."""

    def __init__(self, dim=16, out=4):
        super().__init__()
        self.norm = nn.LayerNorm(dim, elementwise_affine=False)
        self.head = nn.Linear(dim, out)
        self.modulation = nn.Linear(dim, 2 * dim)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x, c):
        shift, scale = self.modulation(F.silu(c)).chunk(2, dim=-1)
        return self.head(self.norm(x) * (1 + scale) + shift)


class TwoBranches(nn.Module):
    """Two zeros in parallel, one in each residual branch."""

    def __init__(self, dim=16):
        super().__init__()
        self.fc1 = nn.Linear(dim, dim)
        self.fc2 = nn.Linear(dim, dim)
        self.fc3 = nn.Linear(dim, dim)
        self.fc4 = nn.Linear(dim, dim)
        nn.init.zeros_(self.fc2.weight)
        nn.init.zeros_(self.fc4.weight)

    def forward(self, x):
        x = x + self.fc2(F.relu(self.fc1(x)))
        return x + self.fc4(F.relu(self.fc3(x)))


class OnePlus(nn.Module):
    """A scale that is stored as its difference from one."""

    def __init__(self, dim=16):
        super().__init__()
        self.scale = nn.Parameter(torch.zeros(dim))
        self.out = nn.Linear(dim, dim)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        return x + self.out(F.layer_norm(x, x.shape[-1:]) * (1 + self.scale))


class FrozenFactor(nn.Module):
    """A frozen zero is no choice of the initialisation: it is thawed later."""

    def __init__(self, dim=16, rank=4):
        super().__init__()
        self.down = nn.Linear(dim, rank, bias=False)
        self.up = nn.Linear(rank, dim, bias=False)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.up.weight)
        self.down.weight.requires_grad = False

    def forward(self, x):
        return x + self.up(self.down(x))


class ToBeFilled(nn.Module):
    """Both are places to fill, and what holds the module fills one."""

    def __init__(self, dim=16, rank=4):
        super().__init__()
        self.down = nn.Parameter(torch.zeros(dim, rank))
        self.up = nn.Parameter(torch.zeros(rank, dim))

    def forward(self, x):
        return x + x @ self.down @ self.up


class Holder(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.adapter = ToBeFilled(dim)
        nn.init.orthogonal_(self.adapter.down)

    def forward(self, x):
        return self.adapter(x)


class SwitchedOff(nn.Module):
    """Without the optional features the first matrix has no entries: it is no zero that blocks the other."""

    def __init__(self, extra=0):
        super().__init__()
        self.first = nn.Linear(extra, 64)
        self.second = nn.Linear(64, 64)
        nn.init.zeros_(self.first.weight)
        nn.init.zeros_(self.second.weight)

    def forward(self, x):
        return self.second(self.first(x))
