"""What the rows of the table of faults are tried with: files in a folder, and the command run on them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from click.testing import CliRunner, Result

from winit_lint.cli.group import cli

MODEL = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.xavier_uniform(self.fc.weight)
"""
"""One finding that can be fixed, a note."""

GOOD = MODEL.encode()
FOUND = ("WI801", "note")
OTHER = ("z.py", *FOUND)
"""What is found in ``z.py``, which stands beside the files that are at fault."""

Findings: TypeAlias = list[tuple[str, str, str]]
Row: TypeAlias = Callable[[], None]


def put(name: str, raw: bytes = GOOD) -> str:
    """A file in the folder of the test."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(raw)
    return name


def winit(*arguments: str) -> Result:
    """The command, without the cache and without what the machine's own settings say."""
    command = arguments if arguments[0] in {"inspect", "probe", "config"} else ("check", "--no-cache", *arguments)
    return CliRunner().invoke(cli, command, catch_exceptions=False)


def document(*arguments: str) -> dict[str, Any]:
    """The check document."""
    found: dict[str, Any] = json.loads(winit("--output-format", "json", *arguments).stdout)
    return found


def found(*arguments: str) -> tuple[int, Findings]:
    """The exit code and each finding as (path, code, severity)."""
    result = winit("--output-format", "json", *arguments)
    return result.exit_code, [(f["path"], f["code"], f["severity"]) for f in json.loads(result.stdout)["findings"]]


def alone(raw: bytes, code: str | None = None) -> tuple[int, list[str]]:
    """The exit code and the codes of what is found in one file; ``code`` is expected beside a sound file."""
    put("a.py", raw)
    if code is not None:
        put("z.py")
        whole = found(".")[1]
        assert OTHER in whole, "every other file is still linted"
        assert [each for each in whole if each[0] == "a.py" and each[1] != code] == []
        os.unlink("z.py")
    status, findings = found("a.py")
    return status, [each for _, each, _ in findings]


def fixed(raw: bytes, *arguments: str) -> bytes:
    """The bytes of a file that was fixed."""
    put("a.py", raw)
    winit("--fix", *arguments, "a.py")
    return Path("a.py").read_bytes()


DONE = b"xavier_uniform_(self.fc.weight)"
"""What a fix makes of the model."""
