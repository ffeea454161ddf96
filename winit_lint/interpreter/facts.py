"""What one file defines, worked out from its syntax tree without running or keeping it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import final

import msgspec

from winit_lint.interpreter.arms import Guards, flatten, guarded, nodes_in, run_in_order
from winit_lint.interpreter.building_methods import BuildingMethod, building_methods, is_marked
from winit_lint.interpreter.patch_facts import PatchFacts, patches_in
from winit_lint.interpreter.target_pairs import PairFacts, target_pairs
from winit_lint.knowledge.initializers import INITIALIZERS
from winit_lint.knowledge.tensor_methods import TENSOR_METHODS

_INIT_NAMES = frozenset(name.rpartition(".")[2] for name in INITIALIZERS)
_NOT_TELLING = frozenset({"copy_", "add_", "mul_", "div_", "sub_", "clamp_", "fill_", "zero_", "random_"})
WRITING = (_INIT_NAMES | frozenset(TENSOR_METHODS)) - _NOT_TELLING
_FILLING = frozenset({"fill_", "zero_", "copy_"})


@final
class Import(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A name bound by an import: ``module`` (with ``level`` leading dots) and the attribute taken, if any."""

    module: str
    attribute: str | None
    level: int
    line: int = 0


@final
class Lines(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A statement by its first and last line (with decorators).

    ``kind``: "def", "assign", "call" (a bare one), "main" (under the main guard) or "change" (it changes what an
    earlier binding gives).
    """

    kind: str
    first: int
    last: int
    name_line: int = 0
    name_column: int = 0


@final
class ClassFacts(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A class statement: bases and keywords as text, decorators as text, and what its body binds."""

    name: str
    qualname: str
    first: int
    last: int
    line: int
    column: int
    bases: tuple[str, ...]
    keywords: tuple[str, ...]
    decorators: tuple[str, ...]
    body: dict[str, tuple[Lines | ClassFacts, ...]]
    annotated: tuple[str, ...]
    annotations: tuple[str, ...] = ()  # the texts that belong to them


@final
@dataclass(frozen=True, slots=True)
class InitFacts:
    """A function whose own body calls initializers."""

    name: str
    owner: str | None
    line: int
    column: int
    end_column: int
    asks_loaded: bool = False
    ignores_argument: bool = False
    required: int = 0
    names: frozenset[str] = frozenset()


@final
@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file binds, by name, in order; the last binding counts unless it cannot be evaluated.

    ``arms`` has, beside the bindings of a name that stand in several arms, what must hold for each of them.
    """

    bindings: dict[str, tuple[Import | Lines | ClassFacts, ...]] = field(default_factory=dict)
    arms: dict[str, tuple[Guards, ...]] = field(default_factory=dict)
    stars: tuple[tuple[str, int], ...] = ()
    classes: tuple[ClassFacts, ...] = ()
    functions: tuple[tuple[str, Lines], ...] = ()
    statements: tuple[Lines, ...] = ()
    inits: tuple[InitFacts, ...] = ()
    references: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    mentions: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by class, initialising function or table: names used
    constructs: tuple[tuple[str, frozenset[str]], ...] = ()  # by function: capitalised names that it calls
    target_pairs: tuple[PairFacts, ...] = ()
    building_methods: tuple[BuildingMethod, ...] = ()
    builds_layers: frozenset[str] = frozenset()  # functions whose own body constructs or initialises modules
    patches: tuple[PatchFacts, ...] = ()
    tells_bases: bool = False  # a class has ``__init_subclass__`` or a metaclass


def facts_of(tree: ast.Module) -> FileFacts:
    """The facts of a parsed file."""
    bindings: dict[str, list[Import | Lines | ClassFacts]] = {}
    stars: list[tuple[str, int]] = []
    classes: list[ClassFacts] = []
    functions: list[tuple[str, Lines]] = []
    arms: dict[str, list[Guards]] = {}
    for node, guards in guarded(tree.body):
        for name, bound in _bound(node, ""):
            bindings.setdefault(name, []).append(bound)
            arms.setdefault(name, []).append(guards)
            if isinstance(bound, ClassFacts):
                classes.append(bound)
            elif isinstance(bound, Lines) and bound.kind == "def":
                functions.append((name, bound))
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            stars.append((node.module or "", node.level))
    references, strings = _references(tree)
    return FileFacts(
        {name: tuple(found) for name, found in bindings.items()},
        {name: tuple(found) for name, found in arms.items() if len(found) > 1 and any(found)},
        tuple(stars),
        tuple(classes),
        tuple(functions),
        tuple(_lines(node, kind) for node, kind in run_in_order(tree.body)),
        tuple(_inits(tree.body, None, _asking(tree) if _MARK in references or _MARK in strings else frozenset())),
        references,
        strings,
        tuple(_mentions(tree)),
        tuple(_constructs(tree)),
        tuple(target_pairs(tree)),
        tuple(building_methods(tree, bindings.keys())),
        frozenset(node.name for node in flatten(tree.body) if isinstance(node, _DEFS) and _builds(node)),
        tuple(patches_in(tree)),
        any("__init_subclass__" in each.body or any("metaclass=" in k for k in each.keywords) for each in classes),
    )


_DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _bound(node: ast.stmt, prefix: str) -> Iterator[tuple[str, Import | Lines | ClassFacts]]:
    match node:
        case ast.Import(names=names):
            for alias in names:
                if alias.asname:
                    yield alias.asname, Import(alias.name, None, 0, node.lineno)
                else:
                    yield alias.name.partition(".")[0], Import(alias.name.partition(".")[0], None, 0, node.lineno)
        case ast.ImportFrom(module=module, names=names, level=level):
            for alias in names:
                if alias.name != "*":
                    yield alias.asname or alias.name, Import(module or "", alias.name, level, node.lineno)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, _lines(node, "def")
            for changed in _changed(node):
                yield changed, _lines(node, "change")
        case ast.ClassDef(name=name):
            yield name, _class_facts(node, prefix)
            for changed in _changed(node):
                yield changed, _lines(node, "change")
        case ast.Expr() | ast.AugAssign():
            for name in _changed(node):
                yield name, _lines(node, "change")
        case ast.Assign(targets=targets):
            for target in targets:
                for name in _names(target):
                    yield name, _lines(node, "assign")
            for name in _changed(node):
                yield name, _lines(node, "change")
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
            yield name, _lines(node, "assign")
        case ast.For(target=target):
            for name in _names(target):
                yield name, _lines(node, "assign")
            for name in dict.fromkeys(name for inner in flatten(node.body) for name in _changed(inner)):
                yield name, _lines(node, "change")


def _changed(node: ast.stmt) -> Iterator[str]:
    """Names whose value a statement may change: ``table.update(more)``, ``table[key] = value``, ``names += more``.

    So does a decorator that is a method: ``@table.register("name")``.
    """
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            yield name
        case ast.Assign(targets=targets):
            for target in targets:
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    yield target.value.id
        case ast.AugAssign(target=ast.Name(id=name)):
            yield name
        case ast.FunctionDef(decorator_list=decorators) | ast.ClassDef(decorator_list=decorators):
            for decorator in decorators:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                    yield called.value.id


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _names(element)


def _lines(node: ast.stmt, kind: str) -> Lines:
    first = node.lineno
    for decorator in getattr(node, "decorator_list", []):
        first = min(first, decorator.lineno)
    return Lines(kind, first, node.end_lineno or node.lineno, node.lineno, node.col_offset)


def _class_facts(node: ast.ClassDef, prefix: str) -> ClassFacts:
    qualname = f"{prefix}{node.name}"
    body: dict[str, list[Lines | ClassFacts]] = {}
    annotated: list[str] = []
    annotations: list[str] = []
    for statement in flatten(node.body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            annotated.append(statement.target.id)
            annotations.append(ast.unparse(statement.annotation))
        for name, bound in _bound(statement, f"{qualname}."):
            if not isinstance(bound, Import):
                body.setdefault(name, []).append(bound)
    return ClassFacts(
        node.name,
        qualname,
        _lines(node, "class").first,
        node.end_lineno or node.lineno,
        node.lineno,
        node.col_offset,
        tuple(ast.unparse(base) for base in node.bases),
        tuple(f"{k.arg}={ast.unparse(k.value)}" for k in node.keywords if k.arg),
        tuple(ast.unparse(decorator) for decorator in node.decorator_list),
        {name: tuple(found) for name, found in body.items()},
        tuple(annotated),
        tuple(annotations),
    )


def _references(tree: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """Names and attributes that the file mentions other than by defining them, and its short strings."""
    references: set[str] = set()
    strings: set[str] = set()
    for node in nodes_in(tree):
        if isinstance(node, ast.Attribute):
            references.add(node.attr)
        elif isinstance(node, ast.Name):
            references.add(node.id)
        elif isinstance(node, ast.alias):
            references.add(node.name.rpartition(".")[2])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 60:
            strings.add(node.value)
    return frozenset(references), frozenset(strings)


def _constructs(tree: ast.Module) -> Iterator[tuple[str, frozenset[str]]]:
    for node in flatten(tree.body):
        if isinstance(node, _DEFS):
            names = {_callee(inner) for inner in nodes_in(node) if isinstance(inner, ast.Call)}
            yield node.name, frozenset(name for name in names if name[:1].isupper())


def _mentions(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tuples: there are many, and sets take six times the memory."""
    for node in flatten(tree.body):
        if isinstance(node, ast.ClassDef) or (isinstance(node, _DEFS) and _builds(node)):
            yield node.name, tuple(sorted({name for statement in node.body for name in _named(statement)}))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, (ast.Dict, ast.List, ast.Tuple)):
            yield "", tuple(sorted(set(_named(node.value))))  # a table of classes


