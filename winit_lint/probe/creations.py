"""Where modules and parameters were made."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator
from typing import Any, final

import torch
from torch.nn.modules.module import register_module_module_registration_hook
from torch.utils.weak import WeakIdKeyDictionary

from winit_lint.ir.distribution import UNINITIALISED, Distribution
from winit_lint.ir.size import known
from winit_lint.probe.history import Histories
from winit_lint.probe.places import Places
from winit_lint.source.span import Span


@final
class Creations:
    """The constructor calls of one build, by the object made."""

    def __init__(self, places: Places, histories: Histories) -> None:
        self._places = places
        self._histories = histories
        self._done: Any = WeakIdKeyDictionary()
        self._modules: weakref.WeakKeyDictionary[torch.nn.Module, Span] = weakref.WeakKeyDictionary()
        self._parameters: Any = WeakIdKeyDictionary()

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Constructors that run inside are noted."""
        module, parameter = torch.nn.Module.__init__, torch.nn.Parameter.__new__

        def made(owner: torch.nn.Module, *args: Any, **kwargs: Any) -> None:
            module(owner, *args, **kwargs)
            span = self._places.construction(owner)
            if span is not None:
                self._modules[owner] = span

        def wrapped(cls: Any, *args: Any, **kwargs: Any) -> Any:
            new = parameter(cls, *args, **kwargs)
            caller = self._places.caller()
            if caller.span is not None and not caller.default:
                self._parameters[new] = caller.span
            return new

        def attached(parent: torch.nn.Module, name: str, child: torch.nn.Module | None) -> None:
            for tensor in child._parameters.values() if child is not None else ():
                if tensor is not None and tensor not in self._done:
                    self._done[tensor] = self._state(tensor)

        handle = register_module_module_registration_hook(attached)
        torch.nn.Module.__init__ = made  # type: ignore[method-assign,assignment]
        torch.nn.Parameter.__new__ = staticmethod(wrapped)  # type: ignore[method-assign]
        try:
            yield
        finally:
            handle.remove()
            torch.nn.Module.__init__ = module  # type: ignore[method-assign]
            torch.nn.Parameter.__new__ = staticmethod(parameter)  # type: ignore[method-assign]

    def module(self, module: torch.nn.Module) -> Span | None:
        """Where a module's constructor was called; None where it was copied or made by torch alone."""
        return self._modules.get(module)

    def parameter(self, parameter: torch.Tensor) -> Span | None:
        """Where the project made a parameter itself; None where a torch layer did."""
        found: Span | None = self._parameters.get(parameter)
        return found

    def constructed(self, module: torch.nn.Module) -> dict[str, tuple[float, float] | None]:
        """What each parameter held when its own module was finished, which is when that got its place in another."""
        found: dict[str, tuple[float, float] | None] = {}
        for name, parameter in module.named_parameters():
            done: tuple[Distribution, int] | None = self._done.get(parameter)
            if done is None or done[1] == self._state(parameter)[1]:
                found[name] = None
                continue
            mean, std = known(done[0].mean), known(done[0].std)
            if mean is not None and std is not None:
                found[name] = mean, std
        return found

    def _state(self, parameter: torch.Tensor) -> tuple[Distribution, int]:
        if isinstance(parameter, torch.nn.parameter.UninitializedParameter):
            return UNINITIALISED, 0
        return self._histories.held(parameter), len(self._histories.writes(parameter))
