"""Files broken in random ways, and files of every syntax: no crash, and what is fixed still parses."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from random_modules import module_file

from winit_lint.cli.group import cli

TESTS = Path(__file__).parent.parent
MUTATED, MUTATED_MANY = 150, 2_000
GENERATED, GENERATED_MANY = 500, 1_000
_BATCH = 50


def checked(*arguments: str) -> dict[str, object]:
    """The check document of a run that must not fail."""
    result = CliRunner().invoke(cli, ["check", "--isolated", "--no-cache", *arguments], catch_exceptions=False)
    assert result.exit_code in {0, 1}, result.output[:2000]
    return json.loads(result.stdout) if "json" in arguments else {}


def mutated(draw: random.Random, text: str) -> bytes:
    """The text with lines dropped, doubled, cut or shuffled, or bytes put into it."""
    lines = text.split("\n")
    raw = text.encode()
    for _ in range(draw.randrange(1, 5)):
        at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        match draw.randrange(7):
            case 0:
                del lines[at : at + draw.randrange(1, 4)]
                lines = lines or [""]
            case 1:
                lines.insert(other, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = lines[at][: draw.randrange(len(lines[at]) + 1)]
            case 4:
                draw.shuffle(lines)
            case 5:
                lines[at] = draw.choice(("    ", "  ", "\t", "")) + lines[at].lstrip()
            case _:
                lines[at] = lines[at].replace(draw.choice("()[],=.:"), draw.choice("()[],=.: \\\"'"), 1)
        raw = "\n".join(lines).encode()
    if draw.random() < 0.3:
        place = draw.randrange(len(raw) + 1)
        raw = raw[:place] + draw.randbytes(draw.randrange(1, 20)) + raw[place + draw.randrange(0, 30) :]
    return raw


def test_mutated_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: bool) -> None:
    monkeypatch.chdir(tmp_path)
    sources = sorted((TESTS / "models").glob("*.py")) + sorted((TESTS / "interpreter").glob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in sources]
    number = MUTATED_MANY if many else MUTATED
    for start in range(0, number, _BATCH):
        for seed in range(start, start + _BATCH):
            draw = random.Random(seed)
            (tmp_path / f"m{seed % _BATCH}.py").write_bytes(mutated(draw, draw.choice(texts)))
        codes = {each["code"] for each in checked("--output-format", "json", ".")["findings"]}  # type: ignore[attr-defined]
        assert "WI007" not in codes
        checked("--fix", "--unsafe-fixes", ".")
    for path in tmp_path.glob("*.py"):
        assert path.read_bytes(), "a fix left nothing"


def test_fixes_of_random_modules_parse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: bool) -> None:
    monkeypatch.chdir(tmp_path)
    for seed in range(200 if many else 20):
        (tmp_path / f"n{seed}.py").write_text(module_file(seed).text.replace("_(self", "(self"), encoding="utf-8")
    checked("--fix", "--unsafe-fixes", ".")
    for path in tmp_path.glob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"))


def test_generated_syntax(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: bool) -> None:
    codegen = pytest.importorskip("pysource_codegen")
    monkeypatch.chdir(tmp_path)
    number = GENERATED_MANY if many else GENERATED
    without = 0
    for start in range(0, number, _BATCH):
        for seed in range(start, start + _BATCH):
            try:
                text = codegen.generate(seed, node_limit=60)
            except ValueError:  # before Python 3.12 some f-strings have no text
                without += 1
                continue
            model = "import torch\nfrom torch import nn\n" + text
            (tmp_path / f"g{seed % _BATCH}.py").write_bytes(model.encode("utf-8", "surrogatepass"))
        codes = {each["code"] for each in checked("--output-format", "json", ".")["findings"]}  # type: ignore[attr-defined]
        assert "WI007" not in codes
    assert without < number // 50
