"""What an operation of the flow says of its operands."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

from winit_lint.interpreter.values import Tensor, Value
from winit_lint.ir.size import Number, SizeExpr


def equal_parts(name: str, first: Value) -> dict[str, Value]:
    """``parts`` of a split whose number stands in the call, and ``unequal`` where its parts differ in size."""
    if isinstance(first, (list, tuple)):
        equal = bool(first) and all(type(size) is type(first[0]) and size == first[0] for size in first)
        return {"parts": len(first)} if equal else {"unequal": True}
    return {"parts": first} if name.endswith("chunk") and isinstance(first, int) else {}


def one_block(index: Value) -> dict[str, Value]:
    """``block``, the number of one block among several: ``qkv[1]``, ``qkv[:, :, 1]``; nothing for any other index."""
    parts = index if isinstance(index, tuple) else (index,)
    numbers = [part for part in parts if isinstance(part, int) and not isinstance(part, bool)]
    whole = all(isinstance(part, int) or part is Ellipsis or part == slice(None) for part in parts)
    return {"block": numbers[0]} if len(numbers) == 1 and whole else {}


def bank_sides(weight: Value, *, on_the_right: bool) -> dict[str, Value]:
    """``inputs`` and ``outputs`` of each matrix of a bank with three or more dimensions, as it is multiplied.

    On the right (``x @ W``) its last two dimensions are (inputs, outputs), else (outputs, inputs). The sizes are those
    of the view that takes part, so a transposed one is seen as such.
    """
    shape = weight.shape if isinstance(weight, Tensor) else None
    if shape is None or len(shape) < 3 or shape[-1] is None or shape[-2] is None:
        return {}
    inputs, outputs = (shape[-2], shape[-1]) if on_the_right else (shape[-1], shape[-2])
    return {"inputs": inputs, "outputs": outputs}


_AXES = re.compile(r"\.\.\.|->|\w+|\S")


def equation_of(values: Sequence[Value]) -> str:
    """What an einsum sums over, a letter an index; "" where that is not known.

    torch's stands first, that of einops last, with axes of any length of name between blanks.
    """
    if not values:
        return ""
    if isinstance(values[0], str):
        return values[0]
    pattern = values[-1]
    tokens = _AXES.findall(pattern) if isinstance(pattern, str) else []
    axes = list(dict.fromkeys(token for token in tokens if token.isidentifier()))
    plain = all(token in {"...", "->", ","} or token.isidentifier() for token in tokens)
    if not plain or len(axes) > len(string.ascii_letters):
        return ""
    letters = dict(zip(axes, string.ascii_letters, strict=False))
    return "".join(letters.get(token, token) for token in tokens)


def slice_ends(part: slice, size: Number | None) -> tuple[Value, Value]:
    """First index and end of a slice, those from the back counted from the front; None where that is not known."""
    low, high = (_from_front(end, size) for end in (0 if part.start is None else part.start, part.stop))
    return low, size if part.stop is None else high


def _from_front(end: Value, size: Number | None) -> Value:
    negative = end < 0 if isinstance(end, int) else isinstance(end, SizeExpr) and all(c < 0 for _, c in end.terms)
    if not negative:
        return end
    return None if size is None else size + end
