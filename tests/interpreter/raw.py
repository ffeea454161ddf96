"""Parameters that a module makes itself."""

import math

import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F


class Kinds(nn.Module):  # root
    def __init__(self, dim=32):
        super().__init__()
        self.zeros = nn.Parameter(torch.zeros(1, 4, dim))  # reveal: zeros [1, 4, 32] = zeros 0
        self.ones = nn.Parameter(torch.ones(dim) * 1e-6)  # reveal: ones [32] = ones 1e-06±0
        self.full = nn.Parameter(torch.full((dim,), 0.3))  # reveal: full [32] = full 0.3±0
        self.normal = nn.Parameter(torch.randn(dim, dim) * dim**-0.5)  # reveal: normal [32, 32] = randn 0.177
        self.uniform = nn.Parameter(torch.rand(dim, dim) * 2 - 1)  # reveal: uniform [32, 32] = rand 0.577
        self.eye = nn.Parameter(torch.eye(dim))  # reveal: eye [32, 32] = eye 0.0312±0.174
        self.scalar = nn.Parameter(torch.tensor(2.0))  # reveal: scalar [] = tensor 2±0
        self.log = nn.Parameter(torch.ones([]) * math.log(1 / 0.07))  # reveal: log [] = ones 2.66±0
        self.range = nn.Parameter(torch.arange(1, 5, dtype=torch.float32))  # reveal: range [4] = arange 2.5±1.12
        self.space = nn.Parameter(torch.linspace(0.0, 1.0, 5))  # reveal: space [5] = linspace 0.5±0.354
        self.list = nn.Parameter(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))  # reveal: list [2, 2] = tensor
        self.like = nn.Parameter(torch.randn_like(self.normal))  # reveal: like [32, 32] = randn_like 1
        self.new = nn.Parameter(self.zeros.new_ones(dim, 2))  # reveal: new [32, 2] = new_ones 1±0
        self.drawn = nn.Parameter(torch.normal(1.0, 0.1, size=(dim, dim)))  # reveal: drawn [32, 32] = normal 1±0.1
        self.shifted = nn.Parameter(1 + 0.1 * torch.randn(dim, dim))  # reveal: shifted [32, 32] = randn 1±0.1
        self.unscaled = nn.Parameter(torch.rand(dim, dim).sub(0.5).div(2))  # reveal: unscaled [32, 32] = rand 0.144


class Registered(nn.Module):  # root
    def __init__(self, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty((16, 32)))
        if bias:
            self.bias = nn.Parameter(torch.empty(16))
        else:
            self.register_parameter("bias", None)
        self.register_parameter("scale", nn.Parameter(torch.ones(16)))  # reveal: scale [16] = ones 1±0
        self.register_buffer("table", torch.zeros(4))
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))  # reveal: weight [16, 32] = kaiming_uniform_ 0.102
        if self.bias is not None:
            fan_in, _ = nn.init._calculate_fan_in_and_fan_out(self.weight)
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
            nn.init.uniform_(self.bias, -bound, bound)  # reveal: bias [16] = uniform_ 0.102


class Lists(nn.Module):  # root
    def __init__(self, depth=3):
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(torch.empty(8, 16)) for _ in range(depth)])
        self.table = nn.ParameterDict({"a": nn.Parameter(torch.zeros(8)), "b": nn.Parameter(torch.ones(8))})  # reveal: table.a [8] = zeros 0; table.b [8] = ones 1±0
        for w in self.weights:
            nn.init.xavier_normal_(w)  # reveal: weights.0 [8, 16] = xavier_normal_ 0.289; weights.1 [8, 16] = xavier_normal_ 0.289; weights.2 [8, 16] = xavier_normal_ 0.289
        for i in range(depth):
            setattr(self, f"gate_{i}", nn.Parameter(torch.full((4,), float(i))))  # reveal: gate_0 [4] = full 0; gate_1 [4] = full 1±0; gate_2 [4] = full 2±0


class Frozen(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.fixed = nn.Parameter(torch.randn(16, 16), requires_grad=False)  # reveal: fixed [16, 16] frozen = randn 1
        self.norm = nn.Parameter(F.normalize(torch.ones(16, 4), dim=-1))  # reveal: norm [...] = unknown
        self.lr = nn.Linear(8, 8).requires_grad_(False)  # reveal: lr.weight [8, 8] frozen = kaiming_uniform_ 0.204; lr.bias [8] frozen = uniform_ 0.204
        self.part = nn.Linear(8, 8)  # reveal: part.weight [8, 8] frozen = kaiming_uniform_ 0.204; part.bias [8] = uniform_ 0.204
        self.part.weight.requires_grad = False
        self.eval_only = nn.Sequential(nn.Linear(8, 8)).eval()  # reveal: eval_only.0.weight [8, 8] frozen = kaiming_uniform_ 0.204; eval_only.0.bias [8] frozen = uniform_ 0.204
        for p in self.eval_only.parameters():
            p.requires_grad_(False)


class Received(nn.Module):  # root
    """Another process fills what is empty here; what every process has drawn keeps its distribution."""

    def __init__(self, width):
        super().__init__()
        sent, parts = torch.empty(4, 8), [torch.empty(4, 8) for _ in range(2)]
        dist.broadcast(sent, src=0)
        dist.all_gather(parts, tensor=torch.ones(4, 8))
        self.sent = nn.Parameter(sent)  # reveal: sent [4, 8] = unknown
        self.part = nn.Parameter(parts[0])  # reveal: part [4, 8] = unknown
        self.drawn = nn.Parameter(torch.randn(4, 8))  # reveal: drawn [4, 8] = randn 1
        dist.broadcast(self.drawn.data, src=0)
        dist.barrier()
