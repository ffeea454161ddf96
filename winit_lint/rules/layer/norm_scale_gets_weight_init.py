"""The scale of a normalisation filled like a weight matrix.

What it does:
    Finds the scale of BatchNorm, LayerNorm, GroupNorm, InstanceNorm and RMSNorm left with random values that do not
    lie around 1, or with a constant other than 1 and 0 that a routine for weight matrices gave it.

Why is this bad:
    The scale multiplies each channel of the normalised signal. N(0, 0.02) leaves 0.0004 of its second moment and
    flips the sign of half the channels; the gradient shrinks alike. The usual cause is a name test
    (`"weight" in name`) or a class test that catches normalisations too.

Example:
    nn.init.normal_(m.weight, 0.0, 0.02)

Use instead:
    nn.init.ones_(m.weight)

Fix safety:
    Unsafe: the scales become 1. Only shown where the call is right for the other layers that it reaches.

Known misses:
    Normalisations of the project's own (their forward may use 1 + weight); a scale of 0, which is right at the end of
    a residual branch and which the rules on dead paths judge elsewhere.

References:
    torch.nn.LayerNorm.reset_parameters; Radford, Metz and Chintala, 2016 (DCGAN's scale is N(1, 0.02)).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from winit_lint.analyses.final_writes import FinalWrite, by_span, chosen_writes, history, others
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin
from winit_lint.rule import Pass, Rule
from winit_lint.rules.call_fix import parameters_of, rewrite

_RANDOM = frozenset({Kind.UNIFORM, Kind.NORMAL, Kind.TRUNCATED_NORMAL, Kind.SPARSE})
_NEAR = 0.25  # the mean may miss 1 by this much
_WIDE = 0.5  # the largest std that still reads as "around 1"
_MILD = (0.1, 10.0)  # second moments within it are a note


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line."""
    shared = _lines_of_other_layers(run.model)
    scales = (f for f in run.analysis(chosen_writes) if _is_scale(run.model, f.parameter))
    for group in by_span(f for f in scales if _is_wrong(f, shared)):
        first = group[0]
        second = known(first.write.distribution.second_moment)
        symbols = [f.parameter.symbol for f in group]
        message = f"`{first.write.name}` fills the scale of {_what(group, symbols)}: {_effect(first, second)}"
        severity = Severity.NOTE if second is not None and _MILD[0] <= second <= _MILD[1] else Severity.WARNING
        related = history(first.parameter, first.write)
        fix = _fix(first, alone=first.span not in shared)
        yield run.report(first.span, severity, symbols[0], message, related=related, fix=fix)


def _fix(final: FinalWrite, *, alone: bool) -> Fix:
    dropped = tuple((name, None) for name in parameters_of(final.write.init) or () if name != "tensor")
    if final.write.init.startswith("torch.nn.init."):
        changes = rewrite(final.write, rename="ones_", arguments=dropped)
    else:
        changes = rewrite(final.write, rename="fill_", arguments=(*dropped, ("", "1.0")))
    return Fix("set scales of normalisations to 1", "unsafe", (), changes if alone else ())


def _is_scale(model: Model, parameter: Parameter) -> bool:
    layer = model.by_path.get(parameter.layer)
    if layer is None or layer.kind is not LayerKind.NORM or parameter.role != "weight":
        return False
    # A subclass may use its scale in another way (1 + weight).
    return layer.cls.startswith("torch.nn.") and parameter.parametrized is None


def _lines_of_other_layers(model: Model) -> frozenset[object]:
    """The lines that write weights of layers other than normalisations: routines not meant for these alone."""
    return frozenset(
        write.span
        for parameter in model.parameters
        if parameter.role == "weight" and not _is_scale(model, parameter)
        for write in parameter.applied
        if write.span is not None
    )


def _is_wrong(final: FinalWrite, shared: frozenset[object]) -> bool:
    if final.write.origin is not Origin.EXPLICIT:
        return False
    drawn = final.write.distribution
    mean, std = known(drawn.mean), known(drawn.std)
    if mean is None:
        return False
    if drawn.kind is Kind.CONSTANT:
        return mean not in {0.0, 1.0} and (final.span in shared or not _MILD[0] <= mean * mean <= _MILD[1])
    if drawn.kind not in _RANDOM:
        return False
    return abs(mean - 1) > _NEAR or (std is not None and std > _WIDE)


def _what(group: tuple[FinalWrite, ...], symbols: list[str]) -> str:
    if len(group) == 1:
        return f"`{symbols[0]}`"
    return f"{len(group)} normalisations, `{symbols[0]}`{others(symbols)}"


def _effect(final: FinalWrite, second: float | None) -> str:
    drawn = final.write.distribution
    parts = []
    if second is not None:
        parts.append(f"second moment of the output x{second:.2g} (a scale of 1 keeps it)")
    mean, std = known(drawn.mean), known(drawn.std)
    if drawn.kind is not Kind.CONSTANT and mean is not None and std is not None and std > 0:
        negative = _share_below_zero(drawn.kind, mean, std)
        if negative >= 0.01:
            parts.append(f"{negative:.0%} of the channels change sign")
    if not parts:
        parts.append(f"mean {mean:.3g} where 1 keeps the normalised signal")
    return "; ".join(parts)


def _share_below_zero(kind: Kind, mean: float, std: float) -> float:
    if kind is Kind.UNIFORM:
        half = std * math.sqrt(3)
        return min(1.0, max(0.0, (half - mean) / (2 * half)))
    return 0.5 * math.erfc(mean / std / math.sqrt(2))


RULE = Rule("WI702", "norm-scale-gets-weight-init", __doc__, check, refutes=overwritten)
