"""What the interpreter reveals of the roots of a fixture, and what torch itself builds of them.

A root is a module-level class or function with ``# root`` on its first line, or ``# root(16, depth=2)`` with the
arguments to call it with. For each of its parameters a mark stands where the last write is (for torch's own start
where the layer is made)::

    nn.init.normal_(self.fc.weight, std=0.02)  # reveal: fc.weight [8, 16] = normal_ 0.02

The number is the predicted std of all entries, ``mean±std`` where the mean is not 0; a frozen parameter has ``frozen``
behind its shape; a write to a part comes after the whole one as ``fc.weight[:4] = zeros_ 0``; alternatives end in
``when`` and their condition. Marks outside the lines of their root begin with its name; a write in another file is
marked on the first line of the root and ends in ``@`` and the file.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from winit_lint.analyses.held import Held, held
from winit_lint.analyses.last_write import later_parts
from winit_lint.analyses.readers import read_by
from winit_lint.cli.target_models import models_of
from winit_lint.inspection import document
from winit_lint.ir.flow import Flow
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import Number, SizeExpr, known
from winit_lint.ir.write import Write
from winit_lint.source.target import Target
from winit_lint.source.text import SizeLimits

FOLDER = Path(__file__).parent / "interpreter"
_ROOT = re.compile(r"^(?:class|def) (?P<name>\w+).*# root(?P<call>\(.*\))?$")
_MARK = re.compile(r"# reveal: (?P<text>.*)$")
_ENTRIES = 20_000
_BUILDS = 40


@dataclass(frozen=True)
class Root:
    """A root of a fixture: its name, its arguments in source form, and its first and last line."""

    path: Path
    name: str
    call: str | None
    first: int
    last: int

    @property
    def arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments to call it with."""
        node = ast.parse(f"f{self.call or '()'}", mode="eval").body
        assert isinstance(node, ast.Call)
        keywords = {str(k.arg): ast.literal_eval(k.value) for k in node.keywords}
        return tuple(ast.literal_eval(a) for a in node.args), keywords

    @property
    def module(self) -> str:
        """The module to import it from; the tests' folder must be on the path."""
        return ".".join(self.path.relative_to(FOLDER.parent).with_suffix("").parts)


