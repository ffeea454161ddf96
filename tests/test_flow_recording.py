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
    index = front_end.build_index([text], ProjectLoader([Candidate(str(path), str(path), explicit=True)], limits))
    return [model for models in front_end.models_of(index, str(path)) for model in models]


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
