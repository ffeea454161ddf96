"""Calls that seed the generator, and the weights drawn before and after them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from winit_lint.interpreter.definition import Site
from winit_lint.interpreter.operators import source_text
from winit_lint.interpreter.state import Record, State
from winit_lint.interpreter.values import Tensor, Value, text_of
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event import Seeding
from winit_lint.ir.write import Effect, Origin
from winit_lint.knowledge.seeding import AVERAGING_WORDS, BROADCASTING_WORDS, SEEDERS, SEEDING_WORDS

if TYPE_CHECKING:
    from winit_lint.interpreter.lower import Lowering

_DRAWN = frozenset({Kind.UNIFORM, Kind.NORMAL, Kind.TRUNCATED_NORMAL, Kind.ORTHOGONAL, Kind.SPARSE})
_SEEDS = re.compile("|".join(SEEDING_WORDS))
_ELSEWHERE = re.compile(r"\s*(def|from|import)\b|.*\bcuda\.manual_seed")
_RANK = re.compile(r"(?<![a-z])(local_?|global_?|world_?)?rank(?![a-z])|process_index|proc_id", re.IGNORECASE)


def note_call(state: State, name: str, args: list[Value], kwargs: Mapping[str, Value], node: Any) -> None:
    """File an event for a call that seeds, and remember that something is trained."""
    if name == "torch.set_grad_enabled":
        state.no_grad += 1  # for the rest of the run: whether it is on is not followed
    elif name.startswith("torch.optim."):
        state.trains = True
    elif name in SEEDERS and state.flow is None and node is not None:
        given = args[0] if args else next(iter(kwargs.values()), None)
        written = source_text(state, node.args[0]) if getattr(node, "args", ()) else ""
        ranked = any(_RANK.search(text) for text in (written, text_of(given)))
        state.events.append(("seed", state.tick(), state.site(node), state.call_stack(), written, ranked))


def seedings(lowering: Lowering) -> Iterator[tuple[int, Seeding]]:
    """One event for each call that seeds, in order."""
    found = [entry for entry in lowering.state.events if entry[0] == "seed"]
    times = [entry[1] for entry in found]
    for index, (_, clock, site, stack, written, ranked) in enumerate(found):
        until = times[index + 1] if index + 1 < len(times) else None
        way = (*stack, site)
        before: list[str] = []
        after: list[str] = []
        for name, (_, _, _, tensor) in lowering.tensors.items():
            record = _last_draw(tensor)
            created = tensor.storage.created if tensor.storage is not None else None
            if record is None or created is None:
                continue
            if record.clock < times[0] and _same_scope((*record.stack, created), way):
                before.append(name)
            elif record.clock > clock and (until is None or record.clock < until):
                after.append(name)
        text = _text(lowering, way[0])
        yield (
            clock,
            Seeding(
                site.span,
                written,
                bool(ranked),
                tuple(before),
                tuple(after),
                len(found) == 1 and _lonely(text, way, before),
                lowering.state.trains,
                not any(word in text for word in BROADCASTING_WORDS) and any(word in text for word in AVERAGING_WORDS),
            ),
        )


def _lonely(text: str, way: tuple[Site, ...], before: list[str]) -> bool:
    """No other line of the file may seed: those of the call itself, and of a helper that it goes through, left out."""
    here = way[0].definition.path
    spans = [way[0].span]
    for site in way[1:]:  # the functions that the call leads into
        spans += [site.definition.span(statement) for statement in site.definition.statements]
    own = {line for span in spans if span.path == here for line in range(span.line, span.end_line + 1)}
    others = (line for number, line in enumerate(text.splitlines(), 1) if number not in own and _SEEDS.search(line))
    return bool(before) and not any(_ELSEWHERE.match(line) is None for line in others)


def _text(lowering: Lowering, site: Site) -> str:
    """The file of a place, without comments."""
    files = lowering.state.names.index.by_path
    lines = files[site.definition.path].source.lines if site.definition.path in files else ()
    return "\n".join(line.partition("#")[0] for line in lines)


def _last_draw(tensor: Tensor) -> Record | None:
    """The last write of a trained tensor, if it drew random numbers."""
    applied = [r for r in tensor.storage.records if r.effect is Effect.APPLIED] if tensor.storage is not None else []
    if not applied or not tensor.requires_grad or applied[-1].origin in {Origin.LOAD, Origin.UNKNOWN}:
        return None
    return applied[-1] if applied[-1].dist.kind in _DRAWN else None


def _same_scope(one: tuple[Site, ...], other: tuple[Site, ...]) -> bool:
    """Whether two ways part in one call of one function, or at the statements of one file."""
    for depth, (first, second) in enumerate(zip(one, other, strict=False)):
        if first.node is not second.node:
            same = first.definition is second.definition
            return same or (depth == 0 and first.definition.path == second.definition.path)
    return False
