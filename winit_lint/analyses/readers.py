"""What reads the output of each weight: the activation, normalisation, sum or weight that comes next."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known
from winit_lint.theory import moments

TRANSPARENT = frozenset(
    {OpKind.RESHAPE, OpKind.DROPOUT, OpKind.POOL, OpKind.SPLIT, OpKind.CONCAT},
)
"""Operations that hand entries on without a nonlinearity or another flow's values mixed into them."""

_ADDITIVE = frozenset({"+", "-", "add", "sub", "subtract", "radd", "rsub", "iadd", "isub"})
_MULTIPLICATIVE = frozenset({"*", "mul", "multiply", "rmul", "imul"})
_DIVISIONS = frozenset({"/", "div", "divide", "true_divide", "truediv", "itruediv"})


@final
class ReaderKind(enum.Enum):
    """What kind of operation reads."""

    ACTIVATION = "activation"
    NORM = "norm"
    RESIDUAL = "residual"  # a sum with a flow that it descends from, or that descends from it
    SUM = "sum"  # a sum with some other flow
    WEIGHT = "weight"  # the next product with weights, recurrent layer or attention layer
    PRODUCT = "product"  # a gate, a score: a product with another flow
    SOFTMAX = "softmax"
    OUTPUT = "output"  # it is returned, or nothing reads it in a flow that was followed to its end
    UNKNOWN = "unknown"


_KINDS: Mapping[OpKind, ReaderKind] = MappingProxyType(
    {
        OpKind.ACTIVATION: ReaderKind.ACTIVATION,
        OpKind.NORM: ReaderKind.NORM,
        OpKind.WEIGHT: ReaderKind.WEIGHT,
        OpKind.RECURRENT: ReaderKind.WEIGHT,
        OpKind.ATTENTION: ReaderKind.WEIGHT,
        OpKind.MUL: ReaderKind.PRODUCT,
        OpKind.MATMUL: ReaderKind.PRODUCT,
        OpKind.SOFTMAX: ReaderKind.SOFTMAX,
    }
)


@final
@dataclass(frozen=True, slots=True)
class Reader:
    """One operation that reads a weight's output.

    ``name`` is its qualified name ("" for an output); ``flow`` and ``op`` say where it stands
    (``model.flows[flow].ops[op]``; None for an output). ``activation`` and ``parameter`` are the canonical activation
    and its shape parameter (``negative_slope``); ``parameter`` is None for the default, and ``certain`` is False
    where it could not be worked out. ``behind_norm`` says that a normalisation stands between, ``scaled`` a product
    with a constant or a learned scale, ``split`` that only a part is read.
    """

    kind: ReaderKind
    name: str = ""
    flow: int = 0
    op: int | None = None
    activation: str | None = None
    parameter: float | None = None
    certain: bool = True
    behind_norm: bool = False
    scaled: bool = False
    split: bool = False


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """All readers of one parameter's output, over every flow and every place where the layer is used.

    ``uses`` are (flow index, op id) of the operations that the parameter takes part in.
    """

    parameter: str
    uses: tuple[tuple[int, int], ...]
    readers: tuple[Reader, ...]

    @property
    def direct(self) -> tuple[Reader, ...]:
        """The readers that come next, those behind a normalisation left out."""
        return tuple(r for r in self.readers if not r.behind_norm)

    @property
    def kinds(self) -> frozenset[ReaderKind]:
        """The kinds of the readers that come next."""
        return frozenset(r.kind for r in self.direct)

    @property
    def norm_between(self) -> bool:
        """At some use a normalisation comes before any nonlinearity."""
        return ReaderKind.NORM in self.kinds

    @property
    def activation(self) -> Reader | None:
        """The one activation that every use of the weight goes into directly.

        None where readers disagree, where a norm, a sum, a gate or an output stands there instead, where a constant
        scales the value on the way, or where the activation or its argument is not known.
        """
        direct = self.direct
        if not direct or any(r.kind is not ReaderKind.ACTIVATION or not r.certain or r.scaled for r in direct):
            return None
        first = direct[0]
        if first.activation is None or not moments.is_known(first.activation):
            return None
        return first if all(_same(first, r) for r in direct[1:]) else None

    @property
    def linear(self) -> bool:
        """Every use goes, with no nonlinearity, straight into another weight."""
        return self.kinds == {ReaderKind.WEIGHT} and not any(r.scaled for r in self.direct)


