"""Verdicts on fans, shared modules, heads and recomputed weights: confirmed, contradicted, not reached, by numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from handmade import SMALL, at, by_default, layer, model, weight, wrote

from winit_lint.agreement.joining import Built, joined
from winit_lint.finding import Evidence, Finding, Severity
from winit_lint.ir.distribution import Distribution, Kind
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.measured import Fan, Loss, Measured, MeasuredFans, OpSignal, Signal, Statistics
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.rules.catalogue import RULES


def evidence(code: str, built: Model, symbol: str = "Net.fc.weight") -> Evidence:
    found = Finding(code, "a-name", Severity.WARNING, at(3), symbol, "text")
    (proved,) = joined([found], [Built("net.py::Net", built)], RULES)
    assert proved.evidence is not None
    return proved.evidence


def drawn(shape: tuple[int, ...], name: str = "kaiming_normal_", std: float = 0.1, **args: Any) -> Parameter:
    write = wrote(Distribution(Kind.NORMAL, 0.0, std), 3, f"torch.nn.init.{name}", args=args, shape=shape)
    return weight("fc", write, shape=shape)


def with_fans(parameter: Parameter, fan_in: float, fan_out: float, groups: int = 1) -> Model:
    fans = MeasuredFans("fc.weight", Fan(fan_in, 0.5), Fan(fan_out, 0.5), None, None, None, None)
    conv = layer("fc", LayerKind.CONV, "torch.nn.Conv2d", groups=groups)
    return model([conv], [parameter], measured=Measured("2", 1, fans=(fans,)))


BY_OUTPUTS = drawn((256, 32))
BY_HAND = drawn((256, 32), "normal_", 1 / 32**0.5)
GROUPED = drawn((64, 1, 3, 3), mode="fan_out")
GROUPED_BY_HAND = drawn((64, 1, 3, 3), "normal_", (2 / 576) ** 0.5)
BANK = drawn((8, 32, 64), "xavier_uniform_")


@pytest.mark.parametrize(
    ("code", "built", "status"),
    [
        ("WI201", with_fans(BY_OUTPUTS, 255.7, 32.2), "confirmed"),
        ("WI201", with_fans(BY_OUTPUTS, 32.2, 255.7), "contradicted"),  # F.linear here
        ("WI201", with_fans(drawn((256, 32), mode="fan_out"), 255.7, 32.2), "contradicted"),
        ("WI201", with_fans(BY_HAND, 255.7, 32.2), "confirmed"),
        ("WI201", with_fans(drawn((256, 32), "normal_", 1 / 16), 255.7, 32.2), "contradicted"),
        ("WI201", with_fans(drawn((64, 64)), 64.3, 63.8), "not reached"),  # a square matrix shows nothing
        ("WI201", with_fans(drawn((256, 32), "normal_", 0.02), 255.7, 32.2), "not reached"),
        ("WI202", with_fans(GROUPED, 9.05, 8.98, 64), "confirmed"),
        ("WI202", with_fans(GROUPED_BY_HAND, 9.05, 8.98, 64), "confirmed"),
        ("WI202", with_fans(drawn((64, 1, 3, 3)), 9.05, 8.98, 64), "contradicted"),
        ("WI202", with_fans(drawn((64, 64, 3, 3), mode="fan_out"), 576.2, 575.8), "not reached"),
        ("WI204", with_fans(BANK, 32.2, 63.9), "confirmed"),
        ("WI204", with_fans(BANK, 2048.1, 512.3), "contradicted"),  # it is a convolution's kernel after all
        ("WI204", model([layer("fc")], [BANK], measured=Measured("2", 1)), "not reached"),
    ],
)
def test_fans(code: str, built: Model, status: str) -> None:
    found = evidence(code, built)
    assert found.status == status, found
    if status != "not reached":
        assert {"taken", "fan", "error", "std factor"} <= set(dict(found.values))


def stack(parts: int, std: float = 0.0722, size: int = 96) -> Model:
    """A layer of width 96 to 288 whose output is taken into parts, the first of ``size`` entries."""
    ops = [Op(0, OpKind.INPUT, "x"), Op(1, OpKind.WEIGHT, "torch.nn.Linear", (0,), "fc", ("fc.weight",))]
    if parts > 1:
        ops.append(Op(2, OpKind.SPLIT, "torch.Tensor.chunk", (1,)))
        ops += [Op(3 + i, OpKind.SPLIT, "unpack", (2,)) for i in range(parts)]
    signal = Signal((OpSignal(1, "fc", "torch.nn.Linear", 288), OpSignal(2, "", "chunk", size)), "4,96", "", 1)
    fans = MeasuredFans("fc.weight", Fan(95.5, 1.0), Fan(287.2, 3.0), None, None, None, None)
    statistics = Statistics("fc.weight", 288 * 96, 1, 0.0, std, -1.0, 1.0)
    measured = Measured("2", 1, (statistics,), (fans,), signal)
    flow = Flow("forward", tuple(ops), (len(ops) - 1,))
    return model([layer("fc")], [drawn((288, 96), "xavier_uniform_")], flows=(flow,), measured=measured)


def test_stacked_projections() -> None:
    found = evidence("WI203", stack(3))
    assert found.status == "confirmed" and dict(found.values)["parts"] == 3
    assert dict(found.values)["std factor"] == pytest.approx(0.707, abs=0.01)
    assert evidence("WI203", stack(3, 0.102)).status == "contradicted", "the std of each by itself"
    assert evidence("WI203", stack(1)).status == "contradicted", "nothing takes it apart"
    assert evidence("WI203", stack(3, size=200)).status == "not reached", "unequal parts"
    assert evidence("WI203", replace(stack(3), measured=Measured("2", 1))).status == "not reached"


def test_one_module_at_several_places() -> None:
    def built(*parameters: Parameter, cls: str = "net.Block") -> Model:
        blocks = [layer(each.layer, LayerKind.CUSTOM, cls, line=3) for each in parameters]
        return model(blocks, parameters)

    first, second = weight("b.0", wrote(SMALL, 9), storage=0), weight("b.1", wrote(SMALL, 9), storage=1)
    tied = evidence("WI404", built(replace(first, tied=("b.1.weight", "b.2.weight"))), "Block")
    assert tied.status == "confirmed" and dict(tied.values)["places"] == 3
    assert evidence("WI404", built(first, replace(second, storage=0)), "Block").status == "confirmed"
    assert evidence("WI404", built(first, second), "Block").status == "contradicted"
    assert evidence("WI404", built(first), "Block").status == "not reached", "one place"
    assert evidence("WI404", built(first, second, cls="net.Other"), "Block").status == "not reached"


def head(*, loss: Loss | None = None, forward: float | None = None, tied: tuple[str, ...] = ()) -> Model:
    ops = (Op(0, OpKind.INPUT, "x"), Op(1, OpKind.WEIGHT, "torch.nn.Linear", (0,), "fc", ("fc.weight",)))
    seen = () if forward is None else (OpSignal(1, "fc", "torch.nn.Linear", 8, forward=forward),)
    measured = Measured("2", 1, signal=Signal(seen, "4,8", "", 1), loss=loss)
    table = weight("fc", by_default(), tied=tied)
    return model([layer("fc", line=3)], [table], flows=(Flow("forward", ops, (1,)),), measured=measured)


def test_logits_and_tables() -> None:
    large = Loss(127.0, 0.1, 6.9, 1000, "head", 12.0)
    found = evidence("WI705", head(loss=large, tied=("head.weight",)))
    assert found.status == "confirmed" and dict(found.values)["logit_std"] == 12.0
    small = replace(large, logit_std=0.5, value=7.0)
    assert evidence("WI705", head(loss=small, tied=("head.weight",))).status == "contradicted"
    assert evidence("WI705", head(loss=large)).status == "not reached", "the logits of another head"
    assert evidence("WI705", head(forward=16.0)).status == "confirmed"
    assert evidence("WI705", head(forward=4.0)).status == "contradicted"


def test_a_recomputed_weight_is_judged_by_what_it_is_computed_from() -> None:
    bias = weight("fc", by_default(), role="bias")
    kept = weight("fc", by_default(), role="weight_v")
    found = evidence("WI506", model([layer("fc")], [bias, kept]))
    assert found.status == "confirmed" and dict(found.values)["parameter"] == "fc.weight_v"
    reached = weight("fc", by_default(), wrote(SMALL, 3), role="weight_v")
    assert evidence("WI506", model([layer("fc")], [bias, reached])).status == "contradicted"
    plain = weight("fc", wrote(SMALL, 3))
    assert evidence("WI506", model([layer("fc")], [bias, plain])).status == "contradicted"
    assert evidence("WI506", model([layer("fc")], [bias])).status == "not reached"
