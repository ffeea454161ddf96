"""The inspect document: what every parameter of a target holds after construction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from winit_lint.analyses.held import Held, held
from winit_lint.ir.model import Assumption, Layer, LayerKind, Model, Parameter
from winit_lint.ir.size import Number, SizeExpr, known
from winit_lint.ir.write import ArgValue, Effect, Origin, Write
from winit_lint.merge import condition, holds_on, separating

SCHEMA = "winit-lint/inspect/1"

Readers: TypeAlias = Callable[[Model], Mapping[str, tuple[str, ...]]]
"""For each parameter of a model the next operations downstream that change the scale, qualified."""


def document(target: str, models: Sequence[Model], readers: Readers, source: str = "static") -> dict[str, Any]:
    """The document for the models that the target builds on its explored paths, the first being the base path.

    ``source`` is "static", or "probe" for the one model that a probe has measured.

    A model of another package whose source is not at hand is one entry of ``unknown``, ``path.*``: the layers that
    stand for it in the interpreter are not its own.
    """
    chosen = [model for model in models if model.defaults] or list(models)
    stand_ins = {name for model in chosen for _, names in _opaque(model) for name in names}
    all_names = dict.fromkeys(parameter.name for model in chosen for parameter in model.parameters)
    names = [name for name in all_names if name not in stand_ins]
    read_by = [readers(model) for model in chosen]
    return {
        "schema": SCHEMA,
        "target": target,
        "source": source,
        "parameters": [_parameter(name, chosen, read_by) for name in names],
        "unknown": list(_unknown(chosen)),
    }


def _parameter(name: str, models: Sequence[Model], read_by: Sequence[Mapping[str, tuple[str, ...]]]) -> dict[str, Any]:
    holders = [(model, model.by_name[name]) for model in models if name in model.by_name]
    parameter = holders[0][1]
    readers = dict.fromkeys(reader for found in read_by for reader in found.get(name, ()))
    return {
        "name": name,
        "layer": parameter.layer_cls,
        "shape": _shape([holder.shape for _, holder in holders]),
        "fan_in": _agreed([holder.fan_in for _, holder in holders]),
        "fan_out": _agreed([holder.fan_out for _, holder in holders]),
        "initializers": list(_initializers(holders, [model for model in models if name not in model.by_name])),
        "overwritten": max(_overwritten(holder) for _, holder in holders),
        "trainable": parameter.trainable,
        "read_by": list(readers),
        "measured": _measured(name, holders[0][0]),
    }


def _measured(name: str, model: Model) -> dict[str, Any] | None:
    found = model.measured.by_name.get(name) if model.measured is not None else None
    if found is None:
        return None
    return {"mean": found.mean, "std": found.std, "min": found.minimum, "max": found.maximum, "n": found.n}


def _initializers(holders: Sequence[tuple[Model, Parameter]], without: Sequence[Model]) -> Iterator[dict[str, Any]]:
    """Each distinct last write, with what parts its paths from those of the others; nothing where one is unknown.

    ``without`` are the paths on which there is no such parameter.
    """
    contents = [(model, parameter, held(parameter)) for model, parameter in holders]
    if any(found is None for _, _, found in contents):
        return
    described = [(model, _described(parameter, found)) for model, parameter, found in contents if found is not None]
    seen: list[dict[str, Any]] = []
    for _, entry in described:
        if entry in seen:
            continue
        seen.append(entry)
        others = [other for other, different in described if different != entry]
        yield {**entry, "when": _when([model for model, same in described if same == entry], [*others, *without])}


def _when(paths: Sequence[Model], others: Sequence[Model]) -> str | None:
    """A condition that holds on some paths and not on others; None where nothing parts them."""
    found: list[tuple[Assumption, ...]] = []
    for path in paths:
        if not any(holds_on(path, parting) for parting in found):
            parting = separating(path, others, free_only=False)
            if not parting:
                return None
            found.append(parting)
    texts = [text for parting in found if (text := condition(parting)) is not None]
    joined = [f"({text})" if len(texts) > 1 and " and " in text else text for text in texts]
    return " or ".join(dict.fromkeys(joined)) or None


def _described(parameter: Parameter, found: Held) -> dict[str, Any]:
    write, mean, std = found
    span = write.span
    default = write.origin is Origin.DEFAULT
    line = parameter.created.line if default and parameter.created is not None else None
    return {
        "init": write.init,
        "args": {name: _argument(value) for name, value in write.args.items() if _told(name, write)},
        "mean": known(mean),
        "std": known(std),
        "when": None,
        "path": None if default or span is None else span.path,
        "line": line if default or span is None else span.line,
    }


def _told(name: str, write: Write) -> bool:
    """What the call passes, or where it passes nothing the defaults that say something; a factor of the draw always."""
    value = write.args[name]
    return name in write.given or name == "factor" or not (write.given or value is None or isinstance(value, bool))


def _overwritten(parameter: Parameter) -> int:
    """How many whole writes the last one replaced; memory that nothing filled is none."""
    whole = [w for w in parameter.writes if w.effect is Effect.APPLIED and w.region is None]
    return max(0, sum(w.init != "uninitialised" for w in whole) - 1)


def _unknown(models: Sequence[Model]) -> Iterator[dict[str, str]]:
    told: dict[tuple[str, str], None] = {}
    for model in models:
        hidden: set[str] = set()
        for layer, names in _opaque(model):
            hidden.update(names)
            why = f"built by {layer.cls}, whose source is not at hand"
            told[f"{layer.path}.*" if layer.path else "*", why] = None
        for parameter in model.parameters:
            if parameter.last is None and parameter.name not in hidden:
                told[parameter.name, _reason(parameter)] = None
        for why, span in model.unknowns:
            told[str(span) if span is not None else model.name, why] = None
    yield from ({"name": name, "why": why} for name, why in told)


def _opaque(model: Model) -> Iterator[tuple[Layer, list[str]]]:
    """The layers of other packages whose content is not known, with the parameters of what stands for it.

    These were made where the layer itself was; what the project put into it was made elsewhere.
    """
    for layer in model.layers:
        if layer.kind is LayerKind.UNKNOWN and not layer.bases:
            below = f"{layer.path}." if layer.path else ""
            made = {path for path, inner in model.by_path.items() if inner.created == layer.created}
            yield (
                layer,
                [p.name for p in model.parameters if p.layer.startswith(below) and p.layer in made]
                if layer.created is not None
                else [],
            )


def _reason(parameter: Parameter) -> str:
    for write in reversed(parameter.writes):
        if write.origin is Origin.UNKNOWN:
            return write.reason or f"{write.init} may have written it"
    return "no write is known"


def _shape(shapes: Sequence[tuple[Number | None, ...] | None]) -> list[int | float | str | None] | None:
    """The shape over all paths; null where they differ."""
    known_shapes = [shape for shape in shapes if shape is not None]
    if len(known_shapes) < len(shapes) or len({len(shape) for shape in known_shapes}) > 1:
        return None
    return [_agreed(sizes) for sizes in zip(*known_shapes, strict=True)]


def _agreed(sizes: Sequence[Number | None]) -> int | float | str | None:
    return _size(sizes[0]) if all(size == sizes[0] for size in sizes) else None


def _size(size: Number | None) -> int | float | str | None:
    return str(size) if isinstance(size, SizeExpr) else size


def _argument(value: ArgValue) -> ArgValue:
    return str(value) if isinstance(value, SizeExpr) else value
