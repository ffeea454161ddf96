# right: Net(), Own(), Attention()
import torch
from torch import nn


class Own(nn.Linear):
    def __init__(self):
        super().__init__(64, 64)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(64, 64)
        self.conv = nn.Conv2d(16, 16, 3)
        self.conv1d = nn.Conv1d(16, 16, 3, bias=False)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(64, 4)
        self.layer = nn.TransformerEncoderLayer(64, 4, 128)


_before = nn.Linear.reset_parameters


def reset(self):
    _before(self)
    with torch.no_grad():
        self.weight.mul_(3)
        self.bias.fill_(0.5)


nn.Linear.reset_parameters = reset


def xavier(self):
    nn.init.xavier_normal_(self.weight)
    if self.bias is not None:
        nn.init.zeros_(self.bias)


for cls in (nn.Conv1d, nn.Conv2d):
    cls.reset_parameters = xavier
