"""Replicas that start from different weights."""

import torch
import torch.distributed as dist
from torch import nn


def build(seed, rank):
    torch.manual_seed(seed + rank)  # warning: [rank-dependent-seed] "the seed `seed \+ rank` differs"
    net = nn.Linear(8, 1)
    return net


def with_rank_of_group(seed):
    torch.manual_seed(seed + dist.get_rank())  # warning: [rank-dependent-seed] "`0.weight` and 3 more tensors"
    return nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))


class Learner:
    def __init__(self, seed=0, local_rank=0):
        seed = seed + 10000 * local_rank
        torch.manual_seed(seed)  # missed: [rank-dependent-seed] the default of the rank makes the sum a plain number
        self.net = nn.Linear(8, 1)


class Agent:
    def __init__(self, rank):
        number = 7 * rank
        torch.manual_seed(number)  # warning: [rank-dependent-seed] "`number` differs"
        self.net = nn.Linear(8, 1)


def average(net):
    for p in net.parameters():
        dist.all_reduce(p.grad)
        p.grad /= dist.get_world_size()
