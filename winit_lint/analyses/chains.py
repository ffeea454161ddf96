"""Chains: the runs of hidden weight layers along which nothing resets the scale of the signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import final

from winit_lint.analyses.last_write import is_standard_scheme, last_write, second_moment_of, variance_of
from winit_lint.analyses.path import Segment, segments
from winit_lint.finding import Severity, SignalEffect
from winit_lint.ir.distribution import Kind
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import Number, known
from winit_lint.theory.moments import is_homogeneous
from winit_lint.theory.propagation import Step, backward_ratio, forward, forward_ratio
from winit_lint.theory.severity import band, milder, worse

_SATURATING = frozenset({"sigmoid", "hardsigmoid"})
_SHORT = 3
_MAX_LENGTH = 512


@final
@dataclass(frozen=True, slots=True)
class Link:
    """One hidden weight layer of a chain and the activation behind it ("identity" where another weight follows).

    ``op`` is the id in the chain's flow, ``fan_in`` and ``fan_out`` the true fans. ``variance`` is Var(w) and ``bias``
    E[b^2] of what the last applied writes drew, ``s_in`` and ``s_out`` fan times variance where that is a number
    (symbolic sizes cancel). ``activation_parameter`` is the shape parameter, None for the default. ``repeat`` counts
    runs in series. ``forward`` and ``backward`` are the layer's own multipliers of second moments at its place in the
    chain. ``standard`` says that a standard scheme filled the weight (``last_write.is_standard_scheme``).
    """

    parameter: str
    op: int
    fan_in: Number | None
    fan_out: Number | None
    variance: Number | None
    bias: Number | None
    s_in: float | None
    s_out: float | None
    activation: str
    activation_parameter: float | None = None
    repeat: int = 1
    forward: float | None = None
    backward: float | None = None
    standard: bool = False


@final
@dataclass(frozen=True, slots=True)
class Chain:
    """A maximal run of hidden weight layers of ``model.flows[flow]``.

    ``start`` and ``end`` are the kinds of the operations that bound it (``OpKind.INPUT``, ``NORM``, ``ADD``, ``WEIGHT``
    for the output layer that reads the last link, ...; ``end`` is None where the value is returned). ``length`` counts
    layers with repeats. ``forward`` is the ratio of second moments of the signal (biases zeroed: they only hide the
    loss) from the chain's input to its last activation, ``backward`` that of the gradient from there back to the first
    hidden activation (1 for a single layer), None where a number is not known. ``ratio`` is the one with the higher
    severity, ``band`` the severity of that ratio alone, ``severity`` the one to report: None also for up to three
    layers under standard schemes without a sigmoid, which train as well as any.
    """

    flow: int
    links: tuple[Link, ...]
    start: OpKind
    end: OpKind | None
    length: int
    forward: float | None = None
    backward: float | None = None
    ratio: float | None = None
    band: Severity | None = None
    severity: Severity | None = None

    @property
    def known(self) -> bool:
        """The forward ratio could be worked out."""
        return self.forward is not None

    def effect(self, link: Link) -> SignalEffect:
        """The effect of one of its links, as findings carry it."""
        return SignalEffect(link.forward, link.backward, self.forward, self.backward, self.length)


def chains(model: Model) -> tuple[Chain, ...]:
    """Every chain of every flow, each once, in the order of the flows.

    A link must be a product of one flow with one parameter. Several readers, a returned value, a gate, a sum, a
    concatenation, a split, a scale, a global pooling or anything unknown ends the chain. Left out at its end are
    output layers (no weight layer is reached from them), gate producers, and layers whose scale a normalisation
    removes (directly, or behind a positively homogeneous activation). Left out at its start is an orthogonal layer
    with a symbolic number of inputs: the others do what they do whatever arrives there.
    """
    found: dict[tuple[Link, ...], Chain] = {}
    for index in range(len(model.flows)):
        for run in segments(model, index):
            chain = _chain(model, index, run)
            if chain is not None:
                found.setdefault(tuple(replace(link, op=0) for link in chain.links), chain)
    return tuple(found.values())


def _chain(model: Model, index: int, run: Sequence[Segment]) -> Chain | None:
    kept = _without_tail(list(run))
    if len(kept) > 1 and _is_open_projection(model, kept[0]):
        kept = kept[1:]
    if not kept:
        return None
    links = [_link(model, segment) for segment in kept]
    length = sum(link.repeat for link in links)
    start, end = kept[0].before, kept[-1].after
    if length > _MAX_LENGTH or any(link.s_in is None or not seg.certain for link, seg in zip(links, kept, strict=True)):
        return Chain(index, tuple(links), start, end, length)
    low, high = _steps(links, kept, 0), _steps(links, kept, 1)
    ahead = _nearest(forward_ratio(low), forward_ratio(high))
    back = _nearest(backward_ratio(low), backward_ratio(high))
    ratio = worse(ahead, back)
    severity = band(ratio)
    chain = Chain(index, _measured(links, high), start, end, length, ahead, back, ratio, severity, severity)
    return replace(chain, severity=_reported(chain, high))


def _without_tail(run: list[Segment]) -> list[Segment]:
    """Drop output layers, and at the end of the run layers that its boundary makes free of scale."""
    while run and not _counts(run[-1]):
        run.pop()
    return run


def _is_open_projection(model: Model, segment: Segment) -> bool:
    """An orthogonal layer with a symbolic number of inputs, whose scale what is behind it keeps as it comes."""
    write = last_write(model.by_name[segment.parameter])
    return (
        write is not None
        and write.distribution.kind is Kind.ORTHOGONAL
        and write.distribution.std is None
        and segment.repeat == 1
        and segment.certain
        and segment.activation is not None
        and is_homogeneous(segment.activation)
    )


def _counts(segment: Segment) -> bool:
    if segment.after is OpKind.WEIGHT:
        return segment.hidden
    if not segment.hidden or segment.activation is None:
        return False
    if segment.after in {OpKind.MUL, OpKind.MATMUL, OpKind.SOFTMAX, OpKind.ATTENTION}:
        return False
    return not (segment.after is OpKind.NORM and is_homogeneous(segment.activation))


def _link(model: Model, segment: Segment) -> Link:
    parameter = model.by_name[segment.parameter]
    variance = variance_of(parameter)
    return Link(
        parameter=parameter.name,
        op=segment.op,
        fan_in=parameter.fan_in,
        fan_out=parameter.fan_out,
        variance=variance,
        bias=_bias(model, segment),
        s_in=_times(parameter.fan_in, variance),
        s_out=_times(parameter.fan_out, variance),
        activation=segment.activation or "identity",
        activation_parameter=segment.activation_parameter,
        repeat=segment.repeat,
        standard=is_standard_scheme(parameter),
    )


def _bias(model: Model, segment: Segment) -> Number | None:
    total: Number = 0
    for name in segment.biases:
        bias: Parameter | None = model.by_name.get(name)
        moment = None if bias is None else second_moment_of(bias)
        if moment is None:
            return None
        total = total + moment
    return total


def _times(fan: Number | None, variance: Number | None) -> float | None:
    return None if fan is None or variance is None else known(fan * variance)


def _steps(links: Sequence[Link], run: Sequence[Segment], side: int) -> tuple[Step, ...]:
    """The steps with every pooling at one side of its range; blocks of equal repeat run as one loop."""
    steps: list[Step] = []
    block: list[Step] = []
    previous = 1
    for link, segment in zip(links, run, strict=True):
        if link.repeat != previous:
            steps += block * previous
            block, previous = [], link.repeat
        block.append(_step(link, segment, side))
    return (*steps, *(block * previous))


def _step(link: Link, segment: Segment, side: int) -> Step:
    # A bias that is symbolic is at most about 1/fan: as good as none for sizes that matter.
    bias = None if link.bias is None else known(link.bias) or 0.0
    return Step(
        link.s_in or 0.0,
        link.s_out,
        bias,
        link.activation,
        link.activation_parameter,
        segment.pool_forward[side],
        segment.pool_backward[side],
    )


def _nearest(low: float | None, high: float | None) -> float | None:
    """The value nearest to 1 in the range: the mildest that pooling, whose factor depends on the data, allows."""
    if low is None or high is None:
        return None
    low, high = min(low, high), max(low, high)
    return min(max(1.0, low), high)


def _measured(links: Sequence[Link], steps: Sequence[Step]) -> tuple[Link, ...]:
    """Each link with its own multipliers, at its first run for one that repeats."""
    without, with_biases = forward(steps, biases=False), forward(steps)
    found = []
    skipped = block = 0
    previous = 1
    for index, link in enumerate(links):
        if link.repeat != previous:
            skipped += block * (previous - 1)
            block, previous = 0, link.repeat
        block += 1
        place = index + skipped
        before = without[place - 1].m if place else 1.0
        ahead = without[place].m / before if 0 < before < inf else None
        s_out, slope = steps[place].s_out, with_biases[place].slope
        found.append(replace(link, forward=ahead, backward=None if s_out is None else s_out * slope))
    return tuple(found)


def _reported(chain: Chain, steps: Sequence[Step]) -> Severity | None:
    if chain.length <= _SHORT and all(link.standard and link.activation not in _SATURATING for link in chain.links):
        return None
    if len(chain.links) == 1 and chain.end is OpKind.NORM:
        # A smooth activation before a norm: only its working point suffers, not the scale.
        q = forward(steps)[0].q
        return None if 1e-2 <= q <= 1e2 else milder(chain.band)
    return chain.severity
