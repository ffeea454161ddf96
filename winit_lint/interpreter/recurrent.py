"""The lists in which torch's recurrent layers keep the names and tensors of their weights."""

from __future__ import annotations

from winit_lint.interpreter.values import MISSING, Module, Value
from winit_lint.ir.model import LayerKind

_LISTS = frozenset({"_all_weights", "all_weights", "_flat_weights_names", "_flat_weights"})


def weight_list(owner: Module, name: str) -> Value:
    """``_all_weights`` and its kin; MISSING for any other attribute or layer."""
    recurrent = owner.layer is not None and owner.layer.kind is LayerKind.RECURRENT
    if name not in _LISTS or not recurrent or "num_layers" not in owner.arguments:
        return MISSING
    found: dict[str, list[str]] = {}
    for each, tensor in owner.parameters.items():
        _, dash, suffix = each.partition("_l")
        if dash and tensor is not None:
            found.setdefault(suffix, []).append(each)
    if "names" in name or "flat" in name:
        names = [each for group in found.values() for each in group]
        return names if "names" in name else [owner.parameters[each] for each in names]
    return [group if name.startswith("_") else [owner.parameters[each] for each in group] for group in found.values()]
