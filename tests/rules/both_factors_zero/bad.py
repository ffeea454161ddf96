"""Products both of whose factors start at zero."""

import torch
from torch import nn
from torch.nn import functional as F


class LowRank(nn.Module):
    def __init__(self, dim=16, rank=4):
        super().__init__()
        self.base = nn.Linear(dim, dim)
        self.lora_a = nn.Parameter(torch.zeros(rank, dim))  # error: [both-factors-zero] "lora_b. are both 0"
        self.lora_b = nn.Parameter(torch.zeros(dim, rank))

    def forward(self, x):
        return self.base(x) + F.linear(F.linear(x, self.lora_a), self.lora_b)


class GateAndLastLayer(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)
        nn.init.zeros_(self.fc2.weight)
        nn.init.zeros_(self.fc2.bias)
        self.gate = nn.Parameter(torch.zeros(1))  # error: [both-factors-zero] "gate. and .GateAndLastLayer.fc2.weight"

    def forward(self, x):
        return x + self.gate * self.fc2(F.gelu(self.fc1(x)))


class BothNorms(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.conv1 = nn.Conv2d(dim, dim, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(dim)
        self.conv2 = nn.Conv2d(dim, dim, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(dim)
        nn.init.constant_(self.bn1.weight, 0)  # error: [constant-weight] "never learns.*relu"
        nn.init.constant_(self.bn2.weight, 0)  # error: [both-factors-zero] "bn1.weight. are both 0"

    def forward(self, x):
        return x + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))


class ModulatedBranch(nn.Module):
    """The modulation starts its gate at zero, and so does the last layer of the branch that it gates."""

    def __init__(self, dim=16):
        super().__init__()
        self.norm = nn.LayerNorm(dim, elementwise_affine=False)
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)
        self.gate = nn.Linear(dim, dim)
        nn.init.zeros_(self.fc2.weight)  # error: [both-factors-zero] "ModulatedBranch.gate.weight"
        nn.init.zeros_(self.fc2.bias)
        nn.init.zeros_(self.gate.weight)
        nn.init.zeros_(self.gate.bias)

    def forward(self, x, c):
        return x + self.gate(F.silu(c)) * self.fc2(F.gelu(self.fc1(self.norm(x))))


class GatedUnit(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.gate = nn.Linear(dim, 2 * dim, bias=False)
        self.up = nn.Linear(dim, 2 * dim, bias=False)
        self.down = nn.Linear(2 * dim, dim, bias=False)
        self.gate.weight.data.zero_()  # error: [both-factors-zero] "down.weight. are both 0"
        self.down.weight.data.zero_()

    def forward(self, x):
        return x + self.down(F.silu(self.gate(x)) * self.up(x))


class Adapter(nn.Module):
    """Two adjacent zero layers with a smooth nonlinearity between."""

    def __init__(self, dim=16):
        super().__init__()
        self.reduce = nn.Linear(dim, 4)
        self.expand = nn.Linear(4, dim)
        nn.init.zeros_(self.reduce.weight)  # error: [both-factors-zero] "expand.weight"
        nn.init.zeros_(self.reduce.bias)
        nn.init.zeros_(self.expand.weight)
        nn.init.zeros_(self.expand.bias)

    def forward(self, x):
        return x + self.expand(torch.tanh(self.reduce(x)))
