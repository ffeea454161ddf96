"""The rules on what the probe measures: their fixtures are built by torch, not read.

A class with ``# probe`` on its first line is built and measured; behind a colon stand its inputs in the written form of
``--input-size``, ``arguments=(...)`` for its constructor, or ``checkpoint=Other``, a class of the same file whose state
is the checkpoint. The marks are those of ``test_rules.py``.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch
from test_rules import FIXTURES, disagreements, lint, marks_of

from winit_lint.finding import Finding
from winit_lint.ir.model import Model
from winit_lint.ir.project import Project
from winit_lint.ir.wire import decode, encode
from winit_lint.probe.inputs import parse_inputs
from winit_lint.probe.live import measure
from winit_lint.rule import Pass, Rule
from winit_lint.rules.catalogue import RULES

MEASURING = tuple(rule for rule in RULES if rule.measured)
_ROOT = re.compile(r"^class (?P<name>\w+)\(.*# probe(?:: (?P<how>.*))?$", re.MULTILINE)

each_rule = pytest.mark.parametrize("rule", MEASURING, ids=lambda rule: rule.name)


def fixture(rule: Rule, name: str) -> Path:
    return FIXTURES / rule.name.replace("-", "_") / f"{name}.py"


def _imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"probed_{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def models(path: Path, folder: Path) -> Iterator[Model]:
    """Every root of a fixture, measured."""
    module = _imported(path)
    for found in _ROOT.finditer(path.read_text(encoding="utf-8")):
        made, how = getattr(module, found["name"]), found["how"] or ""
        checkpoint, inputs, arguments = None, None, ()
        if how.startswith("checkpoint="):
            checkpoint = str(folder / f"{found['name']}.pt")
            torch.save(getattr(module, how.partition("=")[2])().state_dict(), checkpoint)
        elif how.startswith("arguments="):
            arguments = ast.literal_eval(how.partition("=")[2])
        elif how:
            inputs = parse_inputs([how])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield measure(
                functools.partial(made, *arguments),
                inputs=inputs,
                seeds=3,
                stage=lambda _: None,
                checkpoint=checkpoint,
            )


def findings(rule: Rule, model: Model) -> Iterator[Finding]:
    return rule.check(Pass(rule, model, Project()))


def test_the_rules_on_measurements_are_these() -> None:
    assert [rule.code for rule in MEASURING] == ["WI519", *(f"WI90{digit}" for digit in range(1, 10))]


@each_rule
def test_bad_is_found_as_marked_once_it_is_measured(rule: Rule, tmp_path: Path) -> None:
    path = fixture(rule, "bad")
    found = [each for model in models(path, tmp_path) for each in findings(rule, model)]
    assert "\n".join(disagreements(marks_of(path.read_text(encoding="utf-8")), found, {rule.name})) == ""
    assert {Path(each.span.path).resolve() for each in found} == {path.resolve()}


@each_rule
def test_good_is_silent_to_all_of_them(rule: Rule, tmp_path: Path) -> None:
    path = fixture(rule, "good")
    found = [each for model in models(path, tmp_path) for other in MEASURING for each in findings(other, model)]
    marks = marks_of(path.read_text(encoding="utf-8"))
    assert {mark.severity for mark in marks} <= {"note"}
    assert "\n".join(disagreements(marks, found, {other.name for other in MEASURING})) == ""


@each_rule
def test_nothing_is_said_of_what_nobody_measured(rule: Rule) -> None:
    assert [found for found in lint(fixture(rule, "bad")) if found.name == rule.name] == []


def test_measurements_travel(tmp_path: Path) -> None:
    """What the child sends its parent gives the same findings there."""
    for rule in MEASURING:
        for model in models(fixture(rule, "bad"), tmp_path):
            sent = decode(encode(model))
            assert sent.measured == model.measured
            assert list(findings(rule, sent)) == list(findings(rule, model))
