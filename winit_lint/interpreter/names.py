"""Names that lead out of a function: globals, imports, project classes and their MRO. Everything is lazy."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, final

import libcst as cst

from winit_lint.interpreter.builtins import BUILTINS
from winit_lint.interpreter.changes import changed, own_steps
from winit_lint.interpreter.deferred import settle
from winit_lint.interpreter.definition import Definition, ParseError
from winit_lint.interpreter.facts import ClassFacts, Import, Lines
from winit_lint.interpreter.fingerprint import content_of, is_global
from winit_lint.interpreter.host import DefaultDict
from winit_lint.interpreter.imports import stands
from winit_lint.interpreter.index import File, Index
from winit_lint.interpreter.patching import Patches, Replaced
from winit_lint.interpreter.project_classes import fill
from winit_lint.interpreter.reflection import REFLECTION, canonical
from winit_lint.interpreter.state import Frame, Scope, State
from winit_lint.interpreter.stdlib import STDLIB
from winit_lint.interpreter.values import (
    MISSING,
    Class,
    External,
    Function,
    Instance,
    Module,
    ProjectModule,
    Tensor,
    Unknown,
    Value,
)
from winit_lint.knowledge.layers import LAYERS

Reads: TypeAlias = dict[int, tuple[Any, Hashable]]
_CHANGING = frozenset({list, dict, set, tuple, Instance, DefaultDict, Module, Tensor})
_PROPERTIES = frozenset({"property", "cached_property", "functools.cached_property", "torch.jit.unused_property"})


def external(name: str) -> Value:
    """The value of a name outside the project: a table's callable or constant, else an External."""
    name = canonical(name)
    found = STDLIB.get(name, MISSING)
    return External(name) if found is MISSING else found


