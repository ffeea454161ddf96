# right: Net()
from torch import nn

_before = nn.Linear.__init__


def __init__(self, *args, **kwargs):
    _before(self, *args, **kwargs)
    nn.init.zeros_(self.bias)


nn.Linear.__init__ = __init__


class Small(nn.LayerNorm):
    def __init__(self, dim):
        super().__init__(dim)
        nn.init.constant_(self.weight, 0.1)


nn.LayerNorm = Small


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(64, 64)
        self.norm = nn.LayerNorm(64)
