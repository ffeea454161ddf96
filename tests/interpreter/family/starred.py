"""What a star imports where the file says what it hands on."""

import torch.nn as nn

from .private import *


class Starred(nn.Module):  # root  # reveal: head.weight [2, 16] = normal_ 0.3 @ private.py; tail.weight [2, 16] = kaiming_uniform_ 0.144 @ private.py
    def __init__(self):
        super().__init__()
        self.head = _Narrow(16)
        _fill(self.head)
        self.tail = _Narrow(16)
