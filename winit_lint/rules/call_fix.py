"""Proposals for the calls that wrote: other arguments, another initializer, lines around the call."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from winit_lint.analyses.final_writes import FinalWrite
from winit_lint.analyses.needed_gain import kaiming_arguments
from winit_lint.analyses.readers import readers
from winit_lint.analyses.scheme import is_kaiming, is_xavier
from winit_lint.finding import Fix
from winit_lint.ir.write import Write
from winit_lint.knowledge.initializers import INITIALIZERS
from winit_lint.knowledge.tensor_methods import TENSOR_METHODS
from winit_lint.proposal import Rewrite
from winit_lint.rule import Pass
from winit_lint.source.span import Span


def rewrite(
    write: Write,
    *,
    rename: str | None = None,
    everywhere: bool = False,
    arguments: tuple[tuple[str, str | None], ...] = (),
    target: str | None = None,
    before: str = "",
    after: str = "",
    fresh: tuple[str, ...] = (),
    siblings: tuple[str, ...] = (),
    modules: tuple[str, ...] = (),
) -> tuple[Rewrite, ...]:
    """The proposal for the call of torch that wrote; none for a library's initializer or a write that is no call."""
    order = parameters_of(write.init)
    if order is None or write.span is None:
        return ()
    return (
        Rewrite(
            write.span,
            write.init,
            order,
            rename,
            everywhere,
            arguments,
            target,
            before,
            after,
            fresh=fresh,
            siblings=siblings,
            modules=modules,
        ),
    )


def parameters_of(function: str) -> tuple[str, ...] | None:
    """The parameters of one of torch's initializers in order, the tensor included; None for any other function."""
    module, _, name = function.rpartition(".")
    if module == "torch.nn.init" and function in INITIALIZERS:
        return ("tensor", *(parameter for parameter, _ in INITIALIZERS[function].signature))
    if module == "torch.Tensor" and name in TENSOR_METHODS:
        return tuple(parameter for parameter, _ in TENSOR_METHODS[name].signature)
    return None


def kaiming_fix(run: Pass, items: Iterable[FinalWrite], arguments: tuple[tuple[str, str], ...]) -> Fix:
    """Kaiming with these arguments at every call that wrote ``items``, only shown where they wrote anything else."""
    found = tuple(items)
    shown = ", ".join(f"{name}={text}" for name, text in arguments)
    calls = {item.span: item.write for item in found}
    changes = [_kaiming(write, arguments) for write in calls.values()]
    right_fan = all(_has_torchs_fan(item) for item in found)
    if not right_fan or not all(changes) or not only_for(run, calls, {item.parameter.name for item in found}):
        return Fix(f"use Kaiming with {shown}")
    return Fix(f"use Kaiming with {shown}", "unsafe", (), tuple(change for each in changes for change in each))


def wanted_arguments(run: Pass, items: Iterable[FinalWrite]) -> tuple[tuple[str, str], ...]:
    """The arguments of Kaiming that suit the activation behind all of these weights; none where they differ."""
    found: set[tuple[tuple[str, str], ...]] = set()
    for item in items:
        reading = run.analysis(readers).get(item.parameter.name)
        reader = None if reading is None else reading.activation
        known = reader is not None and reader.activation is not None
        found.add(kaiming_arguments(reader.activation, reader.parameter) if known else ())  # type: ignore[union-attr,arg-type]
    return found.pop() if len(found) == 1 else ()


def only_for(run: Pass, calls: Collection[Span], names: Collection[str]) -> bool:
    """Whether these calls wrote nothing else of which anything is left, be it scaled or changed in part since."""
    for parameter in run.model.parameters:
        if parameter.name in names:
            continue
        for write in reversed(parameter.applied):
            if write.span in calls:
                return False
            if write.region is None and not write.updates:
                break
    return True


def _has_torchs_fan(item: FinalWrite) -> bool:
    """torch reads the shape as the layer uses it; a transposed matrix or a bank has another fan."""
    parameter = item.parameter
    return parameter.fan_in is not None and parameter.fan_in == parameter.torch_fan_in


def _kaiming(write: Write, arguments: tuple[tuple[str, str], ...]) -> tuple[Rewrite, ...]:
    if is_kaiming(write):
        return rewrite(write, arguments=(("a", None), *arguments) if arguments[0][0] != "a" else arguments)
    if is_xavier(write):
        name = "kaiming_uniform_" if "uniform" in write.name else "kaiming_normal_"
        return rewrite(write, rename=name, arguments=(("gain", None), *arguments))
    return ()
