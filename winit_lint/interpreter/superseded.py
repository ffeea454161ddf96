"""Initializers whose whole effect the next one in the same block of statements replaces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

from winit_lint.interpreter.definition import Definition, Site
from winit_lint.interpreter.initialize import TRANSPARENT
from winit_lint.interpreter.nodes import inner_nodes
from winit_lint.interpreter.state import Record
from winit_lint.ir.event import Superseded
from winit_lint.ir.write import Effect, Origin

if TYPE_CHECKING:
    from winit_lint.interpreter.lower import Lowering

_FILLING = frozenset({"normal_", "uniform_", "zero_", "fill_", "exponential_", "cauchy_", "log_normal_", "geometric_"})
_READING = frozenset({"copy_", "Parameter", "data", "unknown"})
_Key: TypeAlias = tuple[int, ...]
_Pair: TypeAlias = tuple[Record, Record, str]


def superseded(lowering: Lowering) -> Iterator[tuple[int, Superseded]]:
    """The calls of which nothing is left, with the time of the call, each once.

    Only calls of the same kind are compared: two initializers, or two calls of one function of the project, in one
    block or in two loops over the same. A loop before a line of its own, a constructor before a reset,
    ``super().__init__()``: the general before the special.
    """
    found: dict[_Key, tuple[Site, Site, list[_Pair]]] = {}
    for name, (_, _, _, tensor) in lowering.tensors.items():
        records = tensor.storage.records if tensor.storage is not None else []
        for first, second in pairwise(records):
            ends = _same_block(first, second) if _replaces(first, second) else None
            if ends is not None:
                depth, before, after = ends
                key = (id(after.node), *_key(first)[: depth + 1])
                found.setdefault(key, (before, after, []))[2].append((first, second, name))
    if not found:
        return
    everything = list(_all_records(lowering))
    lost = {id(first) for _, _, pairs in found.values() for first, _, _ in pairs}
    for (_, *way), (before, after, pairs) in found.items():
        left = any(id(r) not in lost and _key(r)[: len(way)] == tuple(way) for r in everything)
        if not left and not _read_between(everything, pairs):
            yield pairs[0][0].clock, Superseded(before.span, after.span, tuple(name for _, _, name in pairs))


def _replaces(first: Record, second: Record) -> bool:
    """Both fill the whole tensor by the project's own calls, the second whatever the first had left."""
    both = all(
        r.origin is Origin.EXPLICIT and r.region is None and r.effect is Effect.APPLIED and r.site
        for r in (first, second)
    )
    return (
        both
        and not second.updates
        and (second.init.startswith("torch.nn.init.") or second.init.rpartition(".")[2] in _FILLING)
    )


def _chain(record: Record) -> tuple[Site, ...]:
    """The calls that led to a write, the call of the initializer last."""
    assert record.site is not None
    nodes = [site.node for site in record.stack]
    if record.site.node in nodes:
        return record.stack[: nodes.index(record.site.node) + 1]
    return (*record.stack, record.site)


def _key(record: Record) -> _Key:
    return tuple(id(site.node) for site in _chain(record)) if record.site is not None else ()


def _same_block(first: Record, second: Record) -> tuple[int, Site, Site] | None:
    """Where the ways to two writes part, if that is at two statements side by side."""
    ways = _chain(first), _chain(second)
    for depth, (one, other) in enumerate(zip(*ways, strict=False)):
        if one.node is other.node:
            continue
        direct = all(len(way) == depth + 1 for way in ways)
        twice = all(len(way) > depth + 1 for way in ways) and (
            ways[0][depth + 1].definition is ways[1][depth + 1].definition
        )
        if one.definition is not other.definition or not (direct or twice):
            return None
        if _constructs(one.node) or any(_may_not_run(site) for way in ways for site in way[depth + 1 :]):
            return None
        return (depth, one, other) if _side_by_side(one.definition, one.node, other.node) else None
    return None


def _side_by_side(definition: Definition, first: cst.CSTNode, second: cst.CSTNode) -> bool:
    """Statements of one block, or of the bodies of two loops over the same in one block."""
    own, next_to = _block(definition, first), _block(definition, second)
    if own is None or next_to is None:
        return False
    if own is next_to:
        return True
    one, other = _loop(definition, own), _loop(definition, next_to)
    if one is None or other is None or definition.text(one.iter) != definition.text(other.iter):
        return False
    around = _block(definition, one)
    return around is not None and around is _block(definition, other)


def _loop(definition: Definition, body: Any) -> cst.For | None:
    """The ``for`` statement of which this is the body."""
    pending: list[cst.CSTNode] = list(definition.statements)
    while pending:
        current = pending.pop()
        if isinstance(current, cst.For) and current.body is body:
            return current
        pending.extend(inner_nodes(current))
    return None


def _constructs(node: cst.CSTNode) -> bool:
    """``super().__init__(...)``: torch's layers call the subclass's ``reset_parameters`` there, like it or not."""
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "__init__"


def _may_not_run(site: Site) -> bool:
    """The function around the place has a decorator that may keep a call from running it, such as a once-only guard."""
    pending: list[tuple[cst.CSTNode, bool]] = [(each, False) for each in site.definition.statements]
    while pending:
        current, guarded = pending.pop()
        if current is site.node:
            return guarded
        if isinstance(current, cst.FunctionDef):
            texts = (site.definition.text(each.decorator) for each in current.decorators)
            guarded = guarded or not all(text in TRANSPARENT or _no_gradient(text) for text in texts)
        pending.extend((each, guarded) for each in inner_nodes(current))
    return False


def _no_gradient(decorator: str) -> bool:
    return "no_grad" in decorator or "inference_mode" in decorator


def _block(definition: Definition, node: cst.CSTNode) -> Any:
    """The innermost block that holds ``node`` as (part of) a plain statement; None inside of a conditional expression.

    The statements of the definition itself stand for its outermost block.
    """
    pending: list[tuple[cst.CSTNode, Any]] = [(each, definition.statements) for each in definition.statements]
    while pending:
        current, block = pending.pop()
        if current is node:
            return block
        if isinstance(current, (cst.IndentedBlock, cst.SimpleStatementSuite)):
            block = current
        elif isinstance(current, (cst.BaseComp, cst.Lambda, cst.IfExp, cst.BooleanOperation)):
            block = None
        pending.extend((each, block) for each in inner_nodes(current))
    return None


def _all_records(lowering: Lowering) -> Iterator[Record]:
    seen: set[int] = set()
    for module in lowering.state.modules_built:
        for tensor in module.parameters.values():
            if tensor is not None and tensor.storage is not None and id(tensor.storage) not in seen:
                seen.add(id(tensor.storage))
                yield from tensor.storage.records


def _read_between(everything: list[Record], pairs: list[_Pair]) -> bool:
    """The values may have been copied elsewhere before they were replaced."""
    reads = [r.clock for r in everything if r.init.rpartition(".")[2] in _READING]
    return any(first.clock < clock < second.clock for first, second, _ in pairs for clock in reads)
