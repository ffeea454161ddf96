"""Writes of `_init_weights` that a loaded Parameter can't refuse."""

import math

import torch
from torch import nn
from transformers import BertPreTrainedModel, PreTrainedModel


class ThroughData(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.lin = nn.Linear(16, 16)
        self.norm = nn.LayerNorm(16)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.normal_(mean=0.0, std=0.02)  # warning: [init-bypasses-loaded-guard] "ThroughData.lin.weight. loses .* but not `bias`.*nn.init.normal_"
            if module.bias is not None:
                module.bias.data.zero_()  # warning: [init-bypasses-loaded-guard] "nn.init.zeros_"
        elif isinstance(module, nn.LayerNorm):
            module.bias.data.zero_()  # warning: [init-bypasses-loaded-guard] "but not `weight`"
            module.weight.data.fill_(1.0)  # warning: [init-bypasses-loaded-guard] "nn.init.constant_"


class InitOfData(PreTrainedModel):
    """`nn.init` looks for a mark on the object that it is given, and `.data` is another one."""

    def __init__(self, config):
        super().__init__(config)
        self.conv = nn.Conv1d(8, 8, 3)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Conv1d):
            nn.init.kaiming_normal_(module.weight.data)  # warning: [init-bypasses-loaded-guard] "on a view of it"
            nn.init.zeros_(module.bias)


class UnderNoGrad(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.decay = nn.Parameter(torch.zeros(8))
        self.gate = nn.Parameter(torch.zeros(8))
        self.post_init()

    @torch.no_grad()
    def _init_weights(self, module):
        if isinstance(module, UnderNoGrad):
            module.decay.copy_(torch.linspace(0.0, 1.0, 8))  # warning: [init-bypasses-loaded-guard] "transformers.initialization"
            nn.init.ones_(module.gate)


class IntoAChild(PreTrainedModel):
    """The block has a tensor of its own, and is visited again where that is missing."""

    def __init__(self, config):
        super().__init__(config)
        self.block = Block()
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, Block):
            nn.init.ones_(module.scale)
            module.fc.weight.data.normal_(0.0, 0.02 / math.sqrt(2))  # warning: [init-bypasses-loaded-guard] "but not `scale` of the module around it"


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(16))
        self.fc = nn.Linear(16, 16, bias=False)

    def forward(self, x):
        return self.fc(x) * self.scale


class Applied(BertPreTrainedModel):
    """The old spelling of `post_init`; the loader calls the same method."""

    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(16, 2)
        self.apply(self._init_weights)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.uniform_(-0.1, 0.1)  # warning: [init-bypasses-loaded-guard] "uniform_"
            nn.init.zeros_(module.bias)
