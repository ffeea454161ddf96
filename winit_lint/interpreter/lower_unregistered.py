"""Layers and weights that no module of the finished model has registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import libcst as cst

from winit_lint.interpreter.facts import WRITING
from winit_lint.interpreter.lineage import lineage_of
from winit_lint.interpreter.lower_attributes import methods_of
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.taint import walk
from winit_lint.interpreter.values import Class, Module, Tensor, Traversed
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event_registration import Unregistered
from winit_lint.ir.flow import OpKind
from winit_lint.ir.write import Origin

if TYPE_CHECKING:
    from winit_lint.interpreter.lower import Lowering

_REGISTRY = frozenset(
    {
        "parameters",
        "named_parameters",
        "modules",
        "named_modules",
        "children",
        "named_children",
        "configure_optimizers",
        "state_dict",
        "_apply",
        "to",
        "cuda",
        "train",
        "__setattr__",
        "__getattr__",
    }
)  # a class that has one of its own may list what it holds there
_RANDOM = frozenset({Kind.UNIFORM, Kind.NORMAL, Kind.TRUNCATED_NORMAL, Kind.ORTHOGONAL})


def unregistered(lowering: Lowering) -> Iterator[Unregistered]:
    """The containers and tensors in plain attributes, then the layers in variables."""
    for _, module in lowering.modules:
        if isinstance(module.cls, Class):
            for name, value in module.attributes.items():
                event = _container(lowering, module, name, value)
                if event is None and isinstance(value, Tensor):
                    event = _tensor(lowering, module, name, value)
                if event is not None:
                    yield event
    yield from _locals(lowering)


def _container(lowering: Lowering, owner: Module, name: str, value: Any) -> Unregistered | None:
    """A plain container that holds trained layers which the project built."""
    how = next((kind.__name__ for kind in (list, tuple, dict) if isinstance(value, kind)), None)
    if how is None or isinstance(value, Traversed) or (owner.id, name) in lowering.state.hidden:
        return None
    held = [module for module in _held(value) if _is_trained(module)]
    first = next((module for module in held if module.created is not None), None)
    if first is None or first.created is None or any(_is_kept_apart(lowering, module) for module in held):
        return None
    if any(method.name in _REGISTRY for method in methods_of(owner.cls)):
        return None
    known = [module.id in lowering.path_of for module in held]
    if any(known) and not all(known):
        return None
    return Unregistered(
        first.created.span,
        owner.cls.qualname,
        name,
        how,
        tuple(dict.fromkeys(getattr(m.cls, "qualname", getattr(m.cls, "name", "?")) for m in held)),
        registered=all(known),
        used=_used(lowering, value),
    )


def _used(lowering: Lowering, value: Any) -> bool | None:
    return (id(value) in lowering.state.used) if lowering.state.flows else None


def _held(value: Any, depth: int = 3) -> Iterator[Module]:
    if isinstance(value, Module):
        yield value
    elif depth and isinstance(value, (list, tuple)):
        for each in value:
            yield from _held(each, depth - 1)
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from _held(each, depth - 1)


def _is_trained(module: Module) -> bool:
    return any(t is not None and t.requires_grad for each in walk(module) for t in each.parameters.values())


def _is_kept_apart(lowering: Lowering, module: Module) -> bool:
    """A copy, a loaded or an unknown model: a teacher that is kept out of ``parameters()``."""
    copies = {each.id for entry in lowering.state.events if entry[0] == "clone" for each in entry[4]}
    return module.id in copies or any(each.loaded or each.opaque for each in walk(module))


def _tensor(lowering: Lowering, owner: Module, name: str, value: Tensor) -> Unregistered | None:
    """A plain tensor drawn at random: a weight that nobody trains and no checkpoint has."""
    storage = value.storage
    if storage is None or lineage_of(value) is not None or value.is_parameter or value.attributes.get("buffer"):
        return None
    drawn = [r for r in storage.records if r.dist.kind in _RANDOM and r.origin is not Origin.DEFAULT]
    if storage.dist.kind not in _RANDOM or not drawn or drawn[-1].site is None or lowering.parameter_name(value):
        return None
    if any("generator" in record.given for record in drawn):
        return None
    readers = [
        op.kind for flow in lowering.state.flows for op in flow.ops if flow.parameter_ops.get(storage.id) in op.inputs
    ]
    return Unregistered(
        drawn[-1].site.span,
        owner.cls.qualname,
        name,
        "tensor",
        (drawn[-1].init,),
        used=bool(readers),
        multiplied=OpKind.MATMUL in readers,  # what a weight multiplies (OpKind.WEIGHT) is a signal
        grad=value.requires_grad,
    )


def _locals(lowering: Lowering) -> Iterator[Unregistered]:
    """Layers that a constructor initialises on purpose, and then drops."""
    for module in lowering.state.modules_built:
        if module.id in lowering.path_of:
            continue
        own = [tensor for tensor in module.parameters.values() if tensor is not None and tensor.storage is not None]
        if module.layer is None or module.created is None or not own or any(map(lowering.parameter_name, own)):
            continue
        if not any(r.origin is Origin.EXPLICIT for t in own if t.storage is not None for r in t.storage.records):
            continue
        owner, name = _variable(module.created.definition.statements, module.created.node)
        holder = next((m for _, m in lowering.modules if isinstance(m.cls, Class) and _defines(m.cls, owner)), None)
        if owner is not None and name is not None and holder is not None and _only_initialised(owner, name):
            cls = getattr(module.cls, "name", "?")
            yield Unregistered(module.created.span, holder.cls.qualname, name, "local", (cls,))


def _variable(statements: Any, node: cst.CSTNode) -> tuple[cst.FunctionDef | None, str | None]:
    """The constructor that has ``name = node``, and the name."""
    for statement in statements:
        if not isinstance(statement, cst.FunctionDef) or statement.name.value != "__init__":
            continue
        for each in _nodes(statement):
            if isinstance(each, cst.Assign) and each.value is node and len(each.targets) == 1:
                target = each.targets[0].target
                return statement, target.value if isinstance(target, cst.Name) else None
    return None, None


def _defines(cls: Class, function: cst.FunctionDef | None) -> bool:
    member = cls.namespace("__init__") if "__init__" in cls.names else None
    return function is not None and getattr(member, "node", None) is function


def _only_initialised(function: cst.FunctionDef, name: str) -> bool:
    """Whether a variable is assigned once, and otherwise only named in calls of initializers."""
    total = sum(isinstance(node, cst.Name) and node.value == name for node in _nodes(function))
    inside = sum(
        isinstance(node, cst.Name) and node.value == name
        for statement in _nodes(function)
        if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call) and _writes(statement.value)
        for node in _nodes(statement)
    )
    return inside > 0 and total == inside + 1


def _writes(call: cst.Call) -> bool:
    func = call.func
    return (func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")) in WRITING


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in inner_nodes(node):
        yield from _nodes(child)
