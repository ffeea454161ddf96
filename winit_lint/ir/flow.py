"""The flow of values through ``forward``."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import final

from winit_lint.ir.write import NO_ARGS, ArgValue
from winit_lint.source.span import Span


@final
class OpKind(enum.Enum):
    """What an operation does to the scale of its input."""

    INPUT = "input"  # an argument of the method that the flow runs; also data made inside it
    WEIGHT = "weight"  # a product with weights: Linear, Conv, x @ W, F.linear(x, self.w), F.conv2d
    EMBEDDING = "embedding"  # a table looked up by index
    RECURRENT = "recurrent"  # RNN, LSTM, GRU and cells
    NORM = "norm"  # BatchNorm, LayerNorm, RMSNorm, F.normalize, ...: resets the scale
    ACTIVATION = "activation"  # an elementwise nonlinearity; `activation` names it
    ADD = "add"  # sum of two or more flows (residual where one is an ancestor of the other)
    MUL = "mul"  # product of two flows: gates, masks
    SCALE = "scale"  # product with or sum of a constant or a non-weight parameter (`parameter` names that)
    MATMUL = "matmul"  # product of two flows: attention scores, bmm
    SOFTMAX = "softmax"
    CONCAT = "concat"
    SPLIT = "split"  # chunk, split, unbind, indexing that takes a part
    RESHAPE = "reshape"  # view, permute, flatten, to, contiguous: the same entries
    POOL = "pool"  # average or maximum over positions; mean, sum
    DROPOUT = "dropout"
    ATTENTION = "attention"  # scaled_dot_product_attention, nn.MultiheadAttention
    PARAMETER = "parameter"  # a parameter that enters the flow by itself (a token, a position table)
    CONSTANT = "constant"  # a tensor without gradient: buffers, zeros, masks
    UNKNOWN = "unknown"  # anything may happen


SAME_ENTRIES = frozenset({OpKind.RESHAPE, OpKind.DROPOUT})
"""Operations whose output has the entries of their input, but those that were dropped."""


@final
@dataclass(frozen=True, slots=True)
class Op:
    """One operation. ``inputs`` are ids of earlier operations (ids grow along the flow).

    ``name`` is the qualified function or class. ``layer`` is the path of the module that did it ("" for none),
    ``parameters`` the full names of the weights that take part (the weight first, then the bias). ``activation`` is
    the canonical name of ``knowledge.activations`` with its arguments in ``args`` (``negative_slope``). ``repeat`` is
    how often the operation runs in series where a loop's count is known and its body was executed once.
    """

    id: int
    kind: OpKind
    name: str
    inputs: tuple[int, ...] = ()
    layer: str = ""
    parameters: tuple[str, ...] = ()
    activation: str | None = None
    args: Mapping[str, ArgValue] = field(default_factory=lambda: NO_ARGS)
    repeat: int = 1
    span: Span | None = None


@final
@dataclass(frozen=True)
class Flow:
    """One execution of ``method`` (``forward``, ``encode``, ``training_step``).

    ``ops`` are in order of execution with ``ops[i].id == i``; ``outputs`` are the ids returned. ``complete`` is False
    where the method could not be followed to its end; then a missing reader proves nothing.
    """

    method: str
    ops: tuple[Op, ...]
    outputs: tuple[int, ...] = ()
    complete: bool = True

    @cached_property
    def readers(self) -> Mapping[int, tuple[int, ...]]:
        """For each op, the ids of the ops that read its output, in order."""
        found: dict[int, list[int]] = {op.id: [] for op in self.ops}
        for op in self.ops:
            for source in dict.fromkeys(op.inputs):
                found[source].append(op.id)
        return {source: tuple(ids) for source, ids in found.items()}

    def descends(self, op: int, ancestor: int) -> bool:
        """Whether ``op`` is ``ancestor`` or reads it, directly or through others."""
        if op == ancestor:
            return True
        seen, pending = {op}, [op]
        while pending:
            for source in self.ops[pending.pop()].inputs:
                if source == ancestor:
                    return True
                if source > ancestor and source not in seen:
                    seen.add(source)
                    pending.append(source)
        return False

    def makes_weight(self, op: Op) -> bool:
        """A bare weight multiplies what is made of parameters, and at most constants beside them: it meets no signal.

        The two sides make up one weight then (a scaled factor of a low-rank one), or the other side is a table.
        """
        if op.kind is not OpKind.WEIGHT or op.layer:
            return False
        seen, pending, found = set(op.inputs), list(op.inputs), False
        while pending:
            current = self.ops[pending.pop()]
            if not current.inputs:
                if current.kind not in {OpKind.PARAMETER, OpKind.CONSTANT}:
                    return False
                found = found or current.kind is OpKind.PARAMETER
            for source in current.inputs:
                if source not in seen:
                    seen.add(source)
                    pending.append(source)
        return found
