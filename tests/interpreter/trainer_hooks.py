"""Lightning: layers that the trainer lets the model build."""

import lightning as L
import pytorch_lightning as pl
import torch.nn as nn


class Late(L.LightningModule):  # root
    def __init__(self):
        super().__init__()
        self.net = None

    def configure_model(self):
        if self.net is not None:
            return
        self.net = nn.Linear(32, 8)
        nn.init.normal_(self.net.weight, std=0.02)  # reveal: net.weight [8, 32] = normal_ 0.02
        nn.init.zeros_(self.net.bias)  # reveal: net.bias [8] = zeros_ 0


class Sharded(pl.LightningModule):  # root
    def configure_sharded_model(self):
        self.net = nn.Linear(32, 8)  # reveal: net.weight [8, 32] = kaiming_uniform_ 0.102; net.bias [8] = uniform_ 0.102


class Plain(nn.Module):  # root
    """The same name means nothing elsewhere."""

    def __init__(self):
        super().__init__()
        self.net = nn.Linear(32, 8)  # reveal: net.weight [8, 32] = kaiming_uniform_ 0.102; net.bias [8] = uniform_ 0.102

    def configure_model(self):
        nn.init.zeros_(self.net.weight)
