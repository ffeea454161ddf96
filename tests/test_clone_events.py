"""Which tensors of copied modules still hold what they held when they were copied."""

from __future__ import annotations

from pathlib import Path

from test_flow_recording import models_of

from winit_lint.ir.event import Clone

COPIES = """
import copy
from torch import nn

class Copies(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.others = nn.ModuleList([copy.deepcopy(self.first) for _ in range(3)])
        nn.init.zeros_(self.others[1].bias)
        nn.init.normal_(self.first.weight[:2])
"""


def test_written_copies_hold_something_else(tmp_path: Path) -> None:
    path = tmp_path / "copies.py"
    path.write_text(COPIES)
    (clone,) = models_of(path)[0].events_of(Clone)
    assert clone.copies == ("others.0", "others.1", "others.2")
    assert set(clone.held) == {
        ("others.0.weight", "others.1.weight", "others.2.weight"),
        ("first.bias", "others.0.bias", "others.2.bias"),
    }


def test_each_module_copied_by_one_line_has_its_event(tmp_path: Path) -> None:
    path = tmp_path / "helper.py"
    path.write_text(
        COPIES.replace("class Copies", "def clones(m):\n    return copy.deepcopy(m)\n\nclass Copies").replace(
            "nn.ModuleList([copy.deepcopy(self.first) for _ in range(3)])",
            "nn.ModuleList([clones(self.first), clones(nn.Linear(4, 4)), clones(self.first)])",
        )
    )
    clones = list(models_of(path)[0].events_of(Clone))
    assert [clone.copies for clone in clones] == [("others.0", "others.2"), ("others.1",)]
    assert clones[1].held == (("others.1.weight",),)
