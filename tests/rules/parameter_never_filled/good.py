"""Uninitialised memory that something fills, or that nothing trains."""

import torch
import torch.distributed as dist
from torch import nn


class FilledInPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.bank = nn.Parameter(torch.empty(8, 32))
        nn.init.xavier_uniform_(self.bank)

    def forward(self, x):
        return x @ self.bank


class FilledInALoop(nn.Module):
    def __init__(self, tags):
        super().__init__()
        self.start = nn.Parameter(torch.Tensor(tags))
        self.steps = nn.Parameter(torch.Tensor(tags, tags))
        for p in self.parameters():
            nn.init.uniform_(p, -0.1, 0.1)

    def forward(self, x):
        return (x + self.start) @ self.steps


class FilledBeforeWrapping(nn.Module):
    def __init__(self):
        super().__init__()
        self.bank = nn.Parameter(nn.init.orthogonal_(torch.empty(8, 8)))

    def forward(self, x):
        return x @ self.bank


class Part(nn.Module):
    """Filled by the model that encloses it."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(4, 4))

    def forward(self, x):
        return x @ self.weight


class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part() for _ in range(2)])
        for m in self.modules():
            if isinstance(m, Part):
                nn.init.normal_(m.weight, std=0.5)

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x


class Abstract(nn.Module):
    """Filled by its subclass."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(4, 4))

    def forward(self, x):
        return x @ self.weight


class Concrete(Abstract):
    def __init__(self):
        super().__init__()
        self.weight.data.normal_(0, 0.5)


class OptionalBias(nn.Module):
    """The same condition creates and fills."""

    def __init__(self, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(4, 4))
        if bias:
            self.bias = nn.Parameter(torch.empty(4))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x):
        return nn.functional.linear(x, self.weight, self.bias)


class Marker(nn.Module):
    """No entries, or none that train."""

    def __init__(self):
        super().__init__()
        self.device_marker = nn.Parameter(torch.empty(0))
        self.packed = nn.Parameter(torch.empty(4, 4, dtype=torch.int8), requires_grad=False)

    def forward(self, x):
        return x.to(self.device_marker.device)


class Loaded(nn.Module):
    def __init__(self, path):
        super().__init__()
        self.bank = nn.Parameter(torch.empty(8, 8))
        self.load_state_dict(torch.load(path))

    def forward(self, x):
        return x @ self.bank


class FilledAsAResult(nn.Module):
    def __init__(self, count):
        super().__init__()
        self.frequencies = nn.Parameter(torch.empty(count))
        with torch.no_grad():
            torch.arange(1, count + 1, out=self.frequencies).mul_(3.14)

    def forward(self, x):
        return (self.frequencies * x).sin()


class FilledUnlessLazy(nn.Module):
    def __init__(self, width):
        super().__init__()
        if width > 0:
            self.bank = nn.Parameter(torch.empty(width, 8))
        else:
            self.bank = nn.parameter.UninitializedParameter()
        if not isinstance(self.bank, nn.UninitializedParameter):
            nn.init.orthogonal_(self.bank)

    def forward(self, x):
        return x @ self.bank


class FilledByALoader(nn.Module):
    """Packed integers have no random start: whoever fills them fills the scales beside them."""

    def __init__(self, width, out):
        super().__init__()
        self.packed = nn.Parameter(torch.empty(width // 8, out, dtype=torch.int32), requires_grad=False)
        self.scales = nn.Parameter(torch.empty(1, out))

    def forward(self, x):
        return x @ (self.packed * self.scales)


class FilledByOtherMethods(nn.Module):
    def __init__(self, index):
        super().__init__()
        self.scattered = nn.Parameter(torch.empty(3))
        self.scattered.data.scatter_(0, index, 1.0)
        self.masked = nn.Parameter(torch.empty(3))
        with torch.no_grad():
            self.masked.masked_fill_(index > 0, 1.0)

    def forward(self, x):
        return x * self.scattered + self.masked


class EightBitWeight(nn.Module):
    """No gradient reaches an 8 bit float: a loader fills it and its scale."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, width, dtype=torch.float8_e4m3fn))
        self.scale = nn.Parameter(torch.empty(1))

    def forward(self, x):
        return x @ (self.weight * self.scale)


class FromVector(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.empty(8))
        nn.utils.vector_to_parameters(torch.ones(8), [self.scale])

    def forward(self, x):
        return x * self.scale


class FromFirstRank(nn.Module):
    """Only one process reads the rows; the others are sent them."""

    def __init__(self, table: nn.Embedding, rows):
        super().__init__()
        if dist.is_initialized() and dist.get_rank() == 0:
            values = table.weight[rows].clone()
        else:
            values = torch.empty((len(rows), table.embedding_dim))
        dist.broadcast(values, src=0)
        self.rows = nn.Parameter(values)

    def forward(self, x):
        return self.rows[x]


class Buffers(nn.Module):
    def __setitem__(self, name, value):
        self.register_buffer(name, value, persistent=False)


class ByName(nn.Module):
    """A buffer, by a container of the project: nothing trains it."""

    def __init__(self, name):
        super().__init__()
        self.kept = Buffers()
        self.kept[name] = torch.empty(4, 4)

    def forward(self, x):
        return x


class GateOfAFunction(nn.Module):
    """One of the functions that build it fills it: it may be left to all of them."""

    def __init__(self, dim):
        super().__init__()
        self.gate = nn.Parameter(torch.empty(dim))

    def forward(self, x):
        return x * self.gate


def filling_function(dim=16):
    net = nn.Sequential(nn.Linear(4, dim), GateOfAFunction(dim))
    nn.init.ones_(net[1].gate)
    return net


def another_function(dim=16):
    return nn.Sequential(nn.Linear(4, dim), GateOfAFunction(dim))


class GateOfACaller(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.gate = nn.Parameter(torch.empty(dim))

    def forward(self, x):
        return x * self.gate


def called_by_another(dim=16):
    return nn.Sequential(nn.Linear(4, dim), GateOfACaller(dim))


def caller(path, start):
    """What it does to the gates is not known."""
    net = called_by_another()
    start(net, path)
    return net


class GateOfAnUnknownCall(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.gate = nn.Parameter(torch.empty(dim))

    def forward(self, x):
        return x * self.gate


def handed_to_a_stranger(start, dim=16):
    net = nn.Sequential(nn.Linear(4, dim), GateOfAnUnknownCall(dim))
    start(net)
    return net


class GateOfATrainer(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.gate = nn.Parameter(torch.empty(dim))

    def forward(self, x):
        return x * self.gate


def shown(dim=16):
    return nn.Sequential(nn.Linear(4, dim), GateOfATrainer(dim))


class Trainer:
    """A class that builds one may fill it where nobody looks."""

    def __init__(self, start):
        self.net = nn.Sequential(nn.Linear(4, 16), GateOfATrainer(16))
        start(self.net)
