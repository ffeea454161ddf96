"""The second moments of every operation of a flow, forward and backward, as mean-field theory predicts them.

:func:`signal` is the analysis for rules; :func:`propagate` works on one flow with chosen assumptions.

Forward, every input of the flow is standardised and white: E[x^2] = 1, mean 0, independent between positions and
samples. Weight layers follow the q-map with weights and biases as the writes in effect draw them, activations their
Gaussian moments, normalisations reset the scale, independent flows that are added add their second moments, products
multiply them, concatenations average. The model is in training mode. Backward, the gradient of what the flow returns
has second moment 1 an entry, and each operation hands it on by the square of its derivative.

What is not known stays None, and nothing is claimed past it except behind a normalisation. ``exact`` parts what the
theory gives at infinite width from what rests on an assumption: an average over positions (how many there are, and how
alike), a sum of dependent values, an activation of a value that is not Gaussian. A rule that states a number should ask
for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from winit_lint.analyses.signal_backward import gradients
from winit_lint.analyses.signal_forward import values
from winit_lint.analyses.signal_value import Assumptions, Value
from winit_lint.ir.flow import Flow
from winit_lint.ir.model import Model

__all__ = ["Assumptions", "FlowSignal", "OpSignal", "forward_signal", "propagate", "signal"]


@final
@dataclass(frozen=True, slots=True)
class OpSignal:
    """What one operation puts out.

    ``second`` is E[x^2] an entry (relative to 1 at the inputs), ``mean`` the mean over channels, ``common`` E[x x']
    for two positions, or samples where there is one: the part of ``second`` that is the same for all of them.
    ``gradient`` is the second moment an entry of the gradient there, relative to 1 at what the flow returns. None where
    not known; ``second`` and ``gradient`` may be infinite. ``exact`` says that ``second`` rests on no assumption beyond
    those of the theory.
    """

    second: float | None = None
    mean: float | None = None
    common: float | None = None
    gradient: float | None = None
    exact: bool = False

    @property
    def share(self) -> float | None:
        """How much of the second moment differs between positions, or samples: 1 - common / second."""
        if self.second is None or self.common is None or self.second <= 0:
            return None
        return max(0.0, 1 - self.common / self.second)


@final
@dataclass(frozen=True, slots=True)
class FlowSignal:
    """The signal of ``model.flows[flow]``: ``ops[i]`` is that of the operation with id i."""

    flow: int
    ops: tuple[OpSignal, ...]

    def into(self, inputs: tuple[int, ...]) -> float | None:
        """The second moment that an operation with these inputs reads, averaged over them; None where not known."""
        found = [self.ops[i].second for i in inputs]
        known = [second for second in found if second is not None]
        return sum(known) / len(known) if known and len(known) == len(found) else None


def signal(model: Model) -> tuple[FlowSignal, ...]:
    """The signal of every flow, under the usual assumptions."""
    return tuple(propagate(model, index) for index in range(len(model.flows)))


def propagate(model: Model, index: int, assumed: Assumptions | None = None) -> FlowSignal:
    """The signal of ``model.flows[index]``."""
    flow = model.flows[index]
    assumed = assumed or Assumptions()
    forward = values(model, flow, assumed)
    backward = gradients(model, flow, forward, assumed)
    return FlowSignal(index, tuple(_told(value, gradient) for value, gradient in zip(forward, backward, strict=True)))


def forward_signal(model: Model, flow: Flow) -> tuple[OpSignal, ...]:
    """The same of a flow's operations, without the gradients, which cost as much again."""
    return tuple(_told(value, None) for value in values(model, flow, Assumptions()))


def _told(value: Value | None, gradient: float | None) -> OpSignal:
    if value is None:
        return OpSignal(gradient=gradient)
    found = value.joint
    return OpSignal(found.second, _number(found.mean), _number(found.common), gradient, value.exact)


def _number(value: float) -> float | None:
    return None if value != value else value
