# right: Net()
import torch
from torch import nn


def twos(weight, *args, **kwargs):
    return nn.init.constant_(weight, 2.0)


nn.init.kaiming_uniform_ = twos


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(64, 64)
        self.weight = nn.Parameter(torch.empty(64, 64))
        nn.init.kaiming_uniform_(self.weight)
