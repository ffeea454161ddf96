"""Who called: from the interpreter's frames to places in the model's source."""

from __future__ import annotations

import linecache
import os
import sys
import sysconfig
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import final

import torch

from winit_lint.ir.write import Origin
from winit_lint.probe.storage import shares_memory
from winit_lint.source.span import Span

_DEEPEST = 24  # of the project's calls that led to a write, the innermost are kept
_RESETS = frozenset({"__init__", "reset_parameters", "_reset_parameters"})
_PLUMBING = ("typing_extensions.py",)  # its wrappers of deprecated functions stand between a call and its callee
_LOADERS = frozenset({"_load_from_state_dict", "load_state_dict"})


@final
@dataclass(frozen=True, slots=True)
class Caller:
    """The project's calls that led here, outermost first, and in whose name torch acts.

    ``default`` says that a layer of torch's initialises itself, at construction or when it is reset.
    """

    stack: tuple[Span, ...]
    default: bool = False
    loading: bool = False
    framework: bool = False

    @property
    def span(self) -> Span | None:
        """The innermost place in the project."""
        return self.stack[-1] if self.stack else None

    @property
    def origin(self) -> Origin:
        """Who wrote."""
        if self.loading:
            return Origin.LOAD
        if self.default:
            return Origin.DEFAULT
        return Origin.FRAMEWORK if self.framework else Origin.EXPLICIT


@final
class Places:
    """Spans of frames, each worked out once. Paths are relative to ``folder`` where they lie below it.

    It is the working directory where it is None.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._spans: dict[tuple[CodeType, int], Span] = {}
        self._kinds: dict[str, str] = {}
        self._torch = os.path.dirname(torch.__file__) + os.sep
        self._own = os.path.dirname(__file__) + os.sep
        self._standard = tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib"))
        self._folder = os.path.abspath(folder or os.getcwd()) + os.sep

    def caller(self, tensor: torch.Tensor | None = None) -> Caller:
        """Who called the probe; ends at the probe's own frame that started the build.

        A function of another file that is given ``tensor`` first and passes it on is a wrapper: its caller is meant.
        """
        found: list[Span] = []
        wrapping = tensor is not None
        default = loading = framework = False
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and len(found) < _DEEPEST:
            kind = self._kind(frame.f_code.co_filename)
            if kind == "project":
                span = self.span(frame)
                if found and found[0].path != span.path and wrapping:
                    found.clear()
                wrapping = wrapping and _is_given(frame, tensor)
                found.append(span)
                framework = framework or frame.f_code.co_filename.endswith("transformers/modeling_utils.py")
            elif kind == "torch" and not found:
                name = frame.f_code.co_name
                default = default or (name in _RESETS and _is_module(frame))
                loading = loading or name in _LOADERS
            elif frame.f_code.co_name == "built_by" and kind == "own":
                break
            frame = frame.f_back
        return Caller(tuple(reversed(found)), default, loading, framework)

    def construction(self, module: torch.nn.Module) -> Span | None:
        """Where the constructor that is now running on ``module`` was called in the project."""
        frame: FrameType | None = sys._getframe(1)
        inside = True  # still in the constructors of this instance
        while frame is not None:
            kind = self._kind(frame.f_code.co_filename)
            if kind == "own" and frame.f_code.co_name == "built_by":
                return None
            inside = inside and (kind == "own" or _first_local(frame) is module)
            if not inside and kind == "project":
                return self.span(frame)
            frame = frame.f_back
        return None

    def span(self, frame: FrameType) -> Span:
        """The expression that a frame is evaluating."""
        key = (frame.f_code, frame.f_lasti)
        found = self._spans.get(key)
        if found is None:
            found = self._spans[key] = self._located(frame)
        return found

    def shown(self, filename: str) -> str:
        """A path as findings name it."""
        full = os.path.abspath(filename)
        return full[len(self._folder) :] if full.startswith(self._folder) else filename

    def _located(self, frame: FrameType) -> Span:
        code, line = frame.f_code, frame.f_lineno
        path = self.shown(code.co_filename)
        text = linecache.getline(code.co_filename, line)
        if hasattr(code, "co_positions") and frame.f_lasti >= 0:
            positions = list(code.co_positions())[frame.f_lasti // 2]
            start, end, column, end_column = positions
            if start is not None and end is not None and column is not None and end_column is not None:
                last = linecache.getline(code.co_filename, end)
                first = linecache.getline(code.co_filename, start)
                return Span(path, start, _characters(first, column) + 1, end, _characters(last, end_column) + 1)
        return Span(path, line, len(text) - len(text.lstrip()) + 1, line, len(text.rstrip()) + 1)

    def _kind(self, filename: str) -> str:
        found = self._kinds.get(filename)
        if found is None:
            found = self._kinds[filename] = self._judged(filename)
        return found

    def _judged(self, filename: str) -> str:
        if filename.startswith("<") or filename.endswith(_PLUMBING):
            return "none"
        if filename.startswith(self._torch):
            return "torch"
        if filename.startswith(self._own):
            return "own"
        installed = f"{os.sep}site-packages{os.sep}" in filename or f"{os.sep}dist-packages{os.sep}" in filename
        return "none" if filename.startswith(self._standard) and not installed else "project"


def _characters(line: str, column: int) -> int:
    """A column in bytes, as the compiler counts, in characters."""
    return column if line.isascii() else len(line.encode()[:column].decode(errors="ignore"))


def _first_local(frame: FrameType) -> object:
    code = frame.f_code
    return frame.f_locals.get(code.co_varnames[0]) if code.co_argcount else None


def _is_given(frame: FrameType, tensor: torch.Tensor | None) -> bool:
    """Whether the function was given this tensor, or other memory of it, first."""
    first = _first_local(frame)
    if not isinstance(first, torch.Tensor) or tensor is None:
        return False
    return shares_memory(first, tensor)


def _is_module(frame: FrameType) -> bool:
    return isinstance(_first_local(frame), torch.nn.Module)
