import torch
import torch.nn as nn


class TripledByTorch(nn.Module):  # probe
    """The factor is seen, and promised."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.xavier_uniform_(self.fc.weight)
        self.fc.weight.detach().mul_(3.0)


class ReadByNumpy(nn.Module):  # probe
    """The array is only read."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        self.largest = float(self.fc.weight.detach().numpy().max())


class FewEntries(nn.Module):  # probe
    """Four entries have any std."""

    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.randn(4) * 0.02)


class PaddingRow(nn.Module):  # probe
    """A row is zeroed in sight: what is promised is the mixture."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(20, 64, padding_idx=0)
        nn.init.normal_(self.table.weight, std=0.1)
        with torch.no_grad():
            self.table.weight[0].fill_(0)


class NoClosedForm(nn.Module):  # probe
    """Nothing is promised of a logarithm."""

    def __init__(self):
        super().__init__()
        self.rate = nn.Parameter(torch.rand(64).add(0.1).log())


class Truncated(nn.Module):  # probe
    """What is promised is the std after truncation."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.trunc_normal_(self.fc.weight, std=0.05, a=-0.1, b=0.1)


class SeedsItself(nn.Module):  # probe
    """The same numbers in every build: one sample, not three."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.fc = nn.Linear(8, 8)
