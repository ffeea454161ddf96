"""What the README shows is what the tool does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from winit_lint.config.files import load
from winit_lint.rules.catalogue import RULES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", blocks("console"))
def test_the_examples_show_the_real_output(example: str) -> None:
    command, _, shown = example.partition("\n")
    arguments = command.removeprefix("$ winit-lint ").split()
    command_line = [sys.executable, "-m", "winit_lint", *arguments, "--isolated"]
    plain = ["--color", "never", "--output-format", "full"]
    # readline, once imported, sets COLUMNS for child processes behind the back of os.environ
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    run = subprocess.run([*command_line, *plain], cwd=ROOT, capture_output=True, check=False, env=environment)
    assert shown == run.stdout.decode(), "run the command of the README again and paste what it prints"


def test_the_table_lists_the_catalogue() -> None:
    rows = re.findall(r"^\| (WI\d{3}) \| `([a-z-]+)` \| \S", README, re.MULTILINE)
    assert rows == [(rule.code, rule.name) for rule in RULES]


def test_the_settings_are_valid(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(blocks("toml")[0], encoding="utf-8")
    settings = load(str(file), RULES)
    assert settings is not None
    assert settings.ignore == ("recurrent-not-orthogonal",)
    assert settings.max_steps == 500_000


def test_the_pipelines_are_yaml_and_name_real_hooks() -> None:
    workflow, job, hooks = (yaml.safe_load(block) for block in blocks("yaml"))
    assert [step["run"] for step in workflow["jobs"]["winit-lint"]["steps"] if "run" in step][-1] == "winit-lint ."
    assert job["winit-lint"]["script"][-1].startswith("winit-lint .")
    shipped = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hooks["repos"][0]["hooks"][0]["id"] in [hook["id"] for hook in shipped]


@pytest.mark.parametrize(
    "name",
    [
        "docs/architecture.md",
        "docs/contributing.md",
        "docs/evidence.md",
        "docs/probe.md",
        "docs/speed.md",
        "CHANGELOG.md",
    ],
)
def test_the_documents_that_are_linked_exist(name: str) -> None:
    assert f"({name})" in README
    assert (ROOT / name).is_file()
