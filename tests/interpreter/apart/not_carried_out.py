# unknown: Net(), Linear()
import torch
from torch import nn


def threes(tensor, *args):
    return tensor.fill_(3.0)


torch.Tensor.normal_ = threes


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64).normal_())


class Linear(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(64, 64)
