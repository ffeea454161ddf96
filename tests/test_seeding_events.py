"""What was drawn before and after the calls that seed."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_flow_recording import models_of

from winit_lint.ir.event import Seeding

HEAD = """
import torch
from torch import nn
"""
HELPER = """
def set_seed(seed):
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)

def main():
    net = nn.Linear(2, 1, bias=False)
    set_seed(0)
    return net
"""
IN_FRONT = """
def main():
    torch.manual_seed(0)
    net = nn.Linear(2, 1, bias=False)
    return net
"""
TWO_PARTS = """
def main():
    first = nn.Linear(2, 1, bias=False)
    torch.manual_seed(0)
    second = nn.Linear(2, 1, bias=False)
    return nn.Sequential(first, second)
"""
SWITCHED_OFF = """
def main(early=False):
    if early:
        torch.manual_seed(1)
    net = nn.Linear(2, 1, bias=False)
    torch.manual_seed(0)
    return net
"""
BY_ITS_CALLER = """
def build():
    net = nn.Linear(2, 1, bias=False)
    torch.manual_seed(0)
    return net

def main():
    torch.manual_seed(0)
    return build()
"""
STATEMENTS = """
net = nn.Linear(2, 1, bias=False)
torch.manual_seed(0)
"""


@pytest.mark.parametrize(
    ("text", "before", "after", "lonely"),
    [
        (HELPER, ("weight",), (), True),
        (IN_FRONT, (), ("weight",), False),
        (TWO_PARTS, ("0.weight",), ("1.weight",), True),
        (SWITCHED_OFF, ("weight",), (), False),
        (BY_ITS_CALLER, ("weight",), (), False),
        (STATEMENTS, ("net.weight",), (), True),
    ],
    ids=["helper", "in front", "two parts", "switched off", "by its caller", "statements"],
)
def test_what_a_seed_comes_after(
    tmp_path: Path, text: str, before: tuple[str, ...], after: tuple[str, ...], lonely: bool
) -> None:
    path = tmp_path / "seeds.py"
    path.write_text(HEAD + text)
    found = list(models_of(path)[0].events_of(Seeding))
    assert [(e.before, e.after, e.lonely) for e in found] == [(before, after, lonely)]


def test_a_class_that_is_no_module_is_run_for_its_seed(tmp_path: Path) -> None:
    path = tmp_path / "plain.py"
    path.write_text(
        f"{HEAD}\nclass Plain:\n    def __init__(self):\n        self.net = nn.Linear(2, 1)\n"
        "        torch.manual_seed(0)\n        self.opt = torch.optim.SGD(self.net.parameters(), lr=0.1)\n"
    )
    (model,) = models_of(path)
    (event,) = model.events_of(Seeding)
    assert (event.before, event.trains) == (("net.weight", "net.bias"), True)
