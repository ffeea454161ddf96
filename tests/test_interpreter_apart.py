"""What torch itself is patched with, and what importing a file changes, against models built in processes apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from built_apart import TESTS, targets

from winit_lint.analyses.readers import read_by
from winit_lint.cli.target_models import models_of
from winit_lint.inspection import document
from winit_lint.source.target import parse_target
from winit_lint.source.text import SizeLimits

sys.path.append(str(TESTS / "benchmarks"))
from agreement import judged

TARGETS = dict(targets())
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="builds in forks")


@cache
def measured() -> dict[str, dict[str, Any]]:
    command = [sys.executable, str(TESTS / "built_apart.py"), *TARGETS]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    return dict(zip(TARGETS, map(json.loads, run.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.rpartition(os.sep)[2])
def test_what_is_said_of_each_parameter(target: str) -> None:
    real = measured()[target]
    answers = {
        p["name"]: p for p in document(target, models_of(parse_target(target), SizeLimits()), read_by)["parameters"]
    }
    verdicts = {name: judged(answers.get(name), real.get(name)) for name in (*real, *answers)}
    assert verdicts == dict.fromkeys(verdicts, TARGETS[target])
