"""OpenMMLab: init_cfg, and init_weights that the runner calls."""

import torch.nn as nn
from mmengine.model import BaseModule, constant_init, normal_init


class Head(BaseModule):  # root
    def __init__(self, init_cfg=dict(type="Normal", layer="Linear", std=0.01)):
        super().__init__(init_cfg=init_cfg)
        self.fc = nn.Linear(32, 8)  # reveal: fc.weight [8, 32] = unknown; fc.bias [8] = unknown


class Own(BaseModule):  # root
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 8)
        self.out = nn.Linear(32, 8)

    def init_weights(self):
        super().init_weights()
        normal_init(self.fc, std=0.05)  # reveal: fc.weight [8, 32] = normal_ 0.05; fc.bias [8] = constant_ 0
        constant_init(self.out, 2.0)  # reveal: out.weight [8, 32] = constant_ 2±0; out.bias [8] = constant_ 0


class Several(BaseModule):  # root
    def __init__(self):
        super().__init__(
            init_cfg=[
                dict(type="Kaiming", layer="Conv2d"),
                dict(type="Constant", val=1, layer=["BatchNorm2d"]),
            ]
        )
        self.conv = nn.Conv2d(3, 16, 3)  # reveal: conv.weight [16, 3, 3, 3] = unknown; conv.bias [16] = unknown
        self.norm = nn.BatchNorm2d(16)  # reveal: norm.weight [16] = unknown; norm.bias [16] = unknown
