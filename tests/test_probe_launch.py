"""The probe's processes: what a target may do, what it may not, and what is told of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from winit_lint.probe.inputs import Inputs, parse_inputs
from winit_lint.probe.launch import Options, Probed, Prober
from winit_lint.probe.protocol import STAGES, Limits
from winit_lint.source.target import parse_target

HERE = Path(__file__).parent / "probe"
HOSTILE = HERE / "hostile.py"
OPTIONS = Options(parse_inputs(["5,4"]), seeds=1, limits=Limits(seconds=20, memory=2**29))
SHORT = replace(OPTIONS, limits=Limits(seconds=1.5))

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Landlock and namespaces are Linux's")


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober() as made:
        yield made


def probe(prober: Prober, name: str, options: Options = OPTIONS) -> Probed:
    return prober.probe(parse_target(f"{HOSTILE}::{name}"), options)


def sound(prober: Prober) -> bool:
    found = probe(prober, "Net")
    return found.model is not None and found.failure is None


def test_a_model_is_built_and_measured(prober: Prober) -> None:
    found = probe(prober, "Net(width=4)")
    assert found.failure is None
    assert found.model is not None and [p.name for p in found.model.parameters] == ["fc.weight", "fc.bias"]
    assert found.model.measured is not None and found.model.measured.seeds == 1
    assert {stage for stage, _ in found.seconds} == {"import", "build", "forward", "backward", "measure"}
    assert found.peak > 0


def test_the_stages_are_told_as_they_begin(prober: Prober) -> None:
    heard: list[str] = []
    probe(prober, "Net(width=4)", replace(OPTIONS, told=heard.append))
    stages = [each for each in heard if " " not in each]
    assert set(stages) == set(STAGES) and stages[:2] == ["import", "build"]
    assert "forward fc" in heard, "with the module that is reached"


@pytest.mark.parametrize(
    ("name", "stage", "said"),
    [
        ("Exits", "build", "ended by itself (exit code 0)"),
        ("RaisesExit", "build", "SystemExit: 3"),
        ("Crashes", "build", "SIGSEGV"),
        ("Loud", "build", "more than 16 MiB of output"),
        ("Eats", "build", "MemoryError"),
        ("LeavesProcess", "build", "exit code 7"),
        ("Forges", "build", "a message that is not the probe's"),
        ("SendsPickle", "build", "a message that can't be understood"),
        ("Floods", "build", "of results"),
        ("NeedsWidth", "build", "it needs `width`: "),
        ("Net(depth=3)", "build", "it takes no argument `depth`"),
        ("RaisesMutely", "build", "MuteError"),
        ("number", "build", "gives a int, no torch.nn.Module"),
        ("INSTANCE", "import", "name a class or a function"),
        ("Nett", "import", "has no `Nett`"),
        ("Environment", "build", "RuntimeError: none"),
    ],
)
def test_what_goes_wrong_is_told(
    prober: Prober, monkeypatch: pytest.MonkeyPatch, name: str, stage: str, said: str
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    found = probe(prober, name)
    assert found.model is None and found.failure is not None
    assert said in found.failure and "\n" not in found.failure
    assert found.stage == stage
    assert sound(prober), "the next target is not touched by it"


@pytest.mark.parametrize(
    ("path", "name", "stage"), [("endless.py", "Net", "import"), ("hostile.py", "Sleeps", "build")]
)
def test_what_does_not_end_is_ended(prober: Prober, path: str, name: str, stage: str) -> None:
    before = time.monotonic()
    found = prober.probe(parse_target(f"{HERE / path}::{name}"), SHORT)
    assert found.failure == "not done within 1.5 s"
    assert found.stage == stage
    assert time.monotonic() - before < 15


def test_a_missing_package_is_named_with_its_line(prober: Prober) -> None:
    found = prober.probe(parse_target(f"{HERE / 'lacking.py'}::Net"), OPTIONS)
    assert found.failure is not None and "No module named 'nothing_of_this_name'" in found.failure
    assert found.failure.endswith("lacking.py:3)")
    assert found.stage == "import"


def test_nothing_is_left_running(prober: Prober) -> None:
    assert probe(prober, "LeavesThread").model is not None
    probe(prober, "LeavesProcess")
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "sleep 1009" not in listed


@linux
def test_no_file_outside_its_folder_is_changed(prober: Prober) -> None:
    before = {path: path.read_bytes() for path in HERE.iterdir() if path.is_file()}
    found = probe(prober, "Writes")
    assert found.failure is None, found.failure
    assert {path: path.read_bytes() for path in HERE.iterdir() if path.is_file()} == before
    assert any("Landlock" in what for what in found.enforced)


@linux
def test_there_is_no_network(prober: Prober) -> None:
    found = probe(prober, "Calls")
    assert found.failure is None, found.failure
    assert any("network namespace" in what or "seccomp" in what for what in found.enforced)


@linux
def test_other_processes_are_out_of_reach(prober: Prober) -> None:
    found = probe(prober, "Kills")
    assert found.failure is None, found.failure
    assert sound(prober)


@linux
def test_the_sandbox_can_be_switched_off(prober: Prober) -> None:
    found = probe(prober, "Calls", replace(OPTIONS, sandbox="off"))
    assert found.failure is not None and "was possible" in found.failure
    assert not any("Landlock" in what or "network" in what for what in found.enforced)


def test_the_rest_is_measured_where_the_forward_pass_does_not_end(prober: Prober) -> None:
    found = probe(prober, "ForwardHangs", SHORT)
    assert found.failure == "not done within 1.5 s"
    assert (found.stage, found.layer) == ("forward", "fc")
    assert found.model is not None and len(found.model.parameters) == 2


def test_what_forward_raises_is_told_with_the_layer(prober: Prober) -> None:
    found = probe(prober, "ForwardRaises")
    assert found.failure is not None and found.failure.startswith("ValueError: not ")
    assert found.layer == "fc" and found.stage == "forward"
    assert found.model is not None and found.model.measured is not None
    assert found.model.measured.signal is None and len(found.model.measured.statistics) == 2


@pytest.mark.parametrize("name", ["ReturnsDict", "ReturnsNone", "LeavesThread"])
def test_whatever_forward_returns(prober: Prober, name: str) -> None:
    found = probe(prober, name)
    assert found.model is not None and found.failure is None


def test_modules_and_files_of_a_package(prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    for target in ("package.net:Net(8)", "package/net.py::Net(8)"):
        found = prober.probe(parse_target(target), replace(OPTIONS, inputs=None))
        assert found.failure is None
        assert found.model is not None and [p.name for p in found.model.parameters] == ["first.weight", "first.bias"]
        assert found.inputs == Inputs(parse_inputs(["32,8"]).tensors, "first layer")


def test_arguments_are_literals_and_calls(prober: Prober) -> None:
    found = probe(prober, "from_config(Config(width=6))", replace(OPTIONS, inputs=None))
    assert found.model is not None and found.model.parameters[0].shape == (3, 6)


@pytest.mark.parametrize("text", ["raise ImportError('no such library: libtorch_cpu.so')", "version = 1"])
def test_torch_that_is_no_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "torch.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with Prober() as other:
        found = probe(other, "Net")
    assert found.model is None and found.failure is not None
    assert found.failure.startswith("torch can't be imported: ")


def test_a_server_that_died_is_replaced(prober: Prober) -> None:
    assert sound(prober)
    assert prober._process is not None
    os.kill(prober._process.pid, 9)
    prober._process.wait()
    assert sound(prober)


def test_a_further_model_does_not_load_torch_again(prober: Prober) -> None:
    sound(prober)
    before = time.process_time(), time.perf_counter()
    assert all(sound(prober) for _ in range(5))
    each = (time.perf_counter() - before[1]) / 5
    assert each < 1.0, f"{each:.3f} s a model"
