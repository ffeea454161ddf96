"""Models through JSON and back."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
from handmade import DEFAULT, at, layer, model, weight, wrote

from winit_lint.ir.event import Clone
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.measured import Coverage, Fan, Interval, Measured, MeasuredFans, Statistics, Unmeasured
from winit_lint.ir.model import LayerKind
from winit_lint.ir.size import SizeExpr
from winit_lint.ir.wire import decode, encode
from winit_lint.ir.write import Region

MEASURED = Measured(
    "2.13.0",
    3,
    statistics=(Statistics("fc.weight", 64, 3, 0.0, 0.1, -1.0, 1.0, std_interval=Interval(0.09, 0.11)),),
    fans=(MeasuredFans("fc.weight", Fan(8.0, 0.1), None, 8.0, 8.0, 8.0, 8.0),),
    coverage=Coverage("a.pt", ("fc.weight",), (), (), (("b", (1, 2), (2, 1)),)),
    skipped=(Unmeasured("signal", "no input"), Unmeasured("signal", "ValueError: 3", True, "fc")),
)
WRITE = wrote(DEFAULT, 3, args={"a": SizeExpr.atom("dim") * 2, "mode": "fan_in"}, given=frozenset({"a"}))
SENT = model(
    [layer("fc", LayerKind.LINEAR, in_features=8)],
    [weight("fc", WRITE, dataclasses.replace(WRITE, region=Region("[0]", (0, 1), 0.125)), fan_in=SizeExpr.atom("n"))],
    [Clone(at(4), "copy.deepcopy", ("a", "b"), (("a.w", "b.w"),))],
    flows=(Flow("forward", (Op(0, OpKind.INPUT, "x"), Op(1, OpKind.WEIGHT, "torch.nn.Linear", (0,), "fc")), (1,)),),
    unknowns=(("a reason", at(2)), ("another", None)),
    measured=MEASURED,
)


def test_a_model_comes_back_as_it_was() -> None:
    assert SENT.by_path  # what is cached is not sent
    assert decode(encode(SENT)) == SENT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 3),
        ("parameters", [{"name": "w"}]),
        ("layers", [{"path": "a", "cls": "b", "kind": "no such kind", "created": None}]),
        ("events", [["Popen", {"args": "true"}]]),
        ("events", [["Clone", {"span": None, "how": "x", "copies": []}]]),
        ("measured", {"torch": "2", "seeds": "three"}),
    ],
)
def test_what_does_not_fit_the_types_is_refused(field: str, value: object) -> None:
    raw = msgspec.json.decode(encode(SENT))
    with pytest.raises(msgspec.ValidationError):
        decode(msgspec.json.encode({**raw, field: value}))


def test_no_model_at_all_is_refused() -> None:
    for data in (b"", b"[]", b"{}", b"{", b'{"name": "x"}'):
        with pytest.raises((msgspec.DecodeError, msgspec.ValidationError)):
            decode(data)
