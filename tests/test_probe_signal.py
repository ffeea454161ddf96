"""The flow and the signal of a live forward pass, and what else is measured without a rule of its own."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from probed_by_hand import reasons
from reveal import Root, constructor, models, printed, roots
from torch import nn
from torch.nn import functional

from winit_lint.ir.flow import OpKind
from winit_lint.ir.measured import Reset
from winit_lint.ir.model import Model
from winit_lint.probe.checkpoint import CheckpointError, coverage, read
from winit_lint.probe.inputs import parse_inputs
from winit_lint.probe.live import measure
from winit_lint.probe.signal import Passes

INPUTS = {
    "Residual": "4,16",
    "Loop": "4,16",
    "Concat": "2,3,16,16",
    "Recurrent": "4,5:int64:0..4",
    "Branches": "4,16",
}


def flows() -> list[Root]:
    return [root for root in roots() if root.path.name == "forward.py" and root.name in INPUTS]


@pytest.mark.parametrize("root", flows(), ids=lambda root: root.name)
def test_the_flow_traced_is_the_flow_that_the_interpreter_worked_out(root: Root) -> None:
    expected = models(root)[0]
    found = measure(constructor(root), inputs=parse_inputs([INPUTS[root.name]]), seeds=1, stage=lambda _: None)
    assert reasons(found.measured).keys() <= {"dead units"}
    assert found.measured is not None
    assert printed(found, found.flows[0]) == printed(expected, expected.flows[0])


class Mixed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(32, 64) / 32**0.5)
        self.act = nn.ReLU(inplace=True)
        self.out = nn.Linear(64, 8)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.out(self.act(x @ self.weight))
        return found


def run(build: type[nn.Module], *inputs: str, seeds: int = 1) -> Model:
    return measure(build, inputs=parse_inputs(inputs), seeds=seeds, stage=lambda _: None)


def test_second_moments_are_those_of_the_pass() -> None:
    """Against a pass written out by hand."""
    model = run(Mixed, "16,32")
    torch.manual_seed(0)
    net = Mixed()
    x = torch.randn(16, 32, generator=torch.Generator().manual_seed(0x5EED_0000), dtype=torch.float64).float()
    hidden = x @ net.weight
    hidden.retain_grad()
    active = hidden.relu()
    active.retain_grad()
    out = functional.linear(active, net.out.weight, net.out.bias)
    direction = torch.randn(out.shape, generator=torch.Generator().manual_seed(0x5EED_BAC4))
    out.backward(direction / direction.square().mean().sqrt())
    signal = model.measured.signal if model.measured is not None else None
    assert signal is not None
    kinds = [op.kind for op in model.flows[0].ops]
    assert kinds == [OpKind.INPUT, OpKind.WEIGHT, OpKind.ACTIVATION, OpKind.WEIGHT]
    assert hidden.grad is not None and active.grad is not None
    for op, value, gradient in ((1, hidden, hidden.grad), (2, active, active.grad)):
        found = signal.by_op[op]
        assert found.forward == pytest.approx(float(value.square().mean()), rel=1e-4)
        assert found.backward == pytest.approx(float(gradient.square().mean()), rel=1e-4)
        assert found.energy == pytest.approx(float(gradient.square().sum()) / 16, rel=1e-4)
    assert signal.by_op[2].zero == pytest.approx(float((active == 0).double().mean()))
    assert signal.input == pytest.approx(float(x.square().mean()), rel=1e-4)


@pytest.mark.parametrize("scale", [1e-18, 1e-12, 1e15, 1e19], ids=str)
def test_moments_that_single_precision_cannot_square_are_exact(scale: float) -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(32, 64, bias=False)
            nn.init.normal_(self.fc.weight, std=scale)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.fc(x)  # type: ignore[no-any-return]

    model = run(Scaled, "16,32")
    assert model.measured is not None and model.measured.signal is not None
    found = model.measured.signal.by_op[1]
    assert found.nonfinite == 0
    assert found.forward == pytest.approx(32 * scale**2, rel=0.2) and found.forward_zeroed == found.forward


def test_units_of_too_few_entries_are_told() -> None:
    few = run(Mixed, "16,32").measured
    assert reasons(few) == {
        "dead units": "behind a nonlinearity: at most 16 entries a unit, 32 tell; give a larger batch"
    }
    assert reasons(run(Mixed, "32,32").measured) == {}


def test_biases_that_hide_a_dead_signal_are_zeroed_for_a_second_pass() -> None:
    class Hidden(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(*[m for _ in range(12) for m in (nn.Linear(64, 64), nn.ReLU())])

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.layers(x)
            return found

    model = run(Hidden, "32,64", seeds=2)
    assert model.measured is not None and model.measured.signal is not None
    last = model.measured.signal.ops[-1]
    assert last.forward is not None and last.forward_zeroed is not None
    assert last.forward > 1e-4
    assert last.forward_zeroed < 1e-7


def test_attention_is_two_operations_and_dropout_is_off() -> None:
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention = nn.MultiheadAttention(16, 2, batch_first=True)
            self.drop = nn.Dropout(0.9)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.drop(self.attention(x, x, x)[0])
            return found

    model = run(Block, "2,5,16")
    ops = model.flows[0].ops
    assert [(op.kind, op.layer) for op in ops[1:]] == [
        (OpKind.ATTENTION, "attention"),
        (OpKind.WEIGHT, "attention.out_proj"),
        (OpKind.DROPOUT, "drop"),
    ]
    assert model.measured is not None and model.measured.signal is not None
    by_op = model.measured.signal.by_op
    assert by_op[2].forward == pytest.approx(by_op[3].forward)


def test_stages_are_told_with_the_modules_on_the_way() -> None:
    told: list[str] = []
    measure(Mixed, inputs=parse_inputs(["4,32"]), seeds=1, stage=told.append)
    assert told[0] == "build"
    assert told[told.index("forward") :][:4] == ["forward", "act", "out", "backward"]


class Rotary(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(32, 32)
        nn.init.orthogonal_(self.fc.weight)
        self.scale = nn.Parameter(torch.ones(8))
        self.register_buffer("inverse", 1.0 / torch.arange(1, 9), persistent=False)
        self.norm = nn.BatchNorm1d(4)


def test_what_to_empty_and_the_resets_leave() -> None:
    model = measure(Rotary, inputs=None, seeds=1, stage=lambda _: None)
    assert model.measured is not None
    found: dict[str, Reset] = {each.name: each for each in model.measured.resets}
    assert found["scale"].share == 1.0
    assert found["scale"].by is None
    assert (found["inverse"].buffer, found["inverse"].persistent, found["inverse"].share) == (True, False, 1.0)
    assert found["inverse"].differs
    assert not found["norm.weight"].differs
    assert found["norm.running_mean"].persistent
    assert (found["fc.weight"].by, found["fc.weight"].share) == ("torch.nn.Linear", 0.0)
    assert not found["fc.weight"].differs  # its own constructor and reset agree; the model draws it again


def test_a_constructor_that_looks_at_numbers_can_be_reset() -> None:
    class Looks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)
            self.largest = self.fc.weight.max().item()

    model = measure(Looks, inputs=None, seeds=1, stage=lambda _: None)
    assert model.measured is not None
    assert [(found.name, found.share) for found in model.measured.resets] == [("fc.weight", 0.0), ("fc.bias", 0.0)]
    assert "resets" not in reasons(model.measured)


def test_the_gradient_starts_at_one_along_another_direction_each_time() -> None:
    """Forty numbers of one projection for all builds would keep their own mean: 1.54 once, whatever the seeds."""
    inputs = parse_inputs(["4,16"])
    model = measure(lambda: nn.Linear(16, 10), inputs=inputs, seeds=3, stage=lambda _: None)
    assert model.measured is not None and model.measured.signal is not None
    assert model.measured.signal.ops[-1].backward == pytest.approx(1.0, rel=1e-5)
    module, passes = nn.Sequential(nn.Linear(16, 8), nn.Linear(8, 10)), Passes()
    for _ in range(2):
        passes.add(module, ((torch.ones(4, 16),), {}), lambda _: None)
    first, second = (next(v.backward for v in each.values.values() if v.backward) for each in passes.drawn)
    assert first is not None and second is not None and abs(first / second - 1) > 1e-3


def test_resets_load_no_compiler() -> None:
    """What torch computes on the meta device makes it load sympy: seconds for each target."""
    code = (
        "import sys, torch; from torch import nn; from winit_lint.probe.live import measure\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__(); self.fc = nn.utils.parametrizations.weight_norm(nn.Linear(8, 8))\n"
        "        self.eye = nn.Linear(8, 8); nn.init.eye_(self.eye.weight)\n"
        "        self.eye.bias.data.copy_(torch.randn(1).expand(8) * 2)\n"
        "measure(Net, inputs=None, seeds=1, stage=lambda _: None)\n"
        "sys.exit('sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _safetensors(path: Path, shapes: dict[str, list[int]]) -> str:
    header, start = {}, 0
    for name, shape in shapes.items():
        end = start + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
        start = end
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(start))
    return str(path)


def test_checkpoints_of_both_formats(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    file = _safetensors(tmp_path / "a.safetensors", {"0.weight": [3, 4], "0.bias": [3], "1.weight": [2, 9], "x": [1]})
    found = coverage(file, model)
    assert found.loaded == ("0.weight", "0.bias")
    assert found.missing == ("1.bias",)
    assert found.unexpected == ("x",)
    assert found.mismatched == (("1.weight", (2, 3), (2, 9)),)
    torch.save({"epoch": 3, "state_dict": {f"module.{n}": t for n, t in model.state_dict().items()}}, tmp_path / "b.pt")
    found = coverage(str(tmp_path / "b.pt"), model)
    assert (found.prefix, found.missing, found.unexpected) == ("module.", (), ())


class Harmful:
    def __reduce__(self) -> tuple[object, ...]:
        return (print, ("this ran",))


def test_files_that_are_no_checkpoints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"w": Harmful()}, tmp_path / "harmful.pt")
    torch.save([1, 2], tmp_path / "list.pt")
    (tmp_path / "text.pt").write_text("not a pickle")
    (tmp_path / "junk.pt").write_bytes(b"\x80\x02}q\x01h\x09.")
    (tmp_path / "short.safetensors").write_bytes(b"\xff" * 20)
    (tmp_path / "odd.safetensors").write_bytes((2).to_bytes(8, "little") + b"[]")
    for name in (
        "harmful.pt",
        "list.pt",
        "text.pt",
        "junk.pt",
        "short.safetensors",
        "odd.safetensors",
        "none.pt",
        "none.safetensors",
    ):
        with pytest.raises(CheckpointError, match=name):
            read(str(tmp_path / name))
    with pytest.raises(CheckpointError, match=r"junk.pt: .*: it is broken, or no file that torch.save wrote"):
        read(str(tmp_path / "junk.pt"))
    assert capsys.readouterr().out == ""
