"""Calls of initializers, seen whichever way the model's code got hold of the functions.

``from torch.nn.init import xavier_uniform_``, a ``partial`` made at import and torch's own modules all keep references
to the function objects, so replacing names in ``torch.nn.init`` would miss them. The functions' code is exchanged for
the time of the build instead, and put back afterwards.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any, TypeAlias

from winit_lint.knowledge.initializers import DEPRECATED, INITIALIZERS

Call: TypeAlias = Callable[[str, Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
"""What is called instead: with the qualified name, the original, and the arguments."""

_HOOK = "__winit_lint_initializer__"


@contextlib.contextmanager
def watched(call: Call) -> Iterator[None]:
    """Every initializer of the tables that is importable by now goes through ``call``."""
    saved: list[tuple[FunctionType, Any, Any, Any]] = []
    originals: dict[str, Callable[..., Any]] = {}

    def handed(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call(name, originals[name], args, kwargs)

    try:
        for name, function in _functions().items():
            originals[name] = _copied(function)
            saved.append((function, function.__code__, function.__defaults__, function.__kwdefaults__))
            function.__globals__[_HOOK] = handed
            function.__defaults__ = None
            function.__kwdefaults__ = None
            function.__code__ = _replacement(name)
        yield
    finally:
        for function, code, defaults, keywords in saved:
            function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, keywords
            function.__globals__.pop(_HOOK, None)


def _functions() -> Mapping[str, FunctionType]:
    """The functions of the tables by the qualified name where they are defined.

    torch's deprecated names call the current functions, so those are enough. One that closes over variables has no
    code that could be exchanged.
    """
    found: dict[str, FunctionType] = {}
    for name in INITIALIZERS:
        home, _, short = name.rpartition(".")
        module = sys.modules.get(home)
        function: object = vars(module).get(short) if module is not None and name not in DEPRECATED else None
        if isinstance(function, FunctionType) and not function.__closure__ and function not in found.values():
            found[name] = function
    return found


def _copied(function: FunctionType) -> FunctionType:
    copy = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _replacement(name: str) -> Any:
    """Code that hands its arguments on; it finds the hook among the globals of the function that runs it."""
    namespace: dict[str, Any] = {}
    text = f"def replaced(*args, **kwargs):\n    return {_HOOK}({name!r}, args, kwargs)\n"
    exec(compile(text, "<winit-lint>", "exec"), namespace)
    return namespace["replaced"].__code__
