"""A probed model written by hand: four alike layers with ReLU, a head; and the account of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from handmade import ROOT, at, layer

from winit_lint.analyses.readers import read_by
from winit_lint.finding import Finding, Related, Severity
from winit_lint.inspection import document
from winit_lint.ir.distribution import Distribution, Kind
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.measured import Interval, Loss, Measured, OpSignal, Signal, Statistics, Unmeasured
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Origin, Write
from winit_lint.reports.probe_account import Account
from winit_lint.source.span import Span
from winit_lint.source.text import decode

DRAWN = Distribution(Kind.NORMAL, 0.0, 0.125)
DEPTH = 4
SOURCE = "class Net(nn.Module):\n    def __init__(self):\n        nn.init.xavier_normal_(self.layers[0].weight)\n"
HOSTILE = "</script><img src=x onerror=alert(1)>\"'`\x1b[31m\u202e"


def parameter(path: str) -> Parameter:
    write = Write("torch.nn.init.xavier_normal_", DRAWN, Origin.EXPLICIT, at(3))
    return Parameter(
        f"{path}.weight", f"Net.{path}.weight", path, "weight", "torch.nn.Linear", (64, 64), at(2), (write,),
        fan_in=64, fan_out=64, torch_fan_in=64, torch_fan_out=64,
    )  # fmt: skip


def statistics(name: str, std: float = 0.125) -> Statistics:
    return Statistics(
        name, 4096, 3, 0.0, std, -4 * std, 4 * std, 0, "normal", 1,
        Interval(-0.01, 0.01), Interval(std * 0.95, std * 1.05), 0.0, 0.125, "normal",
        (1, 20, 300, 1700, 1750, 305, 19, 1),
    )  # fmt: skip


def signals(flow: Flow) -> Signal:
    """The second moment halves with each layer, and the gradient's doubles."""
    found = []
    for op in flow.ops[1:]:
        depth = (op.id - 1) // 2
        forward, backward = 0.5**depth, 0.5 ** (DEPTH - depth)
        found.append(
            OpSignal(
                op.id, op.layer, op.name, 64, forward, backward, 1.0, forward / 2, backward, 1.0, zero=0.5, dead=0.0
            )
        )
    return Signal(tuple(found), "8,64", "a random projection of 1 output", 3, 1.0)


def model(std_of: Mapping[str, float] | None = None, skipped: Sequence[Unmeasured] = ()) -> Model:
    """``std_of`` gives measured stds other than the promised one."""
    paths = [*(f"layers.{i}" for i in range(DEPTH)), "head"]
    ops = [Op(0, OpKind.INPUT, "x")]
    for path in paths:
        ops.append(Op(len(ops), OpKind.WEIGHT, "torch.nn.Linear", (len(ops) - 1,), path, (f"{path}.weight",)))
        if path != "head":
            ops.append(Op(len(ops), OpKind.ACTIVATION, "torch.nn.functional.relu", (len(ops) - 1,), "", (), "relu"))
    flow = Flow("forward", tuple(ops), (len(ops) - 1,))
    stds = std_of or {}
    measured = Measured(
        "2.13.0",
        3,
        statistics=tuple(statistics(f"{p}.weight", stds.get(f"{p}.weight", 0.125)) for p in paths),
        signal=signals(flow),
        loss=Loss(2.4, 0.01, 2.303, 10, "head", 0.5, 3),
        skipped=tuple(skipped),
    )
    layers = (ROOT, *(layer(path) for path in paths))
    parameters = tuple(map(parameter, paths))
    return Model("net.Net", "Net", "net.py", at(1), layers, parameters, (flow,), measured=measured)


FINDING = Finding(
    "WI905", "vanishing-signal", Severity.WARNING, Span("net.py", 3, 9, 3, 53), "Net.layers.0.weight",
    "the second moment falls to 0.06 over 4 layers", related=(Related(Span("net.py", 1, 1, 1, 6), "defined here"),),
)  # fmt: skip


def account(built: Model | None = None, *findings: Finding, target: str = "net.py::Net") -> Account:
    built = built or model()
    text = decode(SOURCE.encode(), "net.py", "")
    return Account(
        document(target, [built], read_by, "probe"),
        built,
        findings,
        {"net.py": text},
        (("torch", "2.13.0"), ("seeds", "3"), ("enforced", "no network"), ("not enforced", "memory")),
        (8, 64),
    )


def reasons(measured: Measured | None) -> dict[str, str]:
    """Why what was not measured."""
    assert measured is not None
    return {each.what: str(each) for each in measured.skipped}


def failed(message: str = "import failed") -> Account:
    """A target that could not be built."""
    finding = dataclasses.replace(
        FINDING, code="WI008", name="probe-failed", severity=Severity.NOTE, message=message, related=()
    )
    return Account(document("net.py::Net", [], read_by, "probe"), None, (finding,))


def hostile() -> Account:
    """Names, messages and source that break out of HTML, SVG and a terminal if they are not escaped."""
    built = model(skipped=[Unmeasured("signal", HOSTILE)])
    named = dataclasses.replace(built.parameters[0], name=f"{HOSTILE}.weight")
    assert built.measured is not None
    measured = dataclasses.replace(
        built.measured, statistics=(dataclasses.replace(built.measured.statistics[0], name=named.name),)
    )
    ops = tuple(dataclasses.replace(op, layer=HOSTILE, name=HOSTILE) for op in built.flows[0].ops)
    flow = dataclasses.replace(built.flows[0], ops=ops)
    changed = dataclasses.replace(built, parameters=(named,), flows=(flow,), measured=measured)
    finding = dataclasses.replace(FINDING, message=HOSTILE, symbol=HOSTILE, when=HOSTILE)
    made = account(changed, finding, target=HOSTILE)
    return dataclasses.replace(
        made, texts={"net.py": decode(f"{HOSTILE}\n".encode() * 3, "net.py", "")}, about=(("input", HOSTILE),)
    )
