"""How layers come to be attributes and children of a module."""

from collections import OrderedDict

import torch
import torch.nn as nn


class Literal(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 16, 3, bias=False),  # reveal: net.0.weight [16, 3, 3, 3] = kaiming_uniform_ 0.111
            nn.BatchNorm2d(16),  # reveal: net.1.weight [16] = ones_ 1±0; net.1.bias [16] = zeros_ 0
            nn.ReLU(),
            nn.Conv2d(16, 32, (3, 1), groups=4),  # reveal: net.3.weight [32, 4, 3, 1] = kaiming_uniform_ 0.167; net.3.bias [32] = uniform_ 0.167
        )


class Ordered(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            OrderedDict(
                [
                    ("first", nn.Linear(16, 32)),  # reveal: net.first.weight [32, 16] = kaiming_uniform_ 0.144; net.first.bias [32] = uniform_ 0.144
                    ("act", nn.Tanh()),
                    ("last", nn.Linear(32, 8, bias=False)),  # reveal: net.last.weight [8, 32] = kaiming_uniform_ 0.102
                ]
            )
        )


class Comprehension(nn.Module):  # root
    def __init__(self, widths=(16, 32, 64)):
        super().__init__()
        self.steps = nn.ModuleList([nn.Linear(a, b) for a, b in zip(widths, widths[1:])])  # reveal: steps.0.weight [32, 16] = kaiming_uniform_ 0.144; steps.0.bias [32] = uniform_ 0.144; steps.1.weight [64, 32] = kaiming_uniform_ 0.102; steps.1.bias [64] = uniform_ 0.102
        self.norms = nn.ModuleList(nn.LayerNorm(w) for w in widths[1:])  # reveal: norms.0.weight [32] = ones_ 1±0; norms.0.bias [32] = zeros_ 0; norms.1.weight [64] = ones_ 1±0; norms.1.bias [64] = zeros_ 0
        self.tail = nn.Sequential(*[nn.Linear(widths[-1], widths[-1]) for _ in range(2)], nn.ReLU())  # reveal: tail.0.weight [64, 64] = kaiming_uniform_ 0.0722; tail.0.bias [64] = uniform_ 0.0722; tail.1.weight [64, 64] = kaiming_uniform_ 0.0722; tail.1.bias [64] = uniform_ 0.0722


class Appended(nn.Module):  # root
    def __init__(self, depth=3):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(depth):
            self.layers.append(nn.Linear(16 * (i + 1), 16 * (i + 2)))  # reveal: layers.1.weight [32, 16] = kaiming_uniform_ 0.144; layers.1.bias [32] = uniform_ 0.144; layers.2.weight [48, 32] = kaiming_uniform_ 0.102; layers.2.bias [48] = uniform_ 0.102; layers.3.weight [64, 48] = kaiming_uniform_ 0.0833; layers.3.bias [64] = uniform_ 0.0833
        self.layers.extend([nn.LayerNorm(8)])
        self.layers.insert(0, nn.Linear(4, 16))  # reveal: layers.0.weight [16, 4] = kaiming_uniform_ 0.289; layers.0.bias [16] = uniform_ 0.289
        self.layers += [nn.PReLU()]  # reveal: layers.4.weight [1] = constant_ 0.25±0
        del self.layers[-2]


class Dictionary(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({"class": nn.Linear(32, 10), "box": nn.Linear(32, 4)})
        self.heads["mask"] = nn.Linear(32, 1)
        self.heads.update({"box": nn.Linear(32, 6)})
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.01)  # reveal: heads.class.weight [10, 32] = normal_ 0.01; heads.box.weight [6, 32] = normal_ 0.01; heads.mask.weight [1, 32] = normal_ 0.01
        for name, head in self.heads.items():
            nn.init.constant_(head.bias, 1.0 if name == "class" else 2.0)  # reveal: heads.class.bias [10] = constant_ 1±0; heads.box.bias [6] = constant_ 2±0; heads.mask.bias [1] = constant_ 2±0


