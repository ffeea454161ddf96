"""Random but valid files with ``nn.Module`` classes, and calls that build them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from random_classes import CLASSES
from random_statements import Lines, Statements

HEADER = '''"""Made by seed {seed}."""

import copy
import enum
import functools
import math
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import torch
from torch import nn
'''

BLOCKS = {
    "Plain": """
class Plain(nn.Module):
    def __init__(self, dim, out=None, bias=True):
        super().__init__()
        out = out or dim
        self.fc = nn.Linear(dim, out, bias=bias)
        self.norm = nn.LayerNorm(out)
        {statements}
""",
    "Own": """
class Own(nn.Linear):
    def reset_parameters(self):
        {fill_weight}
        if self.bias is not None:
            {fill_bias}
""",
    "Deep": """
class Base(nn.Module):
    std = 0.3

    def __init__(self, dim, **kwargs):
        super().__init__()
        self.first = nn.Linear(dim, dim, **kwargs)
        self.build(dim)
        self.reset()

    def build(self, dim):
        self.second = None

    def reset(self):
        nn.init.normal_(self.first.weight, std=self.std)


class Deep(Base):
    std = {number}

    def build(self, dim):
        self.second = nn.Linear(dim, dim * 2)

    def reset(self):
        super().reset()
        {fill_second}
""",
    "Configured": """
@dataclass
class Config:
    dim: int = 16
    std: float = {number}
    layers: list = field(default_factory=lambda: [8, 16])
    tie: bool = {flag}

    @property
    def wide(self):
        return self.dim * 2


class Configured(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.up = nn.Linear(config.dim, config.wide)
        self.stack = nn.ModuleList(nn.Linear(config.dim, n) for n in config.layers)
        self.down = nn.Linear(config.dim, config.wide)
        if config.tie:
            self.down.weight = self.up.weight
        self.apply(self._init)

    def _init(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.normal_(mean=0.0, std=self.config.std)
            if module.bias is not None:
                {fill_module_bias}
""",
    "Mixed": """
class Reset:
    def reset_all(self):
        for child in self.children():
            if hasattr(child, "reset_parameters"):
                child.reset_parameters()
        self.finish()

    def finish(self):
        pass


class Mixed(Reset, nn.Module):
    def __init__(self, dim, kind="a"):
        super().__init__()
        table = {{"a": nn.Linear, "b": Own}}
        self.fc = table.get(kind, nn.Linear)(dim, dim)
        self.scale = nn.Parameter(torch.ones(dim) * {number})
        nn.init.constant_(self.fc.weight, 3.0)
        if kind == "b":
            self.reset_all()

    def finish(self):
        {fill_fc}
""",
    "Raw": """
class Raw(nn.Module):
    def __init__(self, rows, columns, std={number}):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(rows, columns))
        self.bias = nn.Parameter(torch.empty(columns))
        self.std = std
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self):
        bound = 1 / math.sqrt(self.weight.size(1))
        self.weight.uniform_(-bound, bound)
        {fill_bias}
""",
}

USES = {
    "Plain": ("Plain({size})", "Plain({size}, out={size})", "Plain(dim={size}, bias=bias)"),
    "Own": ("Own({size}, {size})", "Own({size}, {size}, bias=False)", "nn.Sequential(Own({size}, {size}), nn.ReLU())"),
    "Deep": ("Deep({size})", "Deep({size}, bias=False)", "Base({size})"),
    "Configured": (
        "Configured(Config())",
        "Configured(Config(dim=8))",
        "Configured(Config(layers=[8, 8, 8], tie=bias))",
    ),
    "Mixed": ("Mixed({size})", "Mixed({size}, 'b')", "Mixed({size}, kind=kind)"),
    "Raw": ("Raw({size}, {size})", "Raw({size}, {size}, std=0.1)", "partial(Raw, {size})({size})"),
}

ROUTINES = (
    """
def routine(m):
    if isinstance(m, nn.Linear):
        {fill_weight}
        if m.bias is not None:
            {fill_bias}
    elif isinstance(m, (nn.Conv2d, nn.Conv1d)):
        nn.init.kaiming_normal_(m.weight, mode="fan_out")
""",
    """
def routine(m, gain=1.0):
    name = m.__class__.__name__
    if name.find("Linear") != -1 and hasattr(m, "weight"):
        {fill_weight}
    elif "Norm" in name:
        nn.init.constant_(m.weight, gain)
