"""The files that a probe writes: its page and its picture."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from winit_lint.cli.terminal import Refusal
from winit_lint.reports.probe_account import Account

_F = TypeVar("_F", bound=Callable[..., Any])
_PICTURES = (".png", ".svg")


def file_options(command: _F) -> _F:
    """``--html`` and ``--plot``."""
    text = "Also draw the signal, measured and predicted, into FILE: .png or .svg."
    command = click.option("--plot", metavar="FILE", multiple=True, callback=_single, help=text)(command)
    text = "Also write a page with tables, plots and histograms to FILE; it needs no network."
    return click.option("--html", metavar="FILE", multiple=True, callback=_single, help=text)(command)


def _single(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> str | None:
    if len(values) > 1:
        raise click.BadParameter("it writes one file, and was given twice", ctx=context, param=option)
    return values[0] if values else None


def check(html: str | None, plot: str | None) -> None:
    """Looks before anything is probed whether the files can be made.

    Raises:
        Refusal: a library is missing, the name has no ending that is known, or there is no such folder.
    """
    if html is not None:
        _needs("--html", "jinja2", "probe")
        _placed("--html", html)
    if plot is not None:
        if not plot.lower().endswith(_PICTURES):
            raise Refusal(f"--plot: `{plot}` ends neither in .png nor in .svg")
        _needs("--plot", "matplotlib", "plot")
        _placed("--plot", plot)


def write_files(accounts: Sequence[Account], html: str | None, plot: str | None) -> None:
    """Writes those that are asked for.

    Raises:
        Refusal: one can't be written.
    """
    if html is not None:
        from winit_lint.reports.html import page

        _write("--html", html, page(accounts).encode())
    if plot is not None:
        from winit_lint.reports.plot import render

        _write("--plot", plot, render(accounts, plot.lower()[-3:]))


def _needs(option: str, library: str, extra: str) -> None:
    if importlib.util.find_spec(library) is None:
        raise Refusal(f"{option} needs {library}, which is not installed: pip install 'winit-lint[{extra}]'")


def _placed(option: str, path: str) -> None:
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise Refusal(f"{option}: no such folder: {folder}")
    if os.path.isdir(path):
        raise Refusal(f"{option}: {path} is a folder")


def _write(option: str, path: str, content: bytes) -> None:
    try:
        with open(path, "wb") as stream:
            stream.write(content)
    except OSError as error:
        raise Refusal(f"{option}: {path}: {error.strerror or error}") from None
