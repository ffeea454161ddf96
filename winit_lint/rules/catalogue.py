"""All rules, in the order of their codes."""

from __future__ import annotations

from typing import Final

from winit_lint.rule import Rule
from winit_lint.rules.coverage import (
    init_after_parametrization,
    init_before_layers_exist,
    init_filter_misses_layer,
    init_never_called,
    init_on_temporary,
    parameter_never_filled,
)
from winit_lint.rules.run import (
    file_too_large,
    internal_error,
    invalid_suppression,
    probe_failed,
    syntax_error,
    too_deeply_nested,
    unreadable_file,
    unused_suppression,
)

RULES: Final[tuple[Rule, ...]] = (
    syntax_error.RULE,
    unused_suppression.RULE,
    invalid_suppression.RULE,
    unreadable_file.RULE,
    file_too_large.RULE,
    too_deeply_nested.RULE,
    internal_error.RULE,
    probe_failed.RULE,
    parameter_never_filled.RULE,
    init_never_called.RULE,
    init_filter_misses_layer.RULE,
    init_on_temporary.RULE,
    init_after_parametrization.RULE,
    init_before_layers_exist.RULE,
)
