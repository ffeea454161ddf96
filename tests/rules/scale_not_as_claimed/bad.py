import torch
import torch.nn as nn


class TripledBehindTorch(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.xavier_uniform_(self.fc.weight)  # warning: [scale-not-as-claimed] "std of 0.37\d .*where 0.125 was promised.*xavier_uniform_"
        self.fc.weight.detach().numpy()[:] *= 3.0


class ShiftedBehindTorch(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.normal_(self.fc.weight, std=0.05)  # warning: [scale-not-as-claimed] "mean of 0.0\d+ .*where 0 was promised"
        self.fc.weight.detach().numpy()[:] += 0.02


class ZeroedBehindTorch(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.randn(32, 32))  # warning: [scale-not-as-claimed] "std of 0 where 1 was promised"
        self.scale.detach().numpy()[:] = 0.0


class HalfOfTheRows(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(128, 64)  # warning: [scale-not-as-claimed] "kaiming_uniform_"
        self.fc.weight.detach().numpy()[:32] = 0.0


class FilledBehindTorch(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(64)  # warning: [scale-not-as-claimed] "mean of 0.1 .*where 1 was promised|mean of 0.1"
        self.norm.weight.detach().numpy()[:] = 0.1
