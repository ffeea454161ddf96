"""What the probe measured along the chains of a live model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.chains import Chain, chains
from winit_lint.finding import Severity
from winit_lint.ir.flow import Flow, OpKind
from winit_lint.ir.measured import OpSignal, Signal
from winit_lint.ir.model import Model
from winit_lint.ir.size import known
from winit_lint.theory.severity import band, worse

_SHORT = 3
_KEEPS = frozenset({OpKind.RESHAPE, OpKind.DROPOUT, OpKind.POOL, OpKind.SCALE})


@final
@dataclass(frozen=True, slots=True)
class MeasuredChain:
    """One chain with its measured ratios of second moments, biases zeroed and poolings left out.

    ``forward`` runs from the input of the first link to the last activation, ``backward`` from there to the first
    activation: by entries, or by the energy of a whole layer where that is nearer to 1 (a fan_in scheme keeps the
    entries of the signal and the energy of the gradient where widths change, a fan_out scheme the other two).
    ``tolerance`` is what one draw may do to the logarithm (base 10) of either. ``ratio`` is the one with the higher
    severity once the tolerance is taken off.
    """

    chain: Chain
    forward: float | None
    backward: float | None
    tolerance: float
    ratio: float | None
    severity: Severity | None

    @property
    def text(self) -> str:
        """Both ratios in words; one that is not known is left out."""
        ahead = "" if self.forward is None else f"the signal's second moment goes x{self.forward:.2g}"
        back = "" if self.backward is None else f"the gradient's x{self.backward:.2g}"
        return " and ".join(part for part in (ahead, back) if part)


def measured_chains(model: Model) -> tuple[MeasuredChain, ...]:
    """The chains of more than three layers whose weights were all drawn at random; none without a signal."""
    signal = model.measured.signal if model.measured is not None else None
    if signal is None or not model.flows:
        return ()
    found = (
        _measured(model, signal, chain)
        for chain in chains(model)
        if chain.flow == 0 and chain.length > _SHORT and all(link.variance is not None for link in chain.links)
    )
    return tuple(found)


def _measured(model: Model, signal: Signal, chain: Chain) -> MeasuredChain:
    flow = model.flows[0]
    ahead: float | None = 1.0
    widening = 1.0
    entries: float | None = 1.0
    energy: float | None = 1.0
    for place, link in enumerate(chain.links):
        into = signal.by_op.get(flow.ops[link.op].inputs[0])
        after = signal.by_op.get(_activation(flow, link.op))
        ahead = _times(ahead, *reversed(_pair(into, after, "forward_zeroed")))
        widening *= after.size / into.size if after is not None and into is not None and into.size else 1.0
        if place:
            entries = _times(entries, *_pair(into, after, "backward_zeroed"))
            energy = _times(energy, *_pair(into, after, "energy_zeroed"))
    ahead = _nearer(ahead, None if ahead is None else ahead * widening)
    back = _nearer(entries, energy)
    tolerance = _tolerance(chain, signal.builds)
    low, high = _milder(ahead, tolerance), _milder(back, tolerance)
    ratio = worse(low, high)
    return MeasuredChain(chain, ahead, back, tolerance, ratio, band(ratio))


def _activation(flow: Flow, op: int) -> int:
    """The nonlinearity behind a weight layer, or the layer itself where there is none."""
    current = op
    while len(readers := flow.readers[current]) == 1:
        current = readers[0]
        kind = flow.ops[current].kind
        if kind is OpKind.ACTIVATION:
            return current
        if kind not in _KEEPS:
            break
    return op


def _pair(into: OpSignal | None, after: OpSignal | None, what: str) -> tuple[float | None, float | None]:
    """What was measured at a layer's input and behind its activation."""
    return (
        getattr(into, what) if into is not None else None,
        getattr(after, what) if after is not None else None,
    )


def _times(product: float | None, above: float | None, below: float | None) -> float | None:
    if product is None or above is None or not below:
        return None
    return product * above / below


def _nearer(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return None
    return min((one, other), key=lambda ratio: abs(math.log(ratio)) if ratio > 0 else math.inf)


def _tolerance(chain: Chain, builds: int) -> float:
    """Two standard deviations of the logarithm for one draw of a rectifying net (Hanin and Nica, 1812.05994)."""
    widths = [known(link.fan_in) if link.fan_in is not None else None for link in chain.links]
    spread = sum(link.repeat / width for link, width in zip(chain.links, widths, strict=True) if width)
    return 2.0 * math.sqrt(5.0 * spread / max(1, builds)) / math.log(10.0) + 0.03


def _milder(ratio: float | None, tolerance: float) -> float | None:
    """The ratio moved towards 1 by the tolerance."""
    if ratio is None or ratio <= 0:
        return ratio
    size = max(0.0, abs(math.log10(ratio)) - tolerance)
    return float(10.0 ** math.copysign(size, math.log10(ratio)))
