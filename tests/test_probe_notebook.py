"""The probe in the caller's own process."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from probed_by_hand import reasons
from torch import nn

from winit_lint.probe import assert_well_initialized, probe
from winit_lint.reports.probe_text import results


class Deep(nn.Module):
    def __init__(self, gain: float = 1.0) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(12):
            layer = nn.Linear(64, 64)
            nn.init.xavier_normal_(layer.weight, gain=gain)
            nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.norm = nn.BatchNorm1d(64)
        self.out = nn.Linear(64, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.out(self.norm(self.body(x)))
        return found


GOOD = 2**0.5


def test_a_class_is_built_and_measured_with_its_writes() -> None:
    found = probe(lambda: Deep(0.2), torch.randn(32, 64), seeds=2)
    assert {each.code for each in found.findings} == {"WI904"}
    assert [f.severity.rank for f in found.findings] == sorted((f.severity.rank for f in found.findings), reverse=True)
    assert found.model.by_name["body.0.weight"].last is not None
    assert found.measured.seeds == 2
    assert "WI904 signal-vanishes" in str(found)


def test_a_module_that_exists_is_measured_as_it_is_and_left_so() -> None:
    model = Deep(0.2).eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    torch.manual_seed(5)
    random.seed(5)
    expected = (torch.get_rng_state(), random.getstate())
    found = probe(model, torch.randn(32, 64, generator=torch.Generator().manual_seed(0)))
    assert "WI904" in {each.code for each in found.findings}
    assert torch.equal(torch.get_rng_state(), expected[0])
    assert random.getstate() == expected[1]
    assert not model.training
    assert not any(module.training for module in model.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert all(torch.equal(p.grad, torch.ones_like(p)) for p in model.parameters() if p.grad is not None)
    assert all(p.grad is not None for p in model.parameters())


def test_the_assertion_names_what_it_found() -> None:
    assert_well_initialized(lambda: Deep(GOOD), torch.randn(32, 64))
    with pytest.raises(AssertionError, match="WI904 signal-vanishes"):
        assert_well_initialized(lambda: Deep(0.2), torch.randn(32, 64))
    assert_well_initialized(lambda: Deep(0.2), torch.randn(32, 64), ignore={"signal-vanishes"})


def test_a_forward_pass_that_raises_is_a_failed_assertion() -> None:
    found = probe(lambda: Deep(GOOD), torch.randn(32, 63))
    assert found.measured.statistics
    assert "forward failed at `body.0`: RuntimeError" in reasons(found.measured)["signal"]
    with pytest.raises(AssertionError, match="forward failed at `body"):
        assert_well_initialized(lambda: Deep(GOOD), torch.randn(32, 63))


def test_without_an_input_everything_but_the_signal_is_measured() -> None:
    found = probe(lambda: Deep(GOOD))
    assert found.measured.signal is None
    assert found.measured.fans
    assert reasons(found.measured) == {"signal": "no input is known"}
    assert_well_initialized(lambda: Deep(GOOD))


def test_inputs_by_keyword_and_by_position() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.fc(x) * scale
            return found

    x, scale = torch.randn(2, 4), torch.ones(2, 4)
    for given in ((x, scale), [x, scale], {"x": x, "scale": scale}):
        assert probe(Two, given).measured.signal is not None


def test_the_page_holds_the_findings_and_escapes_the_models_names() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_parameter("<script>alert(1)</script>", nn.Parameter(torch.empty(2)))

    text = probe(Odd)._repr_html_()
    assert text == probe(Odd)._repr_html_()
    assert "WI903" in text and 'class="parameters"' in text, "the section of the page"
    assert "alert(1)</" not in text and text.count("<script>") == text.count("</script>") == 1, "its own alone"
    assert "&lt;<wbr>script" in text or "&lt;script&gt;" in text


def test_without_the_template_library_there_is_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "winit_lint.reports.html", None)
    assert probe(Deep)._repr_html_().startswith("<pre>not measured: signal: no input is known")


def test_the_package_does_not_load_torch_before_it_is_asked_to() -> None:
    code = "import sys, winit_lint.probe, winit_lint.probe.inputs; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_the_assertion_refuses_rules_that_there_are_not() -> None:
    with pytest.raises(ValueError, match="WI999"):
        assert_well_initialized(nn.Linear(2, 2), ignore=("WI999", "WI906", "dead-units"))


def test_a_checkpoint_that_cannot_be_read_leaves_the_measurements(tmp_path: Path) -> None:
    torch.save(nn.Linear(2, 2), tmp_path / "whole.pt")
    found = probe(nn.Linear(2, 2), checkpoint=str(tmp_path / "whole.pt")).measured
    why = reasons(found)["checkpoint"]
    assert len(found.statistics) == 2 and why.endswith("it holds a torch.nn.modules.linear.Linear; save the state_dict")


def test_a_prefix_that_was_taken_off_is_told(tmp_path: Path) -> None:
    state = {f"module.{name}": tensor for name, tensor in nn.Sequential(nn.BatchNorm1d(2)).state_dict().items()}
    torch.save({"state_dict": state}, tmp_path / "ddp.pt")
    told = dict(results(probe(nn.Sequential(nn.BatchNorm1d(2)), checkpoint=str(tmp_path / "ddp.pt")).measured))[
        "checkpoint"
    ]
    assert "5 tensors loaded" in told and told.endswith(
        "once `module.` is taken off its names, as load_state_dict does not"
    )


def test_values_that_are_not_finite_fail_the_assertion_and_are_told() -> None:
    class Root(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(64, 64)
            self.head = nn.Linear(64, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.head(self.fc(x).sqrt())
            return found

    with pytest.raises(AssertionError, match="WI905"):
        assert_well_initialized(Root, torch.randn(32, 64))
    told = reasons(probe(Root, torch.randn(32, 64)).measured)["moments"]
    assert told == "of 2 of 4 operations, from `torch.Tensor.sqrt` on: they are not finite"


@pytest.mark.filterwarnings("ignore")
def test_a_script_is_measured_but_for_its_signal_and_fails_nothing() -> None:
    inner = torch.jit.script(nn.Sequential(nn.Linear(16, 16), nn.ReLU()))
    found = probe(inner, torch.randn(4, 16)).measured
    assert reasons(found)["signal"] == "a ScriptModule takes no hooks" and len(found.statistics) == 2
    outer = probe(nn.Sequential(nn.Linear(16, 16), inner, nn.Linear(16, 2)), torch.randn(4, 16)).measured
    assert outer.signal is not None and "signal" not in reasons(outer)


def test_a_compiled_model_is_measured_as_what_it_was_made_of() -> None:
    net = nn.Sequential(nn.Linear(16, 16), nn.ReLU())
    compiled: Any = torch.compile(net)
    for each in (compiled, lambda: torch.compile(nn.Sequential(nn.Linear(16, 16), nn.ReLU()))):
        found = probe(each, torch.randn(4, 16))
        assert found.measured.signal is not None and list(found.measured.by_name) == ["0.weight", "0.bias"]
    whole = probe(nn.Sequential(compiled, nn.Linear(16, 2)), torch.randn(4, 16))
    assert [op.layer for op in whole.model.flows[0].ops if op.layer][-1] == "1"
    assert len(whole.model.flows[0].ops) == 4, "what is compiled is seen, too"


@pytest.mark.parametrize("model", [None, 3, "net.py::Net"])
def test_what_builds_no_model_is_refused_in_one_line(model: Any) -> None:
    with pytest.raises(TypeError, match=r"^model is a (NoneType|int|str); give a module, or a class or function"):
        probe(model)


def test_complex_parameters_are_told_as_not_measured() -> None:
    model = nn.Linear(4, 4, dtype=torch.complex64)
    for each in (model, lambda: nn.Linear(4, 4, dtype=torch.complex64)):
        told = reasons(probe(each).measured)["std"]
        assert told == "of 2 complex parameters, `weight` first: only that of real numbers is measured"


def test_that_biases_were_zero_is_said_where_they_were_not() -> None:
    class Biased(Deep):
        def __init__(self) -> None:
            super().__init__(0.2)
            nn.init.normal_(self.get_parameter("body.0.bias"))

    for build, told in ((Biased, True), (lambda: Deep(0.2), False)):
        found = next(f for f in probe(build, torch.randn(32, 64)).findings if f.code == "WI904")
        assert ("(measured, with every bias zero)" in found.message) is told
        assert ("(measured)" in found.message) is not told
