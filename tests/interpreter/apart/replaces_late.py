# right: Net()
import parts_to_patch
from parts_that_took_it import Took
from torch import nn


def twos(weight):
    nn.init.constant_(weight, 2.0)


parts_to_patch.fill = twos


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.own = parts_to_patch.Filled()
        self.took = Took()
