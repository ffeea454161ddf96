"""``winit-lint inspect``: what every parameter of a model holds at step 0."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence, Set
from fnmatch import fnmatchcase
from typing import Any

import click

from winit_lint.analyses.readers import read_by
from winit_lint.cli.options import Choices, budget_option, resolver, settings_options
from winit_lint.cli.target import Target, TargetFormError, parse_target
from winit_lint.cli.target_models import RootModels, models_of, models_of_roots
from winit_lint.cli.terminal import ProgressBar, Refusal, columns, note, wants_colour, write
from winit_lint.config.settings import ConfigError, Settings, nearest
from winit_lint.inspection import document
from winit_lint.reports.inspect_causes import ranking
from winit_lint.rules.catalogue import RULES
from winit_lint.source.text import SourceError

_Document = dict[str, Any]


@click.command("inspect")
@click.argument("target")
@settings_options
@budget_option
@click.option("--filter", "patterns", multiple=True, metavar="PATTERN", help="Parameters to show: `head*`; repeatable.")
@click.option("--no-fold", is_flag=True, help="A row for each parameter: fold no identical entries of lists.")
@click.option("--show-unknown", is_flag=True, help="Rank the causes of what could not be worked out, with counts.")
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def command(
    target: str,
    config: str | None,
    isolated: bool,
    max_steps: int | None,
    patterns: tuple[str, ...],
    no_fold: bool,
    show_unknown: bool,
    output_format: str,
    color: str,
) -> None:
    """Show each parameter of TARGET: shape, fans, initializer, predicted std, and what reads it.

    TARGET is path/to/file.py::Name or package.module:Name, either with arguments, which are literals and calls of what
    the file names: "vit.py::vit(depth=2)". Without a name each module class of the file is shown, and each function and
    top-level statement that builds layers or constructs such a class.

    Modules at neighbouring indexes of a list whose parameters are alike are shown once: `blocks.* x12` stands for all
    twelve, `blocks.0-5 x6` and `layers.0,2 x2` for some; `layers.*.blocks.* x8` counts all that it stands for. `x?`
    marks an index that is not known. JSON has one entry a parameter, and with a whole file one document a model.

    Exit codes: 0 shown, 2 nothing to show: a target, pattern or setting that is wrong.
    """
    if "" in patterns:
        raise Refusal("--filter: an empty pattern matches no parameter")
    try:
        parsed = parse_target(target)
        settings = resolver(RULES, config, isolated, Choices(max_steps=max_steps)).of_file(os.path.abspath(parsed.path))
        documents = _documents(target, parsed, settings)
    except (TargetFormError, ConfigError) as error:
        raise Refusal(str(error)) from None
    except SourceError as error:
        raise Refusal(f"{error.path}:{error.line}: {error.message}") from None
    if patterns:
        documents = _filtered(documents, patterns)
    if output_format == "json":
        write(json.dumps(documents[0] if parsed.name is not None else documents, indent=2) + "\n")
    else:
        _show(documents, colour=wants_colour(color), fold=not no_fold, tail=not show_unknown)
    if show_unknown:
        for line in ranking(documents):
            note(line)


def _documents(text: str, target: Target, settings: Settings) -> list[_Document]:
    """The document of the target that is named, or of each root of its file.

    A root that can't be built has a document that says so, unless there are no others.

    Raises:
        SourceError: the file can't be read or parsed.
        Refusal: there is nothing to show.
    """
    limits, steps = settings.limits, settings.max_steps
    if target.name is not None:
        return [document(text, models_of(target, limits, steps), read_by)]
    with ProgressBar(label="inspecting") as progress:
        roots = models_of_roots(target, limits, steps, progress)
    if all(root.failure is not None for root in roots):
        raise Refusal(f"{roots[0].target} {roots[0].failure}")
    return [_of_root(root) for root in roots]


def _of_root(root: RootModels) -> _Document:
    made = document(root.target, root.models, read_by)
    if root.failure is not None:
        made["unknown"] = [{"name": root.target, "why": root.failure}]
    return made


def _filtered(documents: Sequence[_Document], patterns: Sequence[str]) -> list[_Document]:
    """The documents with the parameters that a pattern matches; those without any are left out.

    Raises:
        Refusal: a pattern matches nothing.
    """
    names = {parameter["name"] for made in documents for parameter in made["parameters"]}
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise Refusal(f"--filter: no parameter matches `{pattern}`{nearest(pattern, names)}")
    return [found for made in documents if (found := _part(made, names, patterns))["parameters"]]


def _part(made: _Document, names: Set[str], patterns: Sequence[str]) -> _Document:
    def wanted(name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in patterns)

    return {
        **made,
        "parameters": [parameter for parameter in made["parameters"] if wanted(parameter["name"])],
        "unknown": [item for item in made["unknown"] if item["name"] not in names or wanted(item["name"])],
    }


def _show(documents: Sequence[_Document], *, colour: bool, fold: bool, tail: bool) -> None:
    from winit_lint.reports.inspect import render

    width = columns()
    write("\n".join(render(made, width=width, colour=colour, fold=fold, tail=tail) for made in documents))
