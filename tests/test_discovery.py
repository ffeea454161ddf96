"""Which files a run reads, and how a file becomes text."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from winit_lint.source.discovery import (
    Candidate,
    ProjectLoader,
    discover,
    in_whole_packages,
    may_fill,
    package_root,
    relevant,
)
from winit_lint.source.nesting import Limits, too_deep
from winit_lint.source.text import SizeLimits, SourceError, SourceText, decode, read


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: str, text: str = "") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def files(*paths: str, excluded: tuple[str, ...] = (), **options: bool) -> list[str]:
    found = discover(paths, lambda path: os.path.basename(path) in excluded, **options)
    return [file.path for file in found.files]


def test_folders_are_walked_in_order_and_only_python_is_taken(tree: Path) -> None:
    for name in ("b.py", "a.py", "sub/c.py", "sub/d.txt", "sub/e.pyc", ".venv/f.py", "__pycache__/g.py"):
        put(name)
    assert files(".") == ["a.py", "b.py", "sub/c.py"]


def test_gitignore_with_nesting_negation_and_folders(tree: Path) -> None:
    (tree / ".git/info").mkdir(parents=True)
    put(".git/info/exclude", "secret.py\n")
    put(".gitignore", "build/\n*_gen.py\n/top.py\n")
    put("sub/.gitignore", "!keep_gen.py\nlocal.py\n")
    for name in ("top.py", "secret.py", "build/x.py", "a_gen.py", "sub/keep_gen.py", "sub/b_gen.py", "sub/local.py"):
        put(name)
    put("sub/top.py")
    put("local.py")
    assert files(".") == ["local.py", "sub/keep_gen.py", "sub/top.py"]
    assert files("sub") == ["sub/keep_gen.py", "sub/top.py"]  # the patterns of the folders above count


def test_gitignore_line_by_line_as_git_reads_it(tree: Path) -> None:
    put(".gitignore", "\ufeffa.py\n!\n[z-a]\nb.py\r\nc.py  \nd\fe.py\nbuild/**\n!build/keep.py\n!*\nold\n")
    for name in ("a.py", "b.py", "c.py", "d.py", "e.py", "build/keep.py", "old/f.py"):
        put(name)
    assert files(".") == ["a.py", "b.py", "c.py", "d.py", "e.py", "build/keep.py"], "`!*` takes all of it back"
    put(".gitignore", "\ufeffa.py\n!\n[z-a]\nb.py\r\nc.py  \nd\fe.py\nbuild/**\n!build/keep.py\n")
    assert files(".") == ["d.py", "e.py", "build/keep.py", "old/f.py"]


def test_an_ignored_folder_that_is_named_is_walked(tree: Path) -> None:
    (tree / ".git").mkdir()
    put(".gitignore", "build/\n")
    put("build/x.py")
    assert files(".") == []
    assert files("build") == ["build/x.py"]


def test_named_files_are_taken_whatever_excludes_them(tree: Path) -> None:
    put("a.py")
    put("script")
    assert files(".", excluded=("a.py",)) == []
    assert files("a.py", "script", excluded=("a.py",)) == ["a.py", "script"]
    assert files("a.py", excluded=("a.py",), force_exclude=True) == []


def test_each_inode_once_and_links_to_folders_are_not_followed(tree: Path) -> None:
    put("sub/a.py")
    os.link("sub/a.py", "hard.py")
    os.symlink("sub/a.py", "soft.py")
    os.symlink("..", "sub/up")
    os.symlink("sub", "other")
    os.symlink("self", "self")
    assert files(".", "sub", "sub/a.py") == ["hard.py"]
    assert files("other") == ["other/a.py"]  # a link that is named is walked


def test_dangling_links_and_missing_paths(tree: Path) -> None:
    os.symlink("nowhere.py", "a.py")
    os.symlink("loop.py", "loop.py")
    walked = discover(["."], lambda path: False)
    assert walked.files == [] and len(walked.notices) == 2 and walked.faults == []
    named = discover(["a.py", "loop.py", "absent.py"], lambda path: False)
    assert [(fault.code, explicit) for fault, explicit in named.faults] == [("WI004", True), ("WI004", True)]
    assert named.missing == ["absent.py"]


def test_what_is_no_regular_file_is_skipped_with_a_notice(tree: Path) -> None:
    os.mkfifo("pipe.py")
    os.symlink("/dev/zero", "zero.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
    found = discover([".", "pipe.py"], lambda path: False)
    assert found.files == [] and len(found.notices) == 4
    for name in ("pipe.py", "zero.py", "socket.py"):  # also when it takes a file's place after the walk
        with pytest.raises(SourceError) as error:
            read(name)
        assert error.value.code is None


def test_a_folder_that_cannot_be_listed_costs_itself(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("closed/a.py")
    put("open/b.py")
    scandir = os.scandir

    def guarded(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = discover(["."], lambda path: False)
    assert [file.path for file in found.files] == ["open/b.py"]
    assert [(fault.path, fault.code, explicit) for fault, explicit in found.faults] == [("closed", "WI004", False)]


def test_a_file_that_vanished(tree: Path) -> None:
    with pytest.raises(SourceError) as error:
        read("gone.py")
    assert error.value.code == "WI004" and "vanished" in error.value.message


def test_names_that_are_not_utf8(tree: Path) -> None:
    name = os.fsdecode(b"caf\xe9\n.py")
    put(name, "import torch\n")
    assert files(".") == [name]
    assert read(name).text == "import torch\n"


@pytest.mark.parametrize(
    "raw",
    [
        "import torch\n".encode("utf-16"),
        b"\x7fELF\x02\x01\x01\0\0\0",
        b"# coding: klingon\nx = 1\n",
        b"\xef\xbb\xbf# coding: latin-1\nx = 1\n",
        b"# coding: rot13\nk = 1\n",
        b"x = '\xff'\n",
        b"x = '\xed\xa0\x80'\n",
        b"# coding: utf-7\nx = '+2AA-'\n",
        b"# coding: undefined\n",
    ],
)
def test_bytes_that_are_no_text(raw: bytes) -> None:
    with pytest.raises(SourceError) as error:
        decode(raw, "x.py", "/x.py")
    assert error.value.code == "WI001"
    assert error.value.message.isprintable()


def test_encodings_and_byte_order_mark() -> None:
    marked = decode(b"\xef\xbb\xbfx = 1\n", "x.py", "/x.py")
    assert (marked.text, marked.has_bom, marked.encoding) == ("x = 1\n", True, "utf-8")
    latin = decode(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "x.py", "/x.py")
    assert latin.lines[1] == "x = 'é'" and latin.encoding == "iso-8859-1"
    cp1252 = decode(b"# vim: set fileencoding=cp1252 :\nx = '\x80'\n", "x.py", "/x.py")
    assert cp1252.lines[1] == "x = '€'"
    assert decode(b"", "x.py", "/x.py").lines == ("",)


def test_lines_are_those_of_cpython() -> None:
    text = decode("a\r\nb\rc\x0cd\x0be\u2028f\x85g\nh".encode(), "x.py", "/x.py")
    assert text.lines == ("a", "b", "c\x0cd\x0be\u2028f\x85g", "h")


def test_size_limits() -> None:
    small = SizeLimits(file_bytes=10, file_lines=3)
    for raw in (b"x" * 11, b"x\n" * 5):
        with pytest.raises(SourceError) as error:
            decode(raw, "x.py", "/x.py", small)
        assert error.value.code == "WI005"
    assert len(decode(b"x = '" + b"a" * 1_000_000 + b"'\n", "x.py", "/x.py").lines[0]) == 1_000_006


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("(" * 3000 + ")" * 3000, True),
        ("f(" * 1200 + ")" * 1200, True),
        ("f'{" + "(" * 300 + "1" + ")" * 300 + "}'", True),
        ("[\n" * 300 + "]\n" * 300, True),
        ("x = " + " + ".join("a" * 10000), True),
        ("x = " + "not " * 7000 + "a", True),
        ("x = " + "not " * 400 + "a", True),
        ("x = " + "not " * 100 + "a", False),
        ("x = " + "'a' " * 7000, True),
        ("x = f" + "(a)" * 7000, True),
        ("if a:\n  x\n" + "elif b:\n  y\n" * 10000, True),
        ("x = " + " + ".join("a" * 1000), False),
        ("x = a" + ".b" * 1000, False),
        ("if a:\n  x\n" + "elif b:\n  y\n" * 1000, False),
        ("if a:\n  x\n" + "elif b:\n  y\n" * 2 + "\n" + "if a:\n  x\nelif b:\n  y\n" * 4000, False),
        ("x = '" + "(" * 3000 + "'  # " + "[" * 3000, False),
        ("x = [" + "1 + 2, " * 20000 + "]", False),
        ("x = {" + "'a': (1, 2),\n" * 20000 + "}", False),
        ("f(a)\n" * 20000, False),
        ('"""' + "((((\n" * 1000 + '"""', False),
    ],
)
def test_depth_is_measured_without_parsing(text: str, deep: bool) -> None:
    assert (too_deep(text, Limits()) is not None) is deep


def test_the_line_of_the_excess() -> None:
    found = too_deep("x = 1\n\ny = " + "(" * 300, Limits())
    assert found is not None and found[0] == 3


def source(path: str, text: str) -> SourceText:
    return decode(text.encode(), path, f"/{path}")


def test_the_marker_and_what_derives_from_marked_files() -> None:
    texts = [
        source("base.py", "import torch.nn as nn\nclass Base(nn.Module): ...\n"),
        source("middle.py", "from base import Base\nclass Middle(Base): ...\n"),
        source("leaf.py", "import middle\nclass Leaf(Mixin, middle.Middle): ...\n"),
        source("other.py", "class Other(Exception): ...\n"),
        source("plain.py", "x = 1\n"),
    ]
    assert {text.path for text in relevant(texts)} == {"base.py", "middle.py", "leaf.py"}


def test_package_roots_and_loading(tree: Path) -> None:
    for name in ("repo/pkg/__init__.py", "repo/pkg/sub/__init__.py", "repo/pkg/sub/a.py", "repo/pkg/b.py", "c.py"):
        put(name)
    assert package_root(os.path.abspath("repo/pkg/sub/a.py")) == str(tree / "repo/pkg")
    assert package_root(os.path.abspath("c.py")) == str(tree)
    part = discover(["repo/pkg/sub", "c.py"], lambda path: False)
    assert in_whole_packages(part.files, ["repo/pkg/sub", "c.py"]) == {"c.py"}
    whole = discover(["repo"], lambda path: False)
    assert len(in_whole_packages(whole.files, ["repo"])) == 4
    loader = ProjectLoader(part.files, SizeLimits())
    found = loader(os.path.abspath("repo/pkg/b.py"))
    assert found is not None and found.path == "repo/pkg/b.py"
    assert loader(os.path.abspath("absent.py")) is None


def test_installed_packages_are_not_the_project(tree: Path) -> None:
    put("env/site-packages/vision/__init__.py")
    put("env/site-packages/vision/net.py")
    put("env/site-packages/torch/__init__.py")
    named = [Candidate("net.py", os.path.abspath("env/site-packages/vision/net.py"), True)]
    loader = ProjectLoader(named, SizeLimits())
    assert loader(os.path.abspath("env/site-packages/vision/__init__.py")) is not None
    assert loader(os.path.abspath("env/site-packages/torch/__init__.py")) is None


@pytest.mark.parametrize(
    ("line", "fills"),
    [
        ("net._init_weights()", True),
        ("gate.w.data.fill_(1.0)", True),
        ("net.apply(start)", True),
        ("net.head.weight = table", True),
        ("tokens = text.split()", False),
        ("def __init__(self): pass", False),
    ],
)
def test_a_file_without_torch_may_fill_a_model_of_another(line: str, fills: bool) -> None:
    assert may_fill(line) is fills
