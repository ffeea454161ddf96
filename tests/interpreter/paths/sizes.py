"""Required sizes: what is drawn follows from numbers that only the caller knows."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


# build: 16, 4, 0.02
# build: dim=24, heads=3, init_std=0.5
class Attention(nn.Module):
    def __init__(self, dim, heads, init_std):
        super().__init__()
        assert dim % heads == 0, "heads must divide dim"
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.proj = nn.Linear(dim, dim)
        nn.init.normal_(self.qkv.weight, std=init_std)
        nn.init.normal_(self.proj.weight, std=init_std / math.sqrt(2 * heads))
        nn.init.zeros_(self.proj.bias)


# build: 16, 32, 3
# build: 8, 12, 5
class HeConv(nn.Module):
    """The ResNet recipe, written out."""

    def __init__(self, inputs, out, k):
        super().__init__()
        self.conv = nn.Conv2d(inputs, out, k, padding=k // 2)
        n = self.conv.kernel_size[0] * self.conv.kernel_size[1] * self.conv.out_channels
        self.conv.weight.data.normal_(0, math.sqrt(2.0 / n))
        self.conv.bias.data.zero_()
        self.norm = nn.BatchNorm2d(out)


# build: 32, 4
# build: 64, 2
class FeedForward(nn.Module):
    def __init__(self, dim: int, mult: int):
        super().__init__()
        inner = int(dim * mult)
        self.up = nn.Linear(dim, inner)
        self.down = nn.Linear(inner, dim)
        nn.init.trunc_normal_(self.up.weight, std=dim**-0.5)
        nn.init.normal_(self.down.weight, std=1 / math.sqrt(inner))


# build: 48, 16
# build: 20, 64
class Embeddings(nn.Module):
    def __init__(self, vocab_size, dim):
        super().__init__()
        self.tokens = nn.Embedding(vocab_size, dim)
        self.positions = nn.Parameter(torch.randn(1, vocab_size, dim) * dim**-0.5)
        self.cls = nn.Parameter(torch.zeros(1, 1, dim))
        nn.init.uniform_(self.tokens.weight, -1.0 / vocab_size, 1.0 / vocab_size)


# build: 24, 10
# build: 12, 40
class NoisyLinear(nn.Module):
    """Factorised noise of a deep Q network."""

    def __init__(self, in_features, out_features, sigma_init=0.5):
        super().__init__()
        self.in_features = in_features
        self.weight_mu = nn.Parameter(torch.empty(out_features, in_features))
        self.weight_sigma = nn.Parameter(torch.empty(out_features, in_features))
        self.bias_mu = nn.Parameter(torch.empty(out_features))
        self.sigma_init = sigma_init
        self.reset_parameters()

    def reset_parameters(self):
        mu_range = 1 / math.sqrt(self.in_features)
        self.weight_mu.data.uniform_(-mu_range, mu_range)
        self.weight_sigma.data.fill_(self.sigma_init / math.sqrt(self.in_features))
        self.bias_mu.data.uniform_(-mu_range, mu_range)


# build: 16, 24
# build: 40, 8
class GraphConvolution(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.FloatTensor(in_features, out_features))
        if bias:
            self.bias = nn.Parameter(torch.FloatTensor(out_features))
        else:
            self.register_parameter("bias", None)
        stdv = 1.0 / math.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-stdv, stdv)
        if self.bias is not None:
            self.bias.data.uniform_(-stdv, stdv)


# build: 32, 8
# build: 24, 4
class LoraLinear(nn.Module):
    def __init__(self, features, rank):
        super().__init__()
        self.base = nn.Linear(features, features)
        self.a = nn.Parameter(torch.zeros(rank, features))
        self.b = nn.Parameter(torch.zeros(features, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))
        self.base.weight.requires_grad = False


# build: 16, 32, 64
# build: 20, 30, 10
class Mlp(nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs))
        for layer in self.net:
            if isinstance(layer, nn.Linear):
                fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(layer.weight)
                bound = math.sqrt(6.0 / (fan_in + fan_out))
                nn.init.uniform_(layer.weight, -bound, bound)
                nn.init.constant_(layer.bias, 0.1)


# build: 16, 4
# build: 32, 8
class GroupedConv(nn.Module):
    def __init__(self, channels, groups):
        super().__init__()
        self.conv = nn.Conv2d(channels, 2 * channels, 3, groups=groups, bias=False)
        fan_out = 9 * self.conv.out_channels // groups
        nn.init.normal_(self.conv.weight, 0.0, math.sqrt(2.0 / fan_out))


# build: 12, 16
# build: 30, 8
class SirenLayer(nn.Module):
    def __init__(self, in_features, out_features, is_first=False, omega_0=30):
        super().__init__()
        self.omega_0 = omega_0
        self.linear = nn.Linear(in_features, out_features)
        with torch.no_grad():
            if is_first:
                self.linear.weight.uniform_(-1 / in_features, 1 / in_features)
            else:
                self.linear.weight.uniform_(
                    -math.sqrt(6 / in_features) / self.omega_0, math.sqrt(6 / in_features) / self.omega_0
                )


# build: 24
# build: 60
class Gru(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.cell = nn.GRUCell(hidden, hidden)
        nn.init.xavier_uniform_(self.cell.weight_ih)
        for gate in self.cell.weight_hh.chunk(3, 0):
            nn.init.orthogonal_(gate)
        nn.init.zeros_(self.cell.bias_ih)


# build: 32, 0.1
# build: 64, 1e-5
class LayerScale(nn.Module):
    def __init__(self, dim, init_values, inplace=False):
        super().__init__()
        self.gamma = nn.Parameter(init_values * torch.ones(dim))
        self.proj = nn.Linear(dim, dim)
        std = min(0.02, 1.0 / dim)
        nn.init.normal_(self.proj.weight, std=std)
