"""Where each parameter stands in the chains."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from winit_lint.analyses.chains import Chain, Link, chains
from winit_lint.finding import SignalEffect
from winit_lint.ir.model import Model


def chain_links(model: Model) -> Mapping[str, tuple[Chain, Link]]:
    """The chain and link of every hidden weight by full name; of several the one with the highest severity."""
    found: dict[str, tuple[Chain, Link]] = {}
    for chain in chains(model):
        for link in chain.links:
            earlier = found.get(link.parameter)
            if earlier is None or _rank(chain) > _rank(earlier[0]):
                found[link.parameter] = (chain, link)
    return MappingProxyType(found)


def effect_of(model: Model, parameter: str) -> SignalEffect | None:
    """The predicted effect of one parameter in its chain; None where it is in none or nothing is known."""
    entry = chain_links(model).get(parameter)
    if entry is None:
        return None
    chain, link = entry
    return chain.effect(link) if link.forward is not None else None


def _rank(chain: Chain) -> int:
    return -1 if chain.severity is None else chain.severity.rank