def roots() -> Iterator[Root]:
    """All roots of all fixtures."""
    for path in sorted(FOLDER.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        for node in ast.parse(text).body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                found = _ROOT.match(lines[node.lineno - 1].split("  # reveal")[0])
                if found is not None:
                    yield Root(path, node.name, found["call"], node.lineno, node.end_lineno or node.lineno)


def models(root: Root) -> tuple[Model, ...]:
    """What the interpreter builds of it."""
    args, kwargs = root.arguments
    found = models_of(Target(str(root.path), root.name, args, kwargs), SizeLimits())
    assert all(model.defaults for model in found)
    return tuple(found)


def marks(root: Root) -> set[tuple[int, str]]:
    """The marks of a root in its file: line and text."""
    found: set[tuple[int, str]] = set()
    for number, line in enumerate(root.path.read_text(encoding="utf-8").split("\n"), 1):
        mark = _MARK.search(line)
        for item in mark["text"].split("; ") if mark is not None else ():
            head, colon, rest = item.partition(": ")
            if colon and head == root.name:
                found.add((number, rest))
            elif root.first <= number <= root.last and not (colon and head.isidentifier()):
                found.add((number, item))
    return found


def revealed(root: Root, built: Sequence[Model]) -> set[tuple[int, str]]:
    """The marks that the models ask for."""
    found: set[tuple[int, str]] = set()
    for entry in document("", built, read_by)["parameters"]:
        name = entry["name"]
        holders = [model.by_name[name] for model in built if name in model.by_name]
        sizes = ["..."] if entry["shape"] is None else ["?" if s is None else str(s) for s in entry["shape"]]
        head = f"{name} [{', '.join(sizes)}]" + ("" if entry["trainable"] else " frozen")
        made = holders[0].created
        for written in entry["initializers"]:
            now = next(now for p in holders if (now := held(p)) is not None and _is(now, p, written))
            path = written["path"] or (made.path if made is not None else str(root.path))
            when = f" when {written['when']}" if written["when"] else ""
            found.add(_placed(root, path, written["line"], f"{head} = {_value(*now)}{when}"))
        if not entry["initializers"]:
            found.add(_placed(root, str(root.path), made.line if made is not None else root.first, f"{head} = unknown"))
        for write in {id(w): w for p in holders for w in later_parts(p)}.values():
            if write.region is not None and write.span is not None:
                text = f"{name}{write.region.text} = {_value(write, write.distribution.mean, write.distribution.std)}"
                found.add(_placed(root, write.span.path, write.span.line, text))
    return found


def _is(now: Held, parameter: Parameter, entry: dict[str, Any]) -> bool:
    write, mean, std = now
    place = write.span if entry["path"] is not None else parameter.created
    line = place.line if place is not None else None
    return (write.init, line, known(mean), known(std)) == (entry["init"], entry["line"], entry["mean"], entry["std"])


def _placed(root: Root, path: str, line: int | None, text: str) -> tuple[int, str]:
    if Path(path).resolve() != root.path.resolve():
        return root.first, f"{text} @ {Path(path).name}"
    return line or root.first, text


def _value(write: Write, mean: Number | None, std: Number | None) -> str:
    if mean is None and std is None:
        return write.name
    return f"{write.name} " + (_number(std) if mean == 0 else f"{_number(mean)}±{_number(std)}")


def _number(value: Number | None) -> str:
    if value is None:
        return "?"
    return str(value) if isinstance(value, SizeExpr) else f"{value:.3g}"


def target_of(root: Root) -> Callable[..., torch.nn.Module]:
    """The class or function itself."""
    found: Callable[..., torch.nn.Module] = getattr(importlib.import_module(root.module), root.name)
    return found


def constructor(root: Root) -> Callable[[], torch.nn.Module]:
    """Torch's own version of the root."""
    made = target_of(root)
    args, kwargs = root.arguments
    return lambda: made(*args, **kwargs)


def disagreements(model: Model, build: Callable[[], torch.nn.Module]) -> list[str]:
    """Where the model and what torch builds differ: names, shapes, gradients, means and standard deviations."""
    torch.manual_seed(0)
    real = dict(build().named_parameters())
    wrong = [f"{name}: only in torch" for name in real.keys() - model.by_name.keys()]
    wrong += [f"{name}: not in torch" for name in model.by_name.keys() - real.keys()]
    shared = [name for name in real if name in model.by_name]
    for name in shared:
        shape, real_shape = model.by_name[name].shape, tuple(real[name].shape)
        if shape is not None and shape != real_shape:
            wrong.append(f"{name}: shape {shape}, torch {real_shape}")
        if real[name].requires_grad != model.by_name[name].trainable:
            wrong.append(f"{name}: trainable {model.by_name[name].trainable}, torch {real[name].requires_grad}")
    samples = {name: [real[name].detach().double().flatten()] for name in shared}
    for _ in range(_BUILDS - 1):
        scarce = [name for name in shared if sum(map(len, samples[name])) < _ENTRIES]
        if not scarce:
            break
        again = dict(build().named_parameters())
        for name in scarce:
            samples[name].append(again[name].detach().double().flatten())
    for name in shared:
        wrong += _moments(model.by_name[name], torch.cat(samples[name]))
    return wrong


def _moments(parameter: Parameter, sample: torch.Tensor) -> Iterator[str]:
    """Five standard errors of a normal sample are allowed."""
    _, *moments = held(parameter) or (None, None, None)
    mean, std = map(known, moments)
    if not len(sample):
        return
    count = len(sample)
    real_mean, real_std = float(sample.mean()), float(sample.std(correction=0))
    if mean is not None and abs(mean - real_mean) > 5 * real_std / count**0.5 + 1e-6 * (1 + abs(mean)):
        yield f"{parameter.name}: mean {mean:.4g}, torch {real_mean:.4g}"
    if std is not None and abs(std - real_std) > 5 * real_std / (2 * count) ** 0.5 + 1e-6 * (1 + abs(mean or 0)):
        yield f"{parameter.name}: std {std:.4g}, torch {real_std:.4g}"


def printed(model: Model, flow: Flow) -> str:
    """A flow, one operation a line: number, kind, function or class, layer, inputs, parameters."""
    taken = "".join(f" when {a.text}" for a in model.assumptions)
    lines = [f"  {flow.method}{taken}{'' if flow.complete else ' (incomplete)'}"]
    for op in flow.ops:
        name = op.activation or op.name.rpartition(".")[2]
        what = " ".join(filter(None, [f"%{op.id} =", op.kind.value, name, op.layer]))
        lines.append(
            f"    {what}({', '.join(f'%{i}' for i in op.inputs)})"
            + (f" x{op.repeat}" if op.repeat != 1 else "")
            + (f" with {', '.join(op.parameters)}" if op.parameters else "")
        )
    return "\n".join([*lines, f"    return {', '.join(f'%{i}' for i in flow.outputs)}", ""])


def numbered(found: Sequence[Model]) -> list[Model]:
    """The models with their storages counted from 0: the numbers themselves mean nothing."""
    same = []
    for model in found:
        places: dict[int, int] = {}
        parameters = [replace(p, storage=places.setdefault(p.storage, len(places))) for p in model.parameters]
        same.append(replace(model, parameters=tuple(parameters)))
    return same
