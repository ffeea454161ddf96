"""Values that come from elsewhere."""

import numpy as np
import torch
import torch.nn as nn


class Checkpoint(nn.Module):  # root
    def __init__(self, path):
        super().__init__()
        self.fc = nn.Linear(16, 16)
        self.head = nn.Linear(16, 4)  # reveal: head.weight [4, 16] = kaiming_uniform_ 0.144; head.bias [4] = uniform_ 0.144
        self.fc.load_state_dict(torch.load(path))  # reveal: fc.weight [16, 16] = load_state_dict; fc.bias [16] = load_state_dict


class Vectors(nn.Module):  # root
    def __init__(self, vectors):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(vectors)  # reveal: table.weight [?, ?] frozen = from_pretrained
        self.other = nn.Embedding(100, 32)
        self.other.weight.data.copy_(torch.from_numpy(np.load("vectors.npy")))  # reveal: other.weight [100, 32] = copy_


class Constant(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.edge = nn.Conv2d(1, 2, 2, bias=False)
        kernel = torch.tensor([[1.0, -1.0], [0.0, 2.0]])
        self.edge.weight.data.copy_(kernel.expand(2, 1, 2, 2))  # reveal: edge.weight [2, 1, 2, 2] = copy_
        self.mean = nn.Conv2d(1, 1, 3, bias=False)
        self.mean.weight = nn.Parameter(torch.ones(1, 1, 3, 3) / 9)  # reveal: mean.weight [1, 1, 3, 3] = ones 0.111±0


class Copied(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(16, 16)  # reveal: a.bias [16] = uniform_ 0.144
        self.b = nn.Linear(16, 16)
        nn.init.normal_(self.a.weight, std=0.2)  # reveal: a.weight [16, 16] = normal_ 0.2
        self.b.weight.data.copy_(self.a.weight.data)  # reveal: b.weight [16, 16] = copy_ 0.2
        self.b.bias.data = self.a.bias.data.clone()  # reveal: b.bias [16] = data 0.144


class Target(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.online = nn.Linear(16, 16)  # reveal: online.bias [16] = uniform_ 0.144
        nn.init.normal_(self.online.weight, std=0.2)  # reveal: online.weight [16, 16] = normal_ 0.2
        self.target = nn.Linear(16, 16)
        self.target.load_state_dict(self.online.state_dict())  # reveal: target.weight [16, 16] = load_state_dict 0.2; target.bias [16] = load_state_dict 0.144
