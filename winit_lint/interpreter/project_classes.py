"""Classes of class statements at module level or in class bodies: their bases, and their members when asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from winit_lint.interpreter.changes import own_steps
from winit_lint.interpreter.class_making import announce, announce_again, is_told, keyword_values
from winit_lint.interpreter.class_scope import ClassScope
from winit_lint.interpreter.definition import Definition, ParseError, of_expression, parse_text
from winit_lint.interpreter.dispatching import is_dispatcher
from winit_lint.interpreter.facts import ClassFacts
from winit_lint.interpreter.fingerprint import is_global
from winit_lint.interpreter.mro import finish_class, shared_external
from winit_lint.interpreter.reflection import canonical
from winit_lint.interpreter.state import Frame, Scope, State
from winit_lint.interpreter.values import MISSING, Class, Function, Unknown, Value, has_identity

if TYPE_CHECKING:
    from winit_lint.interpreter.index import File
    from winit_lint.interpreter.names import Names


def fill(names: Names, state: State, file: File, facts: ClassFacts, cls: Class) -> None:
    """Give a new class its members and bases, and tell the bases."""
    made: dict[str, Value] = {}

    def namespace(name: str) -> Value:
        if name not in made:
            run = names.current or state
            asked, hits, flow = run.asked, names.patches.hits, run.flow
            run.flow = None  # a member may be asked for while forward runs
            try:
                value = made[name] = _member(names, run, file, cls, facts, name)
            finally:
                run.flow = flow
            wraps = isinstance(value, Function) and not is_global(value)
            if wraps or run.asked > asked or names.patches.own(hits, value) or has_identity(value):
                # a wrapper may remember, a decision be another one, a patch be in it, a module be numbered
                names.perishable.append((made, name))
        names.note(made[name])
        return made[name]

    framework = canonical(cls.qualname)
    cls.namespace = partial(_without_protocol, namespace) if framework in PROTOCOLS else namespace
    cls.annotated = dict(zip(facts.annotated, facts.annotations, strict=True))
    cls.names = tuple(dict.fromkeys((*facts.annotated, *facts.body)))
    bases = tuple(_base(state, file, text, facts.line) for text in facts.bases)
    finish_class(cls, bases, facts.decorators)
    if framework in PROTOCOLS:
        # The framework's own source is linted: its constructor and initialisation run as the table describes them.
        cls.mro = (cls, shared_external(framework), *cls.mro[1:])
    _told(names, state, file, cls, announce)


def tell_again(names: Names, state: State, file: File, facts: ClassFacts) -> None:
    """Let a class be filed anew where its bases or its metaclass file it."""
    cls = names.class_of(state, file, facts)
    if is_told(cls):
        _told(names, state, file, cls, announce_again)


def _told(names: Names, state: State, file: File, cls: Class, run: Callable[..., None]) -> None:
    told = cls.keywords or any(isinstance(base, Class) for base in cls.bases)
    if not told:
        return
    state.frames.append(Frame(file.source.absolute, Definition(file.source.path, cst.Module(body=[]), (), 0), Scope()))
    try:
        with own_steps(state), names.patches.defining():
            run(state, cls, keyword_values(state, file, cls.keywords))
    finally:
        state.frames.pop()


def _base(state: State, file: File, text: str, line: int) -> Value:
    from winit_lint.interpreter.expression import evaluate

    try:
        node = parse_text(file.source.path, text, line)
    except ParseError:
        return Unknown("a base class does not parse", text)
    definition = of_expression(file.source.path, node)
    state.frames.append(Frame(file.source.absolute, definition, Scope()))
    base: Value = Unknown("a base class costs too much", text)
    try:
        with own_steps(state):
            base = evaluate(state, node)
    finally:
        state.frames.pop()
    return base


def _member(names: Names, state: State, file: File, cls: Class, facts: ClassFacts, name: str) -> Value:
    name, setter, _ = name.partition(".setter")
    for bound in reversed(facts.body.get(name, ())):
        if isinstance(bound, ClassFacts):
            return names.class_of(state, file, bound)
        if bound.kind == "change":
            continue
        try:
            piece = file.piece(bound.first, bound.last)
        except ParseError:
            return state.unknown("libcst could not parse a definition")
        node = piece.statements[0]
        if bound.kind == "def" and isinstance(node, cst.FunctionDef):
            function = names.function(node, piece, file, cls, None)
            if function.decorators[-1:] == (f"{name}.setter",) if setter else function.kind != "setter":
                around = ClassScope(cls, name).scope()
                if not node.decorators:
                    return function
                inside = Frame(file.source.absolute, piece, around, owner=cls)
                value = names.decorated_in(names.current or state, function, node, inside)
                if is_dispatcher(value):
                    _register(names, state, file, cls, facts, name, value)
                return value
            continue
        if setter:
            continue
        scope = ClassScope(cls, name)
        names.run_piece(state, file, piece, scope.scope())
        if name in scope.names:
            return scope.names[name]
    return MISSING


def _register(
    names: Names, state: State, file: File, cls: Class, facts: ClassFacts, name: str, dispatcher: Value
) -> None:
    """Let the methods below ``@name.register`` be filed with a ``singledispatchmethod``."""
    for bound in facts.body[name]:
        if isinstance(bound, ClassFacts) or bound.kind != "change":
            continue
        piece = file.piece(bound.first, bound.last)
        node = piece.statements[0]
        if isinstance(node, cst.FunctionDef):
            scope = Scope(ClassScope(cls, name).scope(), {name: dispatcher})
            inside = Frame(file.source.absolute, piece, scope, owner=cls)
            method = names.function(node, piece, file, cls, None)
            names.decorated_in(names.current or state, method, node, inside, effects=True)


PROTOCOLS = frozenset({"transformers.PreTrainedModel"})
"""Framework classes whose construction protocol ``framework`` carries out, also where their source is linted."""

_PROTOCOL = frozenset({"__init__", "post_init", "init_weights", "initialize_weights", "smart_apply", "tie_weights"})


def _without_protocol(namespace: Callable[[str], Value], name: str) -> Value:
    return MISSING if name in _PROTOCOL else namespace(name)
