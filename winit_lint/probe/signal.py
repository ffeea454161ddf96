"""Forward and backward second moments of every operation at step 0."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

import torch
from torch import nn

from winit_lint.ir.flow import Flow, Op
from winit_lint.ir.measured import OpSignal, Signal
from winit_lint.probe.calls import tensors_in
from winit_lint.probe.eager import uncompiled
from winit_lint.probe.left_as_found import biases_of, gradients_kept, of_their_own, training, zeroed
from winit_lint.probe.places import Places
from winit_lint.probe.product_fans import Products
from winit_lint.probe.tracing import Tracer
from winit_lint.probe.units import Units, units_of

Given: TypeAlias = tuple[tuple[Any, ...], Mapping[str, Any]]
"""The arguments of ``forward``, by position and by keyword."""

Feed: TypeAlias = Callable[[int], Given]
"""The arguments of ``forward`` for a seed."""

_DIRECTION: Final = 0x5EED_BAC4  # no build has this seed
_LEAST: Final = 1e-25  # squares of single precision lose digits below about 1e-38


@final
@dataclass(slots=True)
class _Value:
    """One operation's output in one pass."""

    op: Op
    size: int
    forward: float
    nonfinite: int
    units: Units | None
    backward: float | None = None
    energy: float | None = None


@final
@dataclass(slots=True)
class Pass:
    """One forward and backward pass."""

    flow: Flow
    values: dict[int, _Value]
    output: Any
    target: str
    ends: tuple[tuple[str, int], ...] = ()
    products: Products = field(default_factory=dict)


@final
@dataclass(slots=True)
class Passes:
    """The passes of all builds, as drawn and with biases zeroed."""

    drawn: list[Pass] = field(default_factory=list)
    zeroed: list[Pass] = field(default_factory=list)
    input: float | None = None

    def add(self, module: nn.Module, given: Given, stage: Callable[[str], None], *, drawn_only: bool = False) -> Pass:
        """Run one build both ways; returns the pass as drawn. What the model's code raises is passed on."""
        args, kwargs = given
        reals = [v for v in (*args, *kwargs.values()) if isinstance(v, torch.Tensor) and v.is_floating_point()]
        self.input = _second(reals[0]) if reals else None
        with training(module):
            direction = _DIRECTION + len(self.drawn)
            found = _run(module, given, stage, direction)
            kept = dataclasses.replace(found, output=None)  # its graph would keep every activation
            self.drawn.append(kept)
            if drawn_only:
                return found
            biases = biases_of(module)
            if biases:
                with zeroed(biases):
                    again = _run(module, given, lambda _: None, direction)
                kept = dataclasses.replace(again, output=None)
            self.zeroed.append(kept)
        return found

    def signal(self, inputs: str, *, each: bool = False) -> Signal | None:
        """The means over the builds; of those only that trace the same operations as the first.

        With ``each`` also what every build gave by itself, and where modules end.
        """
        if not self.drawn:
            return None
        first = self.drawn[0]
        alike = [each for each in self.drawn if _same(each.flow, first.flow)]
        without = [each for each in self.zeroed if _same(each.flow, first.flow)]
        ops = tuple(_merged(op, alike, without) for op in sorted(first.values))
        if each:
            ops = tuple(_with_each(found, alike) for found in ops)
        return Signal(ops, inputs, first.target, len(alike), _finite(self.input), first.ends if each else ())


def _run(module: nn.Module, given: Given, stage: Callable[[str], None], direction: int) -> Pass:
    values: dict[int, _Value] = {}

    def seen(op: Op, tensor: torch.Tensor) -> None:
        with torch.no_grad(), torch._C.DisableTorchFunction():
            samples = tensor.shape[0] if tensor.dim() else 1
            value = _Value(
                op, tensor.numel() // max(1, samples), _second(tensor), _nonfinite(tensor), units_of(op, tensor)
            )
            values[op.id] = value
        if tensor.requires_grad and tensor.numel():
            tensor.register_hook(_keep(value, samples))  # type: ignore[no-untyped-call]

    stage("forward")
    with torch.enable_grad(), gradients_kept(module), uncompiled():
        args, kwargs = of_their_own(given)
        tracer = Tracer(module, Places(), seen, stage)
        flow, output = tracer.flow(args, kwargs)
        stage("backward")
        target = _differentiate(output, direction)
    return Pass(flow, values, output, target, tuple(tracer.ends.items()), tracer.products)


