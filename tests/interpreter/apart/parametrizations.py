# right: UsePair(), UseScale(), UseInv(), Stack(), UseLow()
import torch
import torch.nn.utils.parametrize as P
from torch import nn


class Pair(nn.Module):
    def forward(self, a, b):
        return a * b

    def right_inverse(self, w):
        return torch.ones_like(w), w


class UsePair(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(32, 32)
        P.register_parametrization(self.l, "weight", Pair())


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.Parameter(torch.full((1,), 0.5))
        self.lin = nn.Linear(32, 32)

    def forward(self, w):
        return self.lin(w) * self.s


class UseScale(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(32, 32)
        P.register_parametrization(self.l, "weight", Scale())


class Inv(nn.Module):
    def forward(self, w):
        return w * 2

    def right_inverse(self, w):
        return w / 2


class UseInv(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(32, 32)
        nn.init.normal_(self.l.weight, std=0.4)
        P.register_parametrization(self.l, "weight", Inv())
        P.register_parametrization(self.l, "bias", Scale2())


class Scale2(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.Parameter(torch.full((1,), 0.5))

    def forward(self, w):
        return w * self.s


class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(32, 32)
        P.register_parametrization(self.l, "weight", Inv())
        P.register_parametrization(self.l, "weight", Scale2())
        P.register_parametrization(self.l, "weight", nn.Identity())


class Low(nn.Module):
    def forward(self, a, b):
        return a @ b

    def right_inverse(self, w):
        return w[:, :4].clone(), w[:4].clone()


class UseLow(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(32, 32, bias=False)
        P.register_parametrization(self.l, "weight", Low(), unsafe=True)
