"""``winit-lint inspect``: what every parameter of a model holds at step 0."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence, Set
from fnmatch import fnmatchcase
from typing import Any

import click

from winit_lint.analyses.readers import read_by
from winit_lint.analyses.signal import Assumptions
from winit_lint.cli.options import Choices, budget_option, resolver, settings_options
from winit_lint.cli.target_models import RootModels, models_of, models_of_roots
from winit_lint.cli.terminal import ProgressBar, Refusal, columns, note, wants_colour, write
from winit_lint.config.settings import ConfigError, Settings, nearest
from winit_lint.inspection import document
from winit_lint.ir.model import Model
from winit_lint.reports.inspect_causes import ranking
from winit_lint.rules.names import NAMES
from winit_lint.signal_section import section
from winit_lint.source.target import Target, TargetFormError, parse_target
from winit_lint.source.text import SourceError

_Document = dict[str, Any]
_LARGEST = 1_000_000


@click.command("inspect")
@click.argument("target")
@settings_options
@budget_option
@click.option("--filter", "patterns", multiple=True, metavar="PATTERN", help="Parameters to show: `head*`; repeatable.")
@click.option("--no-fold", is_flag=True, help="A row for each parameter: fold no identical entries of lists.")
@click.option("--show-unknown", is_flag=True, help="Rank the causes of what could not be worked out, with counts.")
@click.option(
    "--signal", "with_signal", is_flag=True, help="Show the predicted second moments, layer by layer, instead."
)
@click.option(
    "--input-size", metavar="SIZES", help="Shape of the first input for --signal, the batch first: 4,3,64,64."
)
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
    with_signal: bool,
    input_size: str | None,
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

    --signal predicts what the weights do to the signal at step 0: the second moment of what each operation puts out and
    of the gradient there, for standardised inputs. In JSON it is the key `signal` beside the parameters.

    Exit codes: 0 shown, 2 nothing to show: a target, pattern or setting that is wrong.
    """
    if "" in patterns:
        raise Refusal("--filter: an empty pattern matches no parameter")
    assumed = _assumed(with_signal, input_size, patterns)
    try:
        parsed = parse_target(target)
        settings = resolver(NAMES, config, isolated, Choices(max_steps=max_steps)).of_file(os.path.abspath(parsed.path))
        documents = _documents(target, parsed, settings, assumed)
    except (TargetFormError, ConfigError) as error:
        raise Refusal(str(error)) from None
    except SourceError as error:
        raise Refusal(f"{error.path}:{error.line}: {error.message}") from None
    if patterns:
        documents = _filtered(documents, patterns)
    if output_format == "json":
        write(json.dumps(documents[0] if parsed.name is not None else documents, indent=2) + "\n")
    elif with_signal:
        _show_signal(documents, colour=wants_colour(color))
    else:
        _show(documents, colour=wants_colour(color), fold=not no_fold, tail=not show_unknown)
    if show_unknown:
        for line in ranking(documents):
            note(line)


def _assumed(with_signal: bool, input_size: str | None, patterns: Sequence[str]) -> Assumptions | None:
    """What the signal is predicted from; None where it is not asked for.

    Raises:
        Refusal: the options do not go together, or the sizes are none.
    """
    if not with_signal:
        if input_size is not None:
            raise Refusal("--input-size: goes with --signal")
        return None
    if patterns:
        raise Refusal("--filter: picks parameters, which --signal does not show")
    if input_size is None:
        return Assumptions()
    sizes = [part.strip() for part in input_size.split(",")]
    if not all(part.isascii() and part.isdecimal() and 0 < int(part) <= _LARGEST for part in sizes):
        raise Refusal(f"--input-size: `{input_size}` is no shape; write the batch and the sizes, as in 4,3,64,64")
    return Assumptions(tuple(map(int, sizes)))


def _documents(text: str, target: Target, settings: Settings, assumed: Assumptions | None) -> list[_Document]:
    """The document of the target that is named, or of each root of its file.

    A root that can't be built has a document that says so, unless there are no others.

    Raises:
        SourceError: the file can't be read or parsed.
        Refusal: there is nothing to show.
    """
    limits, steps = settings.limits, settings.max_steps
    if target.name is not None:
        return [_document(text, models_of(target, limits, steps), assumed)]
    with ProgressBar(label="inspecting") as progress:
        roots = models_of_roots(target, limits, steps, progress)
    if all(root.failure is not None for root in roots):
        raise Refusal(f"{roots[0].target} {roots[0].failure}")
    return [_of_root(root, assumed) for root in roots]


def _of_root(root: RootModels, assumed: Assumptions | None) -> _Document:
    made = _document(root.target, root.models, assumed)
    if root.failure is not None:
        made["unknown"] = [{"name": root.target, "why": root.failure}]
    return made


def _document(text: str, models: Sequence[Model], assumed: Assumptions | None) -> _Document:
    made = document(text, models, read_by)
    if assumed is not None:
        usual = next((model for model in models if model.defaults), models[0] if models else None)
        made["signal"] = {"flows": []} if usual is None else section(usual, assumed)
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


def _show_signal(documents: Sequence[_Document], *, colour: bool) -> None:
    from winit_lint.reports.signal import render

    width = columns()
    write("\n".join(render(made, width=width, colour=colour) for made in documents))
