"""Inputs as tensors, in the child."""

from __future__ import annotations

from typing import Any

import torch

from winit_lint.probe.inputs import INTEGERS, Inputs, TensorSpec


def drawn(
    inputs: Inputs, seed: int = 0, device: str | torch.device = "cpu"
) -> tuple[tuple[torch.Tensor, ...], dict[str, torch.Tensor]]:
    """The arguments of ``forward``, by position and by keyword.

    They come from a generator of their own: neither torch's default one nor what the model did to it matters.
    """
    generator = torch.Generator().manual_seed(seed)
    positional: list[torch.Tensor] = []
    named: dict[str, torch.Tensor] = {}
    for spec in inputs.tensors:
        tensor = _tensor(spec, generator, device)
        if spec.keyword is None:
            positional.append(tensor)
        else:
            named[spec.keyword] = tensor
    return tuple(positional), named


def _tensor(spec: TensorSpec, generator: torch.Generator, device: str | torch.device) -> torch.Tensor:
    dtype: torch.dtype = getattr(torch, spec.dtype)
    if torch.device(device).type == "meta":
        return torch.empty(spec.size, dtype=dtype, device=device)
    made: Any
    if spec.dtype == "bool":
        made = torch.ones(spec.size, dtype=dtype, device="cpu")
    elif spec.dtype in INTEGERS:
        made = torch.randint(spec.low, spec.high, spec.size, generator=generator, dtype=dtype, device="cpu")
    else:
        # drawn in the widest type: the same numbers whatever the type and the default dtype
        wide = torch.complex64 if dtype.is_complex else torch.float64
        made = torch.randn(spec.size, generator=generator, dtype=wide, device="cpu").to(dtype)
    return made.to(device)  # type: ignore[no-any-return]
