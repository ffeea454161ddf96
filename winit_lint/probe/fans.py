"""Fans measured on a layer alone: white noise of unit variance goes in, second moments come out.

With white inputs the second moment of an output is the mean square of the weights times the products that meet in it,
whatever the weights are; so the layer's own are used, and others only where they are all zero. The fan_out is the same
for a vector-Jacobian product. Convolutions run without padding, and of what borders thin out only the inside counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import torch
from torch import nn
from torch.nn import functional

from winit_lint.ir.measured import Fan, MeasuredFans
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.ir.size import known
from winit_lint.knowledge.layers import GATES
from winit_lint.probe.capture import spec_of

_SAMPLES: Final = 16
_VALUES: Final = 20_000  # entries at the narrower side of a matrix over all samples
_MOST_SAMPLES: Final = 4096
_ROWS: Final = 4096  # of a table that are looked up
NOISE: Final = 0x5EED_FA25  # a seed that no build has: noise from the stream of the weights would be like them
LARGEST: Final = 2**27  # entries of a weight that is still measured
WHOLE: Final = 2**25  # entries of a matrix that is measured as a whole
_CONVOLUTIONS: Final = (functional.conv1d, functional.conv2d, functional.conv3d)
_TRANSPOSED: Final = (functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d)

Pair = tuple[Fan | None, Fan | None]


def measured_fans(model: Model, module: nn.Module) -> Iterator[MeasuredFans]:
    """One entry for each weight of a layer of the tables. Layers of one form are measured once."""
    modules = dict(module.named_modules())
    done: dict[Any, Pair] = {}
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(NOISE)
        for parameter in model.parameters:
            layer = modules.get(parameter.layer)
            shape = parameter.shape
            if layer is None or shape is None or len(shape) < 2 or parameter.fan_out is None:
                continue
            key = (type(layer), parameter.role, shape, _form(layer))
            if key not in done:
                done[key] = measured(layer, parameter.role)
            yield _entry(parameter, done[key])


def measured(layer: nn.Module, role: str) -> Pair:
    """(fan_in, fan_out) of one weight of a layer; (None, None) for a layer that this does not know how to feed."""
    weight = getattr(layer, role, None)
    spec = spec_of(layer)
    if not isinstance(weight, torch.Tensor) or spec is None:
        return None, None
    if hasattr(weight, "placements"):  # of a DTensor this process holds a shard alone: its shape is enough
        weight = torch.empty(weight.shape, device="meta")
    if weight.numel() > WHOLE and spec.kind in {LayerKind.LINEAR, LayerKind.EMBEDDING}:
        return _in_parts(layer, weight)
    if weight.numel() > LARGEST:
        return None, None
    drawn = usable(weight)
    match spec.kind:
        case LayerKind.LINEAR:
            return matrix(drawn)
        case LayerKind.BILINEAR:
            return _bilinear(drawn)
        case LayerKind.CONV | LayerKind.CONV_TRANSPOSE if spec.name.startswith("torch.nn."):
            return _convolution(layer, drawn, transposed=spec.kind is LayerKind.CONV_TRANSPOSE)
        case LayerKind.EMBEDDING:
            return _table(layer, drawn)
        case LayerKind.RECURRENT:
            return matrix(drawn, 1 if role.startswith("weight_hr") else len(GATES[spec.name]))
        case LayerKind.ATTENTION:
            return matrix(drawn, 3 if role == "in_proj_weight" else 1)
    return None, None


def matrix(weight: torch.Tensor, blocks: int = 1) -> Pair:
    """A matrix of ``blocks`` stacked products, each with a gradient of its own."""
    rows, columns = weight.shape
    size = rows // blocks
    samples = enough(min(size, columns))
    second = weight.double().square().mean().item()
    ahead = functional.linear(torch.randn(samples, columns), weight)
    back = torch.stack([torch.randn(samples, size) @ block for block in torch.split(weight, size)], dim=1)
    return fan_of(ahead, second), fan_of(back, second)


def _in_parts(layer: nn.Module, weight: torch.Tensor) -> Pair:
    """(fan_in, fan_out) of a large matrix: some rows tell the one, some columns the other."""
    rows, columns = weight.shape
    some = max(1, min(_ROWS, WHOLE // max(rows, columns)))
    some_rows = usable(weight.detach()[:some])
    if isinstance(layer, nn.Embedding):
        return _table(layer, some_rows)
    return matrix(some_rows)[0], matrix(usable(weight.detach()[:, :some]))[1]


def enough(values: int) -> int:
    """Samples for an error of about a hundredth, where each has this many independent values at its narrower side."""
    return min(_MOST_SAMPLES, max(_SAMPLES, math.ceil(_VALUES / values)))


def usable(weight: torch.Tensor) -> torch.Tensor:
    """The weight as it is, in single precision; noise of its shape where it is all zero, not finite, or not there."""
    if weight.is_meta:
        return torch.randn(weight.shape, device="cpu")
    taken = weight.detach().float().cpu()
    good = bool(torch.isfinite(taken).all()) and bool(taken.any())
    return taken if good else torch.randn(taken.shape)


def fan_of(values: torch.Tensor, second: float) -> Fan:
    """The mean square over that of the weights; the samples along the first dimension give the error."""
    each = values.double().square().flatten(1).mean(dim=1) / second
    return Fan(each.mean().item(), each.std().item() / math.sqrt(len(each)))


def _bilinear(weight: torch.Tensor) -> Pair:
    out, first, other = weight.shape
    second = weight.double().square().mean().item()
    samples = enough(min(out, first, other))
    x1, x2 = torch.randn(samples, first), torch.randn(samples, other)
    ahead = functional.bilinear(x1, x2, weight)
    back = torch.einsum("bo,oij,bj->bi", torch.randn(samples, out), weight, x2)
    return fan_of(ahead, second), fan_of(back, second)


def _table(layer: nn.Module, weight: torch.Tensor) -> Pair:
    """A lookup is a product with a one-hot vector; the gradient of that vector has ``dim`` terms."""
    rows = [row for row in range(weight.shape[0]) if row != getattr(layer, "padding_idx", None)]
    chosen = weight[torch.tensor(rows)[torch.randperm(len(rows))[:_ROWS]]]
    second = chosen.double().square().mean().item()
    if not second:
        return None, None
    back = torch.randn(2 * _SAMPLES, weight.shape[1]) @ chosen.T
    ahead = None if isinstance(layer, nn.EmbeddingBag) else fan_of(chosen, second)
    return ahead, fan_of(back, second)


def bag(layer: nn.EmbeddingBag, size: int) -> Fan:
    """The fan_in of an embedding bag of ``size`` entries: no argument of the layer tells it."""
    weight = usable(layer.weight)
    chosen = torch.randint(0, weight.shape[0], (_ROWS, size))
    out = functional.embedding_bag(chosen, weight, mode=layer.mode)
    return fan_of(out, weight.double().square().mean().item())


def _convolution(layer: Any, weight: torch.Tensor, *, transposed: bool) -> Pair:
    """Whole periods of the stride, away from the borders."""
    spatial = weight.dim() - 2
    stride, dilation, groups = layer.stride, layer.dilation, layer.groups
    reach = [(size - 1) * step for size, step in zip(weight.shape[2:], dilation, strict=True)]
    periods = 4 if spatial == 1 else 2
    margins = [math.ceil(r / s) for r, s in zip(reach, stride, strict=True)]  # in steps of the stride
    counts = [2 * margin + periods for margin in margins]  # entries on the coarse side
    fine = [count * s + r for count, s, r in zip(counts, stride, reach, strict=True)]  # no period is cut short
    operation = (_TRANSPOSED if transposed else _CONVOLUTIONS)[spatial - 1]
    inputs, outputs = (counts, fine) if transposed else (fine, counts)
    channels_in = weight.shape[0] if transposed else weight.shape[1] * groups
    channels_out = weight.shape[1] * groups if transposed else weight.shape[0]

    more: dict[str, Any] = {"output_padding": [s - 1 for s in stride]} if transposed else {}

    def run(x: torch.Tensor) -> torch.Tensor:
        return operation(x, weight, stride=stride, dilation=dilation, groups=groups, **more)

    second = weight.double().square().mean().item()
    samples = enough(min(channels_in, channels_out) * periods**spatial)
    x = torch.randn(samples, channels_in, *inputs)
    gradient = torch.randn(samples, channels_out, *outputs)
    ahead, back = _both(run, x, gradient)
    inner = [(margin * s, periods * s) for margin, s in zip(margins, stride, strict=True)]
    if transposed:
        return fan_of(_inside(ahead, inner), second), fan_of(back, second)
    return fan_of(ahead, second), fan_of(_inside(back, inner), second)


def _both(
    run: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, gradient: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The output, and the vector-Jacobian product."""
    with torch.enable_grad():
        x.requires_grad_()
        out = run(x)
        (back,) = torch.autograd.grad((out * gradient).sum(), x)
    return out.detach(), back


def _inside(values: torch.Tensor, inner: list[tuple[int, int]]) -> torch.Tensor:
    for axis, (start, length) in enumerate(inner, start=2):
        values = values.narrow(axis, start, length)
    return values


def _form(layer: nn.Module) -> Any:
    names = ("stride", "dilation", "groups", "padding_idx", "mode")
    return tuple(str(getattr(layer, name, None)) for name in names)


def _entry(parameter: Parameter, pair: Pair) -> MeasuredFans:
    return MeasuredFans(
        parameter.name,
        *pair,
        known(parameter.fan_in),
        known(parameter.fan_out),
        known(parameter.torch_fan_in),
        known(parameter.torch_fan_out),
    )
