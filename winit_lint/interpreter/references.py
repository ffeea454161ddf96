"""Who mentions which initialisation function, over the whole project."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, final

from winit_lint.interpreter.facts import ClassFacts, Import, InitFacts
from winit_lint.ir.project import InitFunction, Project, TargetPair
from winit_lint.knowledge.frameworks import COMMON_HOOKS, HOOKS, MODULE_BASES
from winit_lint.source.span import Span

if TYPE_CHECKING:
    from winit_lint.interpreter.index import File, Index

_CHANGE_NOTHING = frozenset({"final", "typing", "dataclass", "dataclasses", "torch", "functools", "deprecated"})
_PLAIN = frozenset({"torch.nn.Module", "nn.Module", "Module", "object"})


@final
@dataclass(frozen=True, slots=True)
class _Known:
    """The files linted, their classes by name, and what a file imports from others of the project."""

    index: Index
    files: list[File]
    classes: dict[str, list[tuple[File, ClassFacts]]]
    imported: Callable[[File], tuple[File, ...]]


def project_of(index: Index) -> Project:
    """The project's initialisation functions with what is known of their callers."""
    files = [index.files[key] for key in index.asked if "facts" in index.files[key].__dict__]
    classes: dict[str, list[tuple[File, ClassFacts]]] = {}
    for file in files:
        for facts in file.facts.classes:
            classes.setdefault(facts.name, []).append((file, facts))
    known = _Known(index, files, classes, cache(lambda file: tuple(_imported(index, file))))
    return Project(
        init_functions=tuple(_init_function(known, file, init) for file in files for init in file.facts.inits),
        parts=_parts(files, None),
        inner=_parts(files, frozenset(classes)),
        outermost=_outermost(files),
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


def _outermost(files: list[File]) -> frozenset[str]:
    named = frozenset[str]().union(*(file.facts.references for file in files))
    return frozenset(
        f"{file.name}.{name}"
        for file in files
        for name in {name for name, _ in file.facts.functions} & {owner for owner, _ in file.facts.mentions}
        if name not in named
    )


def _init_function(known: _Known, file: File, init: InitFacts) -> InitFunction:
    files = known.files
    owner = init.owner.rpartition(".")[2] if init.owner else None
    bases, plain, homes = _ancestry(known, file, owner) if owner else (set(), True, [])
    family = bases | ({owner} if owner else set())
    referenced = (
        _names(file, init.name)
        or any(_mentions_method(other, init.name, owner, family) for other in files if other is not file)
        or any(_mentions_method(other, init.name, owner, family) for other in (*homes, *known.imported(file)))
    )
    registries = _registries(file, owner)
    if registries:
        beside = (other for other in (*files, *known.imported(file)) if other is not file)
        referenced = referenced or any(_names(other, init.name) for other in beside)
    hook = not plain or init.name in COMMON_HOOKS or _is_hook(init.name, bases) or init.name.startswith("__")
    hook = hook or (not init.name.startswith("_") and any(_is_outside(known.index, file, name) for name in registries))
    built = owner is not None and any(owner in other.facts.references for other in files)
    span = Span(file.source.path, init.line, init.column, init.line, init.end_column)
    in_library = os.path.isfile(os.path.join(os.path.dirname(file.source.absolute), "__init__.py"))
    public = owner is None and not init.name.startswith("_")
    return InitFunction(
        *(init.name, init.owner, file.source.path, span, referenced, hook, public, built, in_library),
        asks_loaded=init.asks_loaded,
        ignores_argument=init.ignores_argument,
        required=init.required,
        names=init.names,
    )


def _registries(file: File, owner: str | None) -> tuple[str, ...]:
    """The names in front of a class's decorators: who builds it by its entry there may call any method of it."""
    decorators = [text for facts in file.facts.classes if facts.name == owner for text in facts.decorators]
    names = (re.split(r"[.(]", text, maxsplit=1)[0] for text in decorators)
    return tuple(name for name in names if name not in _CHANGE_NOTHING)


def _is_outside(index: Index, file: File, name: str) -> bool:
    """Whether a name is imported, over a few files, from where no source is."""
    return None in _places(index, file, name)


def _names(file: File, name: str) -> bool:
    return name in file.facts.references or name in file.facts.strings


def _mentions_method(other: File, name: str, owner: str | None, family: set[str]) -> bool:
    """Another file may mean this method (or function) by that name.

    A same-named method of an unrelated class is no evidence; a mention beside this class or its kin is, and so is a
    test like ``hasattr(m, "init_weights")``, which may reach any module.
    """
    if not _names(other, name):
        return False
    defines = any(facts.name in family for facts in other.facts.classes)
    return owner is None or defines or owner in other.facts.references or name in other.facts.strings


def _imported(index: Index, file: File) -> Iterator[File]:
    """The project's files, linted or not, from which ``file`` takes something: its routines may be called there."""
    seen = {id(index.files[key]) for key in index.asked}
    for bound in file.facts.bindings.values():
        for target in bound:
            found = index.imported(file, target) if isinstance(target, Import) else None
            if found is not None and id(found[0]) not in seen:
                seen.add(id(found[0]))
                yield found[0]


def _ancestry(known: _Known, file: File, owner: str) -> tuple[set[str], bool, list[File]]:
    """Names of all bases, whether every one outside the project is plain ``nn.Module`` or a known class, and the files
    that were not linted in which some of them stand."""
    bases: set[str] = set()
    plain = True
    homes: list[File] = []
    queue = [(file, owner)]
    while queue:
        beside, name = queue.pop()
        found = known.classes.get(name) or _brought_in(known.index, beside, name)
        if not found:
            short = {base.rpartition(".")[2] for base in MODULE_BASES}
            plain = plain and (name in short or name in _PLAIN or name.startswith(("nn.", "torch.nn.")))
            continue
        homes += [home for home, _ in found if name not in known.classes]
        for home, facts in found:
            for text in facts.bases:
                base = text if text.startswith(("nn.", "torch.nn.")) else text.rpartition(".")[2].partition("[")[0]
                if base not in bases:
                    bases.add(base)
                    queue.append((home, base))
    return bases, plain, homes


_REEXPORTS = 4


def _places(index: Index, file: File, name: str) -> Iterator[tuple[File, str] | None]:
    """Where a name stands, in a file and in those that it is imported from; None last where that can't be followed."""
    for _ in range(_REEXPORTS):
        yield file, name
        imports = [bound for bound in file.facts.bindings.get(name, ()) if isinstance(bound, Import)]
        if not imports:
            return
        home, attribute = index.imported(file, imports[-1]) or (None, None)
        if home is None:
            break
        if attribute is None:
            return
        file, name = home, attribute
    yield None


def _brought_in(index: Index, file: File, name: str) -> list[tuple[File, ClassFacts]]:
    """The class that ``name`` means in ``file``, where a file that was not linted defines it."""
    for home, own in filter(None, _places(index, file, name)):
        defined = [facts for facts in home.facts.classes if facts.name == own]
        if defined:
            return [(home, facts) for facts in defined]
    return []


def _is_hook(name: str, bases: set[str]) -> bool:
    return any(name in hooks for base, hooks in HOOKS.items() if base.rpartition(".")[2] in bases)
