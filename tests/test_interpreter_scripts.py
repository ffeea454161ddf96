"""The statements that run where a file is the main one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from winit_lint.interpreter.arms import run_in_order
from winit_lint.interpreter.index import build_index
from winit_lint.interpreter.roots import explorations
from winit_lint.ir.model import Model
from winit_lint.source.text import read

NET = """from torch import nn


class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.fc = nn.Linear(width, width)

"""


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a = 1; b = 2", ["assign"]),
        ("register('a', 1)", ["call"]),
        ("if __name__ == '__main__':\n    import os\n    main()", ["main", "main"]),
        ("if '__main__' == __name__:\n    def f(): pass\n    f(); f()", ["main", "main"]),
        ("if __name__ == '__main__': main()", ["assign"]),
        ("if __name__ == '__main__':\n    main()\nelse:\n    other()", ["assign"]),
        ("if debug:\n    main()", ["assign"]),
        ("import os\n'text'\ndef f(): pass\nclass A: pass", []),
    ],
)
def test_which_statements_run_and_as_what(text: str, kinds: list[str]) -> None:
    assert [kind for _, kind in run_in_order(ast.parse(text).body)] == kinds


def _script(folder: Path, **texts: str) -> Model:
    """The model that the statements of the first file build."""
    paths = []
    for name, text in texts.items():
        path = folder / f"{name}.py"
        path.write_text(text)
        paths.append(read(path.name, str(path)))
    *_, script = explorations(build_index(paths), paths[0].path)
    (model,) = script.models()
    return model


def test_the_main_guard_of_the_file_itself_is_open(tmp_path: Path) -> None:
    text = """if __name__ == "__main__":
    net = Net()
    nn.init.zeros_(net.fc.weight)
"""
    (weight, _) = _script(tmp_path, run=NET + text).parameters
    assert weight.last is not None
    assert weight.last.name == "zeros_"


def test_the_guard_of_a_file_that_is_imported_stays_closed(tmp_path: Path) -> None:
    guarded = """net = Net()
if __name__ == "__main__":
    nn.init.zeros_(net.fc.weight)
"""
    model = _script(
        tmp_path, run="from parts import net\nfrom torch import nn\nkept = nn.Sequential(net)\n", parts=NET + guarded
    )
    (weight, _) = model.parameters
    assert weight.last is not None
    assert weight.last.name == "kaiming_uniform_"
