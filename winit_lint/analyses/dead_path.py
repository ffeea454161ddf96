"""Zero tensors that can never learn, and constant layers whose units stay identical.

Dead is decided by a fixed point. A zero tensor is live when its input may be non-zero and some path from its output to
the loss has no zero factor, live tensors counting as non-zero; whatever never becomes live has zero gradient for
ever under any first-order optimiser. Every unknown counts as non-zero and as a way to the loss, so that what is called
dead is dead.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.analyses.last_write import constant_of
from winit_lint.analyses.readers import is_additive, is_division, is_multiplicative, shape_parameter
from winit_lint.analyses.symmetry import Locked, locked_weights
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.theory.moments import slope_at_zero, value_at_zero

_SAME = frozenset({OpKind.RESHAPE, OpKind.POOL, OpKind.DROPOUT, OpKind.SPLIT, OpKind.CONCAT, OpKind.ADD})
_PRODUCTS = frozenset({OpKind.MUL, OpKind.MATMUL})
_FACTORS = frozenset({OpKind.WEIGHT, OpKind.NORM, OpKind.SCALE, OpKind.EMBEDDING, OpKind.PARAMETER, OpKind.RECURRENT})


@final
class Cause(enum.Enum):
    """Why a zero tensor is dead."""

    FLAT_ACTIVATION = "flat activation"  # its output is 0 where the activation behind it has slope 0 (ReLU)
    ZERO_FACTORS = "zero factors"  # every path holds another zero tensor, before it or behind it


@final
@dataclass(frozen=True, slots=True)
class Dead:
    """A zero tensor without gradient for ever.

    ``partners`` are the other zero tensors that stand in its way (empty for a flat activation alone); ``flow`` and
    ``ops`` the operations of the evidence: first those that the tensor takes part in, then the blocking ones.
    """

    parameter: str
    cause: Cause
    partners: tuple[str, ...]
    flow: int
    ops: tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class DeadPaths:
    """All three by full parameter name: ``live`` are zero tensors that do or will learn, ``dead`` those that never do.

    ``locked`` are constant weights (zero or not) whose units stay identical. Biases are in neither. A zero tensor that
    is in none of them was not decided: it is in no flow, or in one that could not be followed to its end.
    """

    live: frozenset[str]
    dead: Mapping[str, Dead]
    locked: Mapping[str, Locked]


def dead_paths(model: Model) -> DeadPaths:
    """The fixed point over all flows of the model; a tensor that is live in one flow is live."""
    zero = _Zeros(model)
    decided: set[str] = set()
    for flow in model.flows:
        if flow.complete:
            decided.update(name for op in flow.ops for name in op.parameters)
    weights = {name for op in _factor_ops(model) for name in _weights(op)} & decided
    if not any(map(zero.was_zero, weights)):  # nothing to decide
        return DeadPaths(frozenset(), MappingProxyType({}), locked_weights(model))
    sides = [_Side(flow, zero) for flow in model.flows if flow.complete]
    for flow in model.flows:
        if not flow.complete:
            zero.revive(name for op in flow.ops for name in op.parameters)
    changed = True
    while changed:
        changed = False
        for side in sides:
            changed |= zero.revive(side.live())
    dead: dict[str, Dead] = {}
    for parameter in model.parameters:
        if parameter.name in weights and zero.is_dead(parameter.name):
            dead[parameter.name] = _evidence(model, zero, parameter.name)
    live = frozenset(name for name in weights if zero.was_zero(name) and not zero.is_dead(name))
    return DeadPaths(live, MappingProxyType(dead), locked_weights(model))


def _factor_ops(model: Model) -> Iterable[Op]:
    return (op for flow in model.flows for op in flow.ops if op.kind in _FACTORS)


def _weights(op: Op) -> tuple[str, ...]:
    """The parameters of an op that a finding may name: biases, which start at zero by custom, are left out."""
    weights = tuple(name for name in op.parameters if not _is_bias(name))
    return weights if op.kind is OpKind.RECURRENT else weights[:1]


def _factor(op: Op) -> str | None:
    """The parameter that multiplies the input (or stands for the value) of an op that has one."""
    if op.kind in {OpKind.WEIGHT, OpKind.NORM}:
        return next((name for name in op.parameters[:1] if not _is_bias(name)), None)
    return op.parameters[0] if op.parameters else None


def _is_bias(name: str) -> bool:
    return name.rpartition(".")[2].startswith("bias")


class _Zeros:
    """Which parameters hold zeros at the current state; tied parameters share theirs."""

    def __init__(self, model: Model) -> None:
        self._tie: dict[str, tuple[int, ...] | str] = {}
        self._zero: set[tuple[int, ...] | str] = set()
        for parameter in model.parameters:
            tie: tuple[int, ...] | str = parameter.name
            if parameter.writes:
                tie = (parameter.storage, *map(id, parameter.writes))
            self._tie[parameter.name] = tie
            # A frozen zero may be thawed later, and is no fault of the initialisation.
            if parameter.trainable and constant_of(parameter) == 0:
                self._zero.add(tie)
        self._dead = set(self._zero)

    def is_dead(self, name: str) -> bool:
        """It is zero, and nothing has shown it to be live so far."""
        return self._tie.get(name) in self._dead

    def was_zero(self, name: str) -> bool:
        """It is zero at step 0."""
        return self._tie.get(name) in self._zero

    def revive(self, names: Iterable[str]) -> bool:
        """Count ``names`` as non-zero from now on; whether that changed anything."""
        ties = {self._tie[name] for name in names if name in self._tie} & self._dead
        self._dead -= ties
        return bool(ties)


class _Side:
    """One flow: which values may be non-zero, and from which the loss may be reached."""

    def __init__(self, flow: Flow, zero: _Zeros) -> None:
        self.flow = flow
        self.zero = zero
        self.nonzero: list[bool] = []
        self.reach: list[bool] = []

    def live(self) -> list[str]:
        """The zero tensors of this flow that get a gradient at the current state, biases included."""
        self.compute()
        return [
            name
            for op in self.flow.ops
            for name in op.parameters
            if self.zero.is_dead(name) and self.reach[op.id] and self._receives(op, name)
        ]

    def compute(self) -> None:
        """Values forward, gradients backward."""
        self.nonzero = []
        for op in self.flow.ops:
            self.nonzero.append(self._value(op))
        self.reach = [False] * len(self.flow.ops)
        for op in reversed(self.flow.ops):
            readers = self.flow.readers[op.id]
            # A value that nothing reads may be kept in an attribute for a loss elsewhere.
            self.reach[op.id] = (
                op.id in self.flow.outputs
                or not readers
                or any(self.passes(self.flow.ops[reader], op.id) for reader in readers)
            )

    def passes(self, op: Op, source: int) -> bool:
        """Some gradient may come through ``op`` to its input ``source``."""
        if op.kind is OpKind.UNKNOWN:
            return True
        if not self.reach[op.id]:
            return False
        return not self.blocked_here(op, source)

    def blocked_here(self, op: Op, source: int) -> bool:
        """The derivative of ``op`` by its input ``source`` is certainly zero."""
        match op.kind:
            case OpKind.WEIGHT if not op.parameters:
                return len(op.inputs) == 2 and not self._others(op, source)
            case OpKind.WEIGHT | OpKind.NORM:
                return self._first_is_zero(op)
            case OpKind.RECURRENT:
                weights = _weights(op)
                return bool(weights) and all(self.zero.is_dead(name) for name in weights)
            case OpKind.SCALE if is_multiplicative(op):
                # The parameter may stand among the inputs too, by an op of its own.
                return not self._others(op, source) if len(op.inputs) > 1 else self._first_is_zero(op)
            case OpKind.MUL | OpKind.MATMUL:
                return not is_division(op) and not self._others(op, source)
            case OpKind.ACTIVATION:
                return not self.nonzero[source] and self._slope(op) == 0
            case _:
                return False

    def _value(self, op: Op) -> bool:
        """The output may be non-zero."""
        inputs = [self.nonzero[i] for i in op.inputs]
        biases = any(not self.zero.is_dead(name) for name in op.parameters if name != _factor(op))
        match op.kind:
            case OpKind.PARAMETER | OpKind.EMBEDDING:
                return not self._first_is_zero(op)
            case OpKind.WEIGHT if not op.parameters:
                return all(inputs) if len(inputs) == 2 else True
            case OpKind.WEIGHT | OpKind.NORM:
                return biases or (any(inputs) and not self._first_is_zero(op))
            case OpKind.RECURRENT:
                return not op.parameters or any(not self.zero.is_dead(name) for name in op.parameters)
            case OpKind.SCALE if is_multiplicative(op):
                return all(inputs) and not self._first_is_zero(op)
            case OpKind.SCALE if is_additive(op) and op.parameters:
                return any(inputs) or not self._first_is_zero(op)
            case OpKind.MUL | OpKind.MATMUL:
                return inputs[0] if is_division(op) and inputs else all(inputs)
            case OpKind.ACTIVATION:
                return any(inputs) or self._at_zero(op) != 0
            case kind if kind in _SAME:
                return any(inputs)
            case _:
                return True

    def _receives(self, op: Op, name: str) -> bool:
        """The gradient of the parameter is not certainly zero, given one at the output of ``op``."""
        if op.kind in {OpKind.WEIGHT, OpKind.NORM} and name == _factor(op):
            return any(self.nonzero[i] for i in op.inputs)
        if op.kind is OpKind.SCALE and is_multiplicative(op):
            return any(self.nonzero[i] for i in op.inputs)
        return True

    def _first_is_zero(self, op: Op) -> bool:
        factor = _factor(op)
        return factor is not None and self.zero.is_dead(factor)

    def _others(self, op: Op, source: int) -> bool:
        """The factors other than ``source`` may all be non-zero; its square counts once."""
        rest = list(op.inputs)
        rest.remove(source)
        return all(self.nonzero[i] for i in rest)

    @staticmethod
    def _slope(op: Op) -> float | None:
        parameter, certain = shape_parameter(op)
        return slope_at_zero(op.activation or "", parameter) if certain and not op.parameters else None

    @staticmethod
    def _at_zero(op: Op) -> float | None:
        parameter, certain = shape_parameter(op)
        return value_at_zero(op.activation or "", parameter) if certain else None


def _evidence(model: Model, zero: _Zeros, name: str) -> Dead:
    """Why ``name`` is dead, in the first complete flow that holds it."""
    for index, flow in enumerate(model.flows):
        uses = [op for op in flow.ops if name in op.parameters]
        if not uses or not flow.complete:
            continue
        side = _Side(flow, zero)
        side.compute()
        witnesses: dict[int, None] = dict.fromkeys(op.id for op in uses)
        partners: dict[str, None] = {}
        flat = False
        for use in uses:
            for blocked in _forward_blocks(side, use):
                witnesses[blocked.id] = None
                flat |= blocked.kind is OpKind.ACTIVATION
                partners.update(dict.fromkeys(_zero_weights(side, blocked)))
            if not any(side.nonzero[i] for i in use.inputs):
                for above in _zero_sources(side, use):
                    witnesses[above.id] = None
                    partners.update(dict.fromkeys(_zero_weights(side, above)))
        partners.pop(name, None)
        cause = Cause.FLAT_ACTIVATION if flat and not partners else Cause.ZERO_FACTORS
        return Dead(name, cause, tuple(partners), index, tuple(witnesses))
    raise ValueError(f"{name} is in no complete flow")


def _forward_blocks(side: _Side, use: Op) -> list[Op]:
    """The operations behind ``use`` that stop the gradient, and where a product does, what makes its factors zero."""
    found: dict[int, Op] = {}
    pending = [use.id]
    seen = {use.id}
    while pending:
        current = pending.pop()
        for reader in side.flow.readers[current]:
            op = side.flow.ops[reader]
            if side.blocked_here(op, current):
                found[op.id] = op
                if op.kind in _PRODUCTS or not op.parameters:
                    for source in op.inputs:
                        if source != current and not side.nonzero[source]:
                            found.update((above.id, above) for above in _zero_sources(side, side.flow.ops[source]))
                            found.update({source: side.flow.ops[source]})
            elif reader not in seen:
                seen.add(reader)
                pending.append(reader)
    return [found[key] for key in sorted(found)]


def _zero_sources(side: _Side, op: Op) -> list[Op]:
    """The operations above ``op`` at which a zero tensor makes the value zero."""
    found: dict[int, Op] = {}
    pending = list(op.inputs)
    seen = set(pending)
    while pending:
        above = side.flow.ops[pending.pop()]
        if side.nonzero[above.id]:
            continue
        if _zero_weights(side, above):
            found[above.id] = above
        for source in above.inputs:
            if source not in seen:
                seen.add(source)
                pending.append(source)
    return [found[key] for key in sorted(found)]


def _zero_weights(side: _Side, op: Op) -> list[str]:
    return [name for name in _weights(op) if op.kind in _FACTORS and side.zero.is_dead(name)]