def _named(node: ast.AST) -> Iterator[str]:
    """Names used, but for annotations; a type test counts, since it may belong to a routine that fills."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    for field_name, value in ast.iter_fields(node):
        if field_name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.AST):
                yield from _named(child)


def _inits(body: list[ast.stmt], owner: str | None, asking: frozenset[str]) -> Iterator[InitFacts]:
    """The functions that initialise; ``asking`` are those that ask for what a checkpoint has filled."""
    for node in flatten(body):
        if isinstance(node, _DEFS) and _initialises(node):
            start = node.col_offset + (10 if isinstance(node, ast.AsyncFunctionDef) else 4)
            ignores = owner is not None and _ignores_argument(node)
            place = node.lineno, start + 1, start + 1 + len(node.name)
            names = frozenset(name for each in node.body for name in _named(each))
            asks = node.name in asking or not asking.isdisjoint(names)
            yield InitFacts(node.name, owner, *place, asks, ignores, _required(node, owner), names)
        elif isinstance(node, ast.ClassDef):
            yield from _inits(node.body, f"{owner}.{node.name}" if owner else node.name, asking)


def _required(function: ast.FunctionDef | ast.AsyncFunctionDef, owner: str | None) -> int:
    arguments = function.args
    given = len(arguments.defaults) + (owner is not None and not is_marked(function, "staticmethod"))
    return max(len(arguments.posonlyargs) + len(arguments.args) - given, 0) + arguments.kw_defaults.count(None)


_MARK = "_is_hf_initialized"


def _asking(tree: ast.Module) -> frozenset[str]:
    """The functions that read the mark which transformers leaves on what a checkpoint has filled."""
    return frozenset(
        function.name
        for function in nodes_in(tree)
        if isinstance(function, _DEFS)
        and any(
            (isinstance(node, ast.Constant) and node.value == _MARK)
            or (isinstance(node, ast.Attribute) and node.attr == _MARK)
            for node in nodes_in(function)
        )
    )


def _ignores_argument(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Nothing in its body can reach a module through its first argument: it is at most tested for truth or printed."""
    arguments = method.args.posonlyargs + method.args.args
    if method.args.vararg is not None or len(arguments) < 2:
        return False
    name = arguments[1].arg
    tested = {id(node.test) for node in nodes_in(method) if isinstance(node, (ast.If, ast.IfExp))}
    return not any(
        isinstance(node, ast.Name) and node.id == name and id(node) not in tested for node in nodes_in(method)
    )


def _initialises(function: ast.AST) -> bool:
    fills = False
    for node in nodes_in(function):
        if isinstance(node, ast.Call):
            name = _callee(node)
            if name in WRITING and not _makes_noise(node):
                return True
            fills = fills or (name in _FILLING and ".data." in ast.unparse(node.func))
    return fills


def _makes_noise(node: ast.Call) -> bool:
    """``torch.empty_like(logits).exponential_()``: a draw into a fresh tensor, as for Gumbel noise."""
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr in {"exponential_", "bernoulli_"}
        and isinstance(node.func.value, ast.Call)
    )


def _callee(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _builds(function: ast.AST) -> bool:
    """Whether the function's own body looks like it constructs layers or runs initializers (cheap, by names)."""
    for node in nodes_in(function):
        if isinstance(node, ast.Call):
            name = _callee(node)
            if name in WRITING or name in _TELLING:
                return True
            if isinstance(node.func, ast.Attribute) and name[:1].isupper():
                owner = ast.unparse(node.func.value)
                if owner in {"nn", "torch.nn"} or owner.endswith(".nn"):
                    return True
    return False


_TELLING = frozenset({"Sequential", "ModuleList", "load_state_dict", "requires_grad_", "apply", "from_pretrained"})
