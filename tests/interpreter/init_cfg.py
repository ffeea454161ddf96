"""OpenMMLab: init_cfg, and init_weights that the runner calls."""

import torch.nn as nn
from mmengine.model import BaseModule, constant_init, normal_init


class Head(BaseModule):  # root
    def __init__(self, init_cfg=dict(type="Normal", layer="Linear", std=0.01)):
        super().__init__(init_cfg=init_cfg)  # reveal: fc.weight [8, 32] = normal_ 0.01; fc.bias [8] = constant_ 0
        self.fc = nn.Linear(32, 8)


class Own(BaseModule):  # root
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 8)
        self.out = nn.Linear(32, 8)

    def init_weights(self):
        super().init_weights()
        normal_init(self.fc, std=0.05)  # reveal: fc.weight [8, 32] = normal_ 0.05; fc.bias [8] = constant_ 0
        constant_init(self.out, 2.0)  # reveal: out.weight [8, 32] = constant_ 2±0; out.bias [8] = constant_ 0


KAIMING = [
    dict(type="Kaiming", layer="Conv2d"),
    dict(type="Constant", val=1, layer=["_BatchNorm"]),
]


class Several(BaseModule):  # root
    def __init__(self):
        super().__init__(init_cfg=KAIMING)  # reveal: conv.weight [16, 3, 3, 3] = kaiming_normal_ 0.118; conv.bias [16] = constant_ 0; norm.weight [16] = constant_ 1±0; norm.bias [16] = constant_ 0
        self.conv = nn.Conv2d(3, 16, 3)
        self.norm = nn.BatchNorm2d(16)


class Inner(BaseModule):
    def __init__(self, init_cfg=None):
        super().__init__(init_cfg)  # reveal: Outer: inner.fc.weight [8, 8] = normal_ 0.5; Outer: inner.fc.bias [8] = constant_ 0
        self.fc = nn.Linear(8, 8)


OUTER = dict(type="Xavier", layer="Linear", distribution="uniform", override=dict(name="last", type="Constant", val=3.0))


class Outer(BaseModule):  # root
    """A model's own configuration comes first, then those of its children; an override reaches all of one child."""

    def __init__(self):
        super().__init__(init_cfg=OUTER)  # reveal: first.weight [8, 8] = xavier_uniform_ 0.354; first.bias [8] = constant_ 0; last.weight [8, 8] = constant_ 3±0; last.bias [8] = constant_ 0
        self.first = nn.Linear(8, 8)
        self.last = nn.Linear(8, 8)
        self.inner = Inner(dict(type="Normal", std=0.5, layer="Linear", bias_prob=0.5))


class Loaded(BaseModule):  # root
    """What is loaded is not initialised by the children's configurations."""

    def __init__(self):
        super().__init__(init_cfg=dict(type="Pretrained", checkpoint="net.pth"))  # reveal: inner.fc.weight [8, 8] = init_cfg; inner.fc.bias [8] = init_cfg
        self.inner = Inner(dict(type="Normal", std=0.5, layer="Linear"))


class NotReached(BaseModule):  # root
    """Only children that have `init_weights` are asked, and a plain container has none: perhaps others ask."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Narrow()])


class Narrow(BaseModule):
    def __init__(self):
        super().__init__(init_cfg=dict(type="Normal", std=0.5, layer="Linear"))
        self.fc = nn.Linear(8, 8)  # reveal: NotReached: blocks.0.fc.weight [8, 8] = unknown; NotReached: blocks.0.fc.bias [8] = unknown


class Unheard(BaseModule):  # root
    def __init__(self):
        super().__init__(init_cfg=dict(type="OfThePlugin", layer="Linear"))
        self.fc = nn.Linear(8, 8)  # reveal: fc.weight [8, 8] = unknown; fc.bias [8] = unknown
