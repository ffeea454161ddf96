"""The options of commands that probe: what a child may use, and how it is shut in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from winit_lint.probe.launch import Options

_F = TypeVar("_F", bound=Callable[..., Any])
_GIB = 2**30


def probe_options(command: _F) -> _F:
    """``--seeds``, ``--sandbox``, ``--time-limit``, ``--memory-limit``, ``--meta``, ``--supply-arguments``,
    ``--require-probe``.
    """
    for option in reversed(
        (
            click.option("--seeds", type=click.IntRange(1, 100), default=3, show_default=True, help="Builds a target."),
            click.option(
                "--sandbox",
                type=click.Choice(["auto", "require", "off"]),
                default="auto",
                show_default=True,
                help="Shut the child in as far as the system can; or not at all; `require`: exit 2 where it can't.",
            ),
            click.option(
                "--time-limit",
                type=click.FloatRange(0.1, 86400),
                default=60.0,
                show_default=True,
                metavar="SECONDS",
                help="For each stage of a target: import, build, forward, backward.",
            ),
            click.option(
                "--memory-limit",
                type=click.FloatRange(0.01, 2**20),
                default=4.0,
                show_default=True,
                metavar="GIB",
                help="What a target may take beyond torch itself.",
            ),
            click.option(
                "--meta",
                is_flag=True,
                help="Build without memory, and measure parameter by parameter; also done where a target does not fit.",
            ),
            click.option(
                "--supply-arguments",
                is_flag=True,
                help="Make up sizes that a target's constructor lacks, by their names; what was made up is told.",
            ),
            click.option("--require-probe", is_flag=True, help="A target that can't be probed makes the exit code 2."),
        )
    ):
        command = option(command)
    return command


def probing(
    seeds: int, sandbox: str, time_limit: float, memory_limit: float, meta: bool, supply_arguments: bool
) -> Options:
    """How targets are probed, by these options."""
    from winit_lint.probe.launch import Options  # `check` has these options, and seldom probes
    from winit_lint.probe.protocol import Limits

    limits = Limits(seconds=time_limit, memory=int(memory_limit * _GIB))
    return Options(seeds=seeds, sandbox=sandbox, limits=limits, apart=meta, supply=supply_arguments)
