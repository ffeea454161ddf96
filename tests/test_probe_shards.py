"""Statistics over two processes that talk through gloo on the loopback interface, against those of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from probed_by_hand import reasons
from torch import nn

from winit_lint.ir.measured import Statistics
from winit_lint.probe import probe

HERE = Path(__file__).parent / "probe"
sys.path.insert(0, str(HERE))
import ranks  # noqa: E402

Found = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[Found]:
    """What each process says."""
    folder = tmp_path_factory.mktemp("ranks")
    environment = {**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE / "ranks.py")]
    started = [
        subprocess.Popen(
            [*command, str(rank), str(folder / "meeting"), str(folder)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        for each in started:
            _, said = each.communicate(timeout=300)
            assert each.returncode == 0, said[-3000:]
    finally:
        for each in started:
            each.kill()
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in range(2)]


@pytest.fixture(scope="module")
def alone() -> Mapping[str, Statistics]:
    return probe(ranks.whole()).measured.by_name


def same(found: list[Any], expected: Statistics) -> None:
    other = ranks.shown(expected)
    assert found[0] == other[0] and found[3:6] == other[3:6]
    assert found[1:3] == pytest.approx(other[1:3], rel=1e-6, abs=1e-9)
    assert found[7:] == other[7:], "the histogram, to the entry"


def test_all_processes_say_the_same(both: list[Found]) -> None:
    for build in ("whole", "sharded", "placed"):
        assert both[0][build] == both[1][build]


@pytest.mark.parametrize("build", ["whole", "sharded"])
def test_shards_and_copies_are_the_whole(both: list[Found], alone: Mapping[str, Statistics], build: str) -> None:
    """FSDP2's uneven rows as well as a copy on each process, which counts once."""
    for name, expected in alone.items():
        same(both[0][build][name], expected)
        family = both[0][build][name][6]
        if expected.n > 1000:  # a normal that is cut far inside is not told from a uniform
            assert {family, expected.family} <= {"uniform", "truncated_normal"}, name


def test_placements_are_minded(both: list[Found], alone: Mapping[str, Statistics]) -> None:
    same(both[0]["placed"]["columns"], alone["first.weight"])
    same(both[0]["placed"]["copied"], alone["second.weight"])


def test_plain_tensors_are_pooled_where_they_differ(both: list[Found], alone: Mapping[str, Statistics]) -> None:
    for rank in range(2):
        same(both[rank]["plain"]["rows"], alone["first.weight"])
        same(both[rank]["plain"]["copied"], alone["first.bias"])
    assert both[0]["plain"]["broken"][:6] == [20, 2.0, 0.0, 2.0, 2.0, 10]


def test_what_one_process_lacks_is_that_of_the_other(both: list[Found]) -> None:
    assert "alone" not in both[0]["plain"]
    assert both[1]["plain"]["alone"][:3] == [4, 3.0, 0.0]


def test_fans_are_those_of_the_whole_weight(both: list[Found]) -> None:
    value, table = both[0]["sharded"]["first.weight fan"]
    assert table == 60 and value == pytest.approx(60, rel=0.1)


def test_the_signal_is_each_process_s_own(both: list[Found]) -> None:
    """Of the whole weights on its own input."""
    for rank in range(2):
        assert both[rank]["signal"]["norm"][0] == pytest.approx(1.0, rel=0.01)
    assert both[0]["signal"]["first"] != both[1]["signal"]["first"]


def test_without_a_group_nothing_is_reduced() -> None:
    measured = probe(nn.Linear(3, 3)).measured
    assert "copies" not in reasons(measured)
