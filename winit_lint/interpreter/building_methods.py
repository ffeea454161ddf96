"""Methods that build models: of classes that are no modules, and class methods. Told from their syntax."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from winit_lint.interpreter.arms import flatten, nodes_in

_NO_LAYERS = ("Loss", "Parameter", "Module")
_MODULES = ("Module", "PreTrained")
LAYER, OWN = "nn", "cls"

BuildingMethod: TypeAlias = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""Class, method, the names of the file that it calls (``LAYER`` for a layer, ``OWN`` for the class itself), and the
methods of its own class that it calls."""


def building_methods(tree: ast.Module, bound: Collection[str]) -> Iterator[BuildingMethod]:
    """The methods of classes that don't look like modules, as far as one of the class may build something.

    Of classes that look like modules these are the class methods: other constructors.

    Names that the file does not bind (``bound``) are left out, and so is a class of tests: it builds what it wants to
    see fail.
    """
    for node in flatten(tree.body):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("Test"):
            continue
        module = any(word in ast.unparse(base) for base in node.bases for word in _MODULES)
        methods = [
            f for f in node.body if isinstance(f, ast.FunctionDef) and (not module or is_marked(f, "classmethod"))
        ]
        found = [(node.name, method.name, *_called(node.name, method, bound)) for method in methods]
        if any(names for _, _, names, _ in found):
            yield from found


def is_marked(method: ast.FunctionDef | ast.AsyncFunctionDef, decorator: str) -> bool:
    """Whether a method bears a decorator by its bare name."""
    return any(isinstance(each, ast.Name) and each.id == decorator for each in method.decorator_list)


def outermost(methods: Mapping[str, tuple[bool, Collection[str]]]) -> Iterator[str]:
    """Of the methods of one class those that build, by themselves or by another, and that no other such calls.

    ``methods`` says of each whether its own body builds and which methods it calls.
    """
    building = {name for name, (builds, _) in methods.items() if builds}
    while more := {n for n, (_, calls) in methods.items() if n not in building and building.intersection(calls)}:
        building |= more
    inner = {each for name in building for each in methods[name][1] if each != name}
    return (name for name in methods if name in building - inner)


def _called(owner: str, method: ast.FunctionDef, bound: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names, own = set[str](), set[str]()
    first = next((argument.arg for argument in (*method.args.posonlyargs, *method.args.args)), "")
    for node in nodes_in(method):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="nn") | ast.Attribute(attr="nn"), attr=name)):
                if name[:1].isupper() and not name.endswith(_NO_LAYERS):
                    names.add(LAYER)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=receiver), attr=name)) if receiver == first:
                own.add(name)
            case ast.Call(func=ast.Name(id=name)) if name in {first, owner} and first:
                names.add(OWN)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name in bound:
                    names.add(name)
    return tuple(sorted(names)), tuple(sorted(own))
