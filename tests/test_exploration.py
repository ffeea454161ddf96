"""How far the paths of a root are followed: its corners first, all of them where a rule has something to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from winit_lint.finding import Finding, Severity
from winit_lint.interpreter.index import build_index
from winit_lint.interpreter.roots import explorations
from winit_lint.ir.exploration import Exploration
from winit_lint.ir.model import Model
from winit_lint.ir.project import Project
from winit_lint.passes import check_file
from winit_lint.rule import Pass, Rule, Scope
from winit_lint.source.text import read

NET = """from torch import nn


class Net(nn.Module):
    def __init__(self, size, bias=True, wide=None, kind=""):
        super().__init__()
        self.inner = nn.Linear(size, size, bias=bias)
        if wide is not None:
            self.outer = nn.Linear(size, wide)
        if kind == "conv":
            self.conv = nn.Conv2d(size, size, 3)
"""
RAISES = (
    NET
    + """        if not bias:
            raise ValueError("it needs one")
"""
)

CHOICES = """from torch import nn


class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        for part in ("encoder", "decoder", "critic", "prior"):
            chosen = config[part]
            if chosen["wide"]:
                self.scale = 2
            if chosen["kind"] == "linear":
                layer = nn.Linear(8, 8)
            elif chosen["kind"] == "conv":
                layer = nn.Conv2d(8, 8, 1)
            elif chosen["kind"] == "none":
                layer = None
            else:
                raise ValueError(chosen["kind"])
            setattr(self, part, layer)
"""


def _roots(folder: Path, text: str) -> list[Exploration]:
    path = folder / "net.py"
    path.write_text(text)
    return list(explorations(build_index([read("net.py", str(path))]), "net.py"))


def _parameters(model: Model) -> set[str]:
    return {parameter.name for parameter in model.parameters}


def test_the_corners_are_the_defaults_and_everything_turned(tmp_path: Path) -> None:
    (root,) = _roots(tmp_path, NET)
    usual, turned = root.corners()
    assert _parameters(usual) == {"inner.weight", "inner.bias"}
    assert {"inner.weight", "outer.weight"} <= _parameters(turned)
    assert "inner.bias" not in _parameters(turned)


def test_the_models_are_the_same_after_the_corners_were_asked_for(tmp_path: Path) -> None:
    (asked,), (alone,) = _roots(tmp_path, NET), _roots(tmp_path, NET)
    first, _ = asked.corners()
    models = asked.models()
    assert models[0] is first
    assert models == alone.models()
    assert len(models) > 2


def test_there_are_no_corners_where_one_raises(tmp_path: Path) -> None:
    (root,) = _roots(tmp_path, RAISES)
    assert root.corners() == ()
    assert len(root.models()) > 1


def test_choices_that_must_be_made_one_after_the_other_are_made_as_they_are_listed_first(tmp_path: Path) -> None:
    (root,) = _roots(tmp_path, CHOICES)
    first = root.models()[0]
    assert {layer.path: layer.cls for layer in first.layers if layer.path} == dict.fromkeys(
        ("encoder", "decoder", "critic", "prior"), "torch.nn.Linear"
    )
    assert len({assumed.value for assumed in first.assumptions if "wide" in assumed.text}) == 1


@pytest.mark.parametrize("scope", [Scope.SCALE, Scope.STRUCTURE])
@pytest.mark.parametrize("text", [NET, RAISES])
@pytest.mark.parametrize("speaks", [False, True])
def test_all_paths_are_followed_where_a_rule_speaks_or_a_corner_is_missing(
    tmp_path: Path, scope: Scope, text: str, speaks: bool
) -> None:
    seen: list[Model] = []

    def check(run: Pass) -> Iterator[Finding]:
        if all(run.model is not other for other in seen):
            seen.append(run.model)
        if speaks and "outer.weight" in _parameters(run.model):
            yield run.report(run.model.span, Severity.NOTE, "Net", "it is there")

    roots = _roots(tmp_path, text)
    outcome = check_file(
        None, "net.py", lambda index, path: iter(roots), Project(), [Rule("WI999", "any", "", check, scope)]
    )
    everywhere = len(roots[0].models())
    if speaks:
        assert [finding.when for finding in outcome.findings] == ["wide is given"] * (scope is Scope.STRUCTURE)
    if text is RAISES:
        assert len(seen) == (everywhere if scope is Scope.STRUCTURE else 1)
    else:
        assert len(seen) == (everywhere + 1 if speaks and scope is Scope.STRUCTURE else 2)


METHODS = """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    @classmethod
    def made(cls):
        return cls()

    def grown(self):
        self.fc = nn.Linear(8, 16)


class Agent(Unread):
    def build(self):
        return Net()


class Runner:
    def run(self):
        return self.build()

    def build(self):
        return Net()

    def score(self, loss):
        return nn.MSELoss()(loss, loss)


class TestNet:
    def test_sizes(self):
        assert Net()


class Holder:
    def __init__(self):
        self.fill()

    def fill(self):
        self.net = Net()

    @property
    def fresh(self):
        return Net()
"""


def test_methods_that_build_are_roots_where_no_module_runs_them(tmp_path: Path) -> None:
    path = tmp_path / "run.py"
    path.write_text(METHODS)
    index = build_index([read("run.py", str(path))])
    names = [model.name for each in explorations(index, "run.py") for model in each.models()]
    assert names == ["Net", "Net.made", "Runner.run", "Holder"]
