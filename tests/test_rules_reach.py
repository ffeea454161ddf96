"""WI503, WI505, WI506 and WI510 on models built by hand, and the pages of rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from models_by_hand import (
    CONV1D,
    CONV2D,
    DEFAULT,
    LINEAR,
    RAW,
    at,
    findings,
    layer,
    model,
    parameter,
    survivors,
    write,
)

from winit_lint.finding import Finding, Severity
from winit_lint.ir.event import Dropped, Traversal, TypeTest
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import LayerKind, Model
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.rules.coverage import (
    init_after_parametrization,
    init_before_layers_exist,
    init_filter_misses_layer,
    init_on_temporary,
)
from winit_lint.rules.page import code_lines, page, sections


def conv1d_model(tests: tuple[TypeTest, ...], **rest: Any) -> Model:
    """Two Conv1d layers with torch's default, and a traversal of both with these tests."""
    layers = tuple(layer(f"conv{i}", CONV1D, LayerKind.CONV, line=5 + i) for i in (1, 2))
    traversal = Traversal(at(9), "", ("conv1", "conv2", ""), "net.Net.weight_init", tests)
    parameters = [parameter(f"conv{i}.weight", DEFAULT) for i in (1, 2)]
    return replace(model(*parameters, layers=layers, events=(traversal,)), **rest)


def type_test(*tested: str, matched: int = 0, line: int = 13, **rest: Any) -> TypeTest:
    return replace(TypeTest(at(line), tested, 3, matched, initialises=True), **rest)


class TestInitFilterMissesLayer:
    rule = init_filter_misses_layer.RULE

    def test_no_test_matches_a_weight_layer(self) -> None:
        (found,) = findings(self.rule, conv1d_model((type_test(CONV2D),)))
        assert (found.severity, found.span, found.symbol) == (Severity.WARNING, at(13), "Net")
        assert "tests for Conv2d but the weight layers that it visits are 2 Conv1d" in found.message
        assert [related.span.line for related in found.related] == [9, 6, 7]

    def test_a_private_torch_base_and_a_class_name_count_as_weight_tests(self) -> None:
        assert len(findings(self.rule, conv1d_model((type_test("Linear", by_name=True),)))) == 1
        assert findings(self.rule, conv1d_model((type_test("torch.nn.BatchNorm2d"),))) == []
        assert findings(self.rule, conv1d_model((type_test("BatchNorm", by_name=True),))) == []

    def test_a_norm_branch_that_matches_does_not_save_the_weights(self) -> None:
        tests = (type_test(CONV2D), type_test("torch.nn.BatchNorm1d", matched=1))
        assert len(findings(self.rule, conv1d_model(tests))) == 1

    @pytest.mark.parametrize(
        "tests",
        [
            (),
            (type_test(CONV1D, matched=2),),
            (type_test(CONV2D), type_test(LINEAR, matched=1)),
            (type_test(CONV2D, initialises=False),),
            (type_test(CONV2D, evaluated=0),),
        ],
    )
    def test_silence_by_tests(self, tests: tuple[TypeTest, ...]) -> None:
        assert findings(self.rule, conv1d_model(tests)) == []

    def test_silence_where_something_is_not_known_or_another_write_came(self) -> None:
        built = conv1d_model((type_test(CONV2D),))
        (traversal,) = built.events_of(Traversal)
        written = parameter("conv1.weight", DEFAULT, write(Origin.EXPLICIT, 15))
        for silent in (
            replace(built, complete=False),
            replace(built, events=(replace(traversal, complete=False),)),
            replace(built, layers=(*built.layers, layer("body", "", LayerKind.UNKNOWN))),
            replace(built, parameters=(written, *built.parameters[1:])),
            replace(built, events=(replace(traversal, visited=("",)),)),
            replace(built, unknowns=(("call of make", None),)),
            replace(built, flows=(Flow("forward", (Op(0, OpKind.UNKNOWN, "call of backbone"),)),)),
        ):
            assert findings(self.rule, silent) == []

    def test_an_unknown_part_outside_the_traversed_module_is_no_reason(self) -> None:
        built = conv1d_model((type_test(CONV2D),))
        (traversal,) = built.events_of(Traversal)
        inner = (layer("neck.a", CONV1D, LayerKind.CONV), layer("body", "", LayerKind.UNKNOWN))
        below = replace(traversal, root="neck", visited=("neck.a",))
        changed = model(parameter("neck.a.weight", DEFAULT), layers=inner, events=(below,))
        assert len(findings(self.rule, changed)) == 1

    def test_a_loop_over_children_does_not_reach_deeper_layers(self) -> None:
        layers = (layer("body", "torch.nn.Sequential"), layer("body.0", LINEAR, LayerKind.LINEAR))
        loop = Traversal(at(9), "", ("body",), None, (type_test(LINEAR),))
        (found,) = findings(self.rule, model(parameter("body.0.weight", DEFAULT), layers=layers, events=(loop,)))
        assert "visits the direct children only: `body.0`" in found.message
        written = parameter("body.0.weight", DEFAULT, write(Origin.EXPLICIT, 15))
        assert findings(self.rule, model(written, layers=layers, events=(loop,))) == []
        later = replace(loop, later=("body.0",))
        assert findings(self.rule, model(parameter("body.0.weight", DEFAULT), layers=layers, events=(later,))) == []

    def test_a_model_in_which_the_routine_matches_disproves_it(self) -> None:
        missed = conv1d_model((type_test(CONV2D), type_test(LINEAR, line=15)))
        general = conv1d_model((type_test(CONV2D), type_test(LINEAR, line=15, matched=1)), root="net.Other")
        assert len(survivors(self.rule, missed)) == 1
        assert survivors(self.rule, missed, general) == []

    def test_a_lazy_class_is_never_met_after_the_first_forward(self) -> None:
        lazy = type_test("torch.nn.LazyLinear")
        layers = (layer("0", LINEAR, LayerKind.LINEAR),)
        visit = Traversal(at(9), "", ("0", ""), "net.init", (type_test(CONV2D, matched=1), lazy))
        (found,) = findings(self.rule, model(parameter("0.weight", DEFAULT), layers=layers, events=(visit,)))
        assert "ordinary class after the first forward" in found.message
        both = replace(visit, tests=(type_test(LINEAR, "torch.nn.LazyLinear", matched=1),))
        assert findings(self.rule, model(parameter("0.weight", DEFAULT), layers=layers, events=(both,))) == []


