"""Seeds before the weights, and seeds that are for something else."""

import torch
from torch import nn


class Estimator:
    def __init__(self, n_in=4, seed=42):
        torch.manual_seed(seed)
        self.net = nn.Sequential(nn.Linear(n_in, 8), nn.ReLU(), nn.Linear(8, 1))
        self.opt = torch.optim.SGD(self.net.parameters(), lr=0.01)

    def predict(self, x):
        with torch.no_grad():
            return self.net(x)


class TwoSeeds:
    """The second seed is for the data."""

    def __init__(self, n_in=4, seed=42):
        torch.manual_seed(seed)
        self.net = nn.Linear(n_in, 1)
        torch.manual_seed(seed + 1)
        self.opt = torch.optim.SGD(self.net.parameters(), lr=0.01)


def own_generator(n=4):
    """A generator of its own leaves the default one alone."""
    net = nn.Linear(n, 1)
    generator = torch.Generator().manual_seed(0)
    torch.optim.SGD(net.parameters(), lr=0.1)
    return net, generator


def for_each_rank(rank, n=4):
    """Different dropout masks on each process."""
    net = nn.Linear(n, 1)
    torch.manual_seed(1000 + rank)
    torch.optim.SGD(net.parameters(), lr=0.1)
    return net


def drawn_again(n=4):
    """Drawn again behind the seed."""
    net = nn.Linear(n, 1)
    torch.manual_seed(0)
    net.reset_parameters()
    torch.optim.SGD(net.parameters(), lr=0.1)
    return net
