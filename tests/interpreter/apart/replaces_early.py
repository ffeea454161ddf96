# right: Net()
import parts_to_patch
import torch
from parts_to_patch import fill
from torch import nn


def twos(weight):
    nn.init.constant_(weight, 2.0)


parts_to_patch.fill = twos

from parts_that_took_it import Took


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.own = parts_to_patch.Filled()
        self.took = Took()
        self.weight = nn.Parameter(torch.empty(64, 64))
        fill(self.weight)
        self.late = nn.Parameter(torch.empty(64, 64))
        from parts_to_patch import fill as late

        late(self.late)
