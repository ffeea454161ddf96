import torch
import torch.nn as nn


class AfterTheReset(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        self.reset_parameters()
        nn.init.normal_(self.weight, std=0.05)  # warning: [reset-differs-from-constructor] "`AfterTheReset.reset_parameters` gives `AfterTheReset.weight` a std of 0.0(19|2)\d*, its constructor a std of 0.05"

    def reset_parameters(self):
        nn.init.normal_(self.weight, std=0.02)


class OwnLinear(nn.Linear):  # probe: arguments=(64, 64)
    def __init__(self, width, out):
        super().__init__(width, out)
        nn.init.xavier_normal_(self.weight, gain=4.0)  # warning: [reset-differs-from-constructor] "a std of 0.07\d*, its constructor a std of 0.\d+"


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.full((64,), 0.1))  # warning: [reset-differs-from-constructor] "the constant 1, its constructor the constant 0.1"

    def reset_parameters(self):
        nn.init.ones_(self.scale)


class Outer(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.inner = Inner()


class AnotherScheme(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(128, 32))  # warning: [reset-differs-from-constructor] "its constructor a std of (1|0.99|1.0\d)"

    def reset_parameters(self):
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
