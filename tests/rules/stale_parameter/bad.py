"""Values of step 0 that forward goes on with."""

import torch
import torch.nn.functional as F
from torch import nn


class Exponential(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.log_sigma = nn.Parameter(torch.zeros(n))
        self.sigma = torch.exp(self.log_sigma)  # warning: [stale-parameter] "`sigma` is computed from `log_sigma` only once.* a second one may raise"

    def forward(self, x):
        return x / self.sigma


class Detached(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.mu = nn.Parameter(torch.zeros(n))
        self.rho = nn.Parameter(torch.full((n,), -3.0))
        self.sigma = torch.log1p(torch.exp(self.rho)).detach()  # warning: [stale-parameter] "no gradient reaches `rho`"

    def forward(self, x):
        w = self.mu + self.sigma * torch.randn_like(self.mu)
        return F.linear(x, w.unsqueeze(0))


class WithoutGradient(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(n))
        with torch.no_grad():
            self.gate = torch.sigmoid(self.logits)  # warning: [stale-parameter] "no gradient reaches `logits`"

    def forward(self, x):
        return x * self.gate


class OfALayersWeight(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.fc = nn.Linear(n, n)
        self.doubled = 2 * self.fc.weight  # warning: [stale-parameter] "`doubled` is computed from `weight`"

    def forward(self, x):
        return F.linear(x, self.doubled, self.fc.bias)


class InAMethod(nn.Module):
    def __init__(self, n=8):
        super().__init__()
        self.rho = nn.Parameter(torch.zeros(n))
        self._prepare()

    def _prepare(self):
        self.sigma = torch.exp(self.rho)  # missed: [stale-parameter] other code may call the method again

    def forward(self, x):
        return x * self.sigma
