"""The fans that ``torch.nn.init`` computes against the true ones, and what the difference does to the std.

The true fan_in is Var(out) / Var(w) for white inputs of unit variance, averaged over outputs; the true fan_out is the
same for gradients (He et al. 2015, arXiv 1502.01852, section 2.2, for dense layers and convolutions without groups and
stride; the rest follows by counting the products that meet in an output or leave an input). Padding is left aside.
Sizes may be symbolic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from winit_lint.ir.size import Number, product, ratio, sqrt


def torch_fans(shape: Sequence[Number]) -> tuple[Number, Number] | None:
    """(fan_in, fan_out) as ``torch.nn.init._calculate_fan_in_and_fan_out`` gives them; None below 2 dimensions."""
    if len(shape) < 2:
        return None
    field = product(tuple(shape[2:]))
    return shape[1] * field, shape[0] * field


def kaiming_factor(true_fan: Number, torch_fan: Number) -> Number:
    """std drawn / std meant for Kaiming: sqrt(true / torch)."""
    return sqrt(ratio(true_fan, torch_fan))


def xavier_factor(true_in: Number, true_out: Number, torch_in: Number, torch_out: Number) -> Number:
    """std drawn / std meant for Xavier: sqrt((true_in + true_out) / (torch_in + torch_out))."""
    return sqrt(ratio(true_in + true_out, torch_in + torch_out))


def stacked_xavier_factor(fan_in: Number, fan_out: Number, blocks: int) -> Number:
    """std drawn / std meant where Xavier sees ``blocks`` stacked (fan_out, fan_in) matrices as one.

    sqrt((fan_in + fan_out) / (fan_in + blocks * fan_out)).
    """
    return sqrt(ratio(fan_in + fan_out, fan_in + blocks * fan_out))


def dense(inputs: Number, outputs: Number) -> tuple[Number, Number]:
    """A matrix product, however the matrix is stored.

    So has one block of a stacked matrix (a gate, a query projection, an expert, a head): in from its columns, out to
    its own rows.
    """
    return inputs, outputs


def convolution(
    inputs: Number, outputs: Number, kernel: Sequence[Number], stride: Sequence[Number] = (), groups: Number = 1
) -> tuple[Number, Number]:
    """Channels of one group times the taps; a stride parts the gradients, the dilation changes nothing."""
    taps = product(tuple(kernel))
    return (inputs // groups) * taps, ratio((outputs // groups) * taps, product(tuple(stride)))


def transposed_convolution(
    inputs: Number, outputs: Number, kernel: Sequence[Number], stride: Sequence[Number] = (), groups: Number = 1
) -> tuple[Number, Number]:
    """A convolution the other way round: the stride parts the inputs that meet in an output.

    Where the stride does not divide the kernel the outputs differ, and this is their average.
    """
    back, ahead = convolution(outputs, inputs, kernel, stride, groups)
    return ahead, back


def bilinear(first: Number, second: Number, outputs: Number) -> tuple[Number, Number]:
    """Products of two inputs; fan_out is that to the first."""
    return first * second, outputs * second


def lookup(width: Number) -> tuple[Number, Number]:
    """A row of a table: a product with a one-hot vector."""
    return 1, width


def bag(size: Number, width: Number, *, mean: bool = False) -> tuple[Number, Number]:
    """The sum, or mean, of ``size`` rows of a table."""
    return (ratio(1, size) if mean else size), width


@final
@dataclass(frozen=True, slots=True)
class Factors:
    """std drawn / std meant by each of ``torch.nn.init``'s schemes."""

    kaiming_fan_in: Number
    kaiming_fan_out: Number
    xavier: Number


def factors(true: tuple[Number, Number], shape: Sequence[Number]) -> Factors | None:
    """What the schemes do to a weight of this shape with these true fans; None where they raise."""
    seen = torch_fans(shape)
    if seen is None:
        return None
    return Factors(kaiming_factor(true[0], seen[0]), kaiming_factor(true[1], seen[1]), xavier_factor(*true, *seen))
