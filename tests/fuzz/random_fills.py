"""Ways to write to a tensor ``w``: ``{c}`` is a number and ``{s}`` a scale."""

from __future__ import annotations

FILLS = (
    "nn.init.zeros_({w})",
    "nn.init.ones_({w})",
    "nn.init.constant_({w}, {c})",
    "nn.init.normal_({w}, {c}, {s})",
    "nn.init.normal_({w}, std={s})",
    "nn.init.uniform_({w}, -{s}, {s})",
    "nn.init.uniform_({w}, {c}, {c} + {s})",
    "nn.init.trunc_normal_({w}, std={s})",
    "nn.init.trunc_normal_({w}, mean=0.1, std={s}, a=-0.3, b=0.3)",
    "{w}.data.normal_(0, {s})",
    "{w}.data.normal_(mean={c}, std={s})",
    "{w}.data.uniform_(-{s}, {s})",
    "{w}.data.fill_({c})",
    "{w}.data.zero_()",
    "{w}.detach().fill_({c})",
    "{w}.data = torch.randn_like({w}) * {s}",
    "{w}.data = torch.full_like({w}, {c})",
    "{w}.data = torch.zeros_like({w}) + {c}",
    "{w}.data.copy_(torch.rand({w}.shape) * {s})",
    "{w}.data.copy_(torch.full({w}.shape, {c}))",
    "{w}.data[...] = {c}",
    "{w}.data[:] = {c}",
    "torch.nn.init.normal_({w}.data, std={s})",
    "torch.nn.init.constant_({w}.view(-1), {c})",
)
"""Ways to fill a tensor ``w`` of any shape."""

MATRIX_FILLS = (
    "nn.init.xavier_uniform_({w})",
    "nn.init.xavier_normal_({w}, gain={s})",
    "nn.init.kaiming_normal_({w}, mode='fan_out', nonlinearity='relu')",
    "nn.init.kaiming_uniform_({w}, a=math.sqrt(5))",
    "nn.init.kaiming_normal_({w})",
    "nn.init.orthogonal_({w}, gain={s})",
    "nn.init.xavier_uniform_({w}, gain=nn.init.calculate_gain('relu'))",
    "nn.init.kaiming_uniform_({w}, nonlinearity='linear')",
    "nn.init.kaiming_normal_({w}.t())",
)

CHANGES = (
    "{w}.data.mul_({s})",
    "{w}.data.add_({c})",
    "{w}.data.div_(2)",
    "{w}.data.sub_({c})",
    "{w}.data *= {s}",
    "{w}.data += {c}",
    "{w}.data /= 4.0",
    "{w}.data.clamp_(-{s}, {s})",
    "{w}.data = {w}.data * {s}",
    "{w}.data = {w}.data + {c}",
    "{w}.data.neg_()",
    "{w}.data.abs_()",
    "{w}.data.mul_({s}).add_({c})",
    "{w}.data[0] = {c}",
    "{w}.data[0].fill_({c})",
    "{w}.data[: {w}.shape[0] // 2].zero_()",
    "{w}.data[1:].mul_({s})",
    "{w}.data[-1].normal_(0, {s})",
)
