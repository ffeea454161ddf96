"""Zero tensors that keep each other from learning, by one line that zeroed them or by several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.dead_path import Cause, Dead, DeadPaths, dead_paths
from winit_lint.analyses.derived import derived
from winit_lint.analyses.final_writes import FinalWrite, chosen_writes
from winit_lint.ir.model import Model


@final
@dataclass(frozen=True, slots=True)
class ZeroGroup:
    """Dead zero tensors that stand in each other's way, of which different lines zeroed at least two.

    ``blamed`` is the member to report, the first whose line does not account for its death alone; ``members`` are the
    names of all, in order of construction; ``evidence`` is the account of ``blamed``.
    """

    blamed: FinalWrite
    members: tuple[str, ...]
    evidence: Dead


@derived(dead_paths, chosen_writes)
def dead_by_one_line(model: Model, paths: DeadPaths, chosen: tuple[FinalWrite, ...]) -> frozenset[str]:
    """The weights that are dead by the nonlinearity behind them, or with partners that the same line zeroed.

    Two zeros that different lines chose are two factors of one product.
    """
    lines = {item.parameter.name: item.span for item in chosen}
    found = set()
    for name, dead in paths.dead.items():
        together = bool(dead.partners) and all(lines.get(partner) == lines.get(name) for partner in dead.partners)
        if name in lines and (dead.cause is Cause.FLAT_ACTIVATION or together):
            found.add(name)
    return frozenset(found)


@derived(dead_paths, chosen_writes, dead_by_one_line)
def zero_groups(
    model: Model, paths: DeadPaths, chosen: tuple[FinalWrite, ...], alone: frozenset[str]
) -> tuple[ZeroGroup, ...]:
    """The groups of two or more that no single line accounts for."""
    dead = paths.dead
    spoken = {item.span for item in chosen if item.parameter.name in alone}
    found: list[ZeroGroup] = []
    for joined in _joined(dead.values()):
        members = [item for item in chosen if item.parameter.name in joined]
        blamed = next((item for item in members if item.span not in spoken), None)
        if blamed is not None and len(joined) > 1:
            names = tuple(parameter.name for parameter in model.parameters if parameter.name in joined)
            found.append(ZeroGroup(blamed, names, dead[blamed.parameter.name]))
    return tuple(found)


def _joined(dead: Iterable[Dead]) -> list[set[str]]:
    """The names that partners connect, each in one set."""
    sets: dict[str, set[str]] = {}
    for each in dead:
        together = {each.parameter}.union(*(sets.get(name, {name}) for name in (each.parameter, *each.partners)))
        sets.update(dict.fromkeys(together, together))
    return list({id(names): names for names in sets.values()}.values())
