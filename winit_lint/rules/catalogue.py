"""All rules, in the order of their codes."""

from __future__ import annotations

from typing import Final

from winit_lint.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
