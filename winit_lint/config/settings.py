"""Settings: what a file is linted with, and which rules that switches on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import final

from winit_lint.finding import Severity
from winit_lint.rules.names import Named
from winit_lint.source.patterns import spec
from winit_lint.source.text import SizeLimits

_ALWAYS = frozenset({"WI001", "WI004", "WI005", "WI006", "WI007"})
_FAMILY = re.compile(r"WI\d{0,2}")


@final
class ConfigError(Exception):
    """A mistake in a settings file or on the command line, as one line for the user."""


@final
@dataclass(frozen=True)
class Settings:
    """What one file is linted with.

    ``root`` is the folder that patterns count from. ``select``, ``ignore`` and ``extend_select`` hold codes, names and
    families as written, ``per_file_ignores`` (pattern, codes) pairs. ``max_steps`` is what the run of one root may
    cost, None for the command's own limit. ``probe_targets`` are what `check --probe` builds, ``probe_inputs`` (target,
    written forms of what its ``forward`` takes) pairs. ``sources`` says where each key came from.
    """

    root: str
    select: tuple[str, ...] = ("WI",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity = Severity.WARNING
    limits: SizeLimits = field(default_factory=SizeLimits)
    max_steps: int | None = None
    probe_targets: tuple[str, ...] = ()
    probe_inputs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


def codes_of(name: str, rules: Sequence[Named]) -> frozenset[str]:
    """The codes that a code, a name or a family (``WI1``) stands for; empty where it names no rule."""
    wanted = name.strip()
    upper = wanted.upper()
    if _FAMILY.fullmatch(upper):
        return frozenset(rule.code for rule in rules if rule.code.startswith(upper))
    return frozenset(rule.code for rule in rules if upper == rule.code or wanted.lower() == rule.name)


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean `x`?`` where something known looks like it, else nothing."""
    from difflib import get_close_matches  # for mistakes only

    close = get_close_matches(word.lower(), {k.lower(): k for k in known}, n=1)
    return f"; did you mean `{next(k for k in known if k.lower() == close[0])}`?" if close else ""


def unknown_rule(name: str, rules: Sequence[Named]) -> str:
    """The complaint about a name that is no rule."""
    if re.fullmatch(r"WI\d*", name.upper()):
        return f"`{name}` is no rule" + nearest(name, [rule.code for rule in rules])
    return f"`{name}` is no rule" + nearest(name, [rule.name for rule in rules])


def enabled(settings: Settings, rules: Sequence[Named], absolute: str) -> frozenset[str]:
    """The codes that are switched on for the file at ``absolute``; the most specific of select and ignore wins."""
    codes = _selected(settings, rules)
    for pattern, ignored in settings.per_file_ignores:
        if _matches((pattern,), settings.root, absolute):
            codes -= frozenset().union(*(codes_of(name, rules) for name in ignored))
    return codes


def _selected(settings: Settings, rules: Sequence[Named]) -> frozenset[str]:
    # a fault that keeps a file from being linted is told whatever is selected, unless it is ignored by name
    strength = {rule.code: (0, True) for rule in rules if rule.code in _ALWAYS}
    for on, names in ((True, (*settings.select, *settings.extend_select)), (False, settings.ignore)):
        for name in names:
            specific = len(name) if _FAMILY.fullmatch(name.upper()) else 9
            for code in codes_of(name, rules):
                # at equal strength `ignore`, which comes second, wins
                if code not in strength or specific >= strength[code][0]:
                    strength[code] = (specific, on)
    return frozenset(code for code, (_, on) in strength.items() if on)


def excluded(settings: Settings, absolute: str) -> bool:
    """Whether ``exclude`` names the file or a folder above it."""
    return bool(settings.exclude) and _matches(settings.exclude, settings.root, absolute)


def _matches(patterns: Sequence[str], root: str, absolute: str) -> bool:
    try:
        name = os.path.relpath(absolute, root)
    except ValueError:
        return False
    if name.startswith(os.pardir + os.sep) or name == os.curdir:
        return False
    return _spec(tuple(patterns)).match_file(name.replace(os.sep, "/"))


_spec = lru_cache(maxsize=256)(spec)
