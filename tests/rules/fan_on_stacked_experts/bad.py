"""Banks filled by one call."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Experts(nn.Module):
    def __init__(self, num_experts=8, d_model=64, d_ff=128):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(num_experts, d_model, d_ff))
        self.w2 = nn.Parameter(torch.empty(num_experts, d_ff, d_model))
        nn.init.xavier_uniform_(self.w1)  # warning: [fan-on-stacked-experts] "fan_in 64 and fan_out 128: std x0.144, variance x0.0208"
        nn.init.xavier_uniform_(self.w2)  # warning: [fan-on-stacked-experts] "fan_in 128 and fan_out 64"

    def forward(self, x):
        return torch.bmm(torch.relu(torch.bmm(x, self.w1)), self.w2)


class NoSizes(nn.Module):
    """The sizes are not known, the fault is certain for any."""

    def __init__(self, experts, dim, hidden):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(experts, dim, hidden))
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))  # warning: [fan-on-stacked-experts] "std x sqrt\(hidden \*\* -1\)"

    def forward(self, x):
        return F.gelu(torch.einsum("ebd,edf->ebf", x, self.weight))


class Indexed(nn.Module):
    """(experts, out, in), one expert at a time."""

    def __init__(self, num_experts=4, dim=64, hidden=128):
        super().__init__()
        self.up = nn.Parameter(torch.empty(num_experts, hidden, dim))
        self.down = nn.Parameter(torch.empty(num_experts, hidden, dim))
        for w in (self.up, self.down):
            nn.init.kaiming_normal_(w, nonlinearity="relu")  # warning: [fan-on-stacked-experts] "`Indexed.up` \(and `Indexed.down`\).*std x0.0884"

    def forward(self, x, chosen):
        out = torch.zeros_like(x)
        for i in range(4):
            out = out + F.relu(F.linear(x, self.up[i])) @ self.down[i]
        return out


class EveryMatrix(nn.Module):
    """The stock loop meets a bank."""

    def __init__(self, heads=8, dim=64, width=16):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.per_head = nn.Parameter(torch.empty(heads, dim, width))
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)  # warning: [fan-on-stacked-experts] "`EveryMatrix.per_head`.*fan_in 64 and fan_out 128: std x0.408"

    def forward(self, x):
        return torch.einsum("btd,hdk->bhtk", self.fc(x), self.per_head)


class Turned(nn.Module):
    """(experts, out, in), multiplied the other way round."""

    def __init__(self, experts=8, dim=64, hidden=128):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(experts, hidden, dim))
        nn.init.kaiming_normal_(self.weight, mode="fan_out")  # note: [fan-on-stacked-experts] "fan_in 64 and fan_out 128: std x0.5, variance x0.25"

    def forward(self, x):
        return torch.relu(torch.bmm(x, self.weight.transpose(1, 2)))


class ByIndices(nn.Module):
    def __init__(self, experts=8, dim=64, hidden=128):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(experts, hidden, dim))
        nn.init.kaiming_normal_(self.weight)  # missed: [fan-on-stacked-experts] gathered by a tensor of indices, then multiplied

    def forward(self, x, chosen):
        return torch.einsum("bd,bhd->bh", x, self.weight[chosen])
