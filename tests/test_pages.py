"""``docs/rules/`` is what the docstrings say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from winit_lint.rule import Rule
from winit_lint.rules.catalogue import RULES
from winit_lint.rules.page import HEADINGS, contents, page, summary

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "rules"
COMMAND = "python -m winit_lint rule --all --output-dir docs/rules"
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@each_rule
def test_the_page_is_current(rule: Rule) -> None:
    path = PAGES / f"{rule.name}.md"
    assert path.exists() and path.read_text(encoding="utf-8") == page(rule), f"run `{COMMAND}` and commit docs/rules/"


def test_the_list_is_current_and_no_page_is_left_over() -> None:
    assert (PAGES / "README.md").read_text(encoding="utf-8") == contents(RULES), f"run `{COMMAND}`"
    assert {path.stem for path in PAGES.iterdir()} - {"README"} == {rule.name for rule in RULES}, "remove the others"


@each_rule
def test_a_page_has_all_its_parts(rule: Rule) -> None:
    headings = re.findall(r"^## (.+)$", page(rule), re.MULTILINE)
    evidence = () if rule.code.startswith("WI0") else ("Evidence",)
    assert tuple(headings) == (*HEADINGS[:4], *evidence, *HEADINGS[4:])
    assert len(summary(rule)) > 20 and "\n" not in summary(rule)
    assert page(rule).count("```") == 4


@each_rule
def test_the_cases_that_a_page_names_are_there(rule: Rule) -> None:
    for name in re.findall(r"`(tests/[^`]+)`", page(rule)):
        assert (ROOT / name).is_file()


def test_reports_become_links() -> None:
    doc = "Something is wrong.\n\nReferences:\n    torch.nn.init; pytorch/pytorch#145498, #155588; a/b.c#1.\n"
    shown = page(Rule("WI101", "x", doc, lambda run: iter(())))
    assert re.findall(r"\]\((\S+)\)", shown) == [
        "https://github.com/pytorch/pytorch/issues/145498",
        "https://github.com/pytorch/pytorch/issues/155588",
        "https://github.com/a/b.c/issues/1",
    ]


def test_the_command_prints_the_page_that_it_writes(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "winit_lint", "rule", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()

    run("--all", "--output-dir", str(tmp_path))
    assert run("WI101") == (tmp_path / "xavier-before-relu.md").read_text(encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == len(RULES) + 1
