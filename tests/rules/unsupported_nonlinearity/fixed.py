"""Names that torch's gain table does not know."""

from torch import nn


class Gelu(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(16, 32)
        nn.init.kaiming_normal_(self.fc1.weight, nonlinearity="relu")

    def forward(self, x):
        return nn.functional.gelu(self.fc1(x))


class Capitals(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(16, 32)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.kaiming_uniform_(m.weight, mode="fan_out", nonlinearity="relu")


class GainOfElu(nn.Module):
    def __init__(self, activation="elu"):
        super().__init__()
        self.fc1 = nn.Linear(16, 32)
        gain = nn.init.calculate_gain(activation)
        nn.init.xavier_uniform_(self.fc1.weight, gain=gain)