@final
class Names:
    """Resolves names for all runs over one index; classes, functions and constants are made once."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._known: dict[tuple[str, str], Value] = {}
        self._classes: dict[tuple[str, str, int], Class] = {}
        self._passing: set[tuple[str, str, int]] = set()  # those that depend on a decision of the run
        self._absent: set[tuple[str, str]] = set()  # names that their files bind nowhere: builtins mostly
        self._plain: dict[tuple[str, int], Function] = {}
        self._attributes: dict[int, dict[str, Value]] = {}  # by class: those before its decorators ran
        self._shared: set[int] = set()  # identities of those classes
        self._busy: set[tuple[str, str, int]] = set()
        self.watches: list[Reads] = []
        self.patches = Patches()
        self.patch_steps: dict[str, Any] = {}  # by file: see ``imported_patches``
        self.patch_effects: dict[Hashable, Any] = {}  # by such a step: see ``deferred``
        self.current: State | None = None  # the run that goes on
        self.perishable: list[tuple[dict[str, Value], str]] = []  # members that a run makes for itself
        self.imports_of: dict[str, list[tuple[int, File]]] = {}

    def is_shared(self, cls: Class) -> bool:
        """Whether a class and its project bases are made once, so that no variable of a call is behind them."""
        return all(id(base) in self._shared for base in cls.mro if isinstance(base, Class))

    @contextmanager
    def watching(self) -> Iterator[Reads]:
        """Collects what can change among the globals, class members and defaults that are read meanwhile.

        By identity each value, and its content when it was first read; None as content where it has too much of it.
        """
        reads: Reads = {}
        self.watches.append(reads)
        try:
            yield reads
        finally:
            self.watches.pop()

    def note(self, value: Value, content: Hashable = None) -> None:
        """Tell whoever watches that ``value`` was read."""
        if not self.watches or type(value) not in _CHANGING:
            return
        for reads in self.watches:
            if id(value) not in reads:
                reads[id(value)] = (value, content_of(value) if content is None else content)

    def file(self, module: str) -> File:
        """The file with this absolute path."""
        return self.index.files[module]

    def lookup(self, state: State, module: str, name: str) -> Value:
        """A global of a project module, then a builtin; MISSING where neither has it."""
        value = self.member(state, module, name)
        if value is not MISSING:
            return value
        if name in BUILTINS:
            return BUILTINS[name]
        return REFLECTION.get(name, MISSING)

    def member(self, state: State, module: str, name: str) -> Value:
        """A global of a project module; MISSING where it has none."""
        if self.patches.waiting:
            settle(state, (module, name))
        put = self.patches.replaced.get((module, name)) if self.patches.replaced else None
        if put is None:
            value = self._member(state, module, name)
        else:
            self.patches.hits += 1
            value = put.value
        self.note(value)
        return value

    def forget(self) -> None:
        """Undo what a run has put in place of attributes and globals."""
        for key in (*self.patches.made, *self._passing):
            self._classes.pop(key, None)
        self.patches.made.clear()
        self._passing.clear()
        self.patches.touched.clear()
        for members, name in self.perishable:
            members.pop(name, None)
        self.perishable.clear()
        self.patches.clear()

    def _member(self, state: State, module: str, name: str) -> Value:
        key = (module, name)
        patches = self.patches
        if key in state.globals:
            state.asked += key in state.passing
            patches.hits += key in patches.touched
            return state.globals[key]
        if key in self._known and not (state.registering and isinstance(self._known[key], (dict, list, set))):
            return self._known[key]
        if key in self._absent:
            return MISSING
        asked, hits, file = state.asked, patches.hits, self.file(module)
        value = self._global(state, file, name)
        if value is MISSING:
            if name not in file.facts.bindings and not file.facts.stars:
                self._absent.add(key)
            return value
        if state.asked > asked:
            state.passing.add(key)
        registered = state.registering and isinstance(value, (dict, list, set))
        if key in state.passing or patches.own(hits, value) or registered or not _shareable(value):
            state.globals[key] = value
            if patches.read_since(hits):
                patches.touched.add(key)
        else:
            self._known[key] = value
        return value

    def _global(self, state: State, file: File, name: str) -> Value:
        changes: list[Lines] = []
        for bound in self._standing(state, file, name):
            if isinstance(bound, Lines) and bound.kind == "change":
                changes.insert(0, bound)
                continue
            key = (file.source.absolute, name, id(bound))
            if key in self._busy:
                continue
            self._busy.add(key)
            try:
                value = self._bound(state, file, name, bound)
            finally:
                self._busy.discard(key)
            if value is not MISSING:
                return changed(state, file, name, value, changes)
        for star, level in file.facts.stars:
            target = self.index.resolve(file, star, level)
            if target is None:
                if star.startswith("torch"):
                    public = canonical(f"{star}.{name}")
                    if public in LAYERS or public in STDLIB:
                        return external(public)
                continue
            key = (target.source.absolute, name, 0)
            if key in self._busy or (name.startswith("_") and not self._listed(state, target, name)):
                continue
            self._busy.add(key)
            try:
                value = self._global(state, target, name)
            finally:
                self._busy.discard(key)
            if value is not MISSING:
                return value
        if name == "__name__":
            return file.name
        if name == "__file__":
            return Unknown("__file__")
        if file.package:
            inner = self.index.submodule(file, name)
            if inner is not None:
                return ProjectModule(inner.source.absolute)
        return MISSING

    def _listed(self, state: State, file: File, name: str) -> bool:
        listed = self._global(state, file, "__all__") if "__all__" in file.facts.bindings else None
        return isinstance(listed, (list, tuple)) and name in listed

    def _standing(self, state: State, file: File, name: str) -> Sequence[Import | Lines | ClassFacts]:
        """The bindings of a name, the last first, without those in arms that do not run, unless no other is left."""
        bounds = file.facts.bindings.get(name, ())
        arms = file.facts.arms.get(name)
        key = (file.source.absolute, name, -1)
        if arms is None or key in self._busy:
            return bounds[::-1]
        self._busy.add(key)
        try:
            kept = [bound for bound, guards in zip(bounds, arms, strict=True) if stands(state, file, guards)]
        finally:
            self._busy.discard(key)
        return (kept or bounds)[::-1]

    def _bound(self, state: State, file: File, name: str, bound: Import | Lines | ClassFacts) -> Value:
        if isinstance(bound, Import):
            return self.imported(state, file, bound)
        if isinstance(bound, ClassFacts):
            return self.defined(state, file, bound) if bound.decorators else self.class_of(state, file, bound)
        try:
            piece = file.piece(bound.first, bound.last)
        except ParseError:
            return state.unknown("libcst could not parse a definition")
        if bound.kind == "def":
            return self.defined(state, file, bound)
        scope = Scope()
        self.run_piece(state, file, piece, scope)
        return scope.names.get(name, MISSING)

    def defined(self, state: State, file: File, bound: Lines | ClassFacts, *, effects: bool = False) -> Value:
        """What a definition at module level binds once its decorators have run (see ``decorated``)."""
        piece = file.piece(bound.first, bound.last)
        node = piece.statements[0]
        assert isinstance(node, (cst.FunctionDef, cst.ClassDef))
        plain = self._undecorated(state, file, bound, piece)
        key = (file.source.absolute, node.name.value)
        before = state.globals.get(key, MISSING)
        state.globals[key] = plain  # what a decorator sees by this name meanwhile
        try:
            value = self.decorated_in(state, plain, node, Frame(file.source.absolute, piece, Scope()), effects=effects)
        finally:
            state.globals.pop(key)
            if before is not MISSING:
                state.globals[key] = before
        return value

    def _undecorated(self, state: State, file: File, bound: Lines | ClassFacts, piece: Definition) -> Function | Class:
        """The function or class itself; a class as it was before its decorators changed it."""
        if isinstance(bound, ClassFacts):
            cls = self.class_of(state, file, bound)
            first = self._attributes.setdefault(id(cls), dict(cls.attributes))
            cls.attributes.clear()
            cls.attributes.update(first)
            return cls
        key = (file.source.absolute, bound.first)
        if key not in self._plain:
            node = piece.statements[0]
            assert isinstance(node, cst.FunctionDef)
            self._plain[key] = self.function(node, piece, file, None, None)
        return self._plain[key]

    def decorated_in(
        self,
        state: State,
        plain: Function | Class,
        node: cst.FunctionDef | cst.ClassDef,
        frame: Frame,
        *,
        effects: bool = False,
    ) -> Value:
        """What the decorators of a definition make of it in a frame."""
        from winit_lint.interpreter.decorators import decorated

        if not node.decorators:
            return plain
        state.frames.append(frame)
        flow, state.flow = state.flow, None  # a member may be asked for while forward runs
        try:
            with own_steps(state), self.patches.defining():
                return decorated(state, plain, node.decorators, effects=effects)
            return plain
        finally:
            state.flow = flow
            state.frames.pop()

    def run_piece(self, state: State, file: File, piece: Definition, scope: Scope) -> None:
        """Run statements at module or class level."""
        from winit_lint.interpreter.statement import execute

        state.frames.append(Frame(file.source.absolute, piece, scope))
        try:
            with own_steps(state):
                execute(state, piece.statements)
        finally:
            state.frames.pop()

    def imported(self, state: State, file: File, bound: Import, *, late: bool = False) -> Value:
        """What an import in ``file`` binds; ``late`` where it is one in a function that runs."""
        target = self.index.imported(file, bound)
        if target is None:
            if bound.level:
                return external(f"{'.' * bound.level}{bound.module}.{bound.attribute}")
            return external(f"{bound.module}.{bound.attribute}" if bound.attribute else bound.module)
        found, attribute = target
        if attribute is None:
            return ProjectModule(found.source.absolute)
        if self.patches.waiting:
            settle(state, (found.source.absolute, attribute))
        put = self.patches.replaced.get((found.source.absolute, attribute))
        self.patches.hits += put is not None
        if put is not None and not late and _before(state, file, bound, put):
            value = self._member(state, found.source.absolute, attribute)
        else:
            value = self.member(state, found.source.absolute, attribute)
        return state.unknown("import of a name that is not there", text=attribute) if value is MISSING else value

    def function(
        self, node: cst.FunctionDef, piece: Definition, file: File, owner: Class | None, scope: Scope | None
    ) -> Function:
        """A function value of a ``def``; its decorators as marks (property, staticmethod, no_grad)."""
        decorators = tuple(piece.text(d.decorator) for d in node.decorators)
        kind = "function"
        for decorator in decorators:
            if decorator in {"staticmethod", "classmethod"}:
                kind = decorator
            elif decorator in _PROPERTIES or decorator.endswith("cached_property"):
                kind = "property"
            elif decorator.endswith("classproperty"):
                kind = "classproperty"
            elif decorator.endswith((".setter", ".deleter")):
                kind = "setter"
        quiet = any("no_grad" in d or "inference_mode" in d for d in decorators)
        name = node.name.value
        prefix = f"{owner.qualname}." if owner else f"{file.name}."
        return Function(
            name,
            prefix + name,
            node,
            piece,
            file.source.absolute,
            scope,
            owner,
            kind,
            quiet,
            decorators,
        )

    def class_of(self, state: State, file: File, facts: ClassFacts) -> Class:
        """The class of a class statement at module level or in a class body; made once."""
        key = (file.source.absolute, facts.qualname, facts.first)
        if key in self._classes:
            state.asked += key in self._passing
            self.patches.hits += key in self.patches.made
            return self._classes[key]
        asked, hits = state.asked, self.patches.hits
        cls = Class(facts.name, f"{file.name}.{facts.qualname}", file.source.absolute, keywords=facts.keywords)
        self._classes[key] = cls
        cls.outside = self.patches.outside
        self._shared.add(id(cls))
        fill(self, state, file, facts, cls)
        if state.asked > asked:  # a base, say, is another one on other paths
            self._passing.add(key)
            self._shared.discard(id(cls))
        if self.patches.read_since(hits):
            self.patches.made[key] = None
        return cls


def _before(state: State, file: File, bound: Import, put: Replaced) -> bool:
    """Whether a file had imported a global by the time when another file replaced it."""
    if file.source.absolute == put.file:
        return put.loaded is None or bound.line < put.line
    return put.loaded is None or file.source.absolute in put.loaded


def _shareable(value: Value, depth: int = 0) -> bool:
    """Whether a global may be kept for other runs: it holds no state of this one."""
    if isinstance(value, (Module, Tensor, Instance)) or depth > 3:
        return False
    if isinstance(value, Function) and not is_global(value):
        return False  # a wrapper may remember
    if isinstance(value, dict):
        return all(_shareable(v, depth + 1) for v in value.values())
    if isinstance(value, (list, tuple, set)):
        return all(_shareable(v, depth + 1) for v in value)
    return not isinstance(value, Unknown)
