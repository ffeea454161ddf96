"""The measured signal by depth, beside what theory predicts from the recorded initializers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from winit_lint.analyses.draw_noise import noise
from winit_lint.analyses.signal import Assumptions, propagate
from winit_lint.ir.flow import Op, OpKind
from winit_lint.ir.model import Model

_UNSHOWN = frozenset({OpKind.INPUT, OpKind.RESHAPE, OpKind.SPLIT, OpKind.CONSTANT, OpKind.PARAMETER, OpKind.DROPOUT})


@final
@dataclass(frozen=True, slots=True)
class Course:
    """One direction at one step: second moments as drawn and with every bias zero, and the predicted one.

    ``low`` and ``high`` are the ends of the band in which nearly every draw of the weights falls. None where unknown.
    """

    measured: float | None
    zeroed: float | None
    predicted: float | None = None
    low: float | None = None
    high: float | None = None


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One operation that does something to the scale, in the order of the forward pass.

    ``layer`` is the path of its module, "" where none did it, ``name`` the last part of what was called.
    """

    layer: str
    name: str
    weighted: bool
    parameters: tuple[str, ...]
    forward: Course
    backward: Course
    zero: float | None = None
    saturated: float | None = None
    dead: float | None = None

    @property
    def place(self) -> str:
        """The module's path with the operation's name where they differ."""
        return f"{self.layer} {self.name}".strip()


def steps(model: Model, input_size: tuple[int, ...] | None = None) -> tuple[Step, ...]:
    """The operations of the measured pass; empty where there was none.

    A prediction that rests on assumptions is left out: the measured value stands beside it.
    """
    signal = model.measured.signal if model.measured is not None else None
    if signal is None or not model.flows:
        return ()
    predicted = propagate(model, 0, Assumptions(input_size)).ops
    wide = noise(model, 0)
    made = []
    for op in model.flows[0].ops:
        found = signal.by_op.get(op.id)
        if found is None or op.kind in _UNSHOWN:
            continue
        theory = predicted[op.id]
        second, gradient = (theory.second, theory.gradient) if theory.exact else (None, None)
        made.append(
            Step(
                op.layer,
                _short(op),
                bool(op.parameters) and op.kind is not OpKind.NORM,
                op.parameters,
                _course(found.forward, found.forward_zeroed, second, wide.forward[op.id]),
                _course(found.backward, found.backward_zeroed, gradient, wide.backward[op.id]),
                found.zero,
                found.saturated,
                found.dead,
            )
        )
    return tuple(made)


def _course(measured: float | None, zeroed: float | None, predicted: float | None, decades: float) -> Course:
    if predicted is None or not 0 < predicted < 1e300:
        return Course(measured, zeroed)
    reach = 10**decades
    return Course(measured, zeroed, predicted, predicted / reach, predicted * reach)


def _short(op: Op) -> str:
    return op.name.rpartition(".")[2].rpartition(" ")[2]
