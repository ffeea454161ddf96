# right: LastIsUnknown(), Appended(), ByPath(), PutByPath()
# unknown: Named()
import torch
from torch import nn

try:
    from layers_of_nobody import Rearrange
except ImportError:
    Rearrange = nn.Identity


class LastIsUnknown(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 6), Rearrange("b d -> b 1 d"))
        nn.init.zeros_(self.net[-2].weight)
        nn.init.ones_(self.net[:-1][-1].bias)


class Appended(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.ModuleList([nn.Linear(4, 4), Rearrange("b d -> b 1 d")])
        self.net.append(nn.Linear(4, 6))
        nn.init.zeros_(self.net[-1].weight)


class ByPath(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 6))
        nn.init.zeros_(self.get_parameter("net.1.weight"))


class PutByPath(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 6))
        self.set_submodule("net.1", nn.Linear(4, 8))
        nn.init.zeros_(self.net[1].bias)


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(4, 4)
        self.title = self.net._get_name()
        if self.net._forward_hooks:
            nn.init.zeros_(self.net.weight)
