"""What is kept of single files: whatever was edited, the findings are those of a run without any cache."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from checked_files import checked_files
from click.testing import CliRunner

from winit_lint.cache import FOLDER
from winit_lint.cli.group import cli


@dataclass
class Recipe:
    """One file of the project: block, net, and what the rest of the project may see or call."""

    number: int
    base: int | None = None  # the file whose block the net derives from
    part: int | None = None  # the file whose block the net holds
    bias: bool = True
    dead: bool = False
    routine: bool = False
    called: int | None = None  # the file whose routine is called from here
    blank: int = 0
    twin: bool = False  # another file's class and routine by the same name
    broken: bool = False

    def text(self) -> str:
        lines = ["import torch", "from torch import nn", "import torch.nn.functional as F"]
        others = {self.base, self.part, self.called} - {None, self.number}
        lines += [f"from zoo.f{other} import Block{other}" for other in sorted(others)]  # type: ignore[type-var]
        lines += ["#"] * self.blank
        lines += [f"class Block{0 if self.twin else self.number}(nn.Module):", "    def __init__(self, width=8):"]
        lines += ["        super().__init__()", f"        self.fc = nn.Linear(width, width, bias={self.bias})"]
        lines += ["        self.out = nn.Linear(width, width)"]
        if self.dead:
            lines.append("        nn.init.zeros_(self.fc.weight)")
        if self.routine:
            lines += ["    def init_weights(self):", "        nn.init.xavier_uniform_(self.fc.weight)"]
            lines += ["        nn.init.zeros_(self.fc.bias)"]
        lines += ["    def forward(self, x):", "        return self.out(F.relu(self.fc(x)))"]
        base = f"Block{self.base}" if self.base not in (None, self.number) else "nn.Module"
        lines += [f"class Net{self.number}({base}):", "    def __init__(self):", "        super().__init__()"]
        if self.part not in (None, self.number):
            lines += [f"        self.part = Block{self.part}()", "        nn.init.zeros_(self.part.fc.bias)"]
            lines += ["        nn.init.ones_(self.part.out.weight)"]
        lines += ["        self.head = nn.Linear(8, 2)", "        nn.init.xavier_uniform_(self.head.weight)"]
        if self.called not in (None, self.number):
            lines += ["def build():", f"    net = Block{self.called}()", "    net.init_weights()", "    return net"]
        return "\n".join([*lines, "def (" if self.broken else "", ""])


@dataclass
class Zoo:
    """The project on disk, edited at random."""

    chance: random.Random
    recipes: dict[int, Recipe] = field(default_factory=dict)

    def write(self) -> None:
        folder = Path("zoo")
        folder.mkdir(exist_ok=True)
        for path in folder.glob("f*.py"):
            if int(path.stem[1:]) not in self.recipes:
                path.unlink()
        (folder / "__init__.py").touch()
        for number, recipe in self.recipes.items():
            path = folder / f"f{number}.py"
            if not path.exists() or path.read_text() != recipe.text():
                path.write_text(recipe.text())

    def edit(self) -> None:
        """One change to one file."""
        number = self.chance.randrange(FILES)
        if number not in self.recipes:
            self.recipes[number] = Recipe(number)
        recipe, other = self.recipes[number], self.chance.randrange(FILES)
        edits: tuple[Callable[[], object], ...] = (
            lambda: self.recipes.pop(number),
            *(lambda name=name: setattr(recipe, name, self.chance.choice([other, None])) for name in OTHERS),  # type: ignore[misc]
            *(lambda name=name: setattr(recipe, name, not getattr(recipe, name)) for name in FLAGS),  # type: ignore[misc]
            lambda: setattr(recipe, "blank", recipe.blank + 1),
        )
        self.chance.choice(edits)()


FILES = 9
OTHERS = ("base", "part", "called")
FLAGS = ("bias", "dead", "routine", "twin", "broken")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were run, not taken from an earlier run."""
    return checked_files(monkeypatch)