class TestInitOnTemporary:
    rule = init_on_temporary.RULE

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("clone", "a copy made by `clone`"),
            ("advanced-indexing", "indexing by a mask or a list"),
            ("conversion", "the conversion makes"),
            ("dropped", "nothing keeps"),
        ],
    )
    def test_a_lost_write_names_the_copy_and_what_is_kept(self, reason: str, words: str) -> None:
        lost = write(Origin.EXPLICIT, 8, effect=Effect.LOST, reason=reason)
        (found,) = findings(self.rule, model(parameter("emb.weight", DEFAULT, lost)))
        assert (found.severity, found.span) == (Severity.WARNING, at(8))
        assert words in found.message
        assert "keeps torch's default (kaiming_uniform_, std 0.0255)" in found.message

    def test_a_copy_that_is_written_back_is_silent(self) -> None:
        lost = write(Origin.EXPLICIT, 8, effect=Effect.LOST, reason="clone")
        back = write(Origin.EXPLICIT, 9)
        assert findings(self.rule, model(parameter("w", DEFAULT, lost, back))) == []
        assert len(findings(self.rule, model(parameter("w", DEFAULT, back, lost)))) == 1

    def test_other_losses_and_unknown_targets_are_silent(self) -> None:
        for reason in ("parametrized:weight_norm", "not-a-parameter", None):
            lost = write(Origin.EXPLICIT, 8, effect=Effect.LOST, reason=reason)
            assert findings(self.rule, model(parameter("w", DEFAULT, lost))) == []
        lost = write(Origin.EXPLICIT, 8, effect=Effect.LOST, reason="clone")
        assert findings(self.rule, model(parameter("w", DEFAULT), stray=(lost,))) == []
        assert findings(self.rule, model(parameter("w", DEFAULT, write(Origin.UNKNOWN), lost))) == []

    def test_a_stray_write_that_names_its_target(self) -> None:
        lost = write(Origin.EXPLICIT, 8, effect=Effect.LOST, reason="conversion", target="w")
        assert len(findings(self.rule, model(parameter("w", DEFAULT), stray=(lost,)))) == 1
        assert findings(self.rule, model(parameter("w", DEFAULT, write(Origin.EXPLICIT, 9)), stray=(lost,))) == []

    def test_one_call_in_a_loop_is_one_finding(self) -> None:
        lost = write(Origin.EXPLICIT, 8, effect=Effect.LOST, reason="clone")
        (found,) = findings(self.rule, model(parameter("a.w", DEFAULT, lost), parameter("b.w", DEFAULT, lost)))
        assert "`Net.a.w` (and `Net.b.w`)" in found.message

    def test_a_result_thrown_away(self) -> None:
        event = Dropped(at(8), "dropped", "fc.bias")
        (found,) = findings(self.rule, model(parameter("fc.bias", DEFAULT), events=(event, event)))
        assert "made here for `Net.fc.bias` is thrown away: the parameter keeps torch's default" in found.message
        returned = replace(event, how="returned by the callback")
        (found,) = findings(self.rule, model(parameter("fc.bias", DEFAULT), events=(returned,)))
        assert "is returned to `apply`, which throws it away" in found.message
        (raw,) = findings(self.rule, model(parameter("fc.bias", RAW), events=(event,)))
        assert "the parameter is uninitialised memory" in raw.message
        written = parameter("fc.bias", DEFAULT, write(Origin.EXPLICIT, 9))
        assert findings(self.rule, model(written, events=(event,))) == []

    def test_a_result_meant_for_nothing_known_is_a_note(self) -> None:
        (found,) = findings(self.rule, model(events=(Dropped(at(8), "torch.randn", None),)))
        assert found.severity is Severity.NOTE


