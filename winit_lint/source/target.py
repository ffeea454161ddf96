"""The target of a command: ``path/to/file.py::Name``, ``package.module:Name``, with arguments or without name."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_FILE = re.compile(r"(?P<place>.+?)::(?P<name>[^\W\d][\w.]*)(?P<call>\(.*\))?\s*", re.DOTALL)
_MODULE = re.compile(r"(?P<place>[^\W\d][\w.]*):(?P<name>[^\W\d][\w.]*)(?P<call>\(.*\))?\s*", re.DOTALL)


PROJECT_FOLDERS = (os.curdir, "src")
"""The folders, from the working directory, in which a project's packages lie."""


@final
class TargetFormError(Exception):
    """A target that can't be understood, as one line for the user."""


@final
@dataclass(frozen=True)
class Construction:
    """A call among the arguments of a target: ``Encoder(EncoderConfig(layers=2))``.

    ``name`` is a class or function of the target's file, by its dotted name there. The arguments are literals and
    further constructions.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


@final
@dataclass(frozen=True)
class Target:
    """A class or function in a file, or where ``name`` is None all of its models.

    ``path`` is as the user names it, or as it was found; ``module`` is the dotted name where the user named a module.
    The arguments are literals and calls of what the file's names mean (:class:`Construction`); ``call`` is their text
    with its parentheses, empty where there are none.
    """

    path: str
    name: str | None
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    module: str | None = None
    call: str = ""


def parse_target(text: str) -> Target:
    """The target that ``text`` spells. A module is looked up as a file: nothing is imported.

    Raises:
        TargetFormError: it has no such form, its arguments are neither literals nor calls, or there is no such file.
    """
    if not text.strip():
        raise TargetFormError("an empty target; write path/to/file.py::Name or package.module:Name")
    found = _FILE.fullmatch(text)
    module = None
    if found is not None:
        path = _checked(found["place"])
    else:
        found = _MODULE.fullmatch(text)
        if found is None:
            return Target(_whole_file(text), None)
        module = found["place"]
        path = _file_of(module)
    call = found["call"] or ""
    args, kwargs = arguments(call)
    return Target(path, found["name"], args, kwargs, module, call)


def _checked(path: str) -> str:
    if os.path.isdir(path):
        raise TargetFormError(f"{path} is a folder; name one of its files")
    if not os.path.exists(path):
        raise TargetFormError(f"no such file: {path}")
    return path


def _whole_file(text: str) -> str:
    """The file that ``text`` names by its path or as a module.

    Raises:
        TargetFormError: there is none.
    """
    if os.path.exists(text) or text.endswith(".py"):
        return _checked(text)
    if _DOTTED.fullmatch(text):
        return _file_of(text)
    raise TargetFormError(
        f"`{text}` is neither path/to/file.py nor package.module, with or without ::Name or :Name behind it"
    )


def _file_of(module: str) -> str:
    stem = os.path.join(*module.split("."))
    for folder in (*PROJECT_FOLDERS, *sys.path):
        for path in (os.path.join(folder, f"{stem}.py"), os.path.join(folder, stem, "__init__.py")):
            if os.path.isfile(path):
                return os.path.normpath(path)
    raise TargetFormError(f"no module {module} below the working directory or on the path")


def arguments(call: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What ``call``, the text of a call's arguments in parentheses or nothing, passes by position and by name.

    Raises:
        TargetFormError: something in it is neither a literal nor a call.
    """
    if not call:
        return (), {}
    try:
        node = ast.parse(f"target{call}", mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            raise TargetFormError(f"arguments that can't be understood: {call}")
        if any(keyword.arg is None for keyword in node.keywords):
            raise TargetFormError(f"arguments that can't be understood: {call}")
        for inner in ast.walk(node):
            twice = _repeated([k.arg for k in inner.keywords]) if isinstance(inner, ast.Call) else None
            if twice is not None:
                raise TargetFormError(f"`{twice}` is given twice: {call}")
        made = _construction(node)
        return made.args, dict(made.kwargs)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise TargetFormError(f"only literals and calls such as Config(depth=2) can be arguments: {call}") from None


def _repeated(names: list[str | None]) -> str | None:
    return next((name for number, name in enumerate(names) if name in names[:number]), None)


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Call():
            return _construction(node)
        case ast.List(elts=items):
            return [_value(item) for item in items]
        case ast.Tuple(elts=items):
            return tuple(map(_value, items))
    return ast.literal_eval(node)


def _construction(node: ast.Call) -> Construction:
    if any(keyword.arg is None for keyword in node.keywords):
        raise ValueError(node)
    kwargs = {str(keyword.arg): _value(keyword.value) for keyword in node.keywords}
    return Construction(_dotted(node.func), tuple(map(_value, node.args)), kwargs)


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name):
            return f"{_dotted(owner)}.{name}"
    raise ValueError(node)
