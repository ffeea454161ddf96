"""Values that can't be worked out, where host code needs a number: the file is still read to its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_flow_recording import models_of

from winit_lint.ir.size import SizeExpr

HEAD = "import torch\nfrom torch import nn\nfrom somewhere import start\n\n\n"
UNKNOWN_BOUND = """class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(8, 4))
        nn.init.normal_(self.w[start():])
        self.half = torch.zeros(8)[start():size]
"""
DIVIDED_BY_NONE = """class Net(nn.Module):
    def __init__(self, size, parts=None, scale=2):
        super().__init__()
        self.sizes = (size // parts, parts // size, parts / size, size % parts)
        self.w = nn.Parameter(torch.zeros(4, size // scale))
"""
UNKNOWN_MODE = """class Net(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.rnn = nn.RNNBase(mode, 8, 8)
        self.none = nn.RNNBase("no such mode", 8, 8)
        self.w = nn.Parameter(torch.zeros(4, 8))
"""


@pytest.mark.parametrize("source", [UNKNOWN_BOUND, DIVIDED_BY_NONE, UNKNOWN_MODE])
def test_the_class_is_built(tmp_path: Path, source: str) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + source)
    found = models_of(path)
    assert found
    assert all(model.by_name["w"].shape is not None for model in found)


@pytest.mark.parametrize("other", [None, "text", ()])
def test_a_size_takes_part_in_arithmetic_with_numbers_only(other: object) -> None:
    size = SizeExpr.atom("dim")
    for operation in ("__floordiv__", "__rfloordiv__", "__truediv__", "__rtruediv__", "__mod__", "__mul__"):
        assert getattr(size, operation)(other) is NotImplemented
