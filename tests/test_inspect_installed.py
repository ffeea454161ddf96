"""``inspect`` of files that use installed packages: their source is read where no table stands for them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from winit_lint.cli.group import cli

NET = """
import timm
import torch
from blocks import Block
from einops.layers import Head
from timm.models import tiny
from torch import nn
from torchvision import models


class Installed(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(8)
        self.head = Head(8)


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = timm.create_model("tiny.v1", pretrained=False, width=6, classes=None)
        self.unknown = timm.create_model("hf-hub:some/model", pretrained=True)


class Flags(nn.Module):
    def __init__(self):
        super().__init__()
        self.old = models.small(pretrained=True)
        self.position = models.small(True)
        self.fresh = models.small(pretrained=False)
        self.new = models.get_model("small", weights=None)


class Patches(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = Block(8)
        weight = self.embed.proj.weight.data
        nn.init.xavier_uniform_(weight.view([weight.shape[0], -1]))
"""
BLOCK = """
from torch import nn


class Meta(type):
    def __new__(mcls, name, bases, members):
        return tuple(members)


class Odd(metaclass=Meta):  # what it does is no concern of who uses the package
    pass


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Conv2d(2, width, 4, bias=False)
        nn.init.normal_(self.proj.weight, std=0.02)
"""
TINY = """
from torch import nn


class Tiny(nn.Module):
    def __init__(self, width=4, classes=10):
        super().__init__()
        self.fc = nn.Linear(width, classes, bias=False)


def tiny(pretrained=False, **kwargs):
    return Tiny(**kwargs)
"""
SMALL = """
import torch
from torch import nn

from ._utils import handle_legacy_interface


@handle_legacy_interface(weights=("pretrained", "DEFAULT"))
def small(*, weights=None, **kwargs):
    model = nn.Linear(4, 4, bias=False)
    if weights is not None:
        model.load_state_dict(torch.load(weights))
    return model
"""
UTILS = """
def handle_legacy_interface(**weights):
    def outer(builder):
        def inner(*args, **kwargs):
            return builder(*args, **kwargs)
        return inner
    return outer
"""
PACKAGES = {
    "blocks/__init__.py": BLOCK,
    "einops/layers.py": BLOCK.replace("Block", "Head"),
    "einops/__init__.py": "",
    "timm/__init__.py": "from .models import *\n",
    "timm/models/__init__.py": "from ._factory import create_model\nfrom .tiny_net import *\n",
    "timm/models/_factory.py": "def create_model(model_name, pretrained=False, **kwargs):\n    pass\n",
    "timm/models/tiny_net.py": TINY,
    "torchvision/__init__.py": "from torchvision import models\n",
    "torchvision/models/__init__.py": "from ._api import get_model\nfrom .small_net import *\n",
    "torchvision/models/_api.py": "def get_model(name, **config):\n    pass\n",
    "torchvision/models/_utils.py": UTILS,
    "torchvision/models/small_net.py": SMALL,
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "env" / "site-packages"
    for name, text in PACKAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "net.py").write_text(NET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])


def told(target: str) -> dict[str, Any]:
    result = CliRunner().invoke(cli, ["inspect", "--isolated", "--output-format", "json", target])
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def held(target: str) -> dict[str, Any]:
    """By parameter its last initializer and std."""
    return {
        p["name"]: (p["initializers"][-1]["init"], p["initializers"][-1]["std"]) for p in told(target)["parameters"]
    }


def test_the_source_of_an_installed_package_is_read() -> None:
    assert held("net.py::Installed") == {"block.proj.weight": ("torch.nn.init.normal_", 0.02)}  # einops has tables


def test_a_factory_is_found_by_the_name_it_is_asked_for() -> None:
    ((name, (initializer, std)),) = held("net.py::Named").items()
    assert (name, initializer) == ("body.fc.weight", "torch.nn.init.kaiming_uniform_")
    assert std == pytest.approx(6**-0.5 / 3**0.5)


def test_flags_of_older_versions_are_taken_for_those_of_today() -> None:
    found = {name: initializer.rpartition(".")[2] for name, (initializer, _) in held("net.py::Flags").items()}
    assert found == {
        "old.weight": "load_state_dict",
        "position.weight": "load_state_dict",
        "fresh.weight": "kaiming_uniform_",
        "new.weight": "kaiming_uniform_",
    }


def test_a_view_takes_what_is_left_for_minus_one() -> None:
    ((_, std),) = held("net.py::Patches").values()
    assert std == pytest.approx((2 / (8 + 32)) ** 0.5)
