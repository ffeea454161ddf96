"""Parameters that are written part by part: their moments are those of all parts together."""

import torch
import torch.nn as nn


class Gates(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(16, 32, bias=False)
        for gate in self.rnn.weight_hh_l0.chunk(3, dim=0):
            nn.init.orthogonal_(gate)  # reveal: rnn.weight_hh_l0 [96, 32] = orthogonal_ 0.177; rnn.weight_hh_l0chunk 1/3 = orthogonal_ 0.177; rnn.weight_hh_l0chunk 2/3 = orthogonal_ 0.177; rnn.weight_hh_l0chunk 3/3 = orthogonal_ 0.177
        for gate in self.rnn.weight_ih_l0.data.split(32):
            nn.init.normal_(gate, std=0.5)  # reveal: rnn.weight_ih_l0 [96, 16] = normal_ 0.5; rnn.weight_ih_l0split 1/3 = normal_ 0.5; rnn.weight_ih_l0split 2/3 = normal_ 0.5; rnn.weight_ih_l0split 3/3 = normal_ 0.5


class Uneven(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(10))
        for number, part in enumerate(self.bias.data.chunk(4)):
            part.fill_(number)  # reveal: bias [10] = fill_ 1.2±0.98; biaschunk 1/4 = fill_ 0; biaschunk 2/4 = fill_ 1±0; biaschunk 3/4 = fill_ 2±0; biaschunk 4/4 = fill_ 3±0


class Fused(nn.Module):  # root
    """Symbolic sizes: the shares of the parts are numbers all the same."""

    def __init__(self, dim):
        super().__init__()
        self.qkv = nn.Linear(dim, 3 * dim)
        nn.init.normal_(self.qkv.weight, std=0.02)  # reveal: qkv.weight [3 * dim, dim] = normal_ 0.0163
        nn.init.zeros_(self.qkv.weight[2 * dim :])  # reveal: qkv.weight[2 * dim :] = zeros_ 0
        nn.init.zeros_(self.qkv.bias)  # reveal: qkv.bias [3 * dim] = zeros_ 0
        q, k, v = self.qkv.bias.data.split([dim, dim, dim])
        nn.init.zeros_(k)  # reveal: qkv.biassplit 2/3 = zeros_ 0


class Elsewhere(nn.Module):  # root
    """Rows of another form of the weight, columns, and parts of parts: how much they are is not known."""

    def __init__(self):
        super().__init__()
        self.heads = nn.Linear(32, 32, bias=False)  # reveal: heads.weight [32, 32] = kaiming_uniform_
        self.columns = nn.Linear(32, 32, bias=False)  # reveal: columns.weight [32, 32] = kaiming_uniform_
        self.inner = nn.Linear(32, 32, bias=False)  # reveal: inner.weight [32, 32] = kaiming_uniform_
        nn.init.zeros_(self.heads.weight.view(4, 8, 32)[0])  # reveal: heads.weight[0] = zeros_ 0
        nn.init.zeros_(self.columns.weight.data.split(8, dim=1)[0])  # reveal: columns.weightsplit 1/1 = zeros_ 0
        for part in self.inner.weight.data.chunk(4):
            nn.init.zeros_(part[0])  # reveal: inner.weightchunk 1/4 = zeros_ 0; inner.weightchunk 2/4 = zeros_ 0; inner.weightchunk 3/4 = zeros_ 0; inner.weightchunk 4/4 = zeros_ 0


class Padded(nn.Module):  # root
    def __init__(self, words, padding):
        super().__init__()
        self.table = nn.Embedding(words, 16)
        nn.init.normal_(self.table.weight, std=0.02)  # reveal: table.weight [words, 16] = normal_ 0.02
        nn.init.zeros_(self.table.weight[padding])  # reveal: table.weight[padding] = zeros_ 0
