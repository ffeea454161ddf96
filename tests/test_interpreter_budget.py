"""What a run that has no steps left leaves to the runs after it."""

from __future__ import annotations

from pathlib import Path

from winit_lint.interpreter.index import build_index
from winit_lint.interpreter.roots import models_of_target, names_of
from winit_lint.interpreter.run import new_state
from winit_lint.interpreter.values import Class
from winit_lint.source.text import read

SOURCE = """
from torch import nn


def width():
    return sum(range(8))


class Base(nn.Module):
    size = width()


class Net(Base):
    pass
"""


def test_definitions_do_not_depend_on_the_steps_of_who_asks_first(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(SOURCE)
    text = read(str(path), str(path))
    names = names_of(build_index([text], lambda _: None))
    poor = new_state(names, {}, 0)
    made = names.member(poor, str(path), "Net")
    assert isinstance(made, Class)
    assert made.is_module
    assert poor.budget < 0  # what it cost is paid for
    base = names.member(new_state(names, {}, 0), str(path), "Base")
    assert isinstance(base, Class)
    assert base.namespace("size") == 28


TABLE = """
import math

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        rows = range(2000)
        self.table = torch.tensor([[math.sin(row / 10 ** (2 * column / 64)) for column in range(64)] for row in rows])
        self.few = sum([row for row in range(2000) if row < 4])
        self.layers = nn.ModuleList([nn.Linear(self.few, self.few, bias=False) for _ in range(500)])
"""


def test_a_table_of_numbers_that_costs_too_much_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(TABLE)
    index = build_index([read(str(path), str(path))], lambda _: None)
    (model,) = models_of_target(index, str(path), "Net")
    assert len(model.parameters) == 500
    assert {parameter.shape for parameter in model.parameters} == {(6, 6)}
    assert "a table of numbers that costs too much" in {why for why, _ in model.unknowns}


SMALLER = """
import math

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.tensor([[math.sin(row / 10 ** (column / 64)) for column in range(64)] for row in range(200)])
        self.fc = nn.Linear(8, 8)
"""


def test_a_table_may_cost_less_than_a_loop(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(SMALLER)
    index = build_index([read(str(path), str(path))], lambda _: None)
    (model,) = models_of_target(index, str(path), "Net")
    assert "a table of numbers that costs too much" in {why for why, _ in model.unknowns}


PAIRS = """
import math

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, side=8):
        super().__init__()
        self.places = self.offsets(side)
        self.few = nn.Parameter(torch.zeros(4, self.places))
        self.many = nn.Parameter(torch.zeros(4, self.offsets(64)))
        self.layers = nn.ModuleList([nn.Linear(8, 8, bias=False) for _ in range(200)])

    def offsets(self, side):
        points = [(x, y) for x in range(side) for y in range(side)]
        seen, places = {}, []
        for a in points:
            for b in points:
                offset = (abs(a[0] - b[0]), abs(a[1] - b[1]))
                if offset not in seen:
                    seen[offset] = len(seen)
                places.append(seen.get(offset))
        return len(seen)
"""


def test_a_loop_over_numbers_that_costs_too_much_leaves_what_it_writes_unknown(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(PAIRS)
    index = build_index([read(str(path), str(path))], lambda _: None)
    (model,) = models_of_target(index, str(path), "Net")
    shapes = {parameter.name: parameter.shape for parameter in model.parameters}
    assert len(shapes) == 202
    assert shapes["few"] == (4, 64)
    assert shapes["many"] is not None and shapes["many"][0] == 4 and not isinstance(shapes["many"][1], int)
    assert "a loop over numbers that costs too much" in {why for why, _ in model.unknowns}


CATALOGUE = """
from torch import nn

WIDTHS = {}
SIZES = {f"net{number}": [number + part for part in range(20)] for number in range(400)}


def register(build):
    WIDTHS[build.__name__] = SIZES[build.__name__][0]
    return build


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer = nn.Linear(width, width, bias=False)


@register
def net7():
    return Net(WIDTHS["net7"])
"""


def test_a_decorator_is_not_charged_for_the_table_that_it_is_the_first_to_read(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(CATALOGUE)
    index = build_index([read(str(path), str(path))], lambda _: None)
    (model,) = models_of_target(index, str(path), "net7")
    assert {parameter.shape for parameter in model.parameters} == {(7, 7)}
