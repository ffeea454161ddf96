"""The pre-commit hooks, run by pre-commit itself on a real repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHIPPED = ("winit_lint", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")

BAD = """\
import torch.nn as nn


class Cell(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)  # winit: ignore[kaiming-slope-misused] long gone
        nn.init.xavier_uniform_(self.fc.bias)

    def forward(self, x):
        return self.fc(x).relu()
"""
CLEAN = BAD.replace("  # winit: ignore[kaiming-slope-misused] long gone", "").replace("xavier_uniform_", "zeros_")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHON"))}
    clean |= {"PRE_COMMIT_HOME": str(folder.parent / "store"), "PIP_NO_INPUT": "1", "GITHUB_ACTIONS": ""}
    return subprocess.run(
        command,
        cwd=folder,
        env=clean,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def repository(folder: Path) -> Path:
    """Make the folder a repository with all that it holds committed."""
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "--allow-empty", "-m", "all")):
        made = run(folder, "git", *identity, *command)
        assert made.returncode == 0, made.stdout
    return folder


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hooks") / "winit-lint"
    folder.mkdir()
    probe = run(folder, sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--retries", "0", "hatchling")
    if probe.returncode:
        pytest.skip("pip reaches no package index, from which pre-commit would install the hook")
    for path in folder.iterdir():
        path.unlink()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return repository(folder)


def project(folder: Path, model: str) -> Path:
    folder = folder / "project"
    folder.mkdir()
    (folder / "model.py").write_text(model, encoding="utf-8")
    return repository(folder)


def try_repo(hooks: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", "pre_commit", "try-repo", str(hooks), "--all-files", "--verbose")


def test_the_hooks_fail_on_a_faulty_model_and_one_of_them_mends_it(hooks: Path, tmp_path: Path) -> None:
    folder = project(tmp_path, BAD)
    tried = try_repo(hooks, folder)
    assert tried.returncode == 1, tried.stdout
    check, fix = tried.stdout.split("- hook id: winit-lint-fix")
    assert "model.py:8:9: error WI205 fan-init-on-vector" in check
    assert "model.py:7:" in check  # the suppression that suppresses nothing
    assert "- files were modified by this hook" in fix
    assert "1 fix applied in 1 file" in fix
    mended = (folder / "model.py").read_text(encoding="utf-8")
    assert mended == BAD.replace("  # winit: ignore[kaiming-slope-misused] long gone", "")


def test_the_hooks_pass_on_a_clean_model(hooks: Path, tmp_path: Path) -> None:
    folder = project(tmp_path, CLEAN)
    tried = try_repo(hooks, folder)
    assert tried.returncode == 0, tried.stdout
    assert tried.stdout.count("Passed") == 2
    assert "0 errors, 0 warnings, 0 notes in 1 file checked" in tried.stdout
    assert (folder / "model.py").read_text(encoding="utf-8") == CLEAN


def test_exclusions_hold_for_files_that_the_hook_names(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(BAD, encoding="utf-8")
    (tmp_path / "winit-lint.toml").write_text('exclude = ["model.py"]\n', encoding="utf-8")
    command = [sys.executable, "-m", "winit_lint", "check", "--force-exclude", "model.py"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
