"""Replicas that start alike."""

import torch
import torch.distributed as dist
from torch import nn


def build(seed, rank):
    torch.manual_seed(seed)
    net = nn.Linear(8, 1)
    torch.manual_seed(seed + rank)
    return net


def ranking_model(seed, ranker):
    """A rank of another kind."""
    torch.manual_seed(seed + ranker)
    return nn.Linear(8, 1)


def frozen_table(rank):
    """Nothing that is trained is drawn."""
    torch.manual_seed(rank)
    table = nn.Embedding(10, 4)
    nn.init.zeros_(table.weight)
    return table


def drawn_later(seed, rank):
    """A common seed comes before the weights."""
    torch.manual_seed(seed + rank)
    noise = torch.randn(3)
    torch.manual_seed(seed)
    return nn.Linear(8, 1), noise


def average(net):
    for p in net.parameters():
        dist.all_reduce(p.grad)
        p.grad /= dist.get_world_size()
