"""Arguments that landed in another argument's place."""

import torch
from torch import nn
from torch.nn import functional as F


class StdAsMean(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 10)
        self.token = nn.Parameter(torch.zeros(1, 1, 784))
        nn.init.normal_(self.fc1.weight, 0.02)  # error: [init-argument-in-wrong-place] "sets the mean to 0.02 and leaves the std at 1.* second moment by 784"
        nn.init.trunc_normal_(self.fc2.weight, 0.02)  # error: [init-argument-in-wrong-place] "mean to 0.02"
        nn.init.trunc_normal_(self.token, 0.02)  # warning: [init-argument-in-wrong-place] "`StdAsMean.token`"

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x + self.token)))


class OneBound(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(128, 128)
        self.fc2 = nn.Linear(128, 16)
        self.fc3 = nn.Linear(16, 4)
        self.fc1.weight.data.uniform_(0.1)  # error: [init-argument-in-wrong-place] "U\(0.1, 1\).*U\(-0.1, 0.1\) was probably meant"
        nn.init.uniform_(self.fc2.weight)  # error: [init-argument-in-wrong-place] "U\(0, 1\), whose mean is 0.5"
        nn.init.uniform_(self.fc3.weight, -0.1)  # warning: [init-argument-in-wrong-place] "U\(-0.1, 1\)"

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class WrongOrder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(128, 8)
        self.out = nn.Linear(8, 8)
        self.norm = nn.BatchNorm1d(8)
        nn.init.uniform_(self.norm.weight, 1.0, 0.02)  # error: [init-argument-in-wrong-place] "raises RuntimeError: the lower bound 1"
        nn.init.normal_(self.fc.weight, 0.02, 1)  # error: [init-argument-in-wrong-place] "the mean comes first"
        nn.init.normal_(self.out.weight, 0.0, -0.02)  # error: [init-argument-in-wrong-place] "the std -0.02 is negative"

    def forward(self, x):
        return self.out(F.relu(self.norm(self.fc(x))))


class OtherParameters(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(16, 32, 3)
        self.conv2 = nn.Conv2d(32, 32, 3)
        self.conv3 = nn.Conv2d(32, 32, 3)
        self.conv4 = nn.Conv2d(32, 8, 3)
        nn.init.xavier_normal_(self.conv1.weight, 0.02)  # error: [init-argument-in-wrong-place] "sets the gain to 0.02"
        nn.init.kaiming_normal_(self.conv2.weight, 0.02)  # warning: [init-argument-in-wrong-place] "slope a to 0.02"
        nn.init.kaiming_normal_(self.conv3.weight, "fan_out", nonlinearity="relu")  # warning: [init-argument-in-wrong-place] "the mode stays .fan_in"
        nn.init.kaiming_normal_(self.conv4.weight, "fan_out", "relu")  # error: [init-argument-in-wrong-place] "raises: .relu. stands in the place of the mode"

    def forward(self, x):
        x = F.relu(self.conv3(F.relu(self.conv2(F.relu(self.conv1(x))))))
        return self.conv4(x)


class StdLeftAtOne(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(256, 256)
        self.fc2 = nn.Linear(256, 2)
        nn.init.normal_(self.fc1.weight)  # error: [init-argument-in-wrong-place] "std 1 whatever the fan.* by 256"

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))
