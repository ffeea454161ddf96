"""Rules on symmetry, particular layers and old names, on models built by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from handmade import SMALL, ZERO, at, by_default, found, layer, loaded, model, weight, wrote

from winit_lint.finding import Severity
from winit_lint.ir.distribution import LOADED, Distribution, Kind, constant
from winit_lint.ir.event import NoneAccess, Repeat
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Assumption, Layer, LayerKind, Model
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.write import Effect, Region, Write
from winit_lint.knowledge.initializers import DEPRECATED
from winit_lint.proposal import Rewrite
from winit_lint.rules.layer import bias_none_dereference, norm_scale_gets_weight_init, padding_row_overwritten
from winit_lint.rules.reproducibility import deprecated_init_name
from winit_lint.rules.symmetry import constant_weight, one_module_many_times


class TestConstantWeight:
    RULE = constant_weight.RULE

    @staticmethod
    def chain(first: Distribution, second: Distribution, activation: str, line: int = 3, line2: int = 3) -> Model:
        parameters = (
            weight("a", by_default(), wrote(first, line)),
            weight("a", wrote(constant(0.0), 4), role="bias", shape=(8,)),
            weight("b", by_default(), wrote(second, line2)),
            weight("b", wrote(constant(0.0), 4), role="bias", shape=(8,)),
        )
        ops = (
            Op(0, OpKind.INPUT, "x"),
            Op(1, OpKind.WEIGHT, "torch.nn.Linear", (0,), "a", ("a.weight", "a.bias")),
            Op(2, OpKind.ACTIVATION, activation, (1,), activation=activation),
            Op(3, OpKind.WEIGHT, "torch.nn.Linear", (2,), "b", ("b.weight", "b.bias")),
        )
        flow = Flow("forward", ops, (3,))
        return model((layer("a"), layer("b")), parameters, flows=(flow,))

    def test_zero_before_relu_is_dead(self) -> None:
        (finding,) = found(self.RULE, self.chain(constant(0.0), SMALL, "relu"))
        assert finding.severity is Severity.ERROR
        assert finding.span == at(3)
        assert "slope 0" in finding.message
        assert finding.effect is not None and finding.effect.backward == 0

    def test_zero_before_tanh_trains(self) -> None:
        assert found(self.RULE, self.chain(constant(0.0), SMALL, "tanh")) == []

    def test_zero_head_trains(self) -> None:
        assert found(self.RULE, self.chain(SMALL, constant(0.0), "relu")) == []

    def test_one_line_that_zeroes_a_stack_is_one_finding(self) -> None:
        (finding,) = found(self.RULE, self.chain(constant(0.0), constant(0.0), "tanh"))
        assert "Net.b.weight" in finding.message and "2 dead weights" in finding.message

    def test_two_zeros_from_two_lines_are_left_to_the_rule_on_products(self) -> None:
        assert found(self.RULE, self.chain(constant(0.0), constant(0.0), "tanh", line2=7)) == []

    def test_two_constants_are_locked_but_one_is_not(self) -> None:
        (finding,) = found(self.RULE, self.chain(constant(0.5), constant(0.5), "tanh"))
        assert "the 8 units" in finding.message and "rank 1 of 8" in finding.message
        assert found(self.RULE, self.chain(constant(0.5), SMALL, "tanh")) == []

    def test_a_flow_without_end_proves_nothing(self) -> None:
        built = self.chain(constant(0.0), SMALL, "relu")
        assert found(self.RULE, replace(built, flows=(replace(built.flows[0], complete=False),))) == []


class TestOneModuleManyTimes:
    RULE = one_module_many_times.RULE

    @staticmethod
    def repeated(
        how: str = "multiplication", created: int = 5, flows: tuple[Flow, ...] = (), kind: str = "torch.nn.ModuleList"
    ) -> Model:
        paths = ("layers.0", "layers.1", "layers.2")
        item = Layer("layers.0", "torch.nn.Linear", LayerKind.LINEAR, at(created, 20, 30))
        container = layer("layers", LayerKind.CONTAINER, kind)
        return model((container, item), (weight("layers.0", by_default()),), (Repeat(at(5), paths, how),), flows=flows)

    @staticmethod
    def flow(series: bool) -> Flow:
        ops = [Op(0, OpKind.INPUT, "x")]
        for i in range(3):
            source = ops[-1].id if series else 0
            ops.append(Op(i + 1, OpKind.WEIGHT, "linear", (source,), "layers.0", ("layers.0.weight",)))
        return Flow("forward", tuple(ops), (3,))

    def test_a_constructor_inside_the_multiplication(self) -> None:
        (finding,) = found(self.RULE, self.repeated())
        assert finding.severity is Severity.WARNING
        assert "3 places" in finding.message and "(64 weights)" in finding.message

    def test_an_instance_from_elsewhere_needs_series(self) -> None:
        assert found(self.RULE, self.repeated(created=3)) == []
        assert found(self.RULE, self.repeated(created=3, flows=(self.flow(series=False),))) == []
        (finding,) = found(self.RULE, self.repeated("loop", 3, (self.flow(series=True),)))
        assert finding.related[0].span == at(3, 20, 30)

    def test_a_count_that_is_not_known(self) -> None:
        built = self.repeated()
        (finding,) = found(self.RULE, replace(built, events=(Repeat(at(5), ("layers.0",), "multiplication"),)))
        assert "all places that this fills (`layers.0`, ...)" in finding.message
        assert found(self.RULE, replace(built, events=(Repeat(at(5), ("layers.0",), "loop"),))) == []

    def test_a_sequential_is_a_series(self) -> None:
        assert len(found(self.RULE, self.repeated("loop", 3, kind="torch.nn.Sequential"))) == 1

    @pytest.mark.parametrize(("text", "value", "count"), [("share_heads", True, 0), ("not share_heads", False, 1)])
    def test_a_switch_for_sharing_silences(self, text: str, value: bool, count: int) -> None:
        asked = Assumption("share_heads", value, text, free=True)
        assert len(found(self.RULE, replace(self.repeated(), assumptions=(asked,)))) == count

    def test_a_module_without_weights_may_stand_anywhere(self) -> None:
        assert found(self.RULE, replace(self.repeated(), parameters=())) == []

    def test_children_of_the_instance_are_not_named_again(self) -> None:
        built = self.repeated()
        inner = Repeat(at(5), ("layers.0.fc", "layers.1.fc"), "multiplication")
        fc = Layer("layers.0.fc", "torch.nn.Linear", LayerKind.LINEAR, at(5, 20, 30))
        parameters = (*built.parameters, weight("layers.0.fc", by_default()))
        built = replace(built, events=(*built.events, inner), layers=(*built.layers, fc), parameters=parameters)
        assert len(found(self.RULE, built)) == 1


class TestPaddingRowOverwritten:
    RULE = padding_row_overwritten.RULE

    @staticmethod
    def embedding(index: Any, *writes: Write, rows: Any = 30) -> Model:
        table = layer("e", LayerKind.EMBEDDING, "torch.nn.Embedding", num_embeddings=rows, padding_idx=index)
        return model((table,), (weight("e", by_default(), *writes, shape=(30, 16)),))

    @staticmethod
    def row(low: Any, high: Any, drawn: Distribution = ZERO) -> Write:
        return wrote(drawn, 6, "torch.nn.init.zeros_", region=Region("[i]", (low, high)))

    def test_a_filled_row_is_told_with_its_norm(self) -> None:
        (finding,) = found(self.RULE, self.embedding(0, wrote(SMALL, 5)))
        assert finding.span == at(5) and "norm about 0.08 instead of 0" in finding.message

    @pytest.mark.parametrize("index", [None, "?"])
    def test_no_padding_or_an_unknown_one(self, index: Any) -> None:
        assert found(self.RULE, self.embedding(index, wrote(SMALL, 5))) == []

    @pytest.mark.parametrize(
        ("index", "low", "high", "count"),
        [(0, 0, 1, 0), (1, 0, 1, 1), (-1, 29, 30, 0), (-1, 0, 1, 1), (3, 0, 8, 0), (SizeExpr.atom("pad"), 0, 1, 0)],
    )
    def test_the_row_zeroed_later(self, index: Any, low: Any, high: Any, count: int) -> None:
        built = self.embedding(index, wrote(SMALL, 5), self.row(low, high))
        assert len(found(self.RULE, built)) == count

    def test_zeroing_before_the_write_or_a_random_row_does_not_help(self) -> None:
        assert len(found(self.RULE, self.embedding(0, self.row(0, 1), wrote(SMALL, 5)))) == 1
        assert len(found(self.RULE, self.embedding(0, wrote(SMALL, 5), self.row(0, 1, SMALL)))) == 1

    def test_default_constant_and_loaded_tables(self) -> None:
        assert found(self.RULE, self.embedding(0)) == []
        assert found(self.RULE, self.embedding(0, wrote(constant(0.0), 5))) == []
        assert found(self.RULE, self.embedding(0, wrote(SMALL, 5), loaded(6))) == []

    def test_the_symbolic_index_may_be_none(self) -> None:
        (finding,) = found(self.RULE, self.embedding(SizeExpr.atom("padding_idx"), wrote(SMALL, 5)))
        assert "unless `padding_idx` is None" in finding.message

    def test_none_indexes_the_whole_table(self) -> None:
        zeroed = wrote(constant(0.0), 6, "torch.Tensor.zero_", shape=(1, 30, 16))
        (finding,) = found(self.RULE, self.embedding(None, wrote(SMALL, 5), zeroed))
        assert finding.span == at(6) and "whole table" in finding.message
        by_name = replace(zeroed, shape=None, region=Region("[self.padding_idx]"))
        assert len(found(self.RULE, self.embedding(None, wrote(SMALL, 5), by_name))) == 1
        mask = replace(by_name, region=Region("[mask]"))
        assert found(self.RULE, self.embedding(None, wrote(SMALL, 5), mask)) == []
        plain = replace(zeroed, shape=(30, 16))
        assert found(self.RULE, self.embedding(None, wrote(SMALL, 5), plain)) == []


class TestNormScale:
    RULE = norm_scale_gets_weight_init.RULE

    @staticmethod
    def norm(drawn: Distribution, cls: str = "torch.nn.BatchNorm2d", shared: bool = False, **write: Any) -> Model:
        parameters = [weight("n", by_default(constant(1.0)), wrote(drawn, 5, **write), shape=(8,))]
        if shared:
            parameters.append(weight("fc", by_default(), wrote(drawn, 5)))
        return model((layer("n", LayerKind.NORM, cls), layer("fc")), parameters)

    @pytest.mark.parametrize(
        ("drawn", "shared", "severity"),
        [
            (SMALL, False, Severity.WARNING),
            (Distribution(Kind.UNIFORM, 0.5, 0.2887, 0.0, 1.0), False, Severity.NOTE),
            (Distribution(Kind.NORMAL, 0.0, 1.0), False, Severity.NOTE),
            (constant(0.01), False, Severity.WARNING),
            (constant(0.5), True, Severity.NOTE),
            (Distribution(Kind.NORMAL, 0.0, None), False, Severity.WARNING),
        ],
    )
    def test_wrong_scales_by_their_effect(self, drawn: Distribution, shared: bool, severity: Severity) -> None:
        (finding,) = found(self.RULE, self.norm(drawn, shared=shared))
        assert finding.severity is severity

    @pytest.mark.parametrize(
        "drawn",
        [
            constant(1.0),
            constant(0.0),
            constant(0.5),
            Distribution(Kind.NORMAL, 1.0, 0.02),
            Distribution(Kind.NORMAL),
            LOADED,
            Distribution(Kind.MOMENTS, 0.0, 0.1),
        ],
    )
    def test_right_and_unknown_scales(self, drawn: Distribution) -> None:
        assert found(self.RULE, self.norm(drawn)) == []

    def test_norms_of_the_project_and_other_layers(self) -> None:
        assert found(self.RULE, self.norm(SMALL, "net.RMSNorm")) == []
        assert found(self.RULE, model((layer("n"),), (weight("n", wrote(SMALL, 5)),))) == []

    def test_a_write_that_raises_or_is_repaired(self) -> None:
        assert found(self.RULE, self.norm(SMALL, effect=Effect.RAISES)) == []
        repaired = weight("n", wrote(SMALL, 5), wrote(constant(1.0), 6), shape=(8,))
        assert found(self.RULE, model((layer("n", LayerKind.NORM, "torch.nn.LayerNorm"),), (repaired,))) == []

    def test_the_share_of_channels_that_flip(self) -> None:
        (finding,) = found(self.RULE, self.norm(Distribution(Kind.UNIFORM, 0.5, 1.0, -1.232, 2.232)))
        assert "36% of the channels change sign" in finding.message


class TestBiasNone:
    RULE = bias_none_dereference.RULE

    def test_one_error_for_each_line(self) -> None:
        events = (NoneAccess(at(7), "a.bias", at(2)), NoneAccess(at(7), "b.bias", at(3)))
        (finding,) = found(self.RULE, model((layer("a"), layer("b")), (weight("a"), weight("b")), events))
        assert finding.severity is Severity.ERROR and finding.symbol == "Net.a.bias"
        assert "2 layers" in finding.message
        assert [related.span for related in finding.related] == [at(2), at(3)]

    def test_a_layer_without_any_parameter_is_named_by_its_class(self) -> None:
        built = model(
            (layer("n", LayerKind.NORM, "torch.nn.InstanceNorm2d"),), (), (NoneAccess(at(7), "n.weight", at(2)),)
        )
        assert [finding.symbol for finding in found(self.RULE, built)] == ["InstanceNorm2d.weight"]

    @pytest.mark.parametrize(
        ("text", "free", "count"), [("has_bias(m)", False, 0), ("has_bias(m)", True, 1), ("f(m)", False, 1)]
    )
    def test_a_test_that_could_not_be_worked_out_may_be_the_guard(self, text: str, free: bool, count: int) -> None:
        assumed = Assumption(text, True, text, free)
        built = model((layer("a"),), (weight("a"),), (NoneAccess(at(7), "a.bias", None),), assumptions=(assumed,))
        assert len(found(self.RULE, built)) == count


class TestDeprecatedName:
    RULE = deprecated_init_name.RULE

    @pytest.mark.parametrize("old", sorted(DEPRECATED))
    def test_every_old_name_is_safe_to_change_everywhere(self, old: str) -> None:
        name = old.rpartition(".")[2]
        (finding,) = found(self.RULE, model((layer("a"),), (weight("a", wrote(SMALL, 5, old)),)))
        assert finding.severity is Severity.NOTE and finding.fix is not None
        assert finding.fix.safety == "safe"
        (proposal,) = finding.fix.proposals
        assert isinstance(proposal, Rewrite)
        assert (proposal.call, proposal.rename, proposal.everywhere) == (at(5), f"{name}_", True)

    def test_one_line_in_a_loop_is_one_finding(self) -> None:
        old = "torch.nn.init.normal"
        parameters = (weight("a", wrote(SMALL, 5, old)), weight("b", wrote(SMALL, 5, old)))
        assert len(found(self.RULE, model((layer("a"), layer("b")), parameters))) == 1

    def test_current_names_are_silent(self) -> None:
        assert found(self.RULE, model((layer("a"),), (weight("a", wrote(SMALL, 5)),))) == []
