"""What runs over one index share: patches at the end of files, classes, and syntax trees."""

from __future__ import annotations

import weakref
from pathlib import Path

import pytest

from winit_lint.interpreter import deferred
from winit_lint.interpreter.index import build_index
from winit_lint.interpreter.roots import explorations
from winit_lint.source.text import read

PLAIN = """
class {name}(nn.Module):
    def __init__(self, flag=False):
        super().__init__()
        self.fc = nn.Linear(2, 3, bias=flag)
        nn.init.ones_(self.fc.weight)

"""
HEAD = """
import sys
from torch import nn

widths = {}
wide = 1


def register(module, table):
    for name, value in table.items():
        setattr(sys.modules[module], name, value)
        widths[name] = value

"""
READING = """
class ByTable(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(widths["wide"], 3)


class ByName(nn.Module):
    def __init__(self, given=wide):
        super().__init__()
        self.fc = nn.Linear(wide, 3)
        self.more = nn.Linear(given, 3)


class Base(nn.Module):
    width = wide


class ByBase(Base):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(self.width, 3)

"""
END = """
register(__name__, {"wide": 7, "other": 9})
"""


def _widths(path: Path, text: str, monkeypatch: pytest.MonkeyPatch | None = None) -> dict[str, list[object]]:
    path.write_text(text)
    if monkeypatch is not None:
        monkeypatch.setattr("winit_lint.interpreter.imported_patches.defer", lambda state, steps, run: False)
    index = build_index([read(path.name, str(path))])
    found: dict[str, list[object]] = {}
    for root in explorations(index, path.name):
        for model in root.models():
            found.setdefault(model.name, []).append([p.shape for p in model.parameters if p.shape is not None])
    return found


def test_what_waits_is_carried_out_for_those_who_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + "".join(PLAIN.format(name=name) for name in ("One", "Two", "Three")) + READING + END
    late: list[int] = []
    carried_out = deferred._carry_out

    def noted(*args: object) -> None:
        late.append(1)
        carried_out(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(deferred, "_carry_out", noted)
    found = _widths(tmp_path / "net.py", text)
    assert found["One"][0] == [(3, 2)]
    assert found["ByTable"][0] == [(3, 7), (3,)]
    assert found["ByName"][0][0] == (3, 7)  # type: ignore[index]
    assert 0 < len(late) < sum(map(len, found.values()))


def test_waiting_changes_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + "".join(PLAIN.format(name=name) for name in ("One", "Two", "Three")) + READING + END
    waited = _widths(tmp_path / "net.py", text)
    assert waited == _widths(tmp_path / "net.py", text, monkeypatch)


def test_classes_that_read_nothing_replaced_are_made_once(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + PLAIN.format(name="One") + PLAIN.format(name="Two") + READING + END)
    index = build_index([read(path.name, str(path))])
    [root.models() for root in explorations(index, path.name)]
    made = {name for _, name, _ in index.__dict__["_names"]._classes}
    assert {"One", "Two"} <= made


def test_models_are_the_same_once_trees_were_dropped(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + PLAIN.format(name="One") + READING + END)
    index = build_index([read(path.name, str(path))])
    first = [root.models() for root in explorations(index, path.name)]
    file = index.by_path[path.name]
    index.let_go(10_000)
    assert file.pieces and "lines" in vars(file.source)
    values = weakref.ref(index.__dict__["_names"])
    index.let_go(10)
    assert not file.pieces and "lines" not in vars(file.source)
    assert values() is None, "and the cycles among them were collected"
    assert [root.models() for root in explorations(index, path.name)] == first