def _keep(value: _Value, samples: int) -> Callable[[torch.Tensor], None]:
    def hook(gradient: torch.Tensor) -> None:
        value.backward = _second(gradient)
        value.energy = value.backward * gradient.numel() / max(1, samples)

    return hook


def _differentiate(output: Any, seed: int) -> str:
    """A random projection of all outputs, each with a gradient whose second moment is 1; says what it was, or why not.

    Another seed is another direction: with one for all builds its own luck would stay in their mean.
    """
    parts = [t for t in tensors_in(output) if t.requires_grad and t.is_floating_point()]
    if not parts:
        return "nothing: no output depends on a parameter"
    generator = torch.Generator().manual_seed(seed)
    directions = [_unit(torch.randn(t.shape, generator=generator)).to(t) for t in parts]
    # as one number: given gradients make torch load sympy, which takes seconds, to compare their shapes
    projected = [(part * direction).sum().double() for part, direction in zip(parts, directions, strict=True)]
    torch.stack(projected).sum().backward()  # type: ignore[no-untyped-call]
    return f"a random projection of {len(parts)} output{'s' if len(parts) > 1 else ''}"


def _unit(direction: torch.Tensor) -> torch.Tensor:
    """With a second moment of 1."""
    size = direction.square().mean().sqrt()
    return direction / size if direction.numel() and float(size) > 0 else direction


def _second(tensor: torch.Tensor) -> float:
    """The mean of the squares; in double precision, 20 times slower, where single precision can't hold them."""
    if not tensor.numel():
        return 0.0
    held = tensor.detach()
    if held.dtype is torch.float32:
        found = float(held.square().mean())
        if _LEAST < found < 1 / _LEAST:
            return found
    return float(held.double().square().mean())


def _nonfinite(tensor: torch.Tensor) -> int:
    if torch.isfinite(tensor.sum()):
        return 0
    return tensor.numel() - int(torch.isfinite(tensor).count_nonzero())


def _same(one: Flow, other: Flow) -> bool:
    return [(op.kind, op.name, op.layer) for op in one.ops] == [(op.kind, op.name, op.layer) for op in other.ops]


def _merged(op: int, drawn: Sequence[Pass], zeroed: Sequence[Pass]) -> OpSignal:
    values = [each.values[op] for each in drawn if op in each.values]
    without = [each.values[op] for each in zeroed if op in each.values]
    first = values[0]
    found = [value.units for value in values if value.units is not None]
    return OpSignal(
        op,
        first.op.layer,
        first.op.name,
        first.size,
        _mean(value.forward for value in values),
        _mean(value.backward for value in values),
        _mean(value.energy for value in values),
        _mean(value.forward for value in without),
        _mean(value.backward for value in without),
        _mean(value.energy for value in without),
        _average([units.zero for units in found]),
        _average([units.saturated for units in found]),
        _average([units.dead for units in found]),
        found[0].units if found else 0,
        found[0].entries if found else 0,
        first.nonfinite,
    )


def _with_each(found: OpSignal, drawn: Sequence[Pass]) -> OpSignal:
    values = [each.values[found.op] for each in drawn if found.op in each.values]
    return dataclasses.replace(
        found,
        each_forward=tuple(_finite(value.forward) for value in values),
        each_energy=tuple(_finite(value.energy) for value in values),
    )


def _mean(values: Any) -> float | None:
    """The geometric mean; 0 where one is 0, None where one is missing or not finite."""
    numbers = list(values)
    if not numbers or any(n is None or not math.isfinite(n) for n in numbers):
        return None
    return math.exp(sum(map(math.log, numbers)) / len(numbers)) if min(numbers) > 0 else 0.0


def _average(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
