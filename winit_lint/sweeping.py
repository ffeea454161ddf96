"""A target at several sizes: one of its integer arguments is set to each, and the signal compared."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

from winit_lint.analyses.growth import places
from winit_lint.ir.model import Model
from winit_lint.ir.sweep import Sweep
from winit_lint.probe.launch import Options, Prober
from winit_lint.probing import Subject
from winit_lint.source.target import Target, TargetFormError, arguments

_FORM: Final = re.compile(r"(?P<name>[^\W\d]\w*)=(?P<sizes>\d{1,9}(?:,\d{1,9})+)")
_MOST: Final = 16


@final
class SweepFormError(Exception):
    """A sweep that can't be understood or carried out, as one line for the user."""


@final
@dataclass(frozen=True)
class Asked:
    """A sweep that is asked for: ``kind`` is ``width`` or ``depth``; the sizes grow."""

    kind: str
    name: str
    sizes: tuple[int, ...]


def parse_sweep(kind: str, text: str) -> Asked:
    """What ``NAME=64,128,256`` asks for.

    Raises:
        SweepFormError: it has no such form, or fewer than two sizes.
    """
    found = _FORM.fullmatch(text.replace(" ", ""))
    sizes = tuple(sorted({int(size) for size in found["sizes"].split(",")})) if found is not None else ()
    if found is None or not 2 <= len(sizes) <= _MOST or sizes[0] < 1:
        raise SweepFormError(f"`{text}`: write NAME=64,128,256, with 2 to {_MOST} sizes")
    return Asked(kind, found["name"], sizes)


def sized(target: Target, name: str, size: int) -> Target:
    """The target with an argument set: its own, or that of the one call among its arguments that has it.

    Raises:
        SweepFormError: several calls among the arguments have it.
    """
    node = ast.parse(f"target{target.call or '()'}", mode="eval").body
    assert isinstance(node, ast.Call)
    keywords = [k for each in ast.walk(node) if isinstance(each, ast.Call) for k in each.keywords if k.arg == name]
    own = [keyword for keyword in node.keywords if keyword.arg == name]
    chosen = own or keywords
    if len(chosen) > 1:
        raise SweepFormError(f"`{name}` is an argument of several calls in {target.call}")
    value = ast.Constant(size)
    if chosen:
        chosen[0].value = value
    else:
        node.keywords.append(ast.keyword(name, value))
    call = ast.unparse(node).removeprefix("target")
    try:
        args, kwargs = arguments(call)
    except TargetFormError as error:
        raise SweepFormError(str(error)) from None
    return replace(target, args=args, kwargs=kwargs, call=call)


def sweeps(
    subject: Subject, asked: Sequence[Asked], options: Options, progress: Callable[[int, int], None]
) -> Iterator[Sweep]:
    """Each sweep of a target, in processes of one fork server.

    Raises:
        NotEnforcedError: the sandbox is required and the system does not give it.
        SweepFormError: it is not clear which argument is meant, or the target takes none of that name.
    """
    targets = [[sized(subject.target, each.name, size) for size in each.sizes] for each in asked]
    total, done = sum(map(len, targets)), 0
    with Prober() as prober:
        for each, row in zip(asked, targets, strict=True):
            models: dict[int, Model] = {}
            failures: list[tuple[int, str]] = []
            inputs = ""
            for size, target in zip(each.sizes, row, strict=True):
                progress(done, total)
                done += 1
                found = prober.signal(target, options.given(subject.inputs))
                if found.model is None:
                    if not models and found.refused == each.name:
                        raise SweepFormError(f"`{subject.text}` takes no argument `{each.name}`")
                    at = f" at `{found.layer}`" if found.layer else ""
                    failures.append((size, f"{found.stage} failed{at}: {found.failure}"))
                else:
                    models[size] = found.model
                    inputs = str(found.inputs)
            yield Sweep(
                each.kind, each.name, tuple(models), options.seeds, inputs, places(each.kind, models), tuple(failures)
            )
