"""From a target to the function that builds it, in the child: imports the project's module."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from types import ModuleType
from typing import Any, final

import torch

from winit_lint.probe.eager import original
from winit_lint.probe.protocol import Request
from winit_lint.probe.supplying import missing, supplied, unknown
from winit_lint.source.target import Construction, arguments


class NoTargetError(Exception):
    """The target does not name what can be built, as one line for the user."""


@final
class NoArgumentError(NoTargetError):
    """The target takes no argument of the name ``name``."""

    def __init__(self, name: str) -> None:
        super().__init__(f"it takes no argument `{name}`")
        self.name = name


def builder(
    request: Request, told: Callable[[tuple[str, ...]], None] = lambda texts: None
) -> Callable[[], torch.nn.Module]:
    """Imports the target's module; what is returned builds the model, anew at each call.

    ``told`` hears of the arguments that were supplied, where the request wants that.

    Raises:
        NoTargetError: there is no such class or function in it.
    """
    sys.path[:0] = request.folders
    module = importlib.import_module(request.module) if request.module is not None else _of_file(request.path)
    made = _looked_up(module, request.name)
    if isinstance(made, torch.nn.Module) or not callable(made):
        raise NoTargetError(
            f"`{request.name}` is a {type(made).__name__}; name a class or a function that builds the model"
        )
    args, kwargs = arguments(request.call)
    more: dict[str, Any] = {}
    if request.supply:
        more, texts = supplied(made, args, kwargs, module)
        told(texts)

    def build() -> torch.nn.Module:
        given = [_constructed(module, value) for value in args]
        named = {name: _constructed(module, value) for name, value in kwargs.items()}
        called = _called(made, given, {**named, **more}, supplying=request.supply)
        return original(_module_in(called, request.name))

    return build


def _called(made: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], *, supplying: bool) -> Any:
    """What the call gives.

    Raises:
        NoTargetError: its arguments do not fit; told from the signature, and only once the call itself has failed:
            what decorators show as a signature need not be true.
    """
    try:
        return made(*args, **kwargs)
    except TypeError as error:
        if error.__traceback__ is None or error.__traceback__.tb_next is not None:
            raise  # the project's own code raised it
        for name in unknown(made, kwargs):
            raise NoArgumentError(name) from None
        lacking = ", ".join(f"`{parameter.name}`" for parameter in missing(made, args, kwargs))
        if not lacking:
            raise
        way = "which can't be made up" if supplying else "or let --supply-arguments make it up"
        raise NoTargetError(f"it needs {lacking}: write the target with arguments, {way}") from None


def place_of(error: BaseException, request: Request) -> str | None:
    """The innermost line of the project in the error's traceback, ``path:line``; None where it has none."""
    installed = tuple(os.path.realpath(path) + os.sep for path in sys.path if "site-packages" in path)
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = os.path.realpath(frame.f_code.co_filename)
        ours = path.startswith(os.path.dirname(__file__) + os.sep)
        if os.path.isfile(path) and not ours and not path.startswith(installed) and "importlib" not in path:
            found = f"{shown_from(request.root, path)}:{line}"
    return found


def shown_from(root: str, path: str) -> str:
    """The path relative to ``root`` where it lies below, with ``/`` between the parts."""
    inside = path.startswith(root + os.sep)
    return os.path.relpath(path, root).replace(os.sep, "/") if inside else path


def _of_file(path: str) -> ModuleType:
    """The module of a file: by its dotted name where it lies in a package, else as a script's neighbours see it."""
    folder, file = os.path.split(path)
    parts = [file.removesuffix(".py")]
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.basename(folder).isidentifier():
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    sys.path.insert(0, folder)
    if len(parts) > 1 and parts[-1].isidentifier():
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        module = importlib.import_module(name)
        origin = getattr(module, "__file__", None)
        if origin is None or not os.path.samefile(origin, path):
            raise NoTargetError(f"the name {name} is that of another file, {origin}")
        return module
    return _loaded(parts[-1], path)


def _loaded(stem: str, path: str) -> ModuleType:
    name = stem if stem.isidentifier() and stem not in sys.modules else "winit_lint_target"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NoTargetError(f"{path} can't be imported: its name does not end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _looked_up(module: ModuleType, name: str) -> Any:
    try:
        return attrgetter(name)(module)
    except AttributeError:
        raise NoTargetError(f"{module.__name__} has no `{name}`") from None


def _constructed(module: ModuleType, value: Any) -> Any:
    """``value`` with its constructions carried out in the names of a module."""
    if isinstance(value, Construction):
        args = [_constructed(module, each) for each in value.args]
        kwargs = {name: _constructed(module, each) for name, each in value.kwargs.items()}
        return _looked_up(module, value.name)(*args, **kwargs)
    if isinstance(value, (list, tuple, set)):
        return type(value)(_constructed(module, each) for each in value)
    if isinstance(value, dict):
        return {key: _constructed(module, each) for key, each in value.items()}
    return value


def _module_in(made: Any, name: str) -> torch.nn.Module:
    """What was made, or the one module in it: factories give a model with its transforms, too."""
    if isinstance(made, torch.nn.Module):
        return made
    parts = list(made.values()) if isinstance(made, dict) else list(made) if isinstance(made, (tuple, list)) else []
    modules = [part for part in parts if isinstance(part, torch.nn.Module)]
    if len(modules) != 1:
        raise NoTargetError(f"`{name}` gives a {type(made).__name__}, no torch.nn.Module")
    return modules[0]
