"""Who mentions which initialisation function, over the whole project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from winit_lint.interpreter.facts import ClassFacts, InitFacts
from winit_lint.ir.project import InitFunction, Project, TargetPair
from winit_lint.knowledge.frameworks import COMMON_HOOKS, HOOKS, MODULE_BASES
from winit_lint.source.span import Span

if TYPE_CHECKING:
    from winit_lint.interpreter.index import File, Index

_PLAIN = frozenset({"torch.nn.Module", "nn.Module", "Module", "object"})


def project_of(index: Index) -> Project:
    """The project's initialisation functions with what is known of their callers."""
    files = [index.files[key] for key in index.asked if "facts" in index.files[key].__dict__]
    classes: dict[str, list[tuple[File, ClassFacts]]] = {}
    for file in files:
        for facts in file.facts.classes:
            classes.setdefault(facts.name, []).append((file, facts))
    return Project(
        init_functions=tuple(_init_function(file, init, files, classes) for file in files for init in file.facts.inits),
        parts=_parts(files, None),
        inner=_parts(files, frozenset(classes)),
        target_pairs=tuple(_target_pairs(files)),
    )


def _target_pairs(files: list[File]) -> Iterator[TargetPair]:
    """The pairs of all files; one whose class and target another file mentions may be copied there."""
    for file in files:
        for pair in file.facts.target_pairs:
            if any({pair.owner, pair.target} <= other.facts.references for other in files if other is not file):
                continue
            places = (Span(file.source.path, *place) for place in (pair.lines, pair.built, pair.update))
            yield TargetPair(pair.owner, pair.network, pair.target, *places)


def _parts(files: list[File], owners: frozenset[str] | None) -> frozenset[str]:
    """Classes that some other class, or an initialising function, calls or passes on (by their short names).

    With ``owners`` only the mentions by one of these count.
    """
    users: dict[str, set[str]] = {}
    for file in files:
        for owner, names in file.facts.mentions:
            for name in names if owners is None or owner in owners else ():
                users.setdefault(name, set()).add(owner)
    return frozenset(
        f"{file.name}.{facts.qualname}"
        for file in files
        for facts in file.facts.classes
        if users.get(facts.name, set()) - {facts.name}
    )


def _init_function(
    file: File, init: InitFacts, files: list[File], classes: dict[str, list[tuple[File, ClassFacts]]]
) -> InitFunction:
    owner = init.owner.rpartition(".")[2] if init.owner else None
    bases, known = _ancestry(owner, classes) if owner else (set(), True)
    family = bases | ({owner} if owner else set())
    referenced = init.name in file.facts.references or init.name in file.facts.strings
    for other in files:
        if referenced:
            break
        if other is file or not (init.name in other.facts.references or init.name in other.facts.strings):
            continue
        # A same-named method of an unrelated class is no evidence; a mention beside this class or its kin is, and
        # so is a test like ``hasattr(m, "init_weights")``, which may reach any module.
        defines = any(facts.name in family for facts in other.facts.classes)
        referenced = owner is None or defines or owner in other.facts.references or init.name in other.facts.strings
    hook = not known or init.name in COMMON_HOOKS or _is_hook(init.name, bases) or init.name.startswith("__")
    built = owner is not None and any(owner in other.facts.references for other in files)
    span = Span(file.source.path, init.line, init.column, init.line, init.end_column)
    in_library = os.path.isfile(os.path.join(os.path.dirname(file.source.absolute), "__init__.py"))
    public = owner is None and not init.name.startswith("_")
    return InitFunction(
        *(init.name, init.owner, file.source.path, span, referenced, hook, public, built, in_library),
        asks_loaded=init.asks_loaded,
        ignores_argument=init.ignores_argument,
    )


def _ancestry(owner: str, classes: dict[str, list[tuple[File, ClassFacts]]]) -> tuple[set[str], bool]:
    """Names of all bases, and whether every one outside the project is plain ``nn.Module`` or a known class."""
    bases: set[str] = set()
    known = True
    queue = [owner]
    while queue:
        name = queue.pop()
        if name not in classes:
            short = {base.rpartition(".")[2] for base in MODULE_BASES}
            known = known and (name in short or name in _PLAIN or name.startswith(("nn.", "torch.nn.")))
            continue
        for _, facts in classes[name]:
            for text in facts.bases:
                base = text if text.startswith(("nn.", "torch.nn.")) else text.rpartition(".")[2].partition("[")[0]
                if base not in bases:
                    bases.add(base)
                    queue.append(base)
    return bases, known


def _is_hook(name: str, bases: set[str]) -> bool:
    return any(name in hooks for base, hooks in HOOKS.items() if base.rpartition(".")[2] in bases)