class Named(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.add_module("first", nn.Linear(16, 16))  # reveal: first.weight [16, 16] = kaiming_uniform_ 0.144; first.bias [16] = uniform_ 0.144
        for i in range(2):
            self.add_module(f"block{i}", nn.Linear(16, 32))  # reveal: block0.weight [32, 16] = kaiming_uniform_ 0.144; block1.bias [32] = uniform_ 0.144
            setattr(self, "norm%d" % i, nn.GroupNorm(4, 32))  # reveal: norm0.weight [32] = ones_ 1±0; norm0.bias [32] = zeros_ 0; norm1.weight [32] = ones_ 1±0; norm1.bias [32] = zeros_ 0
        nn.init.zeros_(getattr(self, "block1").weight)  # reveal: block1.weight [32, 16] = zeros_ 0
        nn.init.ones_(self.block0.bias)  # reveal: block0.bias [32] = ones_ 1±0
        self.register_module("last", nn.Bilinear(16, 8, 4))  # reveal: last.weight [4, 16, 8] = uniform_ 0.144; last.bias [4] = uniform_ 0.144


class Replaced(nn.Module):  # root
    """The later layer counts; a list of Python's own registers nothing."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 64)
        nn.init.zeros_(self.fc.weight)
        self.fc = nn.Linear(16, 32)  # reveal: fc.weight [32, 16] = kaiming_uniform_ 0.144; fc.bias [32] = uniform_ 0.144
        self.hidden = [nn.Linear(8, 8)]
        self.gone = nn.Linear(8, 8)
        del self.gone
        self.none = None
        self.net = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 8))
        self.net[0] = nn.Linear(8, 16)  # reveal: net.0.weight [16, 8] = kaiming_uniform_ 0.204; net.0.bias [16] = uniform_ 0.204
        self.net[-1] = nn.Identity()


class Kinds(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(16, 32, num_layers=2, bidirectional=True)  # reveal: rnn.weight_ih_l0 [128, 16] = uniform_ 0.102; rnn.weight_hh_l0 [128, 32] = uniform_ 0.102; rnn.bias_ih_l0 [128] = uniform_ 0.102; rnn.bias_hh_l0 [128] = uniform_ 0.102; rnn.weight_ih_l0_reverse [128, 16] = uniform_ 0.102; rnn.weight_hh_l0_reverse [128, 32] = uniform_ 0.102; rnn.bias_ih_l0_reverse [128] = uniform_ 0.102; rnn.bias_hh_l0_reverse [128] = uniform_ 0.102; rnn.weight_ih_l1 [128, 64] = uniform_ 0.102; rnn.weight_hh_l1 [128, 32] = uniform_ 0.102; rnn.bias_ih_l1 [128] = uniform_ 0.102; rnn.bias_hh_l1 [128] = uniform_ 0.102; rnn.weight_ih_l1_reverse [128, 64] = uniform_ 0.102; rnn.weight_hh_l1_reverse [128, 32] = uniform_ 0.102; rnn.bias_ih_l1_reverse [128] = uniform_ 0.102; rnn.bias_hh_l1_reverse [128] = uniform_ 0.102
        self.cell = nn.GRUCell(16, 32)  # reveal: cell.weight_ih [96, 16] = uniform_ 0.102; cell.weight_hh [96, 32] = uniform_ 0.102; cell.bias_ih [96] = uniform_ 0.102; cell.bias_hh [96] = uniform_ 0.102
        self.attention = nn.MultiheadAttention(32, 4)  # reveal: attention.in_proj_weight [96, 32] = xavier_uniform_ 0.125; attention.in_proj_bias [96] = constant_ 0; attention.out_proj.weight [32, 32] = kaiming_uniform_ 0.102; attention.out_proj.bias [32] = constant_ 0
        self.cross = nn.MultiheadAttention(32, 4, kdim=16, vdim=24, bias=False)  # reveal: cross.q_proj_weight [32, 32] = xavier_uniform_ 0.177; cross.k_proj_weight [32, 16] = xavier_uniform_ 0.204; cross.v_proj_weight [32, 24] = xavier_uniform_ 0.189; cross.out_proj.weight [32, 32] = kaiming_uniform_ 0.102
        self.up = nn.ConvTranspose2d(16, 8, 4, stride=2)  # reveal: up.weight [16, 8, 4, 4] = kaiming_uniform_ 0.051; up.bias [8] = uniform_ 0.051
        self.table = nn.Embedding(100, 32)  # reveal: table.weight [100, 32] = normal_ 1
        self.bags = nn.EmbeddingBag(100, 16)  # reveal: bags.weight [100, 16] = normal_ 1
        self.scale = nn.RMSNorm(32)  # reveal: scale.weight [32] = ones_ 1±0
        self.norm = nn.BatchNorm1d(32, affine=False)
        self.one = nn.Conv1d(16, 32, 5)  # reveal: one.weight [32, 16, 5] = kaiming_uniform_ 0.0645; one.bias [32] = uniform_ 0.0645
        self.three = nn.Conv3d(2, 4, 3)  # reveal: three.weight [4, 2, 3, 3, 3] = kaiming_uniform_ 0.0786; three.bias [4] = uniform_ 0.0786


class Transformer(nn.Module):  # root
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64)  # reveal: encoder.layers.0.self_attn.in_proj_weight [96, 32] = xavier_uniform_ 0.125; encoder.layers.0.self_attn.in_proj_bias [96] = constant_ 0; encoder.layers.0.self_attn.out_proj.weight [32, 32] = kaiming_uniform_ 0.102; encoder.layers.0.self_attn.out_proj.bias [32] = constant_ 0; encoder.layers.0.linear1.weight [64, 32] = kaiming_uniform_ 0.102; encoder.layers.0.linear1.bias [64] = uniform_ 0.102; encoder.layers.0.linear2.bias [32] = uniform_ 0.0722; encoder.layers.0.norm1.weight [32] = ones_ 1±0; encoder.layers.0.norm1.bias [32] = zeros_ 0; encoder.layers.0.norm2.weight [32] = ones_ 1±0; encoder.layers.0.norm2.bias [32] = zeros_ 0; encoder.layers.1.self_attn.in_proj_weight [96, 32] = xavier_uniform_ 0.125; encoder.layers.1.self_attn.in_proj_bias [96] = constant_ 0; encoder.layers.1.self_attn.out_proj.weight [32, 32] = kaiming_uniform_ 0.102; encoder.layers.1.self_attn.out_proj.bias [32] = constant_ 0; encoder.layers.1.linear1.weight [64, 32] = kaiming_uniform_ 0.102; encoder.layers.1.linear1.bias [64] = uniform_ 0.102; encoder.layers.1.linear2.bias [32] = uniform_ 0.0722; encoder.layers.1.norm1.weight [32] = ones_ 1±0; encoder.layers.1.norm1.bias [32] = zeros_ 0; encoder.layers.1.norm2.weight [32] = ones_ 1±0; encoder.layers.1.norm2.bias [32] = zeros_ 0
        nn.init.zeros_(layer.linear2.weight)  # reveal: encoder.layers.0.linear2.weight [32, 64] = zeros_ 0; encoder.layers.1.linear2.weight [32, 64] = zeros_ 0
        self.encoder = nn.TransformerEncoder(layer, 2)


class Shadow(nn.Module):  # root
    """Slices and starred lists."""

    def __init__(self):
        super().__init__()
        layers = [nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 4)]  # reveal: body.0.bias [16] = uniform_ 0.144; body.2.bias [16] = uniform_ 0.144; head.weight [4, 16] = kaiming_uniform_ 0.144; head.bias [4] = uniform_ 0.144
        self.body = nn.Sequential(*layers[:-1])
        self.head = layers[-1]
        for layer in self.body[::2]:
            nn.init.xavier_uniform_(layer.weight, gain=nn.init.calculate_gain("relu"))  # reveal: body.0.weight [16, 16] = xavier_uniform_ 0.354; body.2.weight [16, 16] = xavier_uniform_ 0.354


class Sizes(nn.Module):  # root
    """Numbers that the constructor works out."""

    def __init__(self, base=16, ratio=1.5, stages=(1, 2, 4)):
        super().__init__()
        hidden = int(base * ratio)
        self.widths = [base * s for s in stages]
        self.fc = nn.Linear(sum(self.widths), max(hidden, 8) // 2)  # reveal: fc.weight [12, 112] = kaiming_uniform_ 0.0546; fc.bias [12] = uniform_ 0.0546
        self.mixed = nn.Linear(self.fc.out_features, self.widths[-1] - self.fc.in_features % 5)  # reveal: mixed.weight [62, 12] = kaiming_uniform_ 0.167; mixed.bias [62] = uniform_ 0.167
        self.shape = nn.Parameter(torch.zeros(1, *self.fc.weight.shape))  # reveal: shape [1, 12, 112] = zeros 0


class RareWords(nn.Module):  # root
    def __init__(self):
        super().__init__()
        self.loss = nn.AdaptiveLogSoftmaxWithLoss(32, 100, [10, 40], div_value=2.0)  # reveal: loss.head.weight [12, 32] = kaiming_uniform_ 0.102; loss.tail.0.0.weight [16, 32] = kaiming_uniform_ 0.102; loss.tail.0.1.weight [30, 16] = kaiming_uniform_ 0.144; loss.tail.1.0.weight [8, 32] = kaiming_uniform_ 0.102; loss.tail.1.1.weight [60, 8] = kaiming_uniform_ 0.204
