"""Products of the flow with parameters that no layer owns: which of their axes are summed over, and how far.

Each is kept as an einsum, whatever it was called as. A view is told from the parameter's own axes by its strides, so
``x @ W``, ``x @ W.T`` and ``F.linear(x, W)`` are parted even where the matrix is square.
"""

from __future__ import annotations

import math
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import torch

from winit_lint.ir.write import ArgValue
from winit_lint.probe.calls import Call

_PLACES: Final = {
    "matmul": (0, 1), "__matmul__": (0, 1), "__rmatmul__": (1, 0), "mm": (0, 1), "bmm": (0, 1), "linear": (0, 1),
    "mv": (0, 1), "addmm": (1, 2), "baddbmm": (1, 2), "addmv": (1, 2),
}  # fmt: skip
"""Where the left and the right factor stand; the weight of ``linear`` is the right one, transposed."""

Axes: TypeAlias = frozenset[tuple[int, int]]


@final
@dataclass(frozen=True, slots=True)
class Product:
    """``einsum(inputs, weight -> outputs)``, a letter an axis, without the axes that only count samples.

    ``size``, ``stride`` and ``offset`` are those of the view in the parameter's memory. ``summed`` gives the sizes of
    the letters that the input alone has. ``args`` are those of the operation in the flow.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    inputs: str
    weight: str
    outputs: str
    summed: tuple[tuple[str, int], ...]
    args: Mapping[str, ArgValue]

    @property
    def sizes(self) -> dict[str, int]:
        """By letter."""
        return dict(zip(self.weight, self.size, strict=True)) | dict(self.summed)

    @property
    def fan_in(self) -> int:
        """How many products meet in an entry of the output."""
        return math.prod(size for letter, size in self.sizes.items() if letter not in self.outputs)

    @property
    def fan_out(self) -> int:
        """How many products an entry of the input takes part in."""
        return math.prod(size for letter, size in self.sizes.items() if letter not in self.inputs)

    @property
    def form(self) -> tuple[Axes, Axes, int, int]:
        """Equal for products that use the same memory in the same orientation."""
        axes = list(zip(self.weight, self.size, self.stride, strict=True))
        contracted = frozenset((size, step) for letter, size, step in axes if letter not in self.outputs and size > 1)
        new = frozenset((size, step) for letter, size, step in axes if letter not in self.inputs and size > 1)
        return contracted, new, self.fan_in, self.fan_out


def product_of(call: Call, weight: torch.Tensor, parameter: torch.Tensor) -> Product | None:
    """The product that ``call`` is with this view of a parameter; None where its fans are not to be seen."""
    if call.bare == "einsum":
        return _of_einsum(call, weight, parameter)
    factors = _factors(call)
    if factors is None or weight.dim() < 2:
        return None
    left, right = factors
    on_the_right = right is weight
    if (left is weight) == on_the_right:
        return None
    other = left if on_the_right else right
    oriented = weight if on_the_right and call.bare != "linear" else weight.mT
    lead = tuple(other.shape[:-2]) if call.bare != "linear" else ()
    view, inputs, letters, outputs = _lettered(oriented, lead)
    if not (_keeps_axes(view, parameter) or _keeps_axes(weight, parameter)):
        return None
    args = _sides(oriented, parameter)
    offset = int(view.storage_offset() - parameter.storage_offset())
    return Product(tuple(view.shape), view.stride(), offset, inputs, letters, outputs, (), args)


def agreed(products: Sequence[Product | None]) -> Product | None:
    """The first, where all of them use the parameter in one way."""
    forms = {None if product is None else product.form for product in products}
    return products[0] if len(forms) == 1 else None


def _factors(call: Call) -> tuple[torch.Tensor, torch.Tensor] | None:
    places = _PLACES.get(call.bare)
    if places is None:
        return None
    given = list(call.args)
    if call.bare == "linear":
        given = [*given, *(call.kwargs[name] for name in ("input", "weight")[len(given) :] if name in call.kwargs)]
    if len(given) <= max(places):
        return None
    left, right = given[places[0]], given[places[1]]
    return (left, right) if isinstance(left, torch.Tensor) and isinstance(right, torch.Tensor) else None


def _lettered(oriented: torch.Tensor, lead: tuple[int, ...]) -> tuple[torch.Tensor, str, str, str]:
    """A view (..., in, out) without its copies, and the letters of an einsum with an input that leads so."""
    inputs = letters = outputs = ""
    view, count = oriented, oriented.dim() - 2
    aligned = ((1,) * count + lead)[-count:] if count else ()
    for letter, size, step, beside in zip(
        string.ascii_lowercase, oriented.shape, oriented.stride(), aligned, strict=False
    ):
        if size == 1 or step == 0:
            view = view.select(len(letters), 0)
            continue
        letters, outputs = letters + letter, outputs + letter
        inputs += letter if beside == size else ""
    return view, inputs + "I", letters + "IO", outputs + "O"


def _of_einsum(call: Call, weight: torch.Tensor, parameter: torch.Tensor) -> Product | None:
    equation, operands = call.args[0] if call.args else None, call.tensors
    if not isinstance(equation, str) or len(operands) != 2 or (operands[0] is weight) == (operands[1] is weight):
        return None
    place = 0 if operands[0] is weight else 1
    left, arrow, result = equation.replace(" ", "").partition("->")
    named = left.split(",")
    if not arrow or len(named) != 2 or "." in named[place]:
        return None
    letters, other = named[place], named[1 - place]
    if any(len(set(each)) != len(each) for each in (letters, other.replace("...", ""), result.replace("...", ""))):
        return None
    if ("..." in other) != ("..." in result) or not _keeps_axes(weight, parameter):
        return None  # a whole batch that is summed up
    sizes = _sizes(other, operands[1 - place])
    summed = tuple((x, size) for x, size in sizes.items() if x not in letters and x not in result)
    kept = {*letters, *(name for name, _ in summed)}
    offset = int(weight.storage_offset() - parameter.storage_offset())
    return Product(
        tuple(weight.shape),
        weight.stride(),
        offset,
        "".join(each for each in other if each in kept),
        letters,
        "".join(each for each in result if each in kept),
        summed,
        {"equation": equation, "operand": place},
    )


def _sizes(letters: str, tensor: torch.Tensor) -> dict[str, int]:
    ahead, _, behind = letters.partition("...")
    back = tuple(tensor.shape[tensor.dim() - len(behind) :])
    return dict(zip(ahead, tensor.shape, strict=False)) | dict(zip(behind, back, strict=False))


def _keeps_axes(view: torch.Tensor, parameter: torch.Tensor) -> bool:
    """Whether a view has each entry of the parameter, or of one of the matrices that it holds, once.

    A part of a matrix does not tell whether its products are summed with those of the rest.
    """
    if view.numel() == parameter.numel() and view.is_contiguous() and parameter.is_contiguous():
        return True
    axes = sorted(_axes(view))
    return any(axes == sorted(_axes(parameter, first)) for first in range(max(1, parameter.dim() - 1)))


def _axes(tensor: torch.Tensor, first: int = 0) -> list[tuple[int, int]]:
    every = list(zip(tensor.shape, tensor.stride(), strict=True))
    return [(size, step) for size, step in every[first:] if size > 1]


def _sides(oriented: torch.Tensor, parameter: torch.Tensor) -> dict[str, ArgValue]:
    """What the flow says of a product with a view (..., in, out) of a parameter."""
    rows, columns = oriented.shape[-2:]
    if parameter.dim() > 2:
        return {"transposed": oriented.stride(-2) >= oriented.stride(-1), "inputs": rows, "outputs": columns}
    pair = list(zip(oriented.shape, oriented.stride(), strict=True))[-2:]
    own = list(zip(parameter.shape, parameter.stride(), strict=True))
    return {"transposed": True if pair == own else False if pair == own[::-1] else "?"}
