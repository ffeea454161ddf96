"""``winit-lint config``: the settings of the working directory."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

import click

from winit_lint.cli.options import budget_option, choices, resolver, rule_options, settings_options
from winit_lint.cli.terminal import Refusal, write
from winit_lint.config.settings import ConfigError, Settings, nearest
from winit_lint.rules.names import NAMES


@click.command("config")
@click.argument("key", required=False)
@settings_options
@rule_options
@budget_option
def command(
    key: str | None,
    config: str | None,
    isolated: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    max_steps: int | None,
) -> None:
    """Show the settings for the working directory and where each came from."""
    found = resolver(NAMES, config, isolated, choices(NAMES, select, extend_select, ignore, fail_on, max_steps))
    try:
        settings = found.of_folder(os.getcwd())
    except ConfigError as error:
        raise Refusal(str(error)) from None
    values = _values(settings)
    if key is not None and key not in values:
        raise Refusal(f"no setting is called `{key}`{nearest(key, values)}")
    shown = {key: values[key]} if key is not None else values
    write("".join(f"{name} = {json.dumps(value)}  # {_source(settings, name)}\n" for name, value in shown.items()))


def _source(settings: Settings, key: str) -> str:
    default = "default: 120000 in check, 3000000 in inspect" if key == "max-steps" else "default"
    return settings.sources.get(key.split(".")[0], default)


def _values(settings: Settings) -> Mapping[str, object]:
    nesting = settings.limits.nesting
    return {
        "select": settings.select,
        "extend-select": settings.extend_select,
        "ignore": settings.ignore,
        "per-file-ignores": dict(settings.per_file_ignores),
        "exclude": settings.exclude,
        "severity": {code: level.value for code, level in settings.severity.items()},
        "fail-on": settings.fail_on.value,
        "max-steps": settings.max_steps,
        "thresholds.file-bytes": settings.limits.file_bytes,
        "thresholds.file-lines": settings.limits.file_lines,
        "thresholds.bracket-depth": nesting.depth,
        "thresholds.expression-tokens": nesting.chain,
        "thresholds.elif-branches": nesting.branches,
        "probe.targets": settings.probe_targets,
        "probe.inputs": dict(settings.probe_inputs),
    }
