"""Zero and constant weights that never learn or never differ."""

import torch
from torch import nn
from torch.nn import functional as F


class AllZeroBeforeRelu(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 16)
        self.fc2 = nn.Linear(16, 16)
        self.fc3 = nn.Linear(16, 3)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.zeros_(m.weight)  # error: [constant-weight] "never learns.*relu.*slope 0"
                nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class OneZeroBeforeRelu(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(12, 16, bias=False)
        self.down = nn.Linear(16, 3)
        self.up.weight.data.zero_()  # error: [constant-weight] "`OneZeroBeforeRelu.up.weight` is 0 and never learns"

    def forward(self, x):
        return self.down(torch.relu(self.up(x)))


class FirstLayerOfBranch(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.conv1 = nn.Conv2d(dim, dim, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(dim, dim, 3, padding=1)
        nn.init.constant_(self.conv1.weight, 0.0)  # error: [constant-weight] "never learns"

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(x)))


class OneConstantForAll(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 16)
        self.fc2 = nn.Linear(16, 3)
        for m in (self.fc1, self.fc2):
            m.weight.data.fill_(0.1)  # error: [constant-weight] "the 16 units start identical.*rank 1 of 16"
            m.bias.data.zero_()

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


FILLERS = {"ones": nn.init.ones_, "xavier": nn.init.xavier_normal_}


class FilledByName(nn.Module):
    """Nobody builds it with another name."""

    def __init__(self, filler):
        super().__init__()
        self.fc1 = nn.Linear(12, 16)
        self.fc2 = nn.Linear(16, 3)
        for m in (self.fc1, self.fc2):
            FILLERS[filler](m.weight)  # error: [constant-weight] "every entry of `FilledByName.fc1.weight`"
            nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


def ones(hidden=32):
    return FilledByName("ones")
