"""The shipped example models: each fault in them is found on its line, and nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

MODELS = Path(__file__).parent / "models"
ROOT = MODELS.parent.parent

EXPECTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "clean_resnet.py": (),
    "digits_mlp.py": (
        ("WI101", "nn.init.xavier_uniform_(self.stem.weight)"),
        ("WI108", "nn.init.trunc_normal_(self.head.weight, std=0.02)"),
        ("WI104", "self.drop = nn.Dropout(0.1)"),
        ("WI104", 'nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")'),
        ("WI110", "nn.init.normal_(self.head.weight, 0.02)"),
        ("WI801", "nn.init.xavier_uniform(self.query.weight)"),
        ("WI205", "nn.init.xavier_uniform_(self.query.bias)"),
    ),
    "finetune.py": (
        ("WI601", "self.init_weights()"),
        ("WI602", "self.encoder.load_state_dict(torch.load(checkpoint, weights_only=True), strict=False)"),
        ("WI604", "parameter.requires_grad = False"),
        ("WI510", "self.apply(self._init)"),
    ),
    "leaf_cnn.py": (
        ("WI106", "self.pointwise = nn.Conv2d(channels, channels, 1)"),
        ("WI202", 'nn.init.kaiming_normal_(self.depthwise.weight, mode="fan_out", nonlinearity="relu")'),
        ("WI702", "nn.init.normal_(m.weight, 0.0, 0.02)"),
        ("WI103", 'nn.init.kaiming_normal_(conv.weight, a=math.sqrt(2), nonlinearity="leaky_relu")'),
        ("WI503", "if isinstance(m, nn.Conv2d):"),
        ("WI703", "self.conv.bias.data.zero_()"),
    ),
    "patch_transformer.py": (
        ("WI501", "self.position = nn.Parameter(torch.empty(1, patches, dim))"),
        ("WI404", "self.blocks = nn.ModuleList([Block(dim)] * depth)"),
        ("WI105", 'nn.init.kaiming_normal_(self.down.weight, nonlinearity="gelu")'),
        ("WI505", "nn.init.zeros_(self.embed.weight[[1, 2]])"),
        ("WI109", "self.mix = nn.Parameter(torch.rand(tokens, tokens))"),
    ),
    "sketch_gan.py": (
        ("WI201", 'nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")'),
        ("WI506", "nn.init.normal_(self.conv1.weight, 0.0, 0.02)"),
        ("WI102", "nn.init.kaiming_normal_(layer.weight)"),
        ("WI401", "nn.init.zeros_(layer.weight)"),
    ),
    "word_tagger.py": (
        ("WI701", "nn.init.uniform_(self.embed.weight, -0.1, 0.1)"),
        ("WI302", "nn.init.orthogonal_(self.rnn.weight_hh_l0)"),
        ("WI301", "self.rnn = nn.GRU(width, width, batch_first=True)"),
        ("WI502", "def _reset_weights(self):"),
    ),
}


def winit_lint(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, from the root of the checkout."""
    command = [sys.executable, "-m", "winit_lint", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def found() -> dict[str, list[tuple[str, str]]]:
    run = winit_lint("check", "tests/models", "--isolated", "--output-format", "json")
    assert run.returncode == 1, run.stderr
    places: dict[str, list[tuple[str, str]]] = {}
    for finding in json.loads(run.stdout)["findings"]:
        path = ROOT / finding["path"]
        line = path.read_text(encoding="utf-8").split("\n")[finding["line"] - 1].strip()
        places.setdefault(path.name, []).append((finding["code"], line))
    return places


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_findings_of_a_model(name: str, found: dict[str, list[tuple[str, str]]]) -> None:
    assert sorted(found.get(name, [])) == sorted(EXPECTED[name])


def test_every_model_is_expected() -> None:
    assert sorted(path.name for path in MODELS.glob("*.py")) == sorted(EXPECTED)


def test_the_clean_model_is_clean() -> None:
    run = winit_lint("tests/models/clean_resnet.py", "--isolated")
    assert (run.returncode, run.stdout) == (0, "0 errors, 0 warnings, 0 notes in 1 file checked\n")
