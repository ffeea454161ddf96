"""An initializer on a weight that a parametrization recomputes.

What it does:
    Finds writes to the `weight` of a layer that is already wrapped by `weight_norm` (old and new) or by
    `torch.nn.utils.parametrize` and `parametrizations.*`.

Why is this bad:
    The wrapped `weight` is no parameter any more: it is computed anew from the parametrization's own parameters
    (`weight_g` and `weight_v`; `parametrizations.weight.original0` ...) at the next forward, so the write is lost.

Example:
    self.conv = weight_norm(nn.Conv1d(8, 8, 3))
    self.conv.weight.data.normal_(0.0, 0.01)

Use instead:
    conv = nn.Conv1d(8, 8, 3)
    conv.weight.data.normal_(0.0, 0.01)
    self.conv = weight_norm(conv)

Fix safety:
    Unsafe: the weights are then those that the write draws. The wrapper goes behind the write where it stands right
    before it, in the same block; elsewhere (a callback) the suggestion is only shown.

Known misses:
    A parametrization registered by a library that is not known. The old `nn.utils.spectral_norm` shares the storage
    of `weight`, so writing after it works and is not reported.

References:
    torch.nn.utils.weight_norm, torch.nn.utils.parametrize. jik876/hifi-gan#145.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others
from winit_lint.analyses.recomputed import weight_of
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.model import Layer, Model
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.proposal import WrapLater
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_PREFIX = "parametrized:"


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each call that writes to recomputed weights."""
    for span, writes in _lost(run.model).items():
        first = writes[0]
        wrapper = (first.reason or "").removeprefix(_PREFIX).rpartition(".")[2] or "a parametrization"
        symbols = [_symbol(run.model, write) for write in writes]
        what = "the assignment to `.data` of" if first.init == "torch.Tensor.data" else f"`{first.name}` on"
        message = (
            f"{what} `{symbols[0]}`{others(symbols)} has no effect: {wrapper} recomputes the weight from its own "
            f"parameters at the next forward"
        )
        fix = Fix(f"initialise the layer before {wrapper} wraps it", "unsafe", (), _changes(run.model, first, wrapper))
        yield run.report(span, Severity.WARNING, symbols[0], message, related=_evidence(run.model, first), fix=fix)


def _changes(model: Model, write: Write, wrapper: str) -> tuple[WrapLater, ...]:
    layer = _layer(model, write)
    created = layer.created if layer is not None else None
    return () if created is None or write.span is None else (WrapLater(created, wrapper, write.span),)


def _lost(model: Model) -> dict[Span, list[Write]]:
    """Writes to recomputed weights by the call that made them; tied weights once."""
    found: dict[Span, list[Write]] = {}
    for write in model.writes:
        lost = write.effect is Effect.LOST and (write.reason or "").startswith(_PREFIX)
        if lost and write.span is not None and not _sources_written(model, write):
            found.setdefault(write.span, []).append(write)
    return found


def _sources_written(model: Model, write: Write) -> bool:
    """The parameters that the weight is computed from are themselves written on purpose.

    One of them is what the weight was before it was wrapped; writes to that from before this one do not count.
    """
    if write.target is None:
        return False
    weight = weight_of(write.target)
    for parameter in model.parameters:
        if parameter.name != weight and weight_of(parameter.name) == weight:
            history = parameter.writes
            later = history[history.index(write) + 1 :] if write in history else history
            if any(other.origin is Origin.EXPLICIT and other.effect is Effect.APPLIED for other in later):
                return True
    return False


def _symbol(model: Model, write: Write) -> str:
    if write.target is None:
        return f"{model.name}.weight"
    parameter = model.by_name.get(write.target)
    return weight_of(parameter.symbol if parameter is not None else f"{model.name}.{write.target}")


def _layer(model: Model, write: Write) -> Layer | None:
    return model.by_path.get(weight_of(write.target or "").rpartition(".")[0])


def _evidence(model: Model, write: Write) -> tuple[Related, ...]:
    found = []
    layer = _layer(model, write)
    if layer is not None and layer.created is not None:
        found.append(Related(layer.created, f"`{layer.path}` is created here"))
    if write.stack and write.stack[0] != write.span:
        found.append(Related(write.stack[0], "called from here"))
    return tuple(found)


RULE = Rule("WI506", "init-after-parametrization", __doc__, check)