def readers(model: Model) -> Mapping[str, Reading]:
    """The reading of every parameter that takes part in some flow, by full name.

    Reshape, dropout, pooling, split and concatenation are passed through. A bias is read by what reads its layer.
    Behind a normalisation the search goes on to the next operation, marked ``behind_norm``.
    """
    uses: dict[str, list[tuple[int, int]]] = {}
    found: dict[str, dict[Reader, None]] = {}
    for index, flow in enumerate(model.flows):
        cache: dict[int, tuple[Reader, ...]] = {}
        for op in flow.ops:
            for name in op.parameters:
                uses.setdefault(name, []).append((index, op.id))
                if op.id not in cache:
                    cache[op.id] = read_behind(model, index, op.id)
                found.setdefault(name, {}).update(dict.fromkeys(cache[op.id]))
    return MappingProxyType({name: Reading(name, tuple(uses[name]), tuple(found[name])) for name in uses})


def read_behind(model: Model, flow: int, op: int) -> tuple[Reader, ...]:
    """What reads the result of one operation, as for a weight's."""
    return tuple(dict.fromkeys(_behind(model, flow, op)))


def read_by(model: Model) -> Mapping[str, tuple[str, ...]]:
    """For each parameter in a flow the qualified names of what reads it next, and of the activation behind a norm."""
    found = {}
    for name, reading in readers(model).items():
        shown = [r for r in reading.readers if r.name and (not r.behind_norm or r.kind is ReaderKind.ACTIVATION)]
        found[name] = tuple(dict.fromkeys(r.name for r in shown))
    return MappingProxyType(found)


def shape_parameter(op: Op) -> tuple[float | None, bool]:
    """(shape parameter of an activation op or None for the default, whether that is certain)."""
    argument = None if op.activation is None else moments.argument_name(op.activation)
    if argument is None or argument not in op.args:
        return None, True
    value = known(op.args[argument])
    if op.activation == "hardtanh" and value is not None and known(op.args.get("min_val", -value)) != -value:
        return None, False  # the table knows the symmetric one only
    return value, value is not None


def is_additive(op: Op) -> bool:
    """A SCALE op that certainly adds or subtracts (``x + b``)."""
    return _operator(op) in _ADDITIVE


def is_multiplicative(op: Op) -> bool:
    """A SCALE op that certainly multiplies; a division may have its operands either way round."""
    return _operator(op) in _MULTIPLICATIVE


def is_division(op: Op) -> bool:
    """A MUL or SCALE op that divides: a zero divisor is no zero factor."""
    return _operator(op) in _DIVISIONS


def _operator(op: Op) -> str:
    """``*`` of ``torch.Tensor *``, ``mul`` of ``torch.mul``, ``torch.Tensor.mul_`` and ``operator.mul``."""
    return op.name.rpartition(".")[2].rpartition(" ")[2].strip("_")


def is_residual(flow: Flow, op: Op) -> bool:
    """An ADD one of whose inputs descends from another."""
    return any(
        left != right and flow.descends(left, right) for left in op.inputs for right in op.inputs if left > right
    )


def _behind(model: Model, index: int, start: int) -> Iterator[Reader]:
    flow = model.flows[index]
    seen: set[tuple[int, bool, bool, bool]] = set()
    pending = [(start, False, False, False)]
    while pending:
        state = pending.pop(0)
        if state in seen:
            continue
        seen.add(state)
        current, norm, scaled, split = state
        following = flow.readers[current]
        if current in flow.outputs:
            yield Reader(ReaderKind.OUTPUT, "", index, None, behind_norm=norm, scaled=scaled, split=split)
        elif not following:
            kind = ReaderKind.OUTPUT if flow.complete else ReaderKind.UNKNOWN
            yield Reader(kind, "", index, None, behind_norm=norm, scaled=scaled, split=split)
        for reader in following:
            op = flow.ops[reader]
            if op.kind in TRANSPARENT:
                pending.append((reader, norm, scaled, split or op.kind is OpKind.SPLIT))
            elif op.kind is OpKind.SCALE:
                pending.append((reader, norm, scaled or not is_additive(op), split))
            else:
                yield _reader(flow, index, op, norm, scaled, split)
                if op.kind is OpKind.NORM and not norm:
                    pending.append((reader, True, scaled, split))


def _reader(flow: Flow, index: int, op: Op, norm: bool, scaled: bool, split: bool) -> Reader:
    if op.kind is OpKind.ADD:
        kind = ReaderKind.RESIDUAL if is_residual(flow, op) else ReaderKind.SUM
    else:
        kind = _KINDS.get(op.kind, ReaderKind.UNKNOWN)
    parameter, certain = shape_parameter(op)
    return Reader(kind, op.name, index, op.id, op.activation, parameter, certain, norm, scaled, split)


def _same(left: Reader, right: Reader) -> bool:
    return left.activation == right.activation and left.parameter == right.parameter
