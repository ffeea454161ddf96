"""What a model's ``forward`` is given: a description without tensors, so that the parent can read and send it.

The written form of one tensor is ``[NAME=]SIZES[:DTYPE[:LOW..HIGH]]``: ``4,3,32,32``, ``input_ids=2,16:int64:0..1000``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

FLOATS = frozenset({"float16", "bfloat16", "float32", "float64", "complex64"})
INTEGERS = frozenset({"int8", "uint8", "int16", "int32", "int64"})
DTYPES = (*sorted(FLOATS), *sorted(INTEGERS), "bool")

_LARGEST = 1_000_000
_MOST_ENTRIES = 2**28
_FORM = re.compile(
    r"(?:(?P<keyword>[^\W\d]\w*)=)?(?P<size>\d+(?:,\d+)*)"
    r"(?::(?P<dtype>[a-z]+\d*)(?::(?P<low>-?\d+)\.\.(?P<high>-?\d+))?)?"
)


@final
class InputFormError(Exception):
    """A description of an input that can't be understood, as one line for the user."""


@final
@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One tensor.

    ``size`` has the batch first. ``dtype`` is the name without ``torch.``. Floats are drawn from the standard normal
    distribution, integers evenly from ``low`` to ``high - 1``, booleans are all True. ``keyword`` is the argument that
    it is passed as, None by position.
    """

    size: tuple[int, ...]
    dtype: str = "float32"
    low: int = 0
    high: int = 2
    keyword: str | None = None

    def __str__(self) -> str:
        name = f"{self.keyword}=" if self.keyword is not None else ""
        bounds = f":{self.low}..{self.high}" if self.dtype in INTEGERS else ""
        kind = f":{self.dtype}{bounds}" if self.dtype != "float32" else ""
        return f"{name}{','.join(map(str, self.size))}{kind}"


@final
@dataclass(frozen=True, slots=True)
class Inputs:
    """The arguments of one call of ``forward``: those without a keyword in order, then the others.

    ``origin`` says where the description comes from: ``given``, ``configuration``, ``dummy_inputs``, ``default_cfg``
    (timm), or ``first layer``.
    """

    tensors: tuple[TensorSpec, ...]
    origin: str = "given"

    def __str__(self) -> str:
        return " ".join(map(str, self.tensors))


def parse_inputs(texts: Sequence[str], origin: str = "given") -> Inputs:
    """The inputs that the written forms describe, one tensor each.

    Raises:
        InputFormError: one of them is no such form, or two have the same keyword.
    """
    tensors = tuple(map(_tensor, texts))
    names = [tensor.keyword for tensor in tensors if tensor.keyword is not None]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputFormError(f"`{twice}` is given twice")
    return Inputs(tensors, origin)


def _tensor(text: str) -> TensorSpec:
    found = _FORM.fullmatch(text.replace(" ", ""))
    if found is None or not text.isascii():
        raise InputFormError(f"`{text}` is no shape; write 4,3,64,64, or input_ids=2,16:int64:0..1000")
    size = tuple(int(part) if len(part) < 10 else _LARGEST + 1 for part in found["size"].split(","))
    if not all(0 < part <= _LARGEST for part in size) or _entries(size) > _MOST_ENTRIES:
        raise InputFormError(f"`{text}`: sizes from 1 to {_LARGEST:,}, and {_MOST_ENTRIES:,} entries at most")
    dtype = found["dtype"] or "float32"
    if dtype not in DTYPES:
        raise InputFormError(f"`{text}`: no such type: {dtype}; there are {', '.join(DTYPES)}")
    if found["low"] is None:
        return TensorSpec(size, dtype, keyword=found["keyword"])
    low, high = found["low"], found["high"]
    if dtype not in INTEGERS or max(len(low), len(high)) > 18 or int(low) >= int(high):
        raise InputFormError(f"`{text}`: LOW..HIGH goes with whole numbers, and HIGH is left out: 0..10 is 0 to 9")
    return TensorSpec(size, dtype, int(low), int(high), found["keyword"])


def _entries(size: Sequence[int]) -> int:
    total = 1
    for part in size:
        total *= part
    return total
