"""The claim that one module stands at several places, against the memory of the parameters that were built."""

from __future__ import annotations

from winit_lint.agreement.facts import Facts, Verdict, stands_on
from winit_lint.ir.model import Layer, Parameter


def shared(facts: Facts) -> Verdict | None:
    """The weights of an instance made at the finding are reached by several names; a lone instance tells nothing."""
    layers = [layer for layer in facts.model.layers if _is_meant(facts, layer)]
    held = [parameter for layer in layers for parameter in _below(facts, layer)]
    for parameter in held:
        places = 1 + len(parameter.tied) + _elsewhere(facts, parameter)
        if places > 1:
            return Verdict(True, {"parameter": parameter.name, "places": places})
    if len(layers) < 2 or not held:
        return None
    return Verdict(False, {"parameter": held[0].name, "places": 1, "instances": len(layers)})


def _is_meant(facts: Facts, layer: Layer) -> bool:
    """An instance of the class that the finding names, made on its lines or those that it shows."""
    finding, made = facts.finding, layer.created
    if made is None or layer.cls.rpartition(".")[2] != finding.symbol:
        return False
    return any(stands_on(made, place) for place in (finding.span, *(related.span for related in finding.related)))


def _below(facts: Facts, layer: Layer) -> list[Parameter]:
    prefix = f"{layer.path}." if layer.path else ""
    return [parameter for parameter in facts.model.parameters if parameter.name.startswith(prefix)]


def _elsewhere(facts: Facts, parameter: Parameter) -> int:
    """Other parameters over the same memory."""
    return sum(other.storage == parameter.storage for other in facts.model.parameters) - 1
