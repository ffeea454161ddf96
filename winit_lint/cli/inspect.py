"""``winit-lint inspect``: what every parameter of a model holds at step 0."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from winit_lint.analyses.readers import read_by
from winit_lint.cli.options import resolver, settings_options
from winit_lint.cli.target import Target, TargetFormError, parse_target
from winit_lint.cli.terminal import Refusal, wants_colour, write
from winit_lint.config.settings import ConfigError
from winit_lint.inspection import document
from winit_lint.ir.model import Model
from winit_lint.passes import Failure, guarded
from winit_lint.pool import on_deep_stack
from winit_lint.rules.catalogue import RULES
from winit_lint.source.discovery import Candidate, ProjectLoader, shown
from winit_lint.source.text import SizeLimits, SourceError, read


@click.command("inspect")
@click.argument("target")
@settings_options
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def command(target: str, config: str | None, isolated: bool, output_format: str, color: str) -> None:
    """Show each parameter of TARGET: shape, fans, initializer, predicted std, and what reads it.

    TARGET is path/to/file.py::Name or package.module:Name, either with literal arguments: vit.py::vit(depth=2).
    """
    try:
        parsed = parse_target(target)
        path = os.path.abspath(parsed.path)
        limits = resolver(RULES, config, isolated).of_file(path).limits
        made = document(target, models_of(parsed, limits), read_by)
    except (TargetFormError, ConfigError) as error:
        raise Refusal(str(error)) from None
    except SourceError as error:
        raise Refusal(f"{error.path}:{error.line}: {error.message}") from None
    if output_format == "json":
        write(json.dumps(made, indent=2) + "\n")
    else:
        write(table(made, colour=wants_colour(color)))


def models_of(target: Target, limits: SizeLimits) -> Sequence[Model]:
    """The models that the target builds.

    Raises:
        SourceError: the file can't be read or parsed.
        Refusal: there is no such class or function in it, or the interpreter failed.
    """
    # imported here: it costs a parser's start
    from winit_lint.interpreter.index import build_index
    from winit_lint.interpreter.roots import TargetError, models_of_target

    absolute = os.path.abspath(target.path)
    text = read(shown(absolute), absolute, limits)
    loader = ProjectLoader([Candidate(text.path, absolute, explicit=True)], limits)

    def build() -> Sequence[Model]:
        index = build_index([text], loader)
        for failure in index.failures:
            raise SourceError("WI001", failure.path, failure.message, failure.line, failure.column)
        models: Sequence[Model] = models_of_target(index, text.path, target.name, target.args, target.kwargs)
        return models

    try:
        found = guarded(lambda: on_deep_stack(build), passing=(SourceError, TargetError))
    except TargetError as error:
        raise Refusal(str(error)) from None
    if isinstance(found, Failure):
        raise Refusal(f"internal error in {text.path}: {found.text}. Please report this with the file")
    return found


def table(made: dict[str, Any], *, colour: bool) -> str:
    """The document for people."""
    from io import StringIO

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = Table(title=Text(made["target"]), title_justify="left")
    for heading in ("parameter", "layer", "shape", "fan in", "fan out", "initializer", "std", "where", "read by"):
        rows.add_column(heading, overflow="fold")
    for parameter in made["parameters"]:
        written = parameter["initializers"] or [None]
        head = [
            parameter["name"] + ("" if parameter["trainable"] else " (frozen)"),
            _short(parameter["layer"]),
            "?" if parameter["shape"] is None else " x ".join(map(_cell, parameter["shape"])),
            _cell(parameter["fan_in"]),
            _cell(parameter["fan_out"]),
        ]
        readers = ", ".join(map(_short, parameter["read_by"]))
        for number, entry in enumerate(written):
            cells = (head if not number else [""] * 5) + _written(entry) + [readers if not number else ""]
            rows.add_row(*(Text(cell) for cell in cells))
    # a file or a pipe has no width: nothing is wrapped there
    width = None if sys.stdout.isatty() else 400
    console = Console(file=StringIO(), width=width, force_terminal=colour, no_color=not colour, highlight=False)
    console.print(rows)
    for item in made["unknown"]:
        console.print(Text(f"unknown: {item['name']}: {item['why']}"))
    output = console.file
    return output.getvalue() if isinstance(output, StringIO) else ""


def _written(entry: dict[str, Any] | None) -> list[str]:
    if entry is None:
        return ["unknown", "?", ""]
    args = ", ".join(f"{name}={_cell(value)}" for name, value in entry["args"].items())
    call = f"{_short(entry['init'])}({args})" + (f" when {entry['when']}" if entry["when"] else "")
    where = f"{entry['path']}:{entry['line']}" if entry["path"] else f"default, line {_cell(entry['line'])}"
    return [call, _cell(entry["std"]), where]


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _cell(value: object) -> str:
    if value is None:
        return "?"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
