"""Fans of parameters that no layer owns, measured on the product that the forward pass was seen to do with them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import torch
from torch import nn

from winit_lint.ir.measured import Fan, MeasuredFans
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import known
from winit_lint.probe.fans import LARGEST, NOISE, WHOLE, enough, fan_of, usable
from winit_lint.probe.products import Product, agreed

Products = Mapping[str, Sequence[Product | None]]
"""By parameter, every way in which a forward pass multiplied it; None for one that says nothing of fans."""

_SAMPLE: Final = "Z"
_FEWEST: Final = 16  # samples that tell an error
_MOST: Final = 2**24  # entries of noise at the wider side


def with_product_fans(model: Model, products: Products) -> Model:
    """The model with the fans of raw parameters that are used in one way alone."""
    return dataclasses.replace(model, parameters=tuple(_with_fans(each, products) for each in model.parameters))


def product_fans(model: Model, module: nn.Module, products: Products) -> Iterator[MeasuredFans]:
    """One entry for each of those. Products of one form are measured once."""
    tensors = dict(module.named_parameters())
    done: dict[object, tuple[Fan | None, Fan | None]] = {}
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(NOISE)
        for parameter in model.parameters:
            product = _raw(parameter, products)
            tensor = tensors.get(parameter.name)
            if product is None or tensor is None or hasattr(tensor, "placements"):
                continue
            key = (product.size, product.stride, product.inputs, product.weight, product.outputs, product.summed)
            if key not in done:
                done[key] = measured_product(product, tensor.detach())
            yield MeasuredFans(
                parameter.name,
                *done[key],
                product.fan_in,
                product.fan_out,
                known(parameter.torch_fan_in),
                known(parameter.torch_fan_out),
            )


def measured_product(product: Product, parameter: torch.Tensor) -> tuple[Fan | None, Fan | None]:
    """(fan_in, fan_out): white noise through the product ahead, and back."""
    start = parameter.storage_offset() + product.offset
    view = parameter.as_strided(product.size, product.stride, start)
    ahead = _part(view, [place for place, each in enumerate(product.weight) if each in product.outputs])
    back = _part(view, [place for place, each in enumerate(product.weight) if each not in product.outputs])
    if max(ahead.numel(), back.numel()) > LARGEST:
        return None, None
    sides = _entries(product, product.inputs), _entries(product, product.outputs)
    samples = max(_FEWEST, min(enough(min(sides)), _MOST // max(sides)))
    return (
        _through(product, usable(ahead), samples, product.inputs, product.outputs),
        _through(product, usable(back), samples, product.outputs, product.inputs),
    )


def _through(product: Product, weight: torch.Tensor, samples: int, source: str, target: str) -> Fan:
    sizes = product.sizes | dict(zip(product.weight, weight.shape, strict=True))
    noise = torch.randn(samples, *(sizes[letter] for letter in source))
    given = "".join(letter for letter in target if letter in product.weight or letter in source)
    out = torch.einsum(f"{_SAMPLE}{source},{product.weight}->{_SAMPLE}{given}", noise, weight)
    return fan_of(out, weight.double().square().mean().item())


def _part(view: torch.Tensor, places: list[int]) -> torch.Tensor:
    """Of a large weight the first entries along an axis that the fan does not depend on."""
    if view.numel() <= WHOLE or not places:
        return view
    axis = max(places, key=lambda place: view.shape[place])
    return view.narrow(axis, 0, max(1, view.shape[axis] * WHOLE // view.numel()))


def _entries(product: Product, letters: str) -> int:
    return max(1, math.prod(product.sizes[letter] for letter in letters))


def _raw(parameter: Parameter, products: Products) -> Product | None:
    if parameter.fan_out is not None or parameter.shape is None or len(parameter.shape) < 2:
        return None  # by the tables, or no matrix
    return agreed(products.get(parameter.name, (None,)))


def _with_fans(parameter: Parameter, products: Products) -> Parameter:
    product = _raw(parameter, products)
    if product is None:
        return parameter
    return dataclasses.replace(parameter, fan_in=product.fan_in, fan_out=product.fan_out)
