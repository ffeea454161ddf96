import copy

import torch
import torch.nn as nn


class Apart(nn.Module):  # probe
    """Each is drawn for itself."""

    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleList(nn.Linear(32, 10) for _ in range(4))


class Shared(nn.Module):  # probe
    """One tensor under two names: tied, not copied."""

    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])
        self.heads[1].weight = self.heads[0].weight


class Teacher(nn.Module):  # probe
    """A teacher is meant to start as its student."""

    def __init__(self):
        super().__init__()
        self.student = nn.Linear(16, 16)
        self.teacher = copy.deepcopy(self.student)
        for parameter in self.teacher.parameters():
            parameter.requires_grad_(False)


class Norms(nn.Module):  # probe
    """Constants are equal everywhere."""

    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(16) for _ in range(3))


class Identities(nn.Module):  # probe
    """Identity matrices are equal on purpose."""

    def __init__(self):
        super().__init__()
        self.mixers = nn.ModuleList(nn.Linear(8, 8, bias=False) for _ in range(2))
        for mixer in self.mixers:
            nn.init.eye_(mixer.weight)


class DrawnAgain(nn.Module):  # probe
    """The copies are drawn again."""

    def __init__(self):
        super().__init__()
        head = nn.Linear(32, 10)
        self.heads = nn.ModuleList(copy.deepcopy(head) for _ in range(4))
        for each in self.heads:
            each.reset_parameters()


class DrawnMatrices(nn.Module):  # probe
    """The matrices of the copies are drawn again; their biases may be equal."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), 3)
        for p in self.encoder.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)


class StateMatrix(nn.Module):  # probe
    """Computed, not drawn: the rows of a state space are equal on purpose."""

    def __init__(self):
        super().__init__()
        self.a_log = nn.Parameter(torch.arange(1.0, 17.0).expand(32, -1).log().contiguous())
