"""From what a run's modules hold in plain attributes to the IR's events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import libcst as cst

from winit_lint.interpreter.definition import Site
from winit_lint.interpreter.lineage import lineage_of
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.values import Class, Function, Module, Tensor
from winit_lint.ir.event_registration import DerivedAttribute, VolatileBuffer

if TYPE_CHECKING:
    from winit_lint.interpreter.lower import Lowering

_SAME_VALUES = frozenset(
    {
        "clone",
        "detach",
        "numpy",
        "to",
        "type",
        "type_as",
        "cuda",
        "cpu",
        "half",
        "float",
        "double",
        "bfloat16",
        "contiguous",
        "pin_memory",
        "view",
        "view_as",
        "reshape",
        "flatten",
        "unflatten",
        "squeeze",
        "unsqueeze",
        "expand",
        "expand_as",
        "permute",
        "movedim",
        "t",
        "transpose",
        "swapaxes",
        "repeat",
        "chunk",
        "split",
        "unbind",
        "select",
        "narrow",
    }
)


def derived_attribute(
    lowering: Lowering, site: Site, owner: Module, name: str, value: Tensor, function: Function
) -> DerivedAttribute | None:
    """What a constructor made of a Parameter and kept; None where the attribute was replaced since."""
    cls = owner.cls
    if owner.id not in lowering.path_of or not isinstance(cls, Class):
        return None
    if owner.parameters.get(name) is value:
        steps: tuple[str, ...] = (str(value.attributes["moved"]),)
        trainable, source, certain, detached = value.requires_grad, None, False, False
    else:
        lineage = lineage_of(value)
        if lineage is None or owner.attributes.get(name) is not value:
            return None
        steps, detached, certain = lineage.steps, lineage.detached, True
        trainable, source = lineage.source.requires_grad, lowering.parameter_name(lineage.source)
    if not trainable:
        return None
    return DerivedAttribute(
        span=site.span,
        owner=cls.qualname,
        name=name,
        source=source,
        steps=steps,
        computed=any(step not in _SAME_VALUES for step in steps),
        detached=detached,
        certain=certain,
        used=id(value) in lowering.state.used,
        renewed=any(names_attribute(member, name) for member in methods_of(cls) if member is not function),
    )


def volatile_buffers(lowering: Lowering) -> Iterator[VolatileBuffer]:
    """The non-persistent buffers that no ``_init_weights`` touched, in modules of the project's own classes."""
    modules = {each.id: each for each in lowering.state.modules_built}
    for (ident, name), (function, site) in lowering.state.volatile.items():
        module, path = modules.get(ident), lowering.path_of.get(ident)
        if module is None or path is None or site is None or not isinstance(module.cls, Class):
            continue
        others = (member for member in methods_of(module.cls) if member is not function)
        renewed = any(names_attribute(member, name) for member in others)
        yield VolatileBuffer(site.span, f"{path}.{name}" if path else name, path, module.cls.qualname, renewed)


def methods_of(cls: Class) -> Iterator[Function]:
    """The functions in the bodies of a class and its bases of the project."""
    for entry in cls.mro:
        for name in entry.names if isinstance(entry, Class) else ():
            member = entry.namespace(name)
            if isinstance(member, Function):
                yield member


def names_attribute(function: Function, attribute: str) -> bool:
    """Whether a function assigns an attribute of that name, or has the name as a string."""
    stack: list[Any] = [function.node]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.AssignTarget) and _targets(node.target, attribute):
            return True
        if isinstance(node, (cst.AugAssign, cst.AnnAssign)) and _targets(node.target, attribute):
            return True
        if isinstance(node, cst.SimpleString) and node.value.strip("\"'") == attribute:
            return True
        stack.extend(inner_nodes(node))
    return False


def _targets(target: cst.CSTNode, attribute: str) -> bool:
    if isinstance(target, (cst.Tuple, cst.List)):
        return any(_targets(element.value, attribute) for element in target.elements)
    return isinstance(target, cst.Attribute) and target.attr.value == attribute
