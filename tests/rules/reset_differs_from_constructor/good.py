import torch
import torch.nn as nn


class CallsIt(nn.Module):  # probe
    """The constructor does what the reset does."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, 64))
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.normal_(self.weight, std=0.05)


class OwnLinear(nn.Linear):  # probe: arguments=(64, 64)
    """torch's constructor calls the method of the subclass."""

    def reset_parameters(self):
        nn.init.xavier_normal_(self.weight, gain=1.5)
        nn.init.zeros_(self.bias)


class Parent(nn.Module):  # probe
    """What the parent draws again is the parent's choice: the child's constructor and reset agree."""

    def __init__(self):
        super().__init__()
        self.child = CallsIt()
        nn.init.orthogonal_(self.child.weight)


class TorchLayers(nn.Module):  # probe
    """The initialisation of torch's layers by their model is lost on the meta device: another rule's matter."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.orthogonal_(self.fc.weight)


class NoReset(nn.Module):  # probe
    """There is nothing to compare with."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(64, 64))


class Few(nn.Module):  # probe
    """Eight entries tell nothing."""

    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.randn(8) * 0.02)
        self.unit = nn.Parameter(torch.ones(8))

    def reset_parameters(self):
        nn.init.normal_(self.token, std=0.03)
        nn.init.ones_(self.unit)
