"""Who calls an initialisation routine, where only one file of a package is linted and the rest lies beside it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from winit_lint.interpreter.index import build_index
from winit_lint.ir.project import InitFunction
from winit_lint.source.text import SourceText, read

HEAD = """
    import torch.nn as nn
    from .base import Base

    class Head(Base):
        def _init_weights(self):
            nn.init.normal_(self.fc.weight, std=0.02)
    """


def the_function(folder: Path, **files: str) -> InitFunction:
    """The one of ``head.py``, the only file that is linted."""
    for name, text in {"__init__": "", **files}.items():
        (folder / f"{name}.py").write_text(dedent(text), encoding="utf-8")

    def text_of(path: str) -> SourceText | None:
        return read(path, path) if Path(path).is_file() else None

    head = str(folder / "head.py")
    index = build_index([read(head, head)], text_of)
    (function,) = index.project.init_functions
    return function


@pytest.mark.parametrize(
    ("base", "hook"),
    [
        ("import torch.nn as nn\nclass Base(nn.Module): pass", False),
        ("import torch.nn as nn\nclass Plain: pass\nclass Base(nn.Module, Plain): pass", False),
        ("from .far import Base", False),
        ("from framework import Mixin\nimport torch.nn as nn\nclass Base(nn.Module, Mixin): pass", True),
        ("from framework import Base", True),
    ],
)
def test_a_base_class_is_looked_up_where_the_file_takes_it_from(tmp_path: Path, base: str, hook: bool) -> None:
    far = "import torch\nclass Base(torch.nn.Module): pass"
    function = the_function(tmp_path, head=HEAD, base=base, far=far)
    assert (function.hook, function.referenced) == (hook, False)


@pytest.mark.parametrize(
    ("call", "referenced"),
    [
        ("def start(m):\n    if hasattr(m, '_init_weights'): m._init_weights()", True),
        ("class Other:\n    def start(self): self._init_weights()", True),
        ("class Other:\n    def start(self): self.reset()", False),
    ],
)
def test_a_caller_in_a_file_that_it_imports_counts(tmp_path: Path, call: str, referenced: bool) -> None:
    base = f"import torch.nn as nn\nclass Base(nn.Module): pass\n{call}"
    assert the_function(tmp_path, head=HEAD, base=base).referenced is referenced


def test_noise_is_no_initialisation(tmp_path: Path) -> None:
    head = """
        import torch
        class Head(torch.nn.Module):
            def sample(self, x):
                return x - torch.empty_like(x).exponential_().log()
            def reset(self):
                self.decay.exponential_()
        """
    assert the_function(tmp_path, head=head).name == "reset"


REGISTERED = """
    import torch.nn as nn
    from {home} import BACKBONES

    {decorator}
    class Head(nn.Module):
        def {name}(self):
            nn.init.normal_(self.fc.weight, std=0.02)
    """


@pytest.mark.parametrize(
    ("home", "decorator", "name", "hook"),
    [
        ("framework.builder", "@BACKBONES.register_module()", "init_weights", True),
        ("..far.builder", "@BACKBONES.register_module()", "init_weights", True),
        (".handed_on", "@BACKBONES.register_module", "init_weights", True),
        (".own", "@BACKBONES.register_module()", "init_weights", False),
        ("framework.builder", "@BACKBONES.register_module()", "_init_weights", False),
        ("framework.builder", "", "init_weights", False),
    ],
)
def test_a_registry_from_elsewhere_may_call_what_it_builds(
    tmp_path: Path, home: str, decorator: str, name: str, hook: bool
) -> None:
    head = REGISTERED.format(home=home, decorator=decorator, name=name)
    files = {"handed_on": "from framework.builder import BACKBONES", "own": "BACKBONES = Registry('backbones')"}
    assert the_function(tmp_path, head=head, **files).hook is hook


@pytest.mark.parametrize(("decorator", "referenced"), [("@BACKBONES.register", True), ("", False)])
def test_whoever_builds_from_a_registry_may_call_it_by_its_name_alone(
    tmp_path: Path, decorator: str, referenced: bool
) -> None:
    head = REGISTERED.format(home=".own", decorator=decorator, name="init_weights")
    own = """
        from .other import NECKS as BACKBONES
        def build(settings):
            BACKBONES.build(settings).init_weights()
        """
    assert the_function(tmp_path, head=head, own=own, other="NECKS = {}").referenced is referenced
