"""The options of sweeps, and the sweeps that they ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from winit_lint.cli.terminal import ProgressBar, Refusal
from winit_lint.ir.sweep import Sweep
from winit_lint.probe.launch import Options
from winit_lint.probing import Subject
from winit_lint.sweeping import Asked, SweepFormError, parse_sweep, sweeps

_F = TypeVar("_F", bound=Callable[..., Any])


def sweep_options(command: _F) -> _F:
    """``--width-sweep`` and ``--depth-sweep``."""
    for kind, shown in (("depth", "NAME=2,4,8,16"), ("width", "NAME=64,128,256,512")):
        command = click.option(
            f"--{kind}-sweep",
            f"{kind}_sweeps",
            multiple=True,
            metavar=shown,
            help=f"Also tell how the signal grows with a {kind}: an integer argument of TARGET, at each of the sizes.",
        )(command)
    return command


def asked(widths: Sequence[str], depths: Sequence[str]) -> list[Asked]:
    """The sweeps of the options.

    Raises:
        Refusal: one of them can't be understood.
    """
    return [*_parsed("width", widths), *_parsed("depth", depths)]


def _parsed(kind: str, texts: Sequence[str]) -> list[Asked]:
    try:
        return [parse_sweep(kind, text) for text in texts]
    except SweepFormError as error:
        raise Refusal(f"--{kind}-sweep: {error}") from None


def swept(subjects: Sequence[Subject], wanted: Sequence[Asked], options: Options) -> list[tuple[Sweep, ...]]:
    """The sweeps of each subject.

    Raises:
        Refusal: it is not clear which argument is meant.
    """
    if not wanted:
        return [() for _ in subjects]
    try:
        with ProgressBar(label="sweeping") as progress:
            return [tuple(sweeps(subject, wanted, options, progress)) for subject in subjects]
    except SweepFormError as error:
        raise Refusal(str(error)) from None
