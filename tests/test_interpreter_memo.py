"""Copies of modules that were built before: the same model as without them, for fewer steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from reveal import Root, models, numbered, roots

from winit_lint.interpreter import memo
from winit_lint.interpreter.index import build_index
from winit_lint.interpreter.roots import models_of_target
from winit_lint.source.text import read

COPIED = {"Plain": 3, "ByTable": 1, "TiedInside": 2, "ByMethod": 2}
REPEATED = tuple(root for root in roots() if root.path.stem == "repeated")

DEEP = """
from torch import nn


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        for layer in (self.qkv, self.proj):
            nn.init.normal_(layer.weight, std=width**-0.5)
            nn.init.zeros_(layer.bias)


class Block(nn.Module):
    def __init__(self, width, index):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.index = index
        self.attention = Attention(width)


class Deep(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.blocks = nn.ModuleList([Block(16, 0) for _ in range(depth)])
"""


def _built_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "memoised", lambda state, cls, args, kwargs, node, build: build())


@pytest.mark.parametrize("root", tuple(roots()), ids=lambda root: f"{root.path.stem}-{root.name}")
def test_the_model_is_the_same_as_without_copies(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    with_copies = models(root)
    _built_each_time(monkeypatch)
    assert numbered(with_copies) == numbered(models(root))


@pytest.mark.parametrize("root", REPEATED, ids=lambda root: root.name)
def test_what_is_copied(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module is copied from the third time on, and not where its constructor reaches beyond itself."""
    copies = []
    copy = memo.copied
    monkeypatch.setattr(memo, "copied", lambda *args: (copies.append(args), copy(*args))[1])
    models(root)
    assert len(copies) == COPIED.get(root.name, 0)


def _steps(path: Path, depth: int) -> int:
    """The fewest steps, to a hundredth, that build the model to its end."""
    low, high = 0, 100_000
    while high - low > max(1, high // 100):
        middle = (low + high) // 2
        index = build_index([read(str(path), str(path))], lambda _: None)
        built = models_of_target(index, str(path), "Deep", (depth,), steps=middle)
        low, high = (low, middle) if built[0].complete else (middle, high)
    return high


def test_a_deep_model_costs_what_its_distinct_blocks_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "deep.py"
    path.write_text(DEEP)
    copied = _steps(path, 200)
    _built_each_time(monkeypatch)
    assert copied < _steps(path, 200) / 8
