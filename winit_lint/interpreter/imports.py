"""Imports inside functions, ``importlib.import_module``, and the packages on which definitions depend."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import libcst as cst

from winit_lint.interpreter.arms import Guard, Guards
from winit_lint.interpreter.definition import ParseError, of_expression, parse_text
from winit_lint.interpreter.facts import Import
from winit_lint.interpreter.host import Wildcard, is_concrete
from winit_lint.interpreter.index import File
from winit_lint.interpreter.state import Frame, Raised, Scope, State
from winit_lint.interpreter.values import MISSING, External, ProjectModule, Test, Value
from winit_lint.knowledge.frameworks import LIBRARIES
from winit_lint.knowledge.third_party import HELPERS

_KNOWN = LIBRARIES | {name.partition(".")[0] for name in HELPERS}
_PRESENT = frozenset(("torch", *sys.stdlib_module_names))


def _dotted(node: Any) -> str:
    if node is None:
        return ""
    if isinstance(node, cst.Name):
        return node.value
    return f"{_dotted(node.value)}.{node.attr.value}"


def local_import(state: State, node: Any) -> Iterator[tuple[str, Value]]:
    """The names that an import statement binds and their values.

    Raises:
        Raised: on the path on which a package is not installed whose import a try statement guards.
    """
    file = state.names.file(state.frame.module)
    if state.trying and _may_be_absent(state, node) and not state.truth(_installed(node)):
        raise Raised("ModuleNotFoundError")
    if isinstance(node.names, cst.ImportStar):
        return
    for alias in node.names:
        name = _dotted(alias.name)
        asname = alias.asname.name.value if alias.asname is not None else None
        if isinstance(node, cst.Import):
            target = Import(name if asname else name.partition(".")[0], None, 0)
            yield asname or name.partition(".")[0], state.names.imported(state, file, target, late=True)
        else:
            target = Import(_dotted(node.module), name, len(node.relative))
            yield asname or name, state.names.imported(state, file, target, late=True)


def _may_be_absent(state: State, node: Any) -> bool:
    """Whether an import is of a package whose source is not at hand, and that torch does not bring along."""
    if isinstance(node, cst.ImportFrom) and (node.relative or node.module is None):
        return False
    return _absent(state, state.names.file(state.frame.module), _package(node))


def _absent(state: State, file: File, package: str) -> bool:
    """Whether a package may be missing: its source is not at hand, and torch does not bring it along."""
    if package in _PRESENT:
        return False
    return isinstance(state.names.imported(state, file, Import(package, None, 0)), External)


def _installed(node: Any) -> Test:
    return _test(_package(node))


def _test(package: str) -> Test:
    return Test(f"import {package}", free=False, prefer=package in _KNOWN)


def stands(state: State, file: File, guards: Guards) -> bool:
    """Whether an arm at module level is one that runs; so it is where its condition can't be worked out."""
    for guard in guards:
        if guard.test:
            held = _held(state, file, guard)
            if held is not None and held is not guard.side:
                return False
        else:
            absent = [package for package in guard.packages if _absent(state, file, package)]
            if all(state.truth(_test(package)) for package in absent) is not guard.side:
                return False
    return True


def _held(state: State, file: File, guard: Guard) -> bool | None:
    """The truth of an arm's condition, None where it is not known."""
    depth = len(state.frames)
    value: Value = MISSING
    try:
        node = parse_text(file.source.path, guard.test, guard.line)
        state.frames.append(Frame(file.source.absolute, of_expression(file.source.path, node), Scope()))
        value = state.operations.evaluate(state, node)
    except (ParseError, Raised):
        pass
    finally:
        del state.frames[depth:]
    return bool(value) if is_concrete(value) else None


def _package(node: Any) -> str:
    name = _dotted(node.module if isinstance(node, cst.ImportFrom) else node.names[0].name)
    return name.partition(".")[0]


def import_module(state: State, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``importlib.import_module(name, package)`` as the import statement of the same module."""
    name = args[0] if args else kwargs.get("name")
    package = args[1] if len(args) > 1 else kwargs.get("package")
    if not isinstance(name, str) or isinstance(name, Wildcard):
        return state.unknown("import of an unknown module", node)
    if name.startswith("."):
        if not isinstance(package, str) or isinstance(package, Wildcard):
            return state.unknown("import of an unknown module", node)
        bare = name.lstrip(".")
        parts = package.split(".")
        above = len(name) - len(bare) - 1
        name = ".".join((*parts[: len(parts) - above], *([bare] if bare else [])))
    file = state.names.file(state.frame.module)
    return state.names.imported(state, file, Import(name, None, 0))


def loaded_module(state: State, name: Value, node: Any) -> Value:
    """``sys.modules[name]``: the running file itself, or a module as its import gives it."""
    if name == state.names.file(state.frame.module).name:
        return ProjectModule(state.frame.module)
    return import_module(state, [name], {}, node)
