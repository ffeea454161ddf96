"""Modules whose parameters come with their first input: torch's lazy layers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from winit_lint.probe.first_layers import lazy
from winit_lint.probe.left_as_found import modes_kept
from winit_lint.probe.signal import Feed


def copied(module: nn.Module) -> nn.Module:
    """A copy, lazy as the module is: torch has one of lazy parameters, and none of lazy buffers."""
    lazies = (buffer for buffer in module.buffers() if nn.parameter.is_lazy(buffer))
    fresh: Any = nn.parameter.UninitializedBuffer  # typed as a class without arguments
    memo: dict[int, Any] = {id(each): fresh(device=each.device, dtype=each.dtype) for each in lazies}
    return copy.deepcopy(module, memo)


def materialised(
    build: Callable[[], nn.Module], feed: Feed | None, stage: Callable[[str], None]
) -> Callable[[], nn.Module]:
    """A build that ends, where layers are lazy and there is an input, with a pass that gives them their shapes.

    It is the pass that torch asks for before the model is used, in evaluation mode, so that nothing but that is done.
    """

    def built() -> nn.Module:
        module = build()
        if feed is None or lazy(module) is None:
            return module
        args, kwargs = feed(0)
        stage("forward")
        with modes_kept(module), torch.no_grad():
            module.eval()(*args, **kwargs)
        stage("build")
        return module

    return built
