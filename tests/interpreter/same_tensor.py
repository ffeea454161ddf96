"""Functions that hand back the tensor that they are given."""

import torch
from torch import nn


class AsTensor(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(torch.as_tensor(module.weight))  # reveal: conv.weight [8, 8, 3, 3] = kaiming_normal_ 0.167
                nn.init.constant_(torch.as_tensor(module.bias), 0.5)  # reveal: conv.bias [8] = constant_ 0.5±0
