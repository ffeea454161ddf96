"""Rules on loading and freezing, on models built by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from handmade import SMALL, at, by_default, found, layer, loaded, model, weight, wrote

from winit_lint.finding import Severity
from winit_lint.ir.distribution import LOADED, UNKNOWN, constant
from winit_lint.ir.event import Clone, Event, Freeze, Load, Traversal, TypeTest
from winit_lint.ir.model import LayerKind, Model
from winit_lint.ir.write import Origin, Region, Write
from winit_lint.rules.pretrained import frozen_random_weights, init_clobbers_pretrained, load_result_ignored


class TestInitClobbersPretrained:
    RULE = init_clobbers_pretrained.RULE
    LOAD = Load(at(10), "load_state_dict", "body", strict=True)

    def built(self, *clobbered: str, events: tuple[Event, ...] = (), **write: Any) -> Model:
        names = ("body.a", "body.b", "body.c")
        parameters = []
        for index, name in enumerate(names):
            more = {"stack": write.get("stack", ()), "during": write.get("during")}
            lost = [wrote(SMALL, write.get("line", 20 + index), **more)] if name in clobbered else []
            parameters.append(weight(name, by_default(), loaded(10), *lost))
        body = layer("body", LayerKind.CUSTOM, "net.Body")
        return model((body, *map(layer, names)), parameters, (self.LOAD, *events))

    def test_a_head_reset_by_name_is_deliberate(self) -> None:
        assert found(self.RULE, self.built("body.c")) == []

    def test_most_weights_lost(self) -> None:
        (finding,) = found(self.RULE, self.built("body.a", "body.b"))
        assert finding.severity is Severity.ERROR
        assert finding.symbol == "Net.body" and "2 of its 3 weight tensors" in finding.message

    def test_a_traversal_from_above_counts_from_one_weight_on(self) -> None:
        applied = Traversal(at(12), "", ("body.a", "body.b", "body.c", "body", ""), "net.init", writes=3)
        (finding,) = found(self.RULE, self.built("body.b", events=(applied,), stack=(at(12),), during=at(12)))
        assert finding.span == at(12)

    def test_a_traversal_of_the_head_is_deliberate(self) -> None:
        applied = Traversal(at(12), "body.c", ("body.c",), "net.init", writes=1)
        assert found(self.RULE, self.built("body.c", events=(applied,), stack=(at(12),))) == []

    def test_an_earlier_loop_over_everything_is_not_to_blame_for_a_later_head_reset(self) -> None:
        everything = Traversal(at(8), "", ("", "body", "body.a", "body.b", "body.c"), writes=3)
        head = Traversal(at(19), "body.c", ("body.c",), writes=1)
        assert found(self.RULE, self.built("body.c", events=(everything, head))) == []

    def test_a_part_of_a_loaded_model_is_found_by_its_load(self) -> None:
        built = self.built("body.a", "body.b")
        (finding,) = found(self.RULE, replace(built, events=(replace(self.LOAD, module=None),)))
        assert finding.symbol == "Net.body"
        elsewhere = replace(self.LOAD, module=None, span=at(11))
        assert found(self.RULE, replace(built, events=(elsewhere,))) == []

    def test_loading_again_and_reshaping_what_was_loaded_are_fine(self) -> None:
        reloaded = weight("body.a", loaded(10), wrote(SMALL, 20), loaded(30))
        averaged = weight("body.b", loaded(10), wrote(LOADED.scaled(0.5), 20, "torch.Tensor.mul_"))
        unknown = weight("body.c", loaded(10), wrote(SMALL, 20), Write("unknown", UNKNOWN, Origin.UNKNOWN))
        layers = (layer("body", LayerKind.CUSTOM, "net.Body"), *map(layer, ("body.a", "body.b", "body.c")))
        assert found(self.RULE, model(layers, (reloaded, averaged, unknown), (self.LOAD,))) == []

    @pytest.mark.parametrize(("root", "evaluated", "count"), [("", 3, 1), ("", 2, 0), ("head", 3, 0)])
    def test_a_loaded_model_of_unknown_content(self, root: str, evaluated: int, count: int) -> None:
        load = Load(at(10), "timm.create_model", "body")
        test = TypeTest(at(13), ("torch.nn.Conv2d",), evaluated, 0, initialises=True)
        loop = Traversal(at(12), root, ("", "body", "head"), tests=(test,), complete=False)
        layers = (layer("body", LayerKind.UNKNOWN, "timm.create_model"), layer("head"))
        assert len(found(self.RULE, model(layers, (weight("head", by_default()),), (load, loop)))) == count


class TestLoadResultIgnored:
    RULE = load_result_ignored.RULE

    @pytest.mark.parametrize(
        ("strict", "used", "count"), [(False, False, 1), (False, True, 0), (True, False, 0), (None, False, 0)]
    )
    def test_only_loose_and_unread(self, strict: bool | None, used: bool, count: int) -> None:
        load = Load(at(4), "load_state_dict", "", strict, used)
        findings = found(self.RULE, model((), (weight("a"), weight("b")), (load,)))
        assert len(findings) == count
        assert all("up to 2 parameters of `Net`" in finding.message for finding in findings)

    def test_a_module_from_elsewhere(self) -> None:
        (finding,) = found(self.RULE, model((), (), (Load(at(4), "load_state_dict", None, False, False),)))
        assert finding.symbol == "load_state_dict"
        assert finding.message.startswith("every parameter that the checkpoint does not name keeps its random start")

    def test_layers_of_an_unknown_number_are_not_counted(self) -> None:
        load = Load(at(4), "load_state_dict", "", False, False)
        (finding,) = found(self.RULE, model((), (weight("blocks.*.fc"), weight("head")), (load,)))
        assert finding.message.startswith("every parameter of `Net` that")


class TestFrozenRandomWeights:
    RULE = frozen_random_weights.RULE

    @staticmethod
    def built(*histories: tuple[Write, ...], events: tuple[Event, ...] = (), kind: LayerKind = LayerKind.CONV) -> Model:
        names = [f"body.{index}" for index in range(len(histories))]
        frozen = [weight(name, *writes, trainable=False) for name, writes in zip(names, histories, strict=True)]
        freezes = tuple(Freeze(at(9), (parameter.name,)) for parameter in frozen)
        layers = (*(layer(name, kind) for name in names), layer("head"))
        return model(layers, (*frozen, weight("head", by_default())), events or freezes)

    def test_a_loop_that_freezes_default_layers_is_one_finding(self) -> None:
        (finding,) = found(self.RULE, self.built((by_default(),), (by_default(),)))
        assert finding.severity is Severity.WARNING
        assert "2 layers" in finding.message and "Net.body.0.weight" in finding.message

    @pytest.mark.parametrize(
        "history",
        [
            (by_default(), loaded(20)),
            (by_default(), wrote(SMALL, 5)),
            (by_default(), Write("unknown", UNKNOWN, Origin.UNKNOWN)),
            (by_default(), wrote(constant(1.0), 5, region=Region("[0]", (0, 1)))),
        ],
        ids=["loaded", "written", "unknown", "partly written"],
    )
    def test_anything_that_was_filled_clears_the_line(self, history: tuple[Write, ...]) -> None:
        assert found(self.RULE, self.built((by_default(),), (by_default(),), history)) == []

    def test_one_projection_and_embeddings_are_techniques(self) -> None:
        assert found(self.RULE, self.built((by_default(),))) == []
        assert found(self.RULE, self.built((by_default(),), (by_default(),), kind=LayerKind.EMBEDDING)) == []

    def test_copies_of_a_network_that_trains(self) -> None:
        events = (Clone(at(8), "copy.deepcopy", ("body",)), Freeze(at(9), ("body.0.weight", "body.1.weight")))
        assert found(self.RULE, self.built((by_default(),), (by_default(),), events=events)) == []

    def test_a_model_frozen_as_a_whole_may_be_loaded_by_its_caller(self) -> None:
        built = self.built((by_default(),), (by_default(),))
        assert found(self.RULE, replace(built, parameters=built.parameters[:-1])) == []

    def test_what_may_have_been_loaded(self) -> None:
        events = (Freeze(at(9), ("body.0.weight", "body.1.weight"), loaded=True),)
        assert found(self.RULE, self.built((by_default(),), (by_default(),), events=events)) == []
