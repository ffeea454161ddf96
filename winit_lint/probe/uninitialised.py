"""Memory that nothing fills: torch writes NaN into every new tensor, and what is NaN at the end was never written."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import torch
from torch import nn
from torch.utils import deterministic

from winit_lint.ir.measured import Reset, Unfilled
from winit_lint.probe.capture import qualified
from winit_lint.probe.statistics import entries_of
from winit_lint.theory.intervals import mean_interval, std_interval

Constructed: TypeAlias = Mapping[str, tuple[float, float] | None]
"""By parameter: the mean and std that it had when the constructor of the module that owns it was done.

None where those are what it has now; parameters of which that is not known are left out.
"""


@contextlib.contextmanager
def filled() -> Iterator[None]:
    """New memory is NaN (the largest integer) inside."""
    before = torch.are_deterministic_algorithms_enabled()
    switch: Any = deterministic
    warn, fill = torch.is_deterministic_algorithms_warn_only_enabled(), switch.fill_uninitialized_memory
    # torch.use_deterministic_algorithms would load the compiler, which takes seconds, to tell it as well
    torch._C._set_deterministic_algorithms(True, warn_only=True)
    switch.fill_uninitialized_memory = True
    try:
        yield
    finally:
        torch._C._set_deterministic_algorithms(before, warn_only=warn)
        switch.fill_uninitialized_memory = fill


def unfilled(module: nn.Module) -> Iterator[Unfilled]:
    """The tensors of a model built with memory :func:`filled` that hold NaN."""
    for buffer, named in ((False, module.named_parameters()), (True, module.named_buffers())):
        for name, tensor in named:
            share = _nan(tensor)
            if share:
                yield Unfilled(name, share, buffer)


def resets(build: Callable[[], nn.Module], built: nn.Module, constructed: Constructed) -> Iterator[Reset]:
    """The tensors after ``to_empty`` and every ``reset_parameters``, children first: as after the meta device.

    ``build`` makes a model with memory all the same: on the meta device torch loads sympy for most of what constructors
    compute, which takes seconds. What the model's code raises is passed on.
    """
    module = build()
    with filled():
        reset(module)
    owners = dict(module.named_modules())
    parameters, buffers = dict(built.named_parameters()), dict(built.named_buffers())
    for name, parameter in module.named_parameters():
        if name in parameters and name in constructed:
            yield parameter_reset(name, parameter, parameters[name], owners, constructed[name])
    for name, buffer in module.named_buffers():
        if name in buffers:
            yield buffer_reset(name, buffer, buffers[name], owners)


def reset(module: nn.Module) -> None:
    """New memory for every tensor of a module, and every ``reset_parameters`` in it, children first."""
    # what to_empty does; torch loads sympy, which takes seconds, for its own empty_like of a meta tensor
    module._apply(_empty)  # type: ignore[no-untyped-call]
    for each in reversed(list(module.modules())):
        method = getattr(each, "reset_parameters", None)
        if callable(method):
            with torch.no_grad():
                method()


def _empty(tensor: torch.Tensor) -> torch.Tensor:
    """New memory; a lazy tensor has none."""
    if nn.parameter.is_lazy(tensor):
        return tensor
    return torch.empty_strided(tensor.size(), tensor.stride(), dtype=tensor.dtype)


def _nan(tensor: torch.Tensor) -> float:
    if nn.parameter.is_lazy(tensor) or tensor.is_meta or not tensor.numel():
        return 0.0
    return float(torch.isnan(tensor.detach()).double().mean()) if tensor.is_floating_point() else 0.0


def parameter_reset(
    name: str,
    tensor: torch.Tensor,
    before: torch.Tensor,
    owners: Mapping[str, nn.Module],
    given: tuple[float, float] | None,
) -> Reset:
    """``tensor`` is what was reset; ``given`` the mean and std that ``before`` had when it was new, where known."""
    after, start = _moments(tensor), given or _moments(before)
    share = _nan(tensor)
    differs = not share and start is not None and after is not None and _differs(start, after, tensor.numel())
    return _reset(name, None, _by(name, owners), share, start, after, differs)


def buffer_reset(name: str, tensor: torch.Tensor, before: torch.Tensor, owners: Mapping[str, nn.Module]) -> Reset:
    """``before`` is what the constructor left."""
    path, _, role = name.rpartition(".")
    same = tensor.shape == before.shape and torch.equal(tensor, before)
    start, after = _moments(before), _moments(tensor)
    persistent = role not in owners[path]._non_persistent_buffers_set
    return _reset(name, persistent, _by(name, owners), _nan(tensor), start, after, not same)


def _reset(
    name: str,
    persistent: bool | None,
    by: str | None,
    share: float,
    start: tuple[float, float] | None,
    after: tuple[float, float] | None,
    differs: bool,
) -> Reset:
    """``persistent`` is None for a parameter."""
    old, new = start or (None, None), after or (None, None)
    return Reset(
        name, persistent is not None, persistent is not False, by, share, old[0], old[1], new[0], new[1], differs
    )


def _by(name: str, owners: Mapping[str, nn.Module]) -> str | None:
    owner = owners[name.rpartition(".")[0]]
    return qualified(type(owner)) if callable(getattr(owner, "reset_parameters", None)) else None


def _moments(tensor: torch.Tensor) -> tuple[float, float] | None:
    entries = entries_of(tensor)
    if entries is None or not bool(torch.isfinite(entries).all()):
        return None
    spread = float(entries.double().std(correction=0))
    return float(entries.double().mean()), spread


def _differs(start: tuple[float, float], after: tuple[float, float], count: int) -> bool:
    """Whether the second draw can't be of the first's distribution; constants are compared as they are."""
    if start[1] == 0.0 or after[1] == 0.0:
        return abs(start[0] - after[0]) > 1e-6 * (1.0 + abs(start[0])) or (start[1] == 0.0) != (after[1] == 0.0)
    spread, centre = std_interval(after[1], 3.0, count), mean_interval(after[0], after[1], count)
    if spread is None or centre is None:
        return False
    # both are samples where no promise is known: twice the width covers that
    low, high = spread[0] - (after[1] - spread[0]), spread[1] + (spread[1] - after[1])
    reach = centre[1] - after[0]
    return not (low <= start[1] <= high and abs(start[0] - after[0]) <= 2 * reach)
