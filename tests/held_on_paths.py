"""Static answers on the paths of a root, held against torch built with several arguments.

A root of ``interpreter/paths/`` is a module-level class or function below lines ``# build: 16, heads=4``, each one a
call of it. The keywords ``environ`` (variables) and ``patched`` (what a function of torch is to return) belong to the
build and not to the call. The answer is made without any of these values: sizes are symbols, and undecided conditions
give alternatives. A symbolic answer is worked out in the values of each build. A parameter is then

- right: one alternative, which agrees with every build,
- covered: several, of which every build agrees with one whose condition does not fail there,
- wrong: some build agrees with none of those, or no build has such a parameter,
- unknown: an alternative has no mean or std, or one in names that are no arguments.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import itertools
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import torch

from winit_lint.analyses.held import held
from winit_lint.cli.target_models import models_of
from winit_lint.ir.model import Model
from winit_lint.ir.size import Number, SizeExpr
from winit_lint.source.target import Target
from winit_lint.source.text import SizeLimits

FOLDER = Path(__file__).parent / "interpreter" / "paths"
VERDICTS = ("right", "covered", "wrong", "unknown")
_BUILD = "# build: "
_SEEDS = 8


@dataclass(frozen=True)
class Root:
    """A class or function of a fixture and the argument lists to build it with, in source form."""

    path: Path
    name: str
    calls: tuple[str, ...]


@dataclass(frozen=True)
class Built:
    """One build: the values of its arguments by name, and a sample of each parameter over several seeds."""

    call: str
    values: Mapping[str, Any]
    samples: Mapping[str, torch.Tensor]
    patches: tuple[dict[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Verdict:
    """What became of one parameter, with and without the symbols that the JSON document leaves out."""

    name: str
    verdict: str
    in_document: str
    why: str = ""


def roots() -> Iterator[Root]:
    """All roots of all fixtures."""
    for path in sorted(FOLDER.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        for node in ast.parse(text).body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                above = itertools.takewhile(lambda line: line.startswith(_BUILD), reversed(lines[: node.lineno - 1]))
                calls = tuple(line.removeprefix(_BUILD) for line in above)
                if calls:
                    yield Root(path, node.name, calls[::-1])


def models(root: Root) -> Sequence[Model]:
    """What the interpreter builds of it, given nothing."""
    return models_of(Target(str(root.path), root.name, (), {}), SizeLimits())


def builds(root: Root) -> list[Built]:
    """What torch builds with each of its argument lists."""
    names = vars(importlib.import_module(f"interpreter.paths.{root.path.stem}"))
    return [_built(names, root.name, call) for call in root.calls]


def _built(names: Mapping[str, Any], name: str, call: str) -> Built:
    def given(*args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return args, kwargs

    args, kwargs = eval(f"given({call})", {**names, "given": given})
    patches = kwargs.pop("environ", {}), kwargs.pop("patched", {})
    function = names[name].__init__ if isinstance(names[name], type) else names[name]
    code = function.__code__
    own = code.co_varnames[isinstance(names[name], type) : code.co_argcount + code.co_kwonlyargcount]
    values = {**names, **dict(zip(own, args, strict=False)), **kwargs}
    parts: dict[str, list[torch.Tensor]] = {}
    with _patched(*patches):
        for seed in range(_SEEDS):
            torch.manual_seed(seed)
            for key, parameter in names[name](*args, **kwargs).named_parameters():
                parts.setdefault(key, []).append(parameter.detach().double().flatten())
    return Built(call, values, {key: torch.cat(sample) for key, sample in parts.items()}, patches)


@contextlib.contextmanager
def _patched(environ: Mapping[str, str], patched: Mapping[str, Any]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, environ))
        for name, value in patched.items():
            stack.enter_context(mock.patch(name, return_value=value))
        yield


def judge(found: Sequence[Model], made: Sequence[Built]) -> list[Verdict]:
    """The verdict on each parameter that is built or foretold."""
    foretold = dict.fromkeys(parameter.name for model in found for parameter in model.parameters)
    real = dict.fromkeys(name for build in made for name in build.samples)
    names = dict.fromkeys(next((n for n in foretold if _is(n, name)), name) for name in real)
    return [_judged(name, found, made) for name in dict.fromkeys((*names, *foretold))]


def _judged(name: str, found: Sequence[Model], made: Sequence[Built]) -> Verdict:
    holders = [(model, model.by_name[name]) for model in found if name in model.by_name]
    answers = [(model, parameter, held(parameter)) for model, parameter in holders]
    having = [build for build in made if any(_is(name, key) for key in build.samples)]
    if not answers:
        return Verdict(name, "unknown", "unknown", "no answer")
    if not having:
        return Verdict(name, "wrong", "wrong", "no such parameter is built")
    blank = [parameter for _, parameter, now in answers if now is None or now[1] is None or now[2] is None]
    if blank:
        reasons = [write.reason or write.init for write in blank[0].writes]
        return Verdict(name, "unknown", "unknown", f"no moments: {reasons[-1] if reasons else 'no write'}")
    numbers = [(model, now[1], now[2]) for model, _, now in answers if now is not None]
    for build in having:
        standing = [(mean, std) for model, mean, std in numbers if possible(model, build)]
        why = _misses(name, standing, build)
        if why is not None:
            unnamed = [value for pair in standing for value in pair if math.isnan(worked_out(value, build))]
            if unnamed:
                return Verdict(name, "unknown", "unknown", f"in other names: {unnamed[0]}")
            return Verdict(name, "wrong", "wrong", f"{why} in the build with {build.call}")
    verdict = "right" if len({(str(mean), str(std)) for _, mean, std in numbers}) == 1 else "covered"
    symbolic = any(isinstance(value, SizeExpr) for _, *moments in numbers for value in moments)
    return Verdict(name, verdict, "unknown" if symbolic else verdict)


def _misses(name: str, answers: Sequence[tuple[Any, Any]], build: Built) -> str | None:
    """Why no answer agrees with what is built; None where for each parameter of that name one does."""
    for key, sample in build.samples.items():
        if _is(name, key):
            predicted = [(worked_out(mean, build), worked_out(std, build)) for mean, std in answers]
            if not any(agrees(mean, std, sample) for mean, std in predicted):
                real = f"{float(sample.mean()):.4g}±{float(sample.std(correction=0)):.4g}"
                told = ", ".join(f"{mean:.4g}±{std:.4g}" for mean, std in predicted) or "no path"
                return f"{key} holds {real}, foretold {told}"
    return None


def _is(name: str, key: str) -> bool:
    """Whether ``name``, in which ``*`` stands for an index, names the built parameter ``key``."""
    return re.fullmatch(re.escape(name).replace(r"\*", r"[^.]+"), key) is not None


def possible(model: Model, build: Built) -> bool:
    """Whether none of the conditions that the path assumes fails in a build, as far as they can be worked out."""
    with _patched(*build.patches):
        for assumption in model.assumptions:
            if not _evaluated(assumption.text, build):
                return False
    return True


def _evaluated(text: str, build: Built) -> Any:
    """The value of an expression in the arguments of a build; nan where it stands in other names."""
    try:
        return eval(text, {"math": math, "torch": torch, **build.values})
    except Exception:  # whatever an expression in source form raises
        return math.nan


def worked_out(value: Number, build: Built) -> float:
    """A symbolic number in the values of a build; nan where it stands in other names."""
    if not isinstance(value, SizeExpr):
        return float(value)
    total = 0.0
    for monomial, coefficient in value.terms:
        term = float(coefficient)
        for atom, exponent in monomial:
            number = _evaluated(atom, build)
            term *= float(number) ** exponent if isinstance(number, (int, float)) and number > 0 else math.nan
        total += term
    return total


def agrees(mean: float, std: float, sample: torch.Tensor) -> bool:
    """Within five standard errors of the prediction."""
    count = len(sample)
    rounding = 1e-6 * (1 + abs(mean))
    near = abs(float(sample.mean()) - mean) <= 5 * std / math.sqrt(count) + rounding
    return near and abs(float(sample.std(correction=0)) - std) <= 5 * std / math.sqrt(2 * count) + rounding
