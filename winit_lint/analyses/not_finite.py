"""Where a measured value that is not finite comes from, and whether a layer or the output carries it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.measured import Signal

_CARRYING: Final = frozenset({OpKind.WEIGHT, OpKind.NORM, OpKind.EMBEDDING, OpKind.RECURRENT})
_DIVIDING: Final = frozenset({"/", "div", "div_", "divide", "divide_", "true_divide", "__truediv__"})
_UNDEFINED: Final = frozenset(
    {
        "log", "log_", "log2", "log10", "log1p", "sqrt", "sqrt_", "rsqrt", "rsqrt_", "pow", "pow_", "exp", "exp_",
        "expm1", "reciprocal", "reciprocal_", "acos", "arccos", "asin", "arcsin", "acosh", "atanh", "arctanh", "logit",
        "__pow__", "**",
    }
)  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class NotFinite:
    """``carrier`` is the first layer's, or else the model's, output that is not finite; ``origin`` where that began.

    ``of_weights`` says that the origin is not defined for, or overflows with, what the weights put out: a function
    such as a root, or a quotient by a value that the weights made. What masks and the inputs bring along is none.
    ``count`` is the number of operations that are not finite.
    """

    carrier: Op
    origin: Op
    of_weights: bool
    count: int


def not_finite(flow: Flow, signal: Signal) -> NotFinite | None:
    """None where nothing but a mask on its way to a softmax is not finite."""
    broken = {found.op for found in signal.ops if found.nonfinite}
    carrying = (op for op in flow.ops if op.id in broken and (op.kind in _CARRYING or op.id in flow.outputs))
    carrier = next(carrying, None)
    if carrier is None:
        return None
    behind = _ancestors(flow, carrier)
    origin = next(op for op in behind if op.id in broken)
    masked = any(op.id in broken for op in _ancestors(flow, origin) if op is not origin)
    return NotFinite(carrier, origin, not masked and _of_weights(flow, origin), len(broken))


def divides(op: Op) -> bool:
    """Whether it is a quotient."""
    return _short(op) in _DIVIDING


def _short(op: Op) -> str:
    return op.name.rpartition(".")[2].rpartition(" ")[2]


def _of_weights(flow: Flow, origin: Op) -> bool:
    if divides(origin):
        if origin.kind is OpKind.SCALE and not origin.args.get("reverse"):
            return bool(origin.parameters)
        return bool(origin.inputs) and _weighted(flow, flow.ops[origin.inputs[-1]])
    return _short(origin) in _UNDEFINED and any(_weighted(flow, flow.ops[each]) for each in origin.inputs)


def _weighted(flow: Flow, op: Op) -> bool:
    return any(each.parameters for each in _ancestors(flow, op))


def _ancestors(flow: Flow, op: Op) -> Iterator[Op]:
    """The operations that lead to one, and itself, in the order of the flow."""
    found, pending = {op.id}, [op.id]
    while pending:
        new = set(flow.ops[pending.pop()].inputs) - found
        found |= new
        pending += new
    yield from (flow.ops[each] for each in sorted(found))
