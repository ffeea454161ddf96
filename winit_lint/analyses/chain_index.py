"""Where each parameter stands in the chains, and what a set of weights contributes to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from types import MappingProxyType
from typing import final

from winit_lint.analyses.chains import Chain, Link, chains
from winit_lint.analyses.derived import derived
from winit_lint.analyses.final_writes import FinalWrite
from winit_lint.analyses.readers import TRANSPARENT, Reader
from winit_lint.finding import Severity, SignalEffect
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Model
from winit_lint.source.span import Span
from winit_lint.theory.severity import band, worse

ChainIndex = Mapping[str, tuple[Chain, Link]]


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """Weights that one line wrote, or that stand in one chain, judged together.

    ``items`` has the first weight of the worst chain first. ``severity`` is what the weights themselves do to that
    chain, None in the silent band or where it is not known. ``chain`` is None for weights in no chain.
    """

    items: tuple[FinalWrite, ...]
    severity: Severity | None
    chain: Chain | None
    effect: SignalEffect | None

    @property
    def symbols(self) -> tuple[str, ...]:
        """How a finding names them."""
        return tuple(item.parameter.symbol for item in self.items)


@derived(chains)
def chain_links(model: Model, found_chains: tuple[Chain, ...]) -> ChainIndex:
    """The chain and link of every hidden weight by full name; of several the one with the highest severity."""
    found: dict[str, tuple[Chain, Link]] = {}
    for chain in found_chains:
        for link in chain.links:
            earlier = found.get(link.parameter)
            if earlier is None or _rank(chain.severity) > _rank(earlier[0].severity):
                found[link.parameter] = (chain, link)
    return MappingProxyType(found)


def is_invented(model: Model) -> bool:
    """The path took a required argument for None (``norm_layer is None``): a configuration that nobody need ever use.

    A default that is None stands among the assumptions as ``norm_layer=None``.
    """
    return any(assumption.free and assumption.text.endswith(" is None") for assumption in model.assumptions)


def effect_of(index: ChainIndex, parameter: str) -> SignalEffect | None:
    """The predicted effect of one parameter in its chain; None where it is in none or nothing is known."""
    entry = index.get(parameter)
    if entry is None or entry[1].forward is None:
        return None
    return entry[0].effect(entry[1])


def verdicts(index: ChainIndex, finals: Iterable[FinalWrite]) -> tuple[Verdict, ...]:
    """One verdict a chain, those whose first weight was written by the same line taken together."""
    by_chain: dict[object, list[FinalWrite]] = {}
    for item in finals:
        entry = index.get(item.parameter.name)
        by_chain.setdefault(item.span if entry is None else id(entry[0]), []).append(item)
    by_line: dict[Span, list[Verdict]] = {}
    for items in by_chain.values():
        by_line.setdefault(items[0].span, []).append(_verdict(index, items))
    found = []
    for same_line in by_line.values():
        worst = max(same_line, key=lambda verdict: _rank(verdict.severity))
        rest = [item for verdict in same_line if verdict is not worst for item in verdict.items]
        found.append(Verdict((*worst.items, *rest), worst.severity, worst.chain, worst.effect))
    return tuple(found)


def normalised_behind(model: Model, reader: Reader) -> bool:
    """Behind this activation a normalisation comes next on every path, so the scale that arrives there is lost."""
    if reader.op is None:
        return False
    flow = model.flows[reader.flow]
    pending, seen, normed = [reader.op], {reader.op}, False
    while pending:
        current = pending.pop()
        following = flow.readers[current]
        if current in flow.outputs or not following:
            return False
        for op in (flow.ops[i] for i in following):
            if op.kind is OpKind.NORM:
                normed = True
            elif op.kind not in TRANSPARENT:
                return False
            elif op.id not in seen:
                seen.add(op.id)
                pending.append(op.id)
    return normed


def _verdict(index: ChainIndex, items: list[FinalWrite]) -> Verdict:
    entry = index.get(items[0].parameter.name)
    if entry is None:
        return Verdict(tuple(items), None, None, None)
    chain = entry[0]
    severity = _contribution(chain, frozenset(item.parameter.name for item in items))
    return Verdict(tuple(items), severity, chain, effect_of(index, items[0].parameter.name))


def _contribution(chain: Chain, names: frozenset[str]) -> Severity | None:
    """The severity that these weights give the chain by themselves, never above the chain's own."""
    ahead, back = 1.0, 1.0
    for place, link in enumerate(chain.links):
        if link.parameter not in names or link.forward is None:
            continue
        ahead *= link.forward**link.repeat
        if link.backward is not None and not isnan(link.backward):
            # The gradient is judged from the first hidden activation on.
            back *= link.backward ** (link.repeat if place else link.repeat - 1)
    own = band(worse(ahead, back))
    return min((own, chain.severity), key=_rank)


def _rank(severity: Severity | None) -> int:
    return -1 if severity is None else severity.rank
