"""Patches that importing a file carries out: its own statements that set attributes, and those of what it imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, final

from winit_lint.interpreter.changes import own_steps
from winit_lint.interpreter.decorators import from_library
from winit_lint.interpreter.deferred import defer, watched
from winit_lint.interpreter.definition import ParseError
from winit_lint.interpreter.facts import ClassFacts, Import, Lines
from winit_lint.interpreter.patch_facts import PatchFacts
from winit_lint.interpreter.patching import give_up
from winit_lint.interpreter.reflection import canonical
from winit_lint.interpreter.state import Frame, Raised, Scope, State
from winit_lint.knowledge.frameworks import LIBRARIES

if TYPE_CHECKING:
    from winit_lint.interpreter.index import File
    from winit_lint.interpreter.names import Names

_FILES = 60
_REEXPORTS = 4
_ALIAS = re.compile(r"=\s*[A-Za-z_]\w*(\.\w+)+\s*(#.*)?$")


@final
@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A statement to run; ``loaded`` are the files that have been imported when its turn comes."""

    file: File
    patch: PatchFacts
    loaded: frozenset[str]
    before: tuple[ClassFacts | str, ...]  # what is looked up first: names that stand for what is about to be replaced


Steps: TypeAlias = tuple[Step, ...]


def carry_out_patches(state: State, file: File, *, own: bool = True, at_once: bool = True) -> set[int]:
    """Run them in the order of the imports; returns the first lines of those of the file itself (if ``own``).

    Where they only fill tables and replace globals, as far as two earlier runs show, they wait until one of these is
    asked for, unless ``at_once``.
    """
    names = state.names
    key = file.source.absolute
    if key not in names.patch_steps:
        names.patch_steps[key] = tuple(_steps(state, file, {}))
    steps = [step for step in names.patch_steps[key] if step.file is not file or own]
    if at_once:
        for step in steps:
            _run(state, step)
    elif not defer(state, steps, _run):
        for step in steps:
            with watched(state, step):
                _run(state, step)
    return {step.patch.first if step.file is file else 0 for step in steps}


def _run(state: State, step: Step) -> None:
    patches, depth = state.names.patches, len(state.frames)
    unknowns, events = state.unknowns.copy(), len(state.events)
    patches.loaded, patches.line = step.loaded, step.patch.first
    try:
        _look_up_before(state, step)
        piece = step.file.piece(step.patch.first, step.patch.last)
        state.frames.append(Frame(step.file.source.absolute, piece, Scope()))
        with own_steps(state):
            state.operations.execute(state, piece.statements)
    except (Raised, ParseError):
        give_up(state, f"a patch in {step.file.name}, line {step.patch.first}, that could not be followed")
    finally:
        patches.loaded = None
        del state.frames[depth:]
    state.unknowns = unknowns  # most of what it reads is not part of the root
    del state.events[events:]


def _look_up_before(state: State, step: Step) -> None:
    """Names of the file that stand for what is about to be replaced keep what they stand for."""
    for each in step.before:
        if isinstance(each, ClassFacts):
            state.names.class_of(state, step.file, each)
        else:
            state.names.member(state, step.file.source.absolute, each)


def _standing(file: File, patch: PatchFacts) -> Iterator[ClassFacts | str]:
    attributes = {target.rpartition(".")[2] for target in patch.targets}
    lines = file.source.lines
    for name, bounds in file.facts.bindings.items():
        for bound in bounds:
            if isinstance(bound, Import) or bound.last >= patch.first:
                continue
            if isinstance(bound, ClassFacts):
                if any(base.rpartition(".")[2] in attributes for base in bound.bases):
                    yield bound
            elif bound.kind == "assign":
                text = "\n".join(lines[bound.first - 1 : bound.last])
                if _ALIAS.search(text) or any(each in text for each in attributes):
                    yield name


def _steps(state: State, file: File, loaded: dict[str, None]) -> Iterator[Step]:
    names = state.names
    loaded[file.source.absolute] = None
    if len(loaded) > _FILES:
        return
    alone = from_library(state, file.source.absolute)  # a library's own files are many, and patch nothing
    moments: list[tuple[int, File | PatchFacts]] = [(each.first, each) for each in file.facts.patches]
    moments += [] if alone else list(_imports(names, file))
    for _, each in sorted(moments, key=lambda moment: moment[0]):
        if isinstance(each, PatchFacts):
            if _matters(names, file, each):
                yield Step(file, each, frozenset(loaded), tuple(_standing(file, each)))
        elif each.source.absolute not in loaded and not from_library(state, each.source.absolute):
            yield from _steps(state, each, loaded)


def _imports(names: Names, file: File) -> list[tuple[int, File]]:
    key = file.source.absolute
    if key not in names.imports_of:
        found: dict[str, tuple[int, File]] = {}
        for line, target in names.index.imports_of(file):
            found.setdefault(target.source.absolute, (line, target))
        names.imports_of[key] = list(found.values())
    return names.imports_of[key]


def _matters(names: Names, file: File, patch: PatchFacts) -> bool:
    return any(_may_be_class(names, file, target) for target in patch.targets) or any(
        _patches(names, file, call, _REEXPORTS) for call in patch.calls
    )


def _may_be_class(names: Names, file: File, target: str) -> bool:
    """Whether a dotted target may belong to a class or module whose attributes make a model."""
    root, _, rest = target.partition(".")
    bounds = file.facts.bindings.get(root, ())
    imported = next((bound for bound in reversed(bounds) if isinstance(bound, Import)), None)
    if imported is None or names.index.imported(file, imported) is not None:
        return True
    first = f"{imported.module}.{imported.attribute}" if imported.attribute else imported.module
    name = canonical(f"{first}.{rest}")
    return name.startswith(("torch.nn.", "torch.Tensor.")) or name.partition(".")[0] in LIBRARIES


def _patches(names: Names, file: File, call: str, depth: int) -> bool:
    """Whether a function that is called by this name sets attributes."""
    root, _, rest = call.partition(".")
    bounds = file.facts.bindings.get(root, ())
    bound = bounds[-1] if bounds else None
    if isinstance(bound, Lines):
        return bound.kind == "def" and not rest and root in file.patchers
    if not isinstance(bound, Import) or not depth:
        return False
    found = names.index.imported(file, bound)
    if found is None:
        return False
    target, attribute = found
    inner = ".".join(part for part in (attribute, rest) if part)
    return bool(inner) and target is not file and _patches(names, target, inner, depth - 1)
