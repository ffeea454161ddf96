"""All rules, in the order of their codes."""

from __future__ import annotations

from typing import Final

from winit_lint.rule import Rule
from winit_lint.rules.coverage import (
    assigned_before_super_init,
    init_after_parametrization,
    init_before_layers_exist,
    init_filter_misses_layer,
    init_never_called,
    init_on_temporary,
    init_weights_misses_parameter,
    missing_post_init,
    parameter_never_filled,
)
from winit_lint.rules.fan import (
    dirac_ignores_groups,
    fan_from_transposed_weight,
    fan_ignores_groups,
    fan_init_on_vector,
    fan_mode_mismatch,
    fan_on_fused_projection,
    fan_on_stacked_experts,
)
from winit_lint.rules.layer import (
    bias_none_dereference,
    embedding_or_head_scale,
    init_on_low_precision,
    norm_scale_gets_weight_init,
    padding_row_overwritten,
    recipe_init_missing,
    tied_weight_initialised_twice,
)
from winit_lint.rules.pretrained import (
    frozen_random_weights,
    init_bypasses_loaded_guard,
    init_clobbers_pretrained,
    load_result_ignored,
    pretrained_layer_replaced,
    pretrained_never_loaded,
    target_network_not_copied,
)
from winit_lint.rules.recurrent import (
    forget_gate_bias,
    init_on_stacked_gates,
    orthogonal_gain_mismatch,
    recurrent_not_orthogonal,
)
from winit_lint.rules.reproducibility import (
    deprecated_init_name,
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
from winit_lint.rules.scale import (
    default_init_in_deep_plain_stack,
    fixed_std_signal_loss,
    hand_written_scale_wrong,
    init_argument_in_wrong_place,
    kaiming_gain_mismatch,
    kaiming_slope_misused,
    selu_without_lecun,
    trunc_normal_absolute_bounds,
    unscaled_random_parameter,
    unsupported_nonlinearity,
    xavier_before_relu,
)
from winit_lint.rules.symmetry import (
    constant_weight,
    one_module_many_times,
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
    xavier_before_relu.RULE,
    kaiming_gain_mismatch.RULE,
    kaiming_slope_misused.RULE,
    selu_without_lecun.RULE,
    unsupported_nonlinearity.RULE,
    default_init_in_deep_plain_stack.RULE,
    fixed_std_signal_loss.RULE,
    trunc_normal_absolute_bounds.RULE,
    unscaled_random_parameter.RULE,
    init_argument_in_wrong_place.RULE,
    hand_written_scale_wrong.RULE,
    fan_from_transposed_weight.RULE,
    fan_ignores_groups.RULE,
    fan_on_fused_projection.RULE,
    fan_on_stacked_experts.RULE,
    fan_init_on_vector.RULE,
    fan_mode_mismatch.RULE,
    dirac_ignores_groups.RULE,
    recurrent_not_orthogonal.RULE,
    init_on_stacked_gates.RULE,
    forget_gate_bias.RULE,
    orthogonal_gain_mismatch.RULE,
    constant_weight.RULE,
    one_module_many_times.RULE,
    parameter_never_filled.RULE,
    init_never_called.RULE,
    init_filter_misses_layer.RULE,
    init_on_temporary.RULE,
    init_after_parametrization.RULE,
    init_before_layers_exist.RULE,
    assigned_before_super_init.RULE,
    init_weights_misses_parameter.RULE,
    missing_post_init.RULE,
    init_clobbers_pretrained.RULE,
    load_result_ignored.RULE,
    pretrained_never_loaded.RULE,
    frozen_random_weights.RULE,
    pretrained_layer_replaced.RULE,
    init_bypasses_loaded_guard.RULE,
    target_network_not_copied.RULE,
    padding_row_overwritten.RULE,
    norm_scale_gets_weight_init.RULE,
    bias_none_dereference.RULE,
    tied_weight_initialised_twice.RULE,
    embedding_or_head_scale.RULE,
    init_on_low_precision.RULE,
    recipe_init_missing.RULE,
    deprecated_init_name.RULE,
)
