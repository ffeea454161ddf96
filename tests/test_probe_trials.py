"""Inputs that nobody described: which are tried, and what is told where none fits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from probed_by_hand import reasons
from torch import nn

from winit_lint.ir.write import Origin
from winit_lint.probe.inputs import parse_inputs
from winit_lint.probe.launch import Options, Probed, Prober
from winit_lint.probe.notebook import probe as probe_here
from winit_lint.source.target import parse_target

HERE = Path(__file__).parent / "probe"


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober() as made:
        yield made


def probe(prober: Prober, name: str, *inputs: str) -> Probed:
    options = Options(parse_inputs(inputs) if inputs else None, seeds=2)
    return prober.probe(parse_target(f"{HERE / 'unwell.py'}::{name}"), options)


def skipped(found: Probed) -> dict[str, str]:
    assert found.model is not None and found.model.measured is not None
    return reasons(found.model.measured)


def test_a_forward_that_raises_whatever_it_is_given_is_a_failure(prober: Prober) -> None:
    found = probe(prober, "Broken")
    assert found.model is not None and found.model.measured is not None and found.model.measured.statistics
    assert (found.stage, found.layer) == ("forward", "fc") and found.failure is not None
    assert found.failure.startswith("RuntimeError: forward boom 4 (") and "unwell.py:" in found.failure
    assert "4,16 and another; --input-size" in found.failure


def test_a_forward_that_ends_the_process_is_a_failure(prober: Prober) -> None:
    found = probe(prober, "Ends")
    assert found.model is not None and found.stage == "forward"
    assert found.failure is not None and "the process ended (exit code 3) on an input" in found.failure


def test_nothing_to_try_is_no_failure(prober: Prober) -> None:
    found = probe(prober, "Takes")
    assert found.failure is None and "--input-size" in skipped(found)["signal"]


def test_a_child_of_the_constructor_holds_nothing_up(prober: Prober) -> None:
    start = time.monotonic()
    found = probe(prober, "LeavesChild")
    assert found.failure is None and str(found.inputs) == "32,16"
    assert time.monotonic() - start < 50


def test_the_type_is_that_of_the_weights(prober: Prober) -> None:
    found = probe(prober, "Half")
    assert found.failure is None and str(found.inputs) == "32,16:bfloat16"


def test_the_batch_tells_of_dead_units_where_that_is_cheap(prober: Prober) -> None:
    dead, large = probe(prober, "DeadRelu"), probe(prober, "Large")
    assert str(dead.inputs) == "32,32" and str(large.inputs) == "4,3,64,64"
    assert dead.model is not None and dead.model.measured is not None and dead.model.measured.signal is not None
    assert [op.dead for op in dead.model.measured.signal.ops if op.units] == [1.0]


def test_lazy_layers_are_measured_with_an_input(prober: Prober) -> None:
    found = probe(prober, "Lazy", "4,8")
    assert found.failure is None and found.model is not None and found.model.measured is not None
    assert [p.shape for p in found.model.parameters] == [(10, 8), (10,)]
    assert found.model.parameters[0].last is not None
    assert found.model.parameters[0].last.name == "kaiming_uniform_"
    assert found.model.measured.signal is not None and found.model.measured.statistics[0].builds == 2
    assert skipped(found) == {}


def test_lazy_layers_without_an_input_are_unknown(prober: Prober) -> None:
    found = probe(prober, "Lazy")
    assert found.failure is None and found.model is not None
    assert "`fc` is lazy" in skipped(found)["signal"]
    last = found.model.parameters[0].writes[-1]
    assert last.origin is Origin.UNKNOWN and last.reason is not None and "lazy" in last.reason


def test_lazy_layers_behind_others_take_what_these_put_out(prober: Prober) -> None:
    found = probe(prober, "LazyHead")
    assert found.failure is None and str(found.inputs) == "32,12" and found.model is not None
    assert found.model.by_name["head.weight"].shape == (10, 24)


def test_a_lazy_module_of_the_caller_stays_lazy() -> None:
    module = nn.Sequential(nn.LazyLinear(4), nn.LazyBatchNorm1d())
    found = probe_here(module, torch.randn(2, 3))
    assert found.measured.signal is not None and found.model.parameters[0].shape == (4, 3)
    assert isinstance(module[0], nn.LazyLinear)
