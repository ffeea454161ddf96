"""The models of a target: of the class or function that it names, or of all roots of its file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, final

from winit_lint.cli.terminal import Refusal
from winit_lint.ir.model import Model
from winit_lint.passes import Failure, guarded
from winit_lint.pool import on_deep_stack
from winit_lint.source.discovery import INSTALLED, Candidate, ProjectLoader, shown
from winit_lint.source.target import PROJECT_FOLDERS, Target
from winit_lint.source.text import SizeLimits, SourceError, SourceText, read


@final
@dataclass(frozen=True)
class RootModels:
    """A root of a file as a target of its own: what it is called, and its models or why there are none."""

    target: str
    models: Sequence[Model]
    failure: str | None = None


def models_of(target: Target, limits: SizeLimits, steps: int | None = None) -> Sequence[Model]:
    """The models that a target with a name builds.

    Raises:
        SourceError: the file can't be read or parsed.
        Refusal: there is no such class or function in it, it can't be called like that, or the interpreter failed.
    """
    # imported here: it costs a parser's start
    from winit_lint.interpreter.roots import TargetError, models_of_target

    text, loader = _opened(target.path, limits)

    def build() -> Sequence[Model]:
        index = _indexed(text, loader)
        models: Sequence[Model] = models_of_target(
            index, text.path, str(target.name), target.args, target.kwargs, steps
        )
        return models

    try:
        found = guarded(lambda: on_deep_stack(build), passing=(SourceError, TargetError))
    except TargetError as error:
        raise Refusal(str(error)) from None
    if isinstance(found, Failure):
        raise Refusal(_internal(text.path, found))
    return found


def models_of_roots(
    target: Target, limits: SizeLimits, steps: int | None, progress: Callable[[int, int], None]
) -> Sequence[RootModels]:
    """The models of each root of the target's file; one that fails costs itself alone.

    Raises:
        SourceError: the file can't be read or parsed.
        Refusal: it has no roots, or the interpreter failed.
    """
    from winit_lint.interpreter.roots import TargetError, roots_of

    text, loader = _opened(target.path, limits)

    def build() -> Sequence[RootModels]:
        waiting = list(roots_of(_indexed(text, loader), text.path, steps))
        return list(built(waiting))

    def built(waiting: Sequence[tuple[str, Callable[[], Sequence[Model]]]]) -> Iterator[RootModels]:
        for done, (name, run) in enumerate(waiting):
            progress(done, len(waiting))
            named = f"{text.path}::{name or '<module>'}"
            try:
                models = guarded(run, passing=(TargetError,))
            except TargetError as error:
                yield RootModels(named, (), str(error))
                continue
            if isinstance(models, Failure):
                yield RootModels(named, (), _internal(text.path, models))
            elif any(model.layers or model.unknowns for model in models):
                yield RootModels(named, models)

    found = guarded(lambda: on_deep_stack(build), passing=(SourceError,))
    if isinstance(found, Failure):
        raise Refusal(_internal(text.path, found))
    if not found:
        raise Refusal(f"{text.path} defines no module and builds none")
    return found


def _opened(path: str, limits: SizeLimits) -> tuple[SourceText, ProjectLoader]:
    from winit_lint.knowledge.frameworks import NOT_FOLLOWED

    absolute = os.path.abspath(path)
    text = read(shown(absolute), absolute, limits)
    candidates = [Candidate(text.path, absolute, explicit=True)]
    return text, ProjectLoader(candidates, limits, lambda package: package not in NOT_FOLLOWED)


def _indexed(text: SourceText, loader: ProjectLoader) -> Any:
    from winit_lint.interpreter.index import build_index

    installed = [folder for folder in sys.path if os.path.basename(folder) in INSTALLED]
    folders = [os.path.abspath(folder) for folder in (*PROJECT_FOLDERS, *installed) if os.path.isdir(folder)]
    index = build_index([text], loader, folders)
    for failure in index.failures:
        raise SourceError("WI001", failure.path, failure.message, failure.line, failure.column)
    return index


def _internal(path: str, failure: Failure) -> str:
    return f"internal error in {path}: {failure.text}. Please report this with the file"
