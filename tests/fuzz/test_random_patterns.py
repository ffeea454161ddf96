"""Random patterns and trees: which files are read, held against git and pathspec."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from fake_front_end import RULES
from hypothesis import example, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from winit_lint.config.files import load
from winit_lint.config.settings import ConfigError, Settings, enabled, excluded
from winit_lint.source.discovery import discover
from winit_lint.source.patterns import BadPatternError, ignore_file, spec

PARTS = ("a", "b", "ab", "a b", "é")
PATHS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(lambda parts: "/".join(parts) + ".py")
TREES = st.lists(PATHS, min_size=1, max_size=8, unique=True)
GLOBS = st.sampled_from(("a", "b", "*", "**", "?", "a*", "[ab]", "[!a]", "ab", "*.py", "a.py", "é", "a b.py"))


@st.composite
def patterns(draw: st.DrawFn) -> str:
    parts = draw(st.lists(GLOBS, min_size=1, max_size=3))
    start, end = draw(st.sampled_from(("", "", "/", "!", "!/"))), draw(st.sampled_from(("", "", "/", "  ", "\r")))
    return start + "/".join(parts) + end


ODD = st.text("!*[]\\/ab-z^ \t\r\f#?\u2028", max_size=6)
MOSTLY = st.lists(patterns() | ODD, max_size=4)


def planted(folder: Path, files: Sequence[str], ignores: Mapping[str, Sequence[str]]) -> None:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    for name, lines in ignores.items():
        if (folder / name).is_dir():
            (folder / name / ".gitignore").write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="")


def read_files(folder: Path, settings: Settings | None = None) -> list[str]:
    found = discover([str(folder)], lambda path: settings is not None and excluded(settings, path))
    return sorted(os.path.relpath(file.absolute, folder) for file in found.files)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@example(["a/a.py"], {".": ["!*", "a"]})
@example(["a/a.py", "a/b.py"], {".": ["a/**", "!a/a.py"]})
@example(["a/ab.py"], {".": ["ab*", "!a/"]})
@given(TREES, st.dictionaries(st.sampled_from((".", "a", "a/b", "ab")), st.lists(patterns(), max_size=4), max_size=3))
def test_gitignore_is_read_as_git_reads_it(files: list[str], ignores: dict[str, list[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        planted(folder, files, ignores)
        (folder / ".git").mkdir()  # the least that git takes for a repository
        for part in ("objects", "refs"):
            (folder / ".git" / part).mkdir()
        (folder / ".git/HEAD").write_text("ref: refs/heads/main\n")
        command = ["git", "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard", "*.py"]
        run = subprocess.run(command, cwd=folder, capture_output=True, check=True)
        assert read_files(folder) == sorted(os.fsdecode(each) for each in run.stdout.split(b"\0") if each)


@given(TREES, MOSTLY)
def test_exclude_leaves_out_what_the_patterns_name(files: list[str], lines: list[str]) -> None:
    try:
        named = spec(lines)
    except BadPatternError:
        return
    with tempfile.TemporaryDirectory() as name:
        planted(Path(name).resolve(), files, {})
        found = read_files(Path(name).resolve(), Settings(str(Path(name).resolve()), exclude=tuple(lines)))
    above = {file: [file, *map(str, list(Path(file).parents)[:-1])] for file in files}
    assert found == sorted(file for file in files if not any(named.match_file(each) for each in above[file]))


@given(st.lists(st.tuples(patterns(), st.sampled_from(("WI1", "WI101", "WI501"))), max_size=4), PATHS)
def test_per_file_ignores_are_those_of_each_pattern_that_matches(pairs: list[tuple[str, str]], path: str) -> None:
    on = enabled(Settings("/p"), RULES, f"/p/{path}")
    off = {code for pattern, code in pairs if GitIgnoreSpec.from_lines([pattern]).match_file(path)}
    settings = Settings("/p", per_file_ignores=tuple((pattern, (code,)) for pattern, code in pairs))
    assert enabled(settings, RULES, f"/p/{path}") == {code for code in on if not code.startswith(tuple(off or "-"))}
    assert enabled(settings, RULES, f"/elsewhere/{path}") == on


@given(ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_a_pattern_is_taken_or_told_with_its_place(pattern: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = os.path.join(name, "winit-lint.toml")
        written = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in pattern)
        Path(path).write_text(f'exclude = [\n  "{written}"]\n', encoding="utf-8")
        try:
            found = load(path, RULES)
        except ConfigError as error:
            assert str(error).startswith(f"{path}:1:1: `exclude`: ")
            with pytest.raises(BadPatternError):
                spec([pattern])
        else:
            assert found is not None and found.exclude == (pattern,)
            excluded(found, os.path.join(name, "a.py"))


@given(st.lists(patterns(), max_size=3), st.sampled_from(("!", "[z-a]", "!/", "\\")), PATHS)
def test_a_bad_line_of_gitignore_costs_no_other(lines: list[str], bad: str, path: str) -> None:
    text = "\n".join(lines)
    assert ignore_file(f"{bad}\n{text}").ignores(path, False) == ignore_file(f"\ufeff{text}").ignores(path, False)
