"""What reads what: the flow of forward."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Residual(nn.Module):  # root
    def __init__(self, width=16):
        super().__init__()
        self.norm = nn.LayerNorm(width)  # reveal: norm.weight [16] = ones_ 1±0; norm.bias [16] = zeros_ 0
        self.fc1 = nn.Linear(width, 4 * width)  # reveal: fc1.weight [64, 16] = kaiming_uniform_ 0.144; fc1.bias [64] = uniform_ 0.144
        self.fc2 = nn.Linear(4 * width, width)  # reveal: fc2.weight [16, 64] = kaiming_uniform_ 0.0722; fc2.bias [16] = uniform_ 0.0722
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return x + self.drop(self.fc2(F.gelu(self.fc1(self.norm(x)))))


class Loop(nn.Module):  # root
    def __init__(self, depth=2):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(16, 16) for _ in range(depth)])  # reveal: layers.0.weight [16, 16] = kaiming_uniform_ 0.144; layers.0.bias [16] = uniform_ 0.144; layers.1.weight [16, 16] = kaiming_uniform_ 0.144; layers.1.bias [16] = uniform_ 0.144
        self.act = nn.LeakyReLU(0.2)

    def forward(self, x):
        for layer in self.layers:
            x = self.act(layer(x))
        return x


class Concat(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3, padding=1)  # reveal: a.weight [8, 3, 3, 3] = kaiming_uniform_ 0.111; a.bias [8] = uniform_ 0.111
        self.b = nn.Conv2d(3, 8, 1)  # reveal: b.weight [8, 3, 1, 1] = kaiming_uniform_ 0.333; b.bias [8] = uniform_ 0.333
        self.out = nn.Linear(16, 2)  # reveal: out.weight [2, 16] = kaiming_uniform_ 0.144; out.bias [2] = uniform_ 0.144

    def forward(self, x):
        y = torch.cat([torch.relu(self.a(x)), self.b(x).sigmoid()], dim=1)
        return self.out(F.adaptive_avg_pool2d(y, 1).flatten(1))


class Attention(nn.Module):  # root
    def __init__(self, dim=32, heads=4):
        super().__init__()
        self.heads, self.scale = heads, (dim // heads) ** -0.5
        self.qkv = nn.Linear(dim, dim * 3)  # reveal: qkv.weight [96, 32] = kaiming_uniform_ 0.102; qkv.bias [96] = uniform_ 0.102
        self.proj = nn.Linear(dim, dim)  # reveal: proj.weight [32, 32] = kaiming_uniform_ 0.102; proj.bias [32] = uniform_ 0.102
        self.position = nn.Parameter(torch.zeros(1, 8, dim))  # reveal: position [1, 8, 32] = zeros 0

    def forward(self, x):
        x = x + self.position
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        attention = ((q @ k.transpose(-2, -1)) * self.scale).softmax(dim=-1)
        return self.proj((attention @ v).transpose(1, 2).reshape(b, n, c))


class Recurrent(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(50, 16)  # reveal: table.weight [50, 16] = normal_ 1
        self.rnn = nn.LSTM(16, 32, batch_first=True)  # reveal: rnn.weight_ih_l0 [128, 16] = uniform_ 0.102; rnn.weight_hh_l0 [128, 32] = uniform_ 0.102; rnn.bias_ih_l0 [128] = uniform_ 0.102; rnn.bias_hh_l0 [128] = uniform_ 0.102
        self.gate = nn.Linear(32, 32)  # reveal: gate.weight [32, 32] = kaiming_uniform_ 0.102; gate.bias [32] = uniform_ 0.102
        self.weight = nn.Parameter(torch.randn(32, 4) * 0.1)  # reveal: weight [32, 4] = randn 0.1

    def forward(self, words):
        states, (hidden, cell) = self.rnn(self.table(words))
        last = states[:, -1]
        return (last * torch.sigmoid(self.gate(last))) @ self.weight


class Branches(nn.Module):  # root
    """The training branch, an own method, and a functional layer."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(16, 16), nn.BatchNorm1d(16), nn.ReLU(inplace=True))  # reveal: body.0.weight [16, 16] = kaiming_uniform_ 0.144; body.0.bias [16] = uniform_ 0.144; body.1.weight [16] = ones_ 1±0; body.1.bias [16] = zeros_ 0
        self.weight = nn.Parameter(torch.empty(4, 16))
        nn.init.kaiming_normal_(self.weight)  # reveal: weight [4, 16] = kaiming_normal_ 0.354

    def features(self, x):
        return self.body(x)

    def forward(self, x, scale=None):
        x = self.features(x)
        if scale is not None:
            x = x * scale
        return F.log_softmax(F.linear(x, self.weight), dim=-1)
