"""What inspect says of real models from source alone, against the models built."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGETS = ROOT / "tests" / "benchmarks" / "targets"
CANNOT_BE_BUILT = {"Gate", "EdgeFilter", "GeluAdapter", "BirdNet", "PairNet", "Probe"}
MIXER = "tests/models/patch_transformer.py::Mixer"


def agreement(targets: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The benchmark, run as the README says."""
    command = [sys.executable, "tests/benchmarks/agreement.py", str(targets), "--jobs", "2", "--verbose", *options]
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=offline, capture_output=True, text=True, encoding="utf-8")


def test_the_models_of_this_repository() -> None:
    run = agreement(TARGETS / "own.txt", "--right", "99", "--wrong", "0")
    assert run.returncode == 0, run.stdout + run.stderr


def test_small_models_of_transformers() -> None:
    pytest.importorskip("transformers")
    run = agreement(TARGETS / "small.txt", "--right", "99.9", "--wrong", "0")
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_model_of_this_repository_is_a_target() -> None:
    listed = (TARGETS / "own.txt").read_text(encoding="utf-8")
    for path in (ROOT / "tests" / "models").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                assert (f"{path.name}::{node.name}" in listed) is (node.name not in CANNOT_BE_BUILT), node.name


@pytest.mark.parametrize(("mean", "code"), [(0.5, 0), (0.6, 1)])
def test_a_wrong_answer_is_seen(tmp_path: Path, mean: float, code: int) -> None:
    targets, measured = tmp_path / "targets.txt", tmp_path / "measured.json"
    targets.write_text(f"# one\n{MIXER}  # positive\n", encoding="utf-8")
    measured.write_text(json.dumps({MIXER: {"mix": [mean, 0.2887, 38416]}}), encoding="utf-8")
    run = agreement(targets, "--wrong", "0", "--measured", str(measured))
    assert run.returncode == code, run.stdout + run.stderr
    assert ("wrong mix" in run.stdout) is bool(code)


def test_an_unknown_parameter_misses_the_share_of_right_ones(tmp_path: Path) -> None:
    targets = tmp_path / "targets.txt"
    targets.write_text("tests/models/patch_transformer.py::PatchTransformer\n", encoding="utf-8")
    run = agreement(targets, "--right", "100")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "unknown position" in run.stdout


def test_a_target_that_cannot_be_built(tmp_path: Path) -> None:
    targets = tmp_path / "targets.txt"
    targets.write_text("tests/models/digits_mlp.py::Gate\n", encoding="utf-8")
    run = agreement(targets)
    assert run.returncode == 2, run.stdout + run.stderr
    assert "not built: ValueError" in run.stdout
