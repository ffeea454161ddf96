"""The command group: commands are imported when they are used, and ``check`` is the one meant when none is named."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import final

import click

from winit_lint import __version__

_COMMANDS: Mapping[str, str] = {
    "check": "Lint files and folders (the default command).",
    "inspect": "Show what every parameter of a model holds at step 0.",
    "probe": "Build a model, and show what its parameters really hold.",
    "rule": "Explain a rule.",
    "config": "Show the settings and where each came from.",
}
_OWN_OPTIONS = frozenset({"--version", "--help", "-h"})


@final
class LazyGroup(click.Group):
    """A group whose commands live in ``winit_lint.cli.<name>.command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the help page."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"winit_lint.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """``winit-lint PATHS`` and ``winit-lint --select ...`` mean ``winit-lint check ...``."""
        if args and args[0] not in _COMMANDS and args[0] not in _OWN_OPTIONS:
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="winit-lint", message="%(prog)s %(version)s")
def cli() -> None:
    """A static analyser for PyTorch weight initialisation.

    Exit codes: 0 clean, 1 findings at or above --fail-on, 2 the job could not be done.
    """
