"""Where modules and parameters were made."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator
from typing import Any, final

import torch
from torch.utils.weak import WeakIdKeyDictionary

from winit_lint.probe.places import Places
from winit_lint.source.span import Span


@final
class Creations:
    """The constructor calls of one build, by the object made."""

    def __init__(self, places: Places) -> None:
        self._places = places
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
            caller = self._places.caller(1)
            if caller.span is not None and not caller.default:
                self._parameters[new] = caller.span
            return new

        torch.nn.Module.__init__ = made  # type: ignore[method-assign,assignment]
        torch.nn.Parameter.__new__ = staticmethod(wrapped)  # type: ignore[method-assign]
        try:
            yield
        finally:
            torch.nn.Module.__init__ = module  # type: ignore[method-assign]
            torch.nn.Parameter.__new__ = staticmethod(parameter)  # type: ignore[method-assign]

    def module(self, module: torch.nn.Module) -> Span | None:
        """Where a module's constructor was called; None where it was copied or made by torch alone."""
        return self._modules.get(module)

    def parameter(self, parameter: torch.Tensor) -> Span | None:
        """Where the project made a parameter itself; None where a torch layer did."""
        found: Span | None = self._parameters.get(parameter)
        return found
