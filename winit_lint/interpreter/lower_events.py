"""From what a run noted to the IR's events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.in_forward import lower_draw, lower_layer
from winit_lint.interpreter.items import tensors_below
from winit_lint.interpreter.lower_attributes import derived_attribute, volatile_buffers
from winit_lint.interpreter.lower_unregistered import unregistered
from winit_lint.interpreter.seeding import seedings
from winit_lint.interpreter.state import Record, TraversalRecord
from winit_lint.interpreter.superseded import superseded
from winit_lint.interpreter.taint import holds, walk
from winit_lint.interpreter.values import Module, Tensor, Unknown
from winit_lint.ir.event import (
    CalledCallback,
    Clone,
    Discarded,
    Dropped,
    EarlyAssignment,
    Event,
    FixedCondition,
    Freeze,
    Load,
    MissingAttribute,
    NameTest,
    NoneAccess,
    OuterWrite,
    Repeat,
    Replaced,
    Traversal,
    TypeTest,
    Untrained,
    WrongObject,
)
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.write import Effect

if TYPE_CHECKING:
    from winit_lint.interpreter.lower import Lowering


def lower_events(lowering: Lowering) -> Iterator[Event]:
    """All events of the run, in the order of its clock (repeats last)."""
    timed: list[tuple[int, Event]] = [*_clones(lowering), *superseded(lowering), *seedings(lowering)]
    timed += [(clock, FixedCondition(site.span, *rest)) for clock, site, *rest in lowering.state.fixed.values()]
    for entry in lowering.state.events:
        event = _event(lowering, entry)
        if event is not None:
            timed.append((entry[1], event))
    for record in lowering.state.finished_traversals:
        timed.append((record.clock, _traversal(lowering, record)))
        timed.extend((record.clock, event) for event in _outer_writes(lowering, record))
    for _, event in sorted(timed, key=lambda pair: pair[0]):
        yield event
    yield from _repeats(lowering)
    yield from unregistered(lowering)
    yield from volatile_buffers(lowering)


def _event(lowering: Lowering, entry: tuple[object, ...]) -> Event | None:
    match entry:
        case ("none", _, site, module, slot):
            path = lowering.path_of.get(module.id)  # type: ignore[attr-defined]
            shown = f"{path}.{slot}" if path else str(slot)
            created = module.created.span if module.created is not None else None  # type: ignore[attr-defined]
            return NoneAccess(site.span, shown, created)  # type: ignore[attr-defined]
        case ("load", _, site, how, module, strict, fresh, used):
            path = lowering.path_of.get(module.id) if isinstance(module, Module) else None
            whole = isinstance(module, Module) and not any(_holds_more(lowering, m) for m in walk(module))
            return Load(site.span, str(how), path, strict, bool(used), bool(fresh), whole)  # type: ignore[attr-defined,arg-type]
        case ("freeze", _, site, tensors):
            names = [lowering.parameter_name(t) for t in tensors]  # type: ignore[attr-defined]
            kept = tuple(name for name in names if name is not None)
            loaded = any(_may_be_loaded(lowering, t) for t in tensors)  # type: ignore[attr-defined]
            return Freeze(site.span, kept, loaded) if kept else None  # type: ignore[attr-defined]
        case ("untrained" | "discarded" as kind, _, site, how, module):
            path = lowering.path_of.get(module.id)  # type: ignore[attr-defined]
            made = Untrained if kind == "untrained" else Discarded
            event: Event = made(site.span, str(how), path)  # type: ignore[attr-defined]
            return event
        case ("replaced", _, _, old, child):
            return _replaced(lowering, old, child)  # type: ignore[arg-type]
        case ("missing", _, site, module, name, test, text):
            path = lowering.path_of.get(module.id, "?")  # type: ignore[attr-defined]
            cls = module.cls.qualname  # type: ignore[attr-defined]
            return MissingAttribute(site.span, path, cls, str(name), test.span, str(text))  # type: ignore[attr-defined]
        case ("dropped", _, site, how, tensor):
            return Dropped(site.span, str(how), _intended(lowering, tensor))  # type: ignore[attr-defined,arg-type]
        case ("derived", _, site, owner, name, value, function):
            return derived_attribute(lowering, site, owner, str(name), value, function)  # type: ignore[arg-type]
        case ("wrong object", _, site, callee, tensor, test):
            name = lowering.parameter_name(tensor)  # type: ignore[arg-type]
            return WrongObject(site.span, str(callee), name, str(test)) if name else None  # type: ignore[attr-defined]
        case ("called", _, site, text):
            return CalledCallback(site.span, str(text))  # type: ignore[attr-defined]
        case ("layer in forward", _, site, method, module, holding):
            return lower_layer(lowering, site, str(method), module, str(holding))  # type: ignore[arg-type]
        case ("draw in forward", _, site, method, tensor, init):
            return lower_draw(lowering, site, str(method), tensor, str(init))  # type: ignore[arg-type]
        case ("early", _, site, owner, name, value):
            what = "module" if isinstance(value, Module) else "parameter"
            cls = owner.cls.qualname  # type: ignore[attr-defined]
            return EarlyAssignment(site.span, cls, str(name), what, owner.ready)  # type: ignore[attr-defined]
    return None


def _holds_more(lowering: Lowering, module: Module) -> bool:
    """It has, or may have, children that the model does not show: an attribute that is unknown may be one."""
    if module.opaque or module.open_children or _handed_in(lowering, module):
        return True
    return any(isinstance(value, Unknown) for value in module.attributes.values())


def _replaced(lowering: Lowering, old: Module | None, child: Module) -> Event | None:
    path = lowering.path_of.get(child.id)
    if path is None or child.created is None or (old is not None and old.id in lowering.path_of):
        return None
    weight = old.parameters.get("weight") if old is not None else None
    return Replaced(child.created.span, path, weight.shape if weight is not None else None)


def _may_be_loaded(lowering: Lowering, tensor: Tensor) -> bool:
    from winit_lint.ir.write import Origin

    records = tensor.storage.records if tensor.storage is not None else []
    return any(r.origin in {Origin.LOAD, Origin.UNKNOWN} for r in records)


def _intended(lowering: Lowering, tensor: Tensor) -> str | None:
    source = tensor.attributes.get("like")
    return lowering.parameter_name(source) if isinstance(source, Tensor) else None


def _traversal(lowering: Lowering, record: TraversalRecord) -> Traversal:
    visited = []
    for each in record.visited:
        if isinstance(each, Module):
            visited.append(lowering.path_of.get(each.id, "?"))
        elif isinstance(each, Tensor):
            visited.append(lowering.parameter_name(each) or "?")
    tests = tuple(
        TypeTest(site.span, tuple(tested), evaluated, matched, by_name, initialises)
        for site, tested, evaluated, matched, by_name, initialises in record.tests.values()
    )
    return Traversal(
        record.site.span,
        lowering.path_of.get(record.root.id, "?"),
        tuple(visited),
        record.callback,
        tests,
        tuple(_later(lowering, record)),
        record.writes,
        record.complete and not any(m.opaque or _handed_in(lowering, m) for m in walk(record.root)),
        tuple(
            NameTest(r.site.span, r.how, r.text, tuple(r.names), r.matched, r.initialises, r.ran)
            for r in record.names.values()
        ),
    )


def _outer_writes(lowering: Lowering, record: TraversalRecord) -> Iterator[OuterWrite]:
    """The writes that a callback made outside of what it was given, those of one call to one parameter as one.

    A tensor that became a parameter of what it was given, after the write, is not outside.
    """
    groups: dict[tuple[int, int], list[tuple[Record, Module]]] = {}
    for write, visited in record.outer:
        if write.site is not None and write.effect is Effect.APPLIED and not holds(visited, write.storage):
            groups.setdefault((id(write.storage), id(write.site.node)), []).append((write, visited))
    for group in groups.values():
        first = group[0][0]
        target = lowering.name_of.get(id(first.storage))
        if target is None or first.site is None:
            continue
        operator, operand = first.relative if first.relative is not None else (None, None)
        yield OuterWrite(
            first.site.span,
            record.site.span,
            record.callback,
            target,
            tuple(lowering.path_of.get(visited.id, "?") for _, visited in group),
            operator,
            float(operand) if isinstance(operand, (int, float)) else None,
            _in_a_row(first) if operator is not None else 0,
        )


def _in_a_row(write: Record) -> int:
    """How often this place wrote to the storage since it was last given values by another."""
    count = 0
    for record in reversed(write.storage.records if write.storage is not None else []):
        same = record.site is not None and write.site is not None and record.site.node is write.site.node
        if same:
            count += 1
        elif record.region is None and record.relative is None:
            break
    return count


def _handed_in(lowering: Lowering, module: Module) -> bool:
    """An attribute is an argument that nothing shows to be a size, and no ``forward`` shows what it is: a module then,
    perhaps. (A ``forward`` that calls it leaves an unknown operation.)"""
    if any(flow.complete for flow in lowering.state.flows):
        return False
    held = [value for value in module.attributes.values() if isinstance(value, SizeExpr)]
    return any(not value.atoms <= lowering.state.sized for value in held)


def _later(lowering: Lowering, record: TraversalRecord) -> Iterator[str]:
    """Weight layers attached below the root after the traversal, by the function that started it."""
    if record.frame is None or record.frame.name != "__init__":
        return
    seen = {id(each) for each in record.visited}
    fresh = [
        module
        for module in walk(record.root)
        if module.attached_at > record.clock and module.attached_in is record.frame and id(module) not in seen
    ]
    for top in fresh:
        for module in walk(top):
            if id(module) in seen or module.layer is None or not any(module.parameters.values()):
                continue
            seen.add(id(module))  # both of a container and of what was made with it, the frame is the same
            if _would_match(record, module) and module.id in lowering.path_of:
                yield lowering.path_of[module.id]


def _would_match(record: TraversalRecord, module: Module) -> bool:
    from winit_lint.interpreter.reflection import class_names

    names = class_names(module)
    tests = [entry for entry in record.tests.values() if entry[5]]
    if not tests:
        return False
    return any(
        any(text in names[0].rpartition(".")[2] for text in entry[1]) if entry[4] else set(entry[1]) & set(names)
        for entry in tests
    )


def _clones(lowering: Lowering) -> Iterator[tuple[int, Event]]:
    """One event for all copies of one module that one expression made, at the time of the first."""
    groups: dict[tuple[int, int], tuple[int, Any, str, list[Module], Module]] = {}
    for kind, clock, *entry in lowering.state.events:
        if kind == "clone":
            site, how, modules, original = entry
            group = groups.setdefault((original.id, id(site.node)), (clock, site, how, [], original))
            group[3].extend(modules)
    for clock, site, how, modules, original in groups.values():
        paths = tuple(lowering.path_of[m.id] for m in modules if m.id in lowering.path_of)
        alike = [original, *modules] if original.id in lowering.path_of else modules
        yield clock, Clone(site.span, how, paths, tuple(_held(lowering, alike, clock)))


def _held(lowering: Lowering, alike: list[Module], clock: int) -> Iterator[tuple[str, ...]]:
    """For each tensor of the copied module the names of those that nothing wrote after they were the same."""
    found: dict[tuple[str, tuple[int, ...]], dict[str, None]] = {}
    for module in alike:
        for path, tensor in tensors_below(module):
            name = lowering.parameter_name(tensor)
            times = tuple(record.clock for record in tensor.storage.records) if tensor.storage is not None else ()
            if name is not None and times and times[-1] < clock:
                found.setdefault((path, times), {})[name] = None
    return (tuple(names) for names in found.values())


def _repeats(lowering: Lowering) -> Iterator[Event]:
    """Modules that stand at several places of a container, or are held by several items of one."""
    places: dict[int, list[tuple[str, Module]]] = {}
    for path, module in lowering.modules:
        for name, child in module.modules.items():
            if child is not None:
                places.setdefault(child.id, []).append((f"{path}.{name}" if path else name, module))
    for _, module in lowering.modules:
        found = places.get(module.id, [])
        site = lowering.state.multiplied.get(module.id)
        if site is not None and (len(found) > 1 or any(owner.open_children for _, owner in found) or found):
            yield Repeat(site.span, tuple(place for place, _ in found), "multiplication")
        elif len(found) > 1 and module.created is not None and any(p is not None for p in _weights(module)):
            owners = {owner.id for _, owner in found}
            how = "loop" if len(owners) == 1 else "comprehension"
            if len(owners) == 1 or _siblings(lowering, [owner for _, owner in found]):
                yield Repeat(module.created.span, tuple(place for place, _ in found), how)


def _weights(module: Module) -> list[Tensor | None]:
    return [tensor for each in walk(module) for tensor in each.parameters.values()]


def _siblings(lowering: Lowering, owners: list[Module]) -> bool:
    """Whether the owners are items of one container, made by one expression."""
    sites = {id(owner.created.node) if owner.created is not None else 0 for owner in owners}
    parents = {lowering.path_of.get(owner.id, "").rpartition(".")[0] for owner in owners}
    return len(sites) == 1 and len(parents) == 1 and len(owners) > 1
