"""Memory that has several names: what is written by one of them is read by the others."""

# right: ScaledInPlaceFirst(), ScaledAsParameter(), FilledThroughView(), PartChangedSince()
# right: NumbersChangedThroughView(), SameData(), SameDataOfParameter(), TwoParametersOneMemory()
# right: ParameterOfParameter(), TiedIsOne(), DataPutBeside(), FewRowsThatCount(), Negated()
# right: OldMemoryFilled(), NumbersInPlace()

import torch
from torch import nn


class ScaledInPlaceFirst(nn.Module):
    def __init__(self):
        super().__init__()
        data = torch.ones(50)
        data.mul_(3)
        self.weight = nn.Parameter(data * 2)


class ScaledAsParameter(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Parameter(torch.ones(50))
        self.first.data.mul_(3)
        self.second = nn.Parameter(self.first.data * 2)
        self.third = nn.Parameter(self.first.detach().clone() + 1)
        self.fourth = nn.Parameter(torch.ones_like(self.first) * self.first.data)
        self.fifth = nn.Parameter(torch.full((50,), 6.0) / self.first.data)


class FilledThroughView(nn.Module):
    def __init__(self):
        super().__init__()
        flat = torch.ones(50)
        flat.view(5, 10).fill_(4)
        self.weight = nn.Parameter(flat * 2)


class PartChangedSince(nn.Module):
    def __init__(self):
        super().__init__()
        whole = torch.ones(50)
        part = whole[:10]
        whole.fill_(3)
        self.weight = nn.Parameter(part + 1)
        part.fill_(5)
        self.other = nn.Parameter(part + 1)


class NumbersChangedThroughView(nn.Module):
    def __init__(self):
        super().__init__()
        numbers = torch.tensor([1.0, 2.0, 3.0, 4.0])
        numbers.view(2, 2).fill_(0.5)
        self.weight = nn.Parameter(numbers * 2)


class SameData(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(30, 30)
        self.second = nn.Linear(30, 30)
        self.first.weight.data = self.second.weight.data
        nn.init.constant_(self.first.weight, 0.5)


class SameDataOfParameter(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(30, 30)
        self.second = nn.Linear(30, 30)
        self.first.weight.data = self.second.weight
        nn.init.constant_(self.second.weight, 0.5)


class TwoParametersOneMemory(nn.Module):
    def __init__(self):
        super().__init__()
        memory = torch.ones(30)
        self.first = nn.Parameter(memory)
        self.second = nn.Parameter(memory)
        nn.init.zeros_(self.first)


class ParameterOfParameter(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(30, 30)
        self.again = nn.Parameter(self.layer.weight.data)
        self.third = nn.Parameter(self.layer.bias)
        nn.init.constant_(self.third, 2.0)


class TiedIsOne(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(30, 30)
        self.second = nn.Linear(30, 30)
        self.second.weight = self.first.weight
        nn.init.constant_(self.second.weight, 2.0)


class DataPutBeside(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Parameter(torch.randn(50, 20) * 0.3)
        self.second = nn.Parameter(self.first.data)
        self.first.data = torch.full_like(self.first, 2)
        self.second.data.mul_(0.5)


class FewRowsThatCount(nn.Module):
    def __init__(self):
        super().__init__()
        self.ones = nn.Parameter(torch.ones(200, 4))
        self.ones.data[0] = 0.5
        self.small = nn.Embedding(200, 4)
        nn.init.normal_(self.small.weight, std=0.02)
        self.small.weight.data[0] = 1.0


class Negated(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(40, 40)
        self.layer.bias.data.fill_(0.5).neg_()
        self.layer.weight.data.uniform_(0, 1).negative_()


class OldMemoryFilled(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(40, 40)
        weight = self.layer.weight
        old = weight.data
        weight.data = torch.zeros_like(old)
        old.fill_(3)
        self.kept = nn.Parameter(old)
        vars(self)["_plain"] = self.layer
        nn.init.constant_(self._plain.bias, 0.5)


class NumbersInPlace(nn.Module):
    def __init__(self):
        super().__init__()
        numbers = torch.linspace(0, 1, 40) / 2
        again = numbers
        again.mul_(0.02)
        self.weight = nn.Parameter(numbers)
