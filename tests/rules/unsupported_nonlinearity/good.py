"""Names that torch knows, or that are not known here."""

from torch import nn


class Known(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(16, 32)
        self.fc2 = nn.Linear(32, 32)
        self.fc3 = nn.Linear(32, 16)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="relu")
        nn.init.kaiming_normal_(self.fc2.weight, nonlinearity="leaky_relu")
        nn.init.xavier_normal_(self.fc3.weight, gain=nn.init.calculate_gain("linear"))

    def forward(self, x):
        x = nn.functional.gelu(self.fc1(x))
        return self.fc3(nn.functional.relu(self.fc2(x)))


class GivenByCaller(nn.Module):
    def __init__(self, nonlinearity):
        super().__init__()
        self.fc1 = nn.Linear(16, 32)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity=nonlinearity)
