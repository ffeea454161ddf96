"""What ``reset_parameters`` leaves in a model that does not fit: a second build, measured by replays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import torch
from torch import nn

from winit_lint.ir.measured import Reset, Statistics
from winit_lint.probe.deferred import Deferred
from winit_lint.probe.init_calls import watched
from winit_lint.probe.replay import UnknownValuesError, replayed
from winit_lint.probe.uninitialised import Constructed, buffer_reset, filled, parameter_reset, reset

_SAMPLE: Final = 2**16
"""Entries of a larger tensor that tell whether another distribution was drawn."""


def resets_apart(
    build: Callable[[], nn.Module],
    built: tuple[nn.Module, Deferred],
    constructed: Constructed,
    found: Mapping[str, Statistics],
    deadline: float,
) -> Iterator[Reset]:
    """The tensors of a second build after ``to_empty`` and every ``reset_parameters``, one at a time.

    ``built`` is the first one with its tape, ``found`` its statistics. What can't be replayed is left out. What the
    model's code raises is passed on.

    Raises:
        TimeoutError: ``deadline`` has come before the last tensor.
    """
    before, old = built
    new = Deferred(old.largest, old.small)
    with new.reading(), filled(), new, watched(new.initialise):
        module = build()
        reset(module)
    owners = dict(module.named_modules())
    for name, parameter in module.named_parameters():
        start = constructed.get(name) or _moments(found.get(name))
        if name not in constructed or start is None:
            continue
        real = _real(new, parameter, deadline, _SAMPLE)
        if real is not None:
            yield parameter_reset(name, real, real, owners, start)
    buffers = dict(before.named_buffers())
    for name, buffer in module.named_buffers():
        if name not in buffers:
            continue
        pair = _real(new, buffer, deadline, None), _real(old, buffers[name], deadline, None)
        if pair[0] is not None and pair[1] is not None:
            yield buffer_reset(name, pair[0], pair[1], owners)


def _real(deferred: Deferred, tensor: torch.Tensor, deadline: float, sample: int | None) -> torch.Tensor | None:
    if time.monotonic() > deadline:
        raise TimeoutError("the time for measuring was over")
    if not deferred.tape.knows(tensor):
        return tensor
    try:
        return replayed(deferred.tape, deferred.tape.opened(tensor), 0, deferred.largest, sample)[0]
    except UnknownValuesError:
        return None


def _moments(found: Statistics | None) -> tuple[float, float] | None:
    if found is None or found.mean is None or found.std is None:
        return None
    return found.mean, 0.0 if found.minimum == found.maximum else found.std
