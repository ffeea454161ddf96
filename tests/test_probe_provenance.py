"""The record of a live build against the interpreter's fixtures: two witnesses of one history.

The fixtures of ``interpreter/`` mark where each parameter is last written and what it then holds; here torch builds
them while the probe watches.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from reveal import Root, constructor, marks, revealed, roots
from torch import nn
from torch.nn.init import xavier_uniform_

from winit_lint.ir.model import Model
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.probe.capture import capture
from winit_lint.probe.live import recorded

_HELD = re.compile(r"(?P<name>\S+) \[.*\](?: frozen)? = (?P<init>\w+) (?P<number>[-\d.e±]+)$")
# Torch's modules call what their classes override, or read no argument at all, where the fixture says so.
_DIFFERENT = {"Environment"}


def watched(build: Callable[[], nn.Module]) -> Model:
    return capture(recorded(build, 0))


def _builds(root: Root) -> Model | None:
    try:
        return watched(constructor(root))
    except Exception:  # packages that are not installed, and roots that are wrong on purpose
        return None


def test_the_probe_sees_what_the_interpreter_worked_out() -> None:
    """Nearly all marks are met to the letter; where both know a number, it is the same."""
    same, asked, wrong = 0, 0, []
    for root in roots():
        model = _builds(root)
        if model is None or root.name in _DIFFERENT:
            continue
        expected = marks(root)
        found = revealed(root, [model])
        same, asked = same + len(expected & found), asked + len(expected)
        wrong += [f"{root.name}: {line}" for line in _contradictions(expected, found)]
    assert wrong == []
    assert asked > 600
    assert same / asked > 0.88


def _contradictions(expected: set[tuple[int, str]], found: set[tuple[int, str]]) -> Iterator[str]:
    numbers = {m["name"]: m["number"] for _, text in expected if (m := _HELD.match(text))}
    for _, text in found:
        held = _HELD.match(text)
        if held is not None and numbers.get(held["name"], held["number"]) != held["number"]:
            yield f"{held['name']}: {numbers[held['name']]} expected, {held['number']} recorded"


class Everything(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 16)
        xavier_uniform_(self.fc.weight, 2.0)
        self.fc.weight.data.mul_(0.5)
        self.raw = nn.Parameter(torch.empty(4, 4))
        self.token = nn.Parameter(torch.randn(1, 4) * 0.02)
        self.table = nn.Embedding(10, 4, padding_idx=0)
        nn.init.normal_(self.table.weight, std=0.1)
        with torch.no_grad():
            self.table.weight[0].zero_()
        self.head = nn.Linear(4, 10, bias=False)
        self.head.weight = self.table.weight
        nn.init.zeros_(self.fc.weight.clone())


def _last(name: str, model: Model) -> Write:
    found = model.by_name[name].last
    assert found is not None
    return found


def test_arguments_place_and_order_of_each_write() -> None:
    model = watched(Everything)
    inits = [write.name for write in model.by_name["fc.weight"].writes]
    assert inits == ["kaiming_uniform_", "xavier_uniform_", "xavier_uniform_"]
    default, drawn, scaled = model.by_name["fc.weight"].writes
    assert default.origin is Origin.DEFAULT
    assert default.span is None
    assert (drawn.args["gain"], drawn.positional, drawn.given) == (2.0, ("gain",), {"gain"})
    assert scaled.args["factor"] == 0.5
    assert scaled.distribution.std == pytest.approx((2 / 24) ** 0.5)
    assert scaled.span is not None
    line = Path(__file__).read_text(encoding="utf-8").splitlines()[scaled.span.line - 1]
    assert line[scaled.span.column - 1 : scaled.span.end_column - 1] == "self.fc.weight.data.mul_(0.5)"
    assert scaled.effect is Effect.APPLIED


def test_memory_that_nothing_fills_tying_and_parts() -> None:
    model = watched(Everything)
    assert _last("raw", model).init == "uninitialised"
    assert _last("token", model).distribution.std == pytest.approx(0.02)
    table = model.by_name["table.weight"]
    assert table.tied == ("head.weight",)
    assert _last("table.weight", model).args["std"] == 0.1
    assert table.writes[-1].region is not None
    assert table.writes[-1].region.rows == (0, 1)
    assert "head.weight" not in model.by_name


def test_a_write_to_a_copy_reaches_nothing() -> None:
    model = watched(Everything)
    assert Counter(write.name for write in model.by_name["fc.weight"].writes)["zeros_"] == 0


def test_torchs_functions_are_as_before_afterwards() -> None:
    code = nn.init.xavier_uniform_.__code__
    module, parameter = nn.Module.__init__, nn.Parameter.__new__

    def fails() -> nn.Module:
        nn.Linear(2, 2)
        raise ValueError("from the model")

    with pytest.raises(ValueError, match="from the model"):
        watched(fails)
    assert nn.init.xavier_uniform_.__code__ is code
    assert (nn.Module.__init__, nn.Parameter.__new__) == (module, parameter)
    assert xavier_uniform_(torch.empty(2, 2)).shape == (2, 2)


def test_two_parameters_over_one_memory_have_a_name_each() -> None:
    def build() -> nn.Module:
        net, memory = nn.Module(), torch.ones(8, 8)
        net.first, net.second = nn.Parameter(memory), nn.Parameter(memory)
        net.tied = net.first
        return net

    first, second = watched(build).parameters
    assert (first.name, second.name, first.tied) == ("first", "second", ("tied",))
    assert first.storage == second.storage
