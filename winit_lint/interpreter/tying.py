"""Tied weights of ``transformers.PreTrainedModel``: parameters that take the place of others once all are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

from winit_lint.interpreter.items import tensors_below
from winit_lint.interpreter.reflection import attribute_or
from winit_lint.interpreter.regex import searches
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Module, Tensor

_ALL = "all_tied_weights_keys"


def note_tied(state: State, model: Module) -> None:
    """What ``post_init`` keeps: the model's own pairs of target and source, and those of its direct children."""
    pairs = own_pairs(state, model)
    for name, child in model.modules.items():
        inner = child.attributes.get(_ALL) if child is not None else None
        if isinstance(inner, dict):
            pairs.update({f"{name}.{target}": f"{name}.{source}" for target, source in inner.items()})
    model.attributes[_ALL] = pairs


def own_pairs(state: State, model: Module) -> dict[str, str]:
    """``_tied_weights_keys`` as full names, target to source; none unless the configuration ties for certain."""
    table = attribute_or(state, model, "_tied_weights_keys", None)
    config = attribute_or(state, model, "config", None)
    if not isinstance(table, dict) or not table or attribute_or(state, config, "tie_word_embeddings", None) is not True:
        return {}
    if not all(isinstance(key, str) and isinstance(value, str) for key, value in table.items()):
        return {}
    names = sorted({name for name, _ in tensors_below(model, buffers=True)})
    return _expanded(table, names)


def _expanded(table: Mapping[str, str], names: list[str]) -> dict[str, str]:
    """The pairs of all parameters that the patterns match, sources in turn, as ``get_expanded_tied_weights_keys``."""
    pairs: dict[str, str] = {}
    for target, source in table.items():
        sources = [name for name in names if searches(f"^{source}", name)]
        targets = [name for name in names if searches(f"^{target}", name)]
        if not sources or len(targets) % len(sources):
            return {}
        for one, other in zip(targets, cycle(sources), strict=False):
            pairs[one] = pairs.get(other, other)
    return pairs


def tie(state: State, model: Module) -> None:
    """``tie_weights``: each target's module takes the source's parameter for its own."""
    pairs = model.attributes.get(_ALL)
    for target, source in pairs.items() if isinstance(pairs, dict) else ():
        tensor = _tensor(model, source)
        path, _, name = target.rpartition(".")
        owner = _module(model, path)
        if tensor is not None and owner is not None:
            state.operations.set_attribute(state, owner, name, tensor, state.frame.node)


def _module(model: Module, path: str) -> Module | None:
    found: Module | None = model
    for name in path.split(".") if path else ():
        found = found.modules.get(name) if found is not None else None
    return found


def _tensor(model: Module, path: str) -> Tensor | None:
    owner, _, name = path.rpartition(".")
    module = _module(model, owner)
    return module.parameters.get(name) if module is not None else None
