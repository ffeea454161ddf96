"""Options that several commands take, and the settings that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, final

import click

from winit_lint.cli.terminal import Refusal
from winit_lint.config.files import Resolver
from winit_lint.config.settings import Settings, codes_of, unknown_rule
from winit_lint.finding import Severity
from winit_lint.rules.names import Named

_F = TypeVar("_F", bound=Callable[..., Any])

_NAMES = "Codes, names or families, separated by commas."


def settings_options(command: _F) -> _F:
    """``--config`` and ``--isolated``."""
    command = click.option("--isolated", is_flag=True, help="Read no settings file.")(command)
    return click.option("--config", "config", metavar="FILE", help="The settings file to use.")(command)


def rule_options(command: _F) -> _F:
    """``--select``, ``--extend-select``, ``--ignore``, ``--fail-on``."""
    levels = click.Choice([severity.value for severity in Severity])
    command = click.option("--fail-on", type=levels, help="The mildest severity that makes the exit code 1.")(command)
    command = click.option("--ignore", multiple=True, help=f"Rules not to run. {_NAMES}")(command)
    command = click.option("--extend-select", multiple=True, help=f"Rules to run besides. {_NAMES}")(command)
    return click.option("--select", multiple=True, help=f"Rules to run, and no others. {_NAMES}")(command)


def budget_option(command: _F) -> _F:
    """``--max-steps``."""
    text = "How many steps of evaluation a root may cost; what it builds later is unknown."
    return click.option("--max-steps", type=click.IntRange(min=1), metavar="N", help=text)(command)


@final
@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line says about settings; it goes over what the settings files say."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    max_steps: int | None = None

    def adjust(self, settings: Settings) -> Settings:
        """The settings with these choices: ``select`` replaces, the others add."""
        sources = dict(settings.sources)
        if self.select:
            settings = replace(settings, select=self.select, extend_select=())
            sources.pop("extend-select", None)
            sources["select"] = "--select"
        if self.extend_select:
            settings = replace(settings, extend_select=(*settings.extend_select, *self.extend_select))
            sources["extend-select"] = "--extend-select"
        if self.ignore:
            settings = replace(settings, ignore=(*settings.ignore, *self.ignore))
            sources["ignore"] = "--ignore"
        if self.fail_on is not None:
            settings = replace(settings, fail_on=self.fail_on)
            sources["fail-on"] = "--fail-on"
        if self.max_steps is not None:
            settings = replace(settings, max_steps=self.max_steps)
            sources["max-steps"] = "--max-steps"
        return replace(settings, sources=sources)


def choices(
    rules: Sequence[Named],
    select: Sequence[str],
    extend_select: Sequence[str],
    ignore: Sequence[str],
    fail_on: str | None,
    max_steps: int | None = None,
) -> Choices:
    """The choices of the command line.

    Raises:
        Refusal: a name that is no rule, or an option without any.
    """
    lists = [_split(rules, option, names) for option, names in _named(select, extend_select, ignore)]
    return Choices(lists[0], lists[1], lists[2], Severity(fail_on) if fail_on else None, max_steps)


def resolver(rules: Sequence[Named], config: str | None, isolated: bool, chosen: Choices | None = None) -> Resolver:
    """The settings of the run's files.

    Raises:
        Refusal: ``--config`` with ``--isolated``.
    """
    if config is not None and isolated:
        raise Refusal("--config and --isolated exclude each other")
    return Resolver(rules, config, isolated, (chosen or Choices()).adjust)


def _named(
    select: Sequence[str], extend_select: Sequence[str], ignore: Sequence[str]
) -> tuple[tuple[str, Sequence[str]], ...]:
    return (("--select", select), ("--extend-select", extend_select), ("--ignore", ignore))


def _split(rules: Sequence[Named], option: str, values: Sequence[str]) -> tuple[str, ...]:
    for value in values:
        if not value.replace(",", "").strip():
            raise Refusal(f"{option}: `{value}` names no rule")
    names = tuple(name.strip() for value in values for name in value.split(",") if name.strip())
    for name in names:
        if not codes_of(name, rules):
            raise Refusal(f"{option}: {unknown_rule(name, rules)}")
    return names
