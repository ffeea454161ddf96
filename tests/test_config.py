"""Settings files: which one applies, what they say, and how mistakes are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fake_front_end import RULES

from winit_lint.config.files import Resolver, load
from winit_lint.config.settings import ConfigError, Settings, codes_of, enabled, excluded
from winit_lint.finding import Severity


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: str, text: str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return os.path.abspath(path)


def settings(text: str) -> Settings:
    found = load(put("winit-lint.toml", text), RULES)
    assert found is not None
    return found


def complaint(text: str, name: str = "winit-lint.toml") -> str:
    put(name, text)
    with pytest.raises(ConfigError) as error:
        load(name, RULES)
    return str(error.value)


def test_every_key(tree: Path) -> None:
    found = settings(
        """
        select = ["WI1", "parameter-never-filled"]
        extend-select = ["WI002"]
        ignore = ["WI108"]
        exclude = ["old/", "*_pb2.py"]
        fail-on = "error"
        [per-file-ignores]
        "tests/**" = ["xavier-before-relu"]
        [severity]
        WI101 = "note"
        [thresholds]
        file-bytes = 10
        elif-branches = 7
        [probe]
        targets = ["net.py::Net"]
        [probe.inputs]
        "net.py::Net" = ["4,8", "mask=4,8:bool"]
        """
    )
    codes = enabled(found, RULES, str(tree / "net.py"))
    assert {"WI101", "WI109", "WI501", "WI002"} <= codes and not {"WI108", "WI003"} & codes
    assert "WI101" not in enabled(found, RULES, str(tree / "tests/net.py"))
    assert excluded(found, str(tree / "old/a.py")) and excluded(found, str(tree / "x_pb2.py"))
    assert not excluded(found, str(tree / "new/a.py")) and not excluded(found, "/elsewhere/old/a.py")
    assert found.severity == {"WI101": Severity.NOTE} and found.fail_on is Severity.ERROR
    assert found.limits.file_bytes == 10 and found.limits.nesting.branches == 7
    assert found.limits.file_lines == Settings("").limits.file_lines
    assert found.probe_targets == ("net.py::Net",)
    assert found.probe_inputs == (("net.py::Net", ("4,8", "mask=4,8:bool")),)
    assert found.sources["select"].endswith("winit-lint.toml") and "extend" not in found.sources


@pytest.mark.parametrize(
    ("select", "ignore", "on", "off"),
    [
        (("WI",), (), {"WI101", "WI501", "WI002"}, set()),
        (("WI1",), (), {"WI101", "WI108"}, {"WI501", "WI002"}),
        (("WI1",), ("WI101",), {"WI108"}, {"WI101"}),
        (("WI101",), ("WI1",), {"WI101"}, {"WI108"}),  # the more specific wins
        (("WI101",), ("WI101",), set(), {"WI101"}),
        (("unscaled-random-parameter",), (), {"WI109", "WI001", "WI004", "WI007"}, {"WI101"}),
        (("WI",), ("WI001",), {"WI004"}, {"WI001"}),
    ],
)
def test_select_and_ignore(select: tuple[str, ...], ignore: tuple[str, ...], on: set[str], off: set[str]) -> None:
    codes = enabled(Settings("/", select=select, ignore=ignore), RULES, "/a.py")
    assert on <= codes and not off & codes


def test_names() -> None:
    assert codes_of("wi101", RULES) == codes_of("Xavier-Before-Relu", RULES) == {"WI101"}
    assert codes_of("WI10", RULES) == {"WI101", "WI108", "WI109"}
    assert codes_of("WI999", RULES) == codes_of("", RULES) == codes_of("xavier", RULES) == frozenset()


def test_the_closest_file_wins_and_nothing_merges(tree: Path) -> None:
    put("pyproject.toml", "[tool.winit-lint]\nselect = ['WI1']\n")
    put("a/pyproject.toml", "[project]\nname = 'a'\n")  # no table: does not count
    put("b/pyproject.toml", "[tool.winit-lint]\nselect = ['WI5']\n")
    put("b/winit-lint.toml", "fail-on = 'note'\n")  # wins over its neighbour
    resolver = Resolver(RULES)
    assert resolver.of_file(str(tree / "a/deep/x.py")).select == ("WI1",)
    assert resolver.of_file(str(tree / "b/x.py")).select == ("WI",)
    assert resolver.of_file(str(tree / "b/x.py")).fail_on is Severity.NOTE
    assert resolver.of_folder(str(tree / "a")) is resolver.of_folder(str(tree))


def test_one_file_for_all_or_none(tree: Path) -> None:
    put("winit-lint.toml", "select = ['WI1']\n")
    other = put("other.toml", "select = ['WI5']\n")
    assert Resolver(RULES, only=other).of_file(str(tree / "x.py")).select == ("WI5",)
    assert Resolver(RULES, isolated=True).of_file(str(tree / "x.py")).select == ("WI",)
    with pytest.raises(ConfigError, match=r"no \[tool.winit-lint\]"):
        Resolver(RULES, only=put("pyproject.toml", "")).of_folder(str(tree))


def test_extend(tree: Path) -> None:
    put("shared/base.toml", "select = ['WI1']\nfail-on = 'error'\nexclude = ['x.py']\n")
    found = settings("extend = 'shared/base.toml'\nfail-on = 'note'\n")
    assert found.select == ("WI1",) and found.fail_on is Severity.NOTE
    assert excluded(found, str(tree / "x.py"))  # patterns count from the file that extends
    assert found.sources["select"].endswith("base.toml") and not found.sources["fail-on"].endswith("base.toml")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("select = [", ":1:", "invalid TOML"),
        ("\nselect = 'WI1'\n", ":2:1:", "`select` must be a list of strings"),
        ("select = [1]\n", ":1:1:", "`select` must be a list of strings"),
        ("\n\nselct = ['WI1']\n", ":3:1:", "unknown key `selct`; did you mean `select`?"),
        ("ignore = ['xavier-befor-relu']\n", ":1:1:", "did you mean `xavier-before-relu`?"),
        ("ignore = ['WI110']\n", ":1:1:", "`WI110` is no rule; did you mean `WI1"),
        ("fail-on = 'fatal'\n", ":1:1:", "must be one of note, warning, error"),
        ("x = 1\n[severity]\nWI101 = 'loud'\n", ":1:1:", "unknown key `x`"),
        ("[severity]\n  WI101 = 'loud'\n", ":2:3:", "`severity.WI101` must be one of"),
        ("[severity]\nWI777 = 'note'\n", ":2:1:", "`WI777` is no rule"),
        ("[thresholds]\nfile-byte = 1\n", ":2:1:", "did you mean `file-bytes`?"),
        ("[thresholds]\nfile-bytes = true\n", ":2:1:", "must be a positive whole number"),
        ("[per-file-ignores]\n'a.py' = ['nope']\n", ":2:1:", "`nope` is no rule"),
        ("per-file-ignores = []\n", ":1:1:", "must be a table"),
        ("exclude = ['old/', '!']\n", ":1:1:", "`exclude`: `!` is no pattern"),
        ("[per-file-ignores]\n'[z-a]' = ['WI1']\n", ":2:1:", "`[z-a]` is no pattern"),
        ("[probe]\ntarget = []\n", ":2:1:", "did you mean `targets`?"),
        ("extend = 'absent.toml'\n", ":1:1:", "no such file"),
        ("extend = 'winit-lint.toml'\n", ":1:1:", "leads back"),
    ],
)
def test_mistakes_are_told_with_their_place(tree: Path, text: str, place: str, words: str) -> None:
    found = complaint(text)
    assert found.startswith(f"winit-lint.toml{place}") and words in found and "\n" not in found


def test_mistakes_in_pyproject(tree: Path) -> None:
    text = "[project]\nselct = 1\n\n[tool.winit-lint]\nselct = ['WI1']\n"
    assert complaint(text, "pyproject.toml").startswith("pyproject.toml:5:1: unknown key `selct`")
    assert "must be a table" in complaint("[tool]\nwinit-lint = 1\n", "pyproject.toml")
    assert load(put("pyproject.toml", "tool = 1\n"), RULES) is None


def test_files_that_are_no_text(tree: Path) -> None:
    Path("winit-lint.toml").write_bytes(b"select = ['\xff']\n")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load("winit-lint.toml", RULES)
    with pytest.raises(ConfigError, match="cannot be read"):
        load("absent.toml", RULES)
