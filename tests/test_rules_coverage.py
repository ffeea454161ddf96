"""WI501 and WI502 on models built by hand: what fires, and each reason for silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from models_by_hand import (
    CONV2D,
    DEFAULT,
    LINEAR,
    RAW,
    at,
    findings,
    function,
    layer,
    model,
    parameter,
    survivors,
    write,
)

from winit_lint.finding import Severity
from winit_lint.ir.distribution import UNINITIALISED, constant
from winit_lint.ir.event import Load
from winit_lint.ir.model import Assumption, LayerKind, Model, Parameter
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.write import Effect, Origin, Region
from winit_lint.rules.coverage import init_never_called, parameter_never_filled


class TestParameterNeverFilled:
    rule = parameter_never_filled.RULE

    def test_raw_memory_is_an_error_at_its_creation(self) -> None:
        (found,) = findings(self.rule, model(parameter("w", RAW)))
        assert (found.severity, found.span, found.symbol) == (Severity.ERROR, at(5), "Net.w")
        assert "its 32 entries are" in found.message
        assert found.fix is not None and found.fix.title == "nn.init.xavier_uniform_(self.w)"

    def test_on_another_path_than_the_default_it_is_a_warning(self) -> None:
        (found,) = findings(self.rule, model(parameter("w", RAW), defaults=False))
        assert found.severity is Severity.WARNING

    def test_several_of_one_line_are_one_finding(self) -> None:
        (found,) = findings(self.rule, model(parameter("a.w", RAW), parameter("b.w", RAW), parameter("c.w", RAW)))
        assert "(and `Net.b.w`, 1 more)" in found.message

    def test_symbolic_sizes_are_named(self) -> None:
        (found,) = findings(self.rule, model(parameter("w", RAW, shape=(SizeExpr.atom("dim"), 2))))
        assert "2 * dim entries" in found.message

    @pytest.mark.parametrize(
        "silent",
        [
            parameter("w", RAW, write(Origin.EXPLICIT, 6)),
            parameter("w", RAW, write(Origin.UNKNOWN, 6)),
            parameter("w", RAW, write(Origin.LOAD, 6)),
            parameter("w", RAW, write(Origin.EXPLICIT, 6, region=Region("[0]"))),
            parameter("w", RAW, trainable=False),
            parameter("w", RAW, shape=(0,)),
            parameter("w", write(Origin.DEFAULT, distribution=UNINITIALISED)),  # a lazy layer
            parameter("w", write(Origin.CREATION, 5, distribution=constant(1.0))),
        ],
    )
    def test_silence(self, silent: Parameter) -> None:
        assert findings(self.rule, model(silent)) == []

    def test_arithmetic_on_raw_memory_and_lost_writes_fill_nothing(self) -> None:
        scaled = write(Origin.EXPLICIT, 6, distribution=UNINITIALISED)
        lost = write(Origin.EXPLICIT, 7, effect=Effect.LOST, reason="clone")
        (found,) = findings(self.rule, model(parameter("w", RAW, scaled, lost)))
        assert [related.span.line for related in found.related] == [7]

    def test_a_load_covers_what_is_below_its_module(self) -> None:
        loaded = model(parameter("a.w", RAW), events=(Load(at(9), "load_state_dict", "a"),))
        other = model(parameter("b.w", RAW), events=(Load(at(9), "load_state_dict", "a"),))
        assert findings(self.rule, loaded) == []
        assert len(findings(self.rule, other)) == 1

    def test_an_incomplete_model_proves_nothing(self) -> None:
        assert findings(self.rule, model(parameter("w", RAW), complete=False)) == []

    def test_an_init_method_that_others_may_call_is_trusted_unless_it_ran(self) -> None:
        method = function("init_weights", 10, referenced=True)
        assert findings(self.rule, model(parameter("w", RAW)), method) == []
        ran = model(parameter("w", RAW), parameter("v", RAW, write(Origin.EXPLICIT, 11), line=6))
        assert len(findings(self.rule, ran, method)) == 1
        assert len(findings(self.rule, model(parameter("w", RAW)), replace(method, referenced=False))) == 1

    def test_a_reset_that_only_wrappers_may_call_does_not_excuse(self) -> None:
        built = model(parameter("w", RAW))
        assert len(findings(self.rule, built, function("reset_parameters", 10, hook=True))) == 1
        assert findings(self.rule, built, function("init_weights", 10, hook=True)) == []

    def test_a_function_leaves_the_parameter_to_its_class(self) -> None:
        built = model(parameter("w", RAW), root="net.build")
        assert findings(self.rule, built) == []
        sequential = model(parameter("0.w", RAW), root="net.build", layers=(layer("0", LINEAR),))
        plain = replace(sequential, layers=(layer("", "torch.nn.Sequential"), layer("0", LINEAR)))
        assert len(findings(self.rule, plain)) == 1

    def test_the_enclosing_model_disproves_its_part(self) -> None:
        part = model(parameter("w", RAW), root="net.Part", layers=(), name="Part")
        part = replace(part, layers=(layer("", "net.Part"),))
        inside = (layer("part", "net.Part"),)
        filled = model(parameter("part.w", RAW, write(Origin.EXPLICIT, 20)), layers=inside)
        unknown = model(parameter("part.w", RAW, write(Origin.UNKNOWN, 20)), layers=inside)
        unfilled = model(parameter("part.w", RAW), layers=inside)
        assert survivors(self.rule, part, filled) == []
        assert survivors(self.rule, part, unknown) == []
        assert len(survivors(self.rule, part, unfilled)) == 2

    def test_a_subclass_disproves_its_base_but_not_its_sister(self) -> None:
        base = replace(model(parameter("w", RAW), root="net.Base"), layers=(layer("", "net.Base"),))
        fills = replace(
            model(parameter("w", RAW, write(Origin.EXPLICIT, 20)), root="net.A"),
            layers=(layer("", "net.A", bases=("net.Base", "torch.nn.Module")),),
        )
        forgets = replace(
            model(parameter("w", RAW), root="net.B"),
            layers=(layer("", "net.B", bases=("net.Base", "torch.nn.Module")),),
        )
        assert survivors(self.rule, base, fills) == []
        assert len(survivors(self.rule, fills, forgets)) == 1

    def test_an_opt_out_that_the_defaults_do_not_take_is_silent(self) -> None:
        filled = model(parameter("w", RAW, write(Origin.EXPLICIT, 6)))
        skipped = model(parameter("w", RAW), defaults=False, assumptions=(Assumption("init", False, "not init", True),))
        assert survivors(self.rule, filled, skipped) == []

    def test_memory_that_a_torch_layer_was_built_with_is_left_to_others(self) -> None:
        linear = (layer("fc", LINEAR, LayerKind.LINEAR, line=5),)
        lazy = parameter("fc.weight", RAW, layer_cls=LINEAR)
        assert findings(self.rule, model(lazy, layers=linear)) == []
        assert len(findings(self.rule, model(replace(lazy, created=at(6)), layers=linear))) == 1

    def test_a_twin_from_the_same_line_disproves_nothing(self) -> None:
        built = model(parameter("a.w", RAW, write(Origin.EXPLICIT, 6)), parameter("b.w", RAW))
        (found,) = survivors(self.rule, built)
        assert found.symbol == "Net.b.w"


class TestInitNeverCalled:
    rule = init_never_called.RULE
    plain = model(parameter("enc.weight", DEFAULT), layers=(layer("enc", CONV2D, LayerKind.CONV),))

    def test_a_private_method_is_a_warning_at_its_name(self) -> None:
        method = replace(function("_initialize_weights", 10), names=frozenset({"weight"}))
        (found,) = findings(self.rule, self.plain, method)
        assert (found.severity, found.span) == (Severity.WARNING, at(10))
        assert "nothing calls `Net._initialize_weights`, so 1 parameter of `Net` stays as" in found.message
        assert "kaiming_uniform_, std 0.0255" in found.message

    def test_a_public_method_is_a_warning_only_where_the_class_is_built(self) -> None:
        method = function("init_weights", 10)
        assert [f.severity for f in findings(self.rule, self.plain, method)] == [Severity.NOTE]
        assert [f.severity for f in findings(self.rule, self.plain, replace(method, owner_built=True))] == [
            Severity.WARNING
        ]

    def test_an_alternative_to_one_in_use_is_a_note(self) -> None:
        used = function("_init_other", 8, referenced=True)
        (found,) = findings(self.rule, self.plain, function("_initialize_weights", 10), used)
        assert found.severity is Severity.NOTE

    @pytest.mark.parametrize(
        "changes",
        [{"referenced": True}, {"hook": True}, {"name": "__init__"}, {"span": at(10, "other.py")}, {"owner": "Other"}],
    )
    def test_silence(self, changes: dict[str, Any]) -> None:
        assert findings(self.rule, self.plain, replace(function("_initialize_weights", 10), **changes)) == []

    @pytest.mark.parametrize("name", ["reset_classifier", "init_hidden", "initialize_from_checkpoint", "build"])
    def test_methods_for_something_else_are_silent(self, name: str) -> None:
        assert findings(self.rule, self.plain, function(name, 10)) == []

    def test_a_method_that_ran_after_all_is_silent(self) -> None:
        ran = model(parameter("enc.weight", DEFAULT), parameter("dec.weight", DEFAULT, write(Origin.EXPLICIT, 12)))
        assert findings(self.rule, ran, function("_initialize_weights", 10)) == []

    def test_nothing_left_to_initialise_is_silent(self) -> None:
        done = model(parameter("enc.weight", DEFAULT, write(Origin.EXPLICIT, 4)))
        assert findings(self.rule, done, function("_initialize_weights", 10)) == []

    def test_a_reset_that_restores_a_chosen_creation_is_silent(self) -> None:
        ones = model(parameter("scale", write(Origin.CREATION, 5, distribution=constant(1.0))))
        assert findings(self.rule, ones, function("reset_parameters", 10)) == []
        assert len(findings(self.rule, ones, function("_init_scale", 10))) == 1

    def test_a_reset_of_a_plain_module_is_a_note_and_of_a_torch_layer_silent(self) -> None:
        reset = function("reset_parameters", 10, hook=True)
        plain = replace(self.plain, layers=(layer("", "net.Net", bases=("torch.nn.Module",)), *self.plain.layers[1:]))
        derived = replace(self.plain, layers=(layer("", "net.Net", bases=(LINEAR, "torch.nn.Module")),))
        assert [f.severity for f in findings(self.rule, plain, reset)] == [Severity.NOTE]
        assert findings(self.rule, derived, reset) == []

    def test_functions_are_for_users_in_a_library_and_notes_elsewhere(self) -> None:
        helper = function("weights_init", 10, owner=None)
        assert [f.severity for f in findings(self.rule, self.plain, helper)] == [Severity.NOTE]
        assert findings(self.rule, self.plain, replace(helper, in_library=True)) == []
        private = function("_weights_init", 10, owner=None, public=False)
        assert [f.severity for f in findings(self.rule, self.plain, private)] == [Severity.WARNING]

    @staticmethod
    def heads(*done: str, names: tuple[str, ...] = ("rpn", "bbox", "mask")) -> Model:
        """Heads of one class, those in ``done`` initialised by line 12, called from line 20 on."""
        parameters = []
        for number, name in enumerate(names):
            writes = [DEFAULT]
            if name in done:
                writes.append(write(Origin.EXPLICIT, 12, stack=(at(18), at(20 + number))))
            parameters.append(parameter(f"{name}.fc.weight", *writes))
        layers = tuple(layer(name, "net.Head", line=16) for name in names)
        return model(*parameters, layers=layers)

    def test_a_twin_left_out_is_reported_at_the_last_call(self) -> None:
        method = function("init_weights", 11, owner="Head", referenced=True)
        (found,) = findings(self.rule, self.heads("rpn", "bbox"), method)
        assert (found.severity, found.span) == (Severity.WARNING, at(21))
        assert "called for `bbox` but not for `mask`, of the same class `Head`" in found.message

    def test_one_of_two_is_a_note_and_fewer_are_silent(self) -> None:
        method = function("init_weights", 11, owner="Head", referenced=True)
        (found,) = findings(self.rule, self.heads("rpn", names=("rpn", "mask")), method)
        assert found.severity is Severity.NOTE
        assert findings(self.rule, self.heads("rpn"), method) == []
        assert findings(self.rule, self.heads("rpn", "bbox", "mask"), method) == []

    def test_a_method_that_is_no_general_initialisation_may_be_for_some(self) -> None:
        method = function("zero_output", 11, owner="Head", referenced=True)
        assert findings(self.rule, self.heads("rpn", "bbox"), method) == []

    def test_a_loaded_or_frozen_twin_is_silent(self) -> None:
        method = function("init_weights", 11, owner="Head", referenced=True)
        built = self.heads("rpn", "bbox")
        *others, last = built.parameters
        for changed in (replace(last, writes=(DEFAULT, write(Origin.LOAD, 30))), replace(last, trainable=False)):
            assert findings(self.rule, replace(built, parameters=(*others, changed)), method) == []
