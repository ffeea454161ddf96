"""A seed that comes after the weights."""

import torch
from torch import nn


class Estimator:
    def __init__(self, n_in=4, seed=42):
        self.net = nn.Sequential(nn.Linear(n_in, 8), nn.ReLU(), nn.Linear(8, 1))
        torch.manual_seed(seed)  # warning: [seed-after-construction] "net.0.weight. and 3 more tensors were drawn before"
        self.opt = torch.optim.SGD(self.net.parameters(), lr=0.01)

    def predict(self, x):
        with torch.no_grad():
            return self.net(x)
