"""In-place tensor methods that give values, by bare name.

Methods that rescale what is there (``mul_``, ``add_``, ``div_``, ``sub_``) are arithmetic and stand elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from winit_lint.ir.distribution import LOADED, Distribution, Kind
from winit_lint.ir.size import known
from winit_lint.knowledge import draws
from winit_lint.knowledge.factories import FACTORIES, FactorySpec, ShapeSource
from winit_lint.knowledge.signature import sig
from winit_lint.knowledge.spec import REQUIRED, Arguments, InitSpec

__all__ = ["ASKED", "FACTORIES", "TENSOR_METHODS", "FactorySpec", "ShapeSource"]

_MOMENTS: Final = Distribution(Kind.MOMENTS)


def _exponential(lambd: object) -> Distribution:
    rate = known(lambd)
    return draws.known_moments(1 / rate, 1 / rate) if rate is not None and rate > 0 else _MOMENTS


def _log_normal(mean: object, std: object) -> Distribution:
    mu, sigma = known(mean), known(std)
    if mu is None or sigma is None or sigma <= 0 or mu + sigma**2 > 300:
        return _MOMENTS
    centre = math.exp(mu + sigma**2 / 2)
    return draws.known_moments(centre, centre * math.sqrt(math.expm1(sigma**2)))


def _bernoulli(p: object) -> Distribution:
    chance = known(p)
    if chance is None or not 0 <= chance <= 1:
        return _MOMENTS
    return draws.known_moments(chance, math.sqrt(chance * (1 - chance)))


def _geometric(p: object) -> Distribution:
    chance = known(p)
    if chance is None or not 0 < chance < 1:
        return _MOMENTS
    return draws.known_moments(1 / chance, math.sqrt(1 - chance) / chance)


def _random(a: Arguments) -> Distribution:
    """``random_()`` alone spans what the dtype holds; ``random_(n)`` is 0 to n - 1."""
    low, high = getattr(a, "from"), a.to
    if high is None:
        return draws.integers(0, low) if low != 0 else _MOMENTS
    return draws.integers(low, high)


def _from_to(low: Any, high: Any) -> tuple[tuple[str, Any], ...]:
    """A signature whose first argument is the keyword ``from``."""
    return (("from", low), ("to", high), ("generator", None))


def _transform(name: str, *arguments: str) -> InitSpec:
    """A method that changes what is there in a way that leaves no closed-form moments."""
    return InitSpec(
        f"torch.Tensor.{name}",
        tuple((argument, None) for argument in arguments),
        lambda a, fans, shape: _MOMENTS,
        random=False,
    )


_DRAWS: Final[Mapping[str, InitSpec]] = {
    "normal_": InitSpec(
        "torch.Tensor.normal_",
        sig(mean=0.0, std=1.0, generator=None),
        lambda a, fans, shape: draws.normal(a.mean, a.std),
    ),
    "uniform_": InitSpec(
        "torch.Tensor.uniform_",
        _from_to(0.0, 1.0),
        lambda a, fans, shape: draws.uniform(getattr(a, "from"), a.to),
    ),
    "random_": InitSpec("torch.Tensor.random_", _from_to(0, None), lambda a, fans, shape: _random(a)),
    "exponential_": InitSpec(
        "torch.Tensor.exponential_",
        sig(lambd=1.0, generator=None),
        lambda a, fans, shape: _exponential(a.lambd),
    ),
    "log_normal_": InitSpec(
        "torch.Tensor.log_normal_",
        sig(mean=1.0, std=2.0, generator=None),
        lambda a, fans, shape: _log_normal(a.mean, a.std),
    ),
    # The Cauchy distribution has no moments.
    "cauchy_": InitSpec(
        "torch.Tensor.cauchy_",
        sig(median=0.0, sigma=1.0, generator=None),
        lambda a, fans, shape: _MOMENTS,
    ),
    "bernoulli_": InitSpec(
        "torch.Tensor.bernoulli_",
        sig(p=0.5, generator=None),
        lambda a, fans, shape: _bernoulli(a.p),
    ),
    "geometric_": InitSpec(
        "torch.Tensor.geometric_",
        sig("p", generator=None),
        lambda a, fans, shape: _geometric(a.p),
    ),
}

_FILLS: Final[Mapping[str, InitSpec]] = {
    "fill_": InitSpec(
        "torch.Tensor.fill_",
        (("value", REQUIRED),),
        lambda a, fans, shape: draws.constant(a.value),
        random=False,
    ),
    "zero_": InitSpec("torch.Tensor.zero_", (), lambda a, fans, shape: draws.constant(0.0), random=False),
    "copy_": InitSpec(
        "torch.Tensor.copy_",
        sig("src", non_blocking=False),
        lambda a, fans, shape: LOADED,
        random=False,
        copies=True,
    ),
}

_TRANSFORMS: Final[Mapping[str, InitSpec]] = {
    "erfinv_": _transform("erfinv_"),
    "clamp_": _transform("clamp_", "min", "max"),
    "clamp_min_": _transform("clamp_min_", "min"),
    "clamp_max_": _transform("clamp_max_", "max"),
    "clip_": _transform("clip_", "min", "max"),
    "fmod_": _transform("fmod_", "other"),
    "remainder_": _transform("remainder_", "other"),
    "abs_": _transform("abs_"),
    "sign_": _transform("sign_"),
    "sqrt_": _transform("sqrt_"),
    "exp_": _transform("exp_"),
    "log_": _transform("log_"),
    "pow_": _transform("pow_", "exponent"),
    "fill_diagonal_": _transform("fill_diagonal_", "fill_value", "wrap"),
    "renorm_": _transform("renorm_", "p", "dim", "maxnorm"),
}

TENSOR_METHODS: Final[Mapping[str, InitSpec]] = {**_DRAWS, **_FILLS, **_TRANSFORMS}

ASKED: Final = frozenset(
    {
        "backward", "dim", "element_size", "get_device", "item", "ndimension", "nelement", "numel", "numpy",
        "retain_grad", "size", "stride", "tolist",
    }
)  # fmt: skip
"""Methods that answer something about a tensor, or return no tensor."""