class TestInitAfterParametrization:
    rule = init_after_parametrization.RULE

    def lost(self, reason: str = "parametrized:weight_norm", target: str | None = "conv.weight") -> Write:
        return write(Origin.EXPLICIT, 8, effect=Effect.LOST, reason=reason, target=target, stack=(at(20),))

    def test_the_wrapper_is_named(self) -> None:
        source = parameter("conv.weight_v", DEFAULT)
        (found,) = findings(self.rule, model(source, stray=(self.lost(), self.lost())))
        assert (found.severity, found.span, found.symbol) == (Severity.WARNING, at(8), "Net.conv.weight")
        assert "weight_norm recomputes the weight" in found.message
        assert [related.span.line for related in found.related] == [20]

    def test_the_new_style_and_a_write_kept_with_its_parameter(self) -> None:
        held = parameter("conv.weight", DEFAULT, self.lost("parametrized:torch.nn.utils.parametrizations.orthogonal"))
        (found,) = findings(self.rule, model(held))
        assert "orthogonal recomputes" in found.message

    def test_a_write_kept_with_its_source_is_named_by_the_weight(self) -> None:
        for name in ("conv.weight_v", "conv.parametrizations.weight.original1"):
            (found,) = findings(self.rule, model(parameter(name, DEFAULT, self.lost(target=name))))
            assert found.symbol == "Net.conv.weight"

    def test_silence_where_the_sources_are_written(self) -> None:
        for name in ("conv.weight_g", "conv.parametrizations.weight.original0"):
            source = parameter(name, DEFAULT, write(Origin.EXPLICIT, 9))
            assert findings(self.rule, model(source, stray=(self.lost(),))) == []

    def test_other_losses_are_silent(self) -> None:
        assert findings(self.rule, model(stray=(self.lost("clone"),))) == []
        applied = replace(self.lost(), effect=Effect.APPLIED)
        assert findings(self.rule, model(parameter("conv.weight", applied))) == []


class TestInitBeforeLayersExist:
    rule = init_before_layers_exist.RULE

    def built(self, *head: Write, trainable: bool = True, writes: int = 1) -> Model:
        visit = Traversal(at(9), "", ("body", ""), "net.Net._init", later=("head",), writes=writes)
        head_weight = parameter("head.weight", DEFAULT, *head, trainable=trainable)
        layers = (layer("body", LINEAR, LayerKind.LINEAR), layer("head", LINEAR, LayerKind.LINEAR, line=10))
        return model(parameter("body.weight", DEFAULT), head_weight, layers=layers, events=(visit,))

    def test_the_later_layer_is_named(self) -> None:
        (found,) = findings(self.rule, self.built())
        assert (found.severity, found.span, found.symbol) == (Severity.WARNING, at(9), "Net.head")
        assert found.message == "this initialises 1 tensor before `head` is created, which keeps torch's default"
        assert [related.span.line for related in found.related] == [10]

    def test_a_traversal_that_comes_first_initialises_nothing(self) -> None:
        (found,) = findings(self.rule, self.built(writes=0))
        assert "this initialises nothing: it runs before `head`" in found.message

    def test_silence_where_the_layer_is_initialised_or_frozen_or_unknown(self) -> None:
        assert findings(self.rule, self.built(write(Origin.EXPLICIT, 11))) == []
        assert findings(self.rule, self.built(write(Origin.UNKNOWN, 11))) == []
        assert findings(self.rule, self.built(trainable=False)) == []


class TestPage:
    def check(self, run: Pass) -> Iterator[Finding]:
        yield from ()

    def test_both_forms_of_headings_give_the_same_sections(self) -> None:
        plain = "Sum.\n\nWhat it does:\n    Finds it.\n\nExample:\n    if x:\n        f(x)\n"
        marked = "# WI999 x\n\nSum.\n\n## What it does\nFinds it.\n\n## Example\n```python\nif x:\n    f(x)\n```\n"
        assert sections(plain) == {"": "Sum.", "What it does": "Finds it.", "Example": "if x:\n    f(x)"}
        for doc in (plain, marked):
            assert code_lines(doc, "Example") == ("if x:", "f(x)")
            text = page(Rule("WI101", "x", doc, self.check))
            assert text.startswith("# WI101 x\n\n*Family: scale and gain.*\n\nSum.\n\n## What it does\n\nFinds it.\n")
            assert "## Example\n\n```python\nif x:\n    f(x)\n```\n\n## Evidence\n" in text