def check(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(
        cli, ["check", "--isolated", "--output-format", "json", "--show-unknown", *arguments], catch_exceptions=False
    )
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("seed", range(6))
def test_edits_at_random_give_what_a_run_without_a_cache_gives(seed: int, checked: list[str]) -> None:
    zoo = Zoo(random.Random(seed))
    zoo.recipes = {number: Recipe(number, part=number - 1 if number % 2 else None) for number in range(FILES)}
    saved = 0
    for step in range(12):
        for _ in range(1 if step else 10):
            zoo.edit()
        zoo.write()
        where = ("zoo",) if step % 4 else ("zoo/f1.py", "zoo/f2.py") if Path("zoo/f1.py").exists() else ("zoo",)
        jobs = ("--jobs", "1" if zoo.chance.random() < 0.8 else "2")
        checked.clear()
        kept = check(*jobs, *where)
        run = len(checked)
        assert kept == check("--no-cache", "--jobs", "1", *where), [recipe.text() for recipe in zoo.recipes.values()]
        saved += len(checked) - 2 * run
    assert saved > FILES, "hardly anything was taken from earlier runs"


def start() -> None:
    zoo = Zoo(random.Random(0))
    # 1 derives from 0, 2 holds the block of 1, 3 is alone
    zoo.recipes = {0: Recipe(0), 1: Recipe(1, base=0), 2: Recipe(2, part=1), 3: Recipe(3, dead=True)}
    zoo.write()
    check("zoo")


def after(edit: Callable[[Path], object], path: str, checked: list[str]) -> list[str]:
    """The files that are run once one has been edited; what is found is that of a run without a cache."""
    edit(Path(path))
    checked.clear()
    kept = check("zoo")
    found = sorted(Path(each).stem for each in checked)
    assert kept == check("--no-cache", "zoo")
    return found


def line(path: Path) -> None:
    path.write_text("# a line\n" + path.read_text())


@pytest.mark.parametrize(
    ("path", "run"),
    [
        ("zoo/f3.py", ["f3"]),
        ("zoo/f2.py", ["f2"]),
        ("zoo/f1.py", ["f1", "f2"]),
        ("zoo/f0.py", ["f0", "f1", "f2"]),
    ],
)
def test_a_change_costs_the_file_and_what_depends_on_it(path: str, run: list[str], checked: list[str]) -> None:
    start()
    assert after(line, path, checked) == run
    assert after(line, path, checked) == run


def test_bytes_count_and_nothing_that_the_file_system_says_of_them(checked: list[str]) -> None:
    start()
    assert after(lambda path: path.touch(), "zoo/f1.py", checked) == []

    def alike(path: Path) -> None:
        before = path.stat()
        path.write_text(path.read_text().replace("bias=True", "bias=bool"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert after(alike, "zoo/f1.py", checked) == ["f1", "f2"]


def test_a_name_that_the_project_speaks_of_in_a_new_way_concerns_those_who_mention_it(checked: list[str]) -> None:
    start()

    def holds(path: Path) -> None:
        path.write_text(path.read_text() + "from zoo.f3 import Block3\nclass Owner(nn.Module):\n    kind = Block3\n")

    # f3 leads nowhere near f2, but its block has become a part of something
    assert after(holds, "zoo/f2.py", checked) == ["f2", "f3"]


def test_a_file_that_comes_to_where_an_import_looked_counts(checked: list[str]) -> None:
    start()
    text = Path("zoo/f1.py").read_text()
    assert after(lambda path: path.unlink(), "zoo/f1.py", checked) == ["f2"]
    assert after(lambda path: path.write_text(text + "#\n"), "zoo/f1.py", checked) == ["f1", "f2"]


def test_settings_count(checked: list[str]) -> None:
    start()
    for arguments in (("--ignore", "WI4"), ("--max-steps", "50")):
        checked.clear()
        kept = check(*arguments, "zoo")
        assert len(checked) == 4
        assert kept == check(*arguments, "--no-cache", "zoo")


@pytest.mark.parametrize("content", [b"", b"\x81", b"\xff\xfe", b"\x91" * 100_000])
def test_what_is_no_memory_of_files_is_told_and_made_again(content: bytes, checked: list[str]) -> None:
    start()
    (kept,) = Path(FOLDER).glob("*/*.files")
    kept.write_bytes(content)
    line(Path("zoo/f3.py"))
    checked.clear()
    code, found, told = check("zoo")
    assert len(checked) == 4 and told.count("warning: ") == 1 and kept.name in told
    assert (code, found) == check("--no-cache", "zoo")[:2]
    assert after(line, "zoo/f3.py", checked) == ["f3"]


def test_names_that_are_no_text_are_not_kept_and_nothing_is_told(checked: list[str]) -> None:
    start()
    try:
        Path(os.fsdecode(b"zoo/caf\xe9.py")).write_text(Recipe(7).text())
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    kept = check("zoo")
    assert kept == check("--no-cache", "zoo") and "cache" not in kept[2]