""",
    """
def routine(m):
    if not isinstance(m, nn.Linear):
        return
    for name, p in m.named_parameters(recurse=False):
        if name == "weight":
            {fill_p}
        else:
            nn.init.zeros_(p)
""",
)

FILLERS = """
def filler(p, std=0.7):
    fan = p.shape[1]
    nn.init.normal_(p, std=std / math.sqrt(fan))


def outer(value):
    def inner(p):
        nn.init.constant_(p, value)

    return inner
"""


@dataclass(frozen=True)
class File:
    """A file's text and the call of its class ``Net``."""

    text: str
    call: str


def module_file(seed: int) -> File:
    """The file of a seed."""
    draw = random.Random(seed)
    chosen = draw.sample(sorted(BLOCKS), draw.randrange(0, 4))
    if "Mixed" in chosen and "Own" not in chosen:
        chosen.append("Own")
    chosen.sort(key=lambda name: name == "Mixed")
    parts = [HEADER.format(seed=seed), FILLERS, CLASSES, _filled(draw, draw.choice(ROUTINES))]
    parts += [_filled(draw, BLOCKS[name]) for name in chosen]
    sizes = ("dim", "dim", "16", "2 * dim", "24")
    numbers = ("scale", "scale * 0.5", "1 / math.sqrt(dim)", "math.sqrt(2.0 / dim)", "depth ** -0.5", "0.3")
    tests = ("bias", "not bias", "kind == 'a'", "kind in ('a', 'b')", "depth > 1", "dim % 16 == 0", "scale > 0.1",
             "isinstance(kind, str) and bias", "self.flag", "kind.startswith('a') or depth == 3", "len(kind) == 1",
             )  # fmt: skip
    statements = Statements(draw, sizes, numbers, tests)
    statements.blocks = [use.format(size=draw.choice(("dim", "16"))) for name in chosen for use in USES[name]]
    statements.routines = ["routine", "routine", "partial(routine)", "lambda m: routine(m)", "self._init"]
    statements.fillers = ["filler", "outer(0.5)", "partial(filler, std=0.2)", "nn.init.xavier_uniform_"]
    body = statements.several(draw.randrange(4, 14))
    method = _filled(draw, "if isinstance(m, nn.Linear):\n    {fill_weight}").split("\n")
    lines = [
        "\n\nclass Net(nn.Module):",
        "    def __init__(self, dim=16, depth=2, bias=True, kind='a', scale=0.25):",
        "        super().__init__()",
        f"        self.flag = {draw.choice(('True', 'False', 'bias', 'depth > 2'))}",
        *(f"        {line}" for line in body),
        "",
        "    def _init(self, m):",
        *(f"        {line}" for line in method),
    ]
    given = (
        "",
        "dim=8",
        "depth=3",
        "bias=False",
        "kind='b'",
        "scale=0.02",
        "dim=32, depth=1",
        "kind='other', bias=False",
    )
    return File("\n\n".join(part.strip("\n") for part in parts) + "\n".join(lines) + "\n", f"Net({draw.choice(given)})")


def _filled(draw: random.Random, text: str) -> str:
    """A template with its places for fills filled."""
    fills = Statements(draw, ("16",), ("0.3",), ("True",))

    def put(mark: str, w: str, *, matrix: bool) -> None:
        nonlocal text
        if "{" + mark + "}" in text:
            text = text.replace("{" + mark + "}", fills.fill(w, matrix))

    owner = "m" if "def routine(m" in text or "isinstance(m," in text else "self"
    put("fill_weight", f"{owner}.weight", matrix=True)
    put("fill_bias", f"{owner}.bias", matrix=False)
    put("fill_second", "self.second.weight", matrix=True)
    put("fill_module_bias", "module.bias", matrix=False)
    put("fill_fc", "self.fc.weight", matrix=True)
    put("fill_p", "p", matrix=True)
    statements: Lines = [
        fills.fill("self.fc.weight", True) if draw.random() < 0.5 else "nn.init.ones_(self.norm.weight)",
        fills.change("self.fc.weight") if draw.random() < 0.5 else "pass",
    ]
    text = text.replace("{statements}", "\n        ".join(statements))
    text = text.replace("{number}", draw.choice(("0.02", "0.5", "1e-2", "2.0")))
    text = text.replace("{flag}", draw.choice(("True", "False")))
    return text.replace("{{", "{").replace("}}", "}")
