"""Flows of several methods of one model: each counts its own operations."""

from __future__ import annotations

from pathlib import Path

from winit_lint.driver import static_front_end
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Model
from winit_lint.source.discovery import Candidate, ProjectLoader
from winit_lint.source.text import SizeLimits, read

KEEPS_A_VALUE = """
import torch
from torch import nn

class Keeper(nn.Module):
    def __init__(self):
        super().__init__()
        self.kept = None
        self.fc = nn.Linear(4, 4)

    def encode(self, x):
        self.kept = torch.relu(self.fc(torch.relu(self.fc(x))))
        return self.kept

    def decode(self, x):
        return self.fc(self.kept)

    def predict(self, x):
        return self.kept
"""


def models_of(path: Path) -> list[Model]:
    front_end = static_front_end()
    limits = SizeLimits()
    text = read(str(path), str(path), limits)
    index = front_end.build_index([text], ProjectLoader([Candidate(str(path), str(path), explicit=True)], limits), {})
    return [model for root in front_end.explorations(index, str(path)) for model in root.models()]


def test_a_value_kept_from_another_method_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "keeper.py"
    path.write_text(KEEPS_A_VALUE)
    for model in models_of(path):
        flows = {flow.method: flow for flow in model.flows}
        assert set(flows) == {"encode", "decode", "predict"}
        for flow in flows.values():
            assert all(0 <= source < op.id for op in flow.ops for source in op.inputs)
            assert all(0 <= op < len(flow.ops) for op in flow.outputs)
        product = flows["decode"].ops[flows["decode"].outputs[0]]
        assert product.kind is OpKind.WEIGHT
        assert [flows["decode"].ops[source].kind for source in product.inputs] == [OpKind.UNKNOWN]
        assert [flows["predict"].ops[op].kind for op in flows["predict"].outputs] == [OpKind.UNKNOWN]
        assert [op.kind for op in flows["encode"].ops].count(OpKind.WEIGHT) == 2


TAKES_APART = """
import torch
from torch import nn

class Apart(nn.Module):
    def forward(self, x, n):
        a = x.chunk(3, dim=-1)
        b = torch.split(x, [4, 4], dim=-1)
        c = x.split([4, 8], dim=-1)
        d, e = x.unbind(0)
        return a[0] + b[1] + c[0] + d + x[1] + x[:, -1] + x[n] + x[None, 1] + x[1, 2]
"""


def test_how_a_value_is_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "apart.py"
    path.write_text(TAKES_APART)
    (model,) = models_of(path)
    keys = ("parts", "unequal", "of", "block")
    found = [
        (op.name.rpartition(".")[2], {key: op.args[key] for key in keys if key in op.args})
        for op in model.flows[0].ops
        if op.kind is OpKind.SPLIT
    ]
    items: list[dict[str, int]] = [{"block": 1}, {"block": -1}, {}, {}, {}]
    assert found == [
        ("chunk", {"parts": 3}),
        *[("unpack", {"of": 3})] * 3,
        ("split", {"parts": 2}),
        *[("unpack", {"of": 2})] * 2,
        ("split", {"unequal": True}),
        *[("unpack", {"of": 2})] * 2,
        ("unbind", {}),
        *[("unpack", {"of": 2})] * 2,
        *(("__getitem__", args) for args in items),
    ]


LOW = """
import copy
import torch
from torch import nn

class Low(nn.Module):
    def __init__(self, dtype=None):
        super().__init__()
        kw = {"dtype": torch.bfloat16}
        self.a = nn.Linear(4, 4, bias=False, **kw)
        self.b = nn.Parameter(torch.empty(4, 4, dtype=torch.half))
        self.c = nn.Linear(4, 4, bias=False, dtype=dtype)
        self.d = nn.Sequential(nn.Linear(4, 4, bias=False)).half()
        self.e = nn.Linear(4, 4, bias=False).to(torch.bfloat16).float()
        self.f = nn.Linear(4, 4, bias=False).to("cuda", torch.bfloat16)
        self.g = nn.Linear(4, 4, bias=False, dtype=torch.float16).to("cuda")
        self.h = copy.deepcopy(self.a)
        self.i = nn.Parameter(torch.zeros_like(self.b))
        for p in self.parameters():
            nn.init.normal_(p)
"""


def test_the_element_type_of_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "low.py"
    path.write_text(LOW)
    (model, *_) = models_of(path)
    found = {p.name: p.applied[-1].dtype for p in model.parameters}
    assert found == {
        "a.weight": "bfloat16",
        "b": "float16",
        "c.weight": None,
        "d.0.weight": "float16",
        "e.weight": None,
        "f.weight": "bfloat16",
        "g.weight": "float16",
        "h.weight": "bfloat16",
        "i": "float16",
    }


READS_THE_UNKNOWN = """
import itertools
import somewhere
import torch
from torch import nn

class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        nothing = torch.cat([])
        outside = self.fc(somewhere.LATEST)
        pairs = torch.cat([one for one, other in itertools.combinations(x, 2)])
        neighbours = torch.cat([one + other for one, other in itertools.pairwise(x)])
        mixed = torch.cat([x, somewhere.LATEST])
        return nothing, outside, pairs, neighbours, mixed
"""


def test_what_works_on_an_unknown_value_has_it_as_input(tmp_path: Path) -> None:
    path = tmp_path / "reader.py"
    path.write_text(READS_THE_UNKNOWN)
    (model,) = models_of(path)
    (flow,) = model.flows
    found = [(flow.ops[op].kind, [flow.ops[source].kind for source in flow.ops[op].inputs]) for op in flow.outputs]
    assert found == [
        (OpKind.CONCAT, [OpKind.UNKNOWN]),
        (OpKind.WEIGHT, [OpKind.UNKNOWN]),
        (OpKind.CONCAT, [OpKind.UNKNOWN]),
        (OpKind.CONCAT, [OpKind.ADD]),
        (OpKind.CONCAT, [OpKind.INPUT, OpKind.UNKNOWN]),
    ]
