"""Fixes: the bytes that they leave alone, the files that they leave alone, and what survives a failure."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from winit_lint import fixer
from winit_lint.finding import Edit, Finding, Fix, Severity
from winit_lint.source.span import Span
from winit_lint.source.text import SourceText, read


def finding(path: str, line: int, column: int, length: int, new: str, safety: str = "safe") -> Finding:
    span = Span(path, line, column, line, column + length)
    return Finding(
        "WI801", "deprecated-init-name", Severity.WARNING, span, "f", "m", fix=Fix("t", safety, (Edit(span, new),))
    )


def rename(pattern: str, new: str) -> fixer.Lint:
    """A linter that wants each match of ``pattern`` to be ``new``."""

    def lint(texts: Mapping[str, SourceText]) -> Sequence[Finding]:
        return [
            finding(path, number, match.start() + 1, len(match[0]), match.expand(new))
            for path, text in texts.items()
            for number, line in enumerate(text.lines, 1)
            for match in re.finditer(pattern, line)
        ]

    return lint


def fixed(path: Path, lint: fixer.Lint) -> fixer.Plan:
    text = read(str(path))
    plan = fixer.plan({text.path: text}, lint({text.path: text}), lint)
    for change in plan.changes:
        fixer.write(change, str(path.parent))
    return plan


@pytest.mark.parametrize(
    "raw",
    [
        b"a = old()\nb = old()\n",
        b"a = old()\r\nb = 1\rc = old()\n# mixed",
        b"a = old()\rb = old()\r",
        b"\xef\xbb\xbfa = old()\n",
        b"# coding: latin-1\ns = '\xe9'; a = old()\n",
        b"# coding: cp1252\r\ns = '\x80'; a = old()",
        "s = '\u4e2d'; a = old()\x0c\ns = '\u2028'; a = old()\n".encode(),
        b"# coding: shift_jis\ns = '\x93\xfa'; a = old()\n",
    ],
)
def test_every_other_byte_is_kept(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(raw)
    path.chmod(0o755)
    plan = fixed(path, rename(r"\bold\b", "new_name"))
    assert path.read_bytes() == raw.replace(b"old", b"new_name")
    assert path.stat().st_mode & 0o7777 == 0o755
    assert [len(change.fixed) for change in plan.changes] == [raw.count(b"old")]
    assert os.listdir(tmp_path) == ["m.py"]


def test_a_fix_of_several_lines_takes_the_line_ends_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old()\r\n")
    fixed(path, rename("^old", "a\nb"))
    assert path.read_bytes() == b"a\r\nb()\r\n"


def test_only_safe_fixes_are_applied() -> None:
    text = SourceText("m.py", "", "old()\n")
    found = [finding("m.py", 1, 1, 3, "new", safety) for safety in ("unsafe", "display")]
    assert fixer.plan({"m.py": text}, found, lambda _: []).changes == ()
    (change,) = fixer.plan({"m.py": text}, found, lambda _: [], unsafe=True).changes
    assert change.after.text == "new()\n"
    assert [f.fix.safety for f in change.fixed if f.fix is not None] == ["unsafe"]


def test_a_fix_that_two_findings_share_is_applied_once_and_counts_for_both() -> None:
    text = SourceText("m.py", "", "old()\n")
    twice = [finding("m.py", 1, 1, 3, "new"), finding("m.py", 1, 1, 3, "new")]
    (change,) = fixer.plan({"m.py": text}, twice, lambda _: []).changes
    assert change.after.text == "new()\n"
    assert len(change.fixed) == 2


def test_of_overlapping_fixes_the_first_wins_and_the_next_round_sees_the_rest() -> None:
    text = SourceText("m.py", "", "abc()\n")
    seen: list[str] = []

    def lint(texts: Mapping[str, SourceText]) -> Sequence[Finding]:
        seen.append(texts["m.py"].text)
        return [finding("m.py", 1, 2, 1, "Y")] if texts["m.py"].text == "Xc()\n" else []

    plan = fixer.plan({"m.py": text}, [finding("m.py", 1, 1, 2, "X"), finding("m.py", 1, 2, 2, "Z")], lint)
    assert seen == ["Xc()\n", "XY()\n"]
    assert plan.changes[0].after.raw == b"XY()\n"
    assert len(plan.changes[0].fixed) == 2


def test_two_insertions_at_one_place_are_not_applied_together() -> None:
    text = SourceText("m.py", "", "a\n")
    plan = fixer.plan({"m.py": text}, [finding("m.py", 1, 1, 0, "x"), finding("m.py", 1, 1, 0, "y")], lambda _: [])
    assert plan.changes[0].after.text == "xa\n"


def test_fixes_that_undo_each_other_leave_the_file_alone() -> None:
    text = SourceText("m.py", "", "on()\n")
    other = SourceText("n.py", "", "old()\n")

    def lint(texts: Mapping[str, SourceText]) -> Sequence[Finding]:
        current = {"m.py": text, "n.py": other} | dict(texts)
        swap = "off" if current["m.py"].text.startswith("on") else "on"
        toggles = [finding("m.py", 1, 1, len(current["m.py"].text) - 3, swap)]
        return toggles + list(rename("old", "new")({"n.py": current["n.py"]}))

    plan = fixer.plan({"m.py": text, "n.py": other}, lint({}), lint)
    assert [change.before.path for change in plan.changes] == ["n.py"]
    assert plan.refused == (("m.py", "its fixes do not settle in 10 rounds"),)


@pytest.mark.parametrize(
    ("raw", "new", "reason"),
    [
        (b"old()\n", "(", "unparsable"),
        (b"# coding: latin-1\nold()\n", "\u4e2d", "latin-1 has no"),
        (b"def (\nold()\n", "new", "this Python cannot parse it"),
    ],
)
def test_a_fix_that_cannot_be_right_is_refused(tmp_path: Path, raw: bytes, new: str, reason: str) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(raw)
    plan = fixed(path, rename("old", new))
    assert path.read_bytes() == raw
    assert plan.changes == ()
    assert reason in plan.refused[0][1].replace("iso-8859-1", "latin-1")


def test_a_place_that_the_text_does_not_have_is_refused() -> None:
    text = SourceText("m.py", "", "a\n")
    for line, column in ((9, 1), (1, 9)):
        plan = fixer.plan({"m.py": text}, [finding("m.py", line, column, 1, "b")], lambda _: [])
        assert plan.changes == ()
        assert "which it does not have" in plan.refused[0][1]


def change(path: Path, after: bytes = b"new()\n") -> fixer.Change:
    before = read(str(path))
    return fixer.Change(before, SourceText(before.path, before.absolute, after), ())


def test_a_link_inside_the_project_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_bytes(b"old()\n")
    link = tmp_path / "link.py"
    link.symlink_to("real.py")
    fixer.write(change(link), str(tmp_path))
    assert link.is_symlink()
    assert (tmp_path / "real.py").read_bytes() == b"new()\n"


def test_what_must_not_be_written_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    outside = tmp_path / "outside.py"
    outside.write_bytes(b"old()\n")
    link = project / "link.py"
    link.symlink_to(outside)
    with pytest.raises(fixer.FixError, match="outside"):
        fixer.write(change(link), str(project))
    hard = project / "hard.py"
    hard.write_bytes(b"old()\n")
    os.link(hard, project / "twin.py")
    with pytest.raises(fixer.FixError, match="hard links"):
        fixer.write(change(hard), str(project))
    assert outside.read_bytes() == hard.read_bytes() == b"old()\n"
    assert sorted(os.listdir(project)) == ["hard.py", "link.py", "twin.py"]


def test_a_file_that_has_changed_since_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old()\n")
    planned = change(path)
    path.write_bytes(b"mine()\n")
    with pytest.raises(fixer.FixError, match="changed since"):
        fixer.write(planned, str(tmp_path))
    assert path.read_bytes() == b"mine()\n"
    assert os.listdir(tmp_path) == ["m.py"]


def test_an_interruption_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old()\n")
    planned = change(path)

    def full(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyboardInterrupt):
        fixer.write(planned, str(tmp_path))
    assert path.read_bytes() == b"old()\n"
    assert os.listdir(tmp_path) == ["m.py"]


def test_what_a_killed_run_left_is_swept_away_once_it_is_old(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old()\n")
    stray, young = tmp_path / ".winit-lint-a.tmp", tmp_path / ".winit-lint-b.tmp"
    for file in (stray, young):
        file.write_bytes(b"")
    os.utime(stray, (0, 0))
    fixer.write(change(path), str(tmp_path))
    assert not stray.exists()
    assert young.exists()


def test_the_diff(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"a\nold()")
    assert fixer.diff(change(path, b"a\nnew()")).splitlines()[2:] == [
        "@@ -1,2 +1,2 @@",
        " a",
        "-old()",
        "\\ No newline at end of file",
        "+new()",
        "\\ No newline at end of file",
    ]


IDLE = "import torch\n\nx = torch.zeros(1)  # winit: ignore[constant-weight] long gone\n"


def winit_lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "winit_lint", "check", "--isolated", *arguments]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, input="", check=False)


def test_the_command_shows_fixes_and_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(IDLE)
    shown = winit_lint(tmp_path, "--diff", "m.py")
    assert shown.returncode == 1
    assert "\n+x = torch.zeros(1)\n" in shown.stdout
    assert path.read_text() == IDLE
    fixed = winit_lint(tmp_path, "--fix", "m.py")
    assert fixed.returncode == 0
    assert fixed.stdout == "0 errors, 0 warnings, 0 notes in 1 file checked\n"
    assert "1 fix applied in 1 file" in fixed.stderr
    assert path.read_text() == IDLE.replace("  # winit: ignore[constant-weight] long gone", "")
    again = winit_lint(tmp_path, "--diff", "m.py")
    assert (again.returncode, again.stdout) == (0, "")


def test_the_command_says_what_it_left_alone(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside.py").write_text(IDLE)
    (project / "m.py").symlink_to(tmp_path / "outside.py")
    run = winit_lint(project, "--fix", "m.py")
    assert run.returncode == 1
    assert "m.py: not fixed: it lies outside" in run.stderr
    assert "WI002" in run.stdout
    assert (tmp_path / "outside.py").read_text() == IDLE


@pytest.mark.parametrize("arguments", [("--write-baseline", "b.json", "m.py"), ("-",)])
def test_fixing_refuses_what_it_cannot_go_with(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "m.py").write_text(IDLE)
    run = winit_lint(tmp_path, "--fix", *arguments)
    assert run.returncode == 2
    assert run.stderr.startswith("winit-lint: error: --fix goes neither")
    assert (tmp_path / "m.py").read_text() == IDLE


def test_the_command_counts_unsafe_fixes_in_when_asked(tmp_path: Path) -> None:
    source = (Path(__file__).parent / "rules" / "xavier_before_relu" / "bad.py").read_text()
    path = tmp_path / "m.py"
    path.write_text(source)
    select = ("--select", "WI101", "m.py")
    assert "3 fixable with --fix --unsafe-fixes" in winit_lint(tmp_path, *select).stderr
    assert "0 fixes applied in 0 files" in winit_lint(tmp_path, "--fix", *select).stderr
    assert path.read_text() == source
    shown = winit_lint(tmp_path, "--diff", "--unsafe-fixes", *select)
    assert shown.returncode == 1
    assert shown.stdout.count("\n+") == 4
    fixed = winit_lint(tmp_path, "--fix", "--unsafe-fixes", "--show-fixes", "--exit-non-zero-on-fix", *select)
    assert fixed.returncode == 1
    assert fixed.stderr == ("winit-lint: 3 fixes applied in 1 file\n  m.py:\n    3 x WI101 (xavier-before-relu)\n")
    assert fixed.stdout.endswith("0 errors, 2 warnings, 2 notes in 1 file checked\n")  # whose fixes are only shown
    again = ("--fix", "--exit-non-zero-on-fix", "--fail-on", "error")
    assert winit_lint(tmp_path, *again, *select).returncode == 0


def test_fix_only_says_nothing_of_what_is_left(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(IDLE + "print(\n")
    run = winit_lint(tmp_path, "--fix-only", "m.py")
    assert (run.returncode, run.stdout) == (0, "")
    path.write_text(IDLE)
    assert winit_lint(tmp_path, "--fix-only", "m.py").returncode == 0
    assert path.read_text() == "import torch\n\nx = torch.zeros(1)\n"


def test_with_diff_nothing_is_written_whatever_else_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(IDLE)
    run = winit_lint(tmp_path, "--fix", "--diff", "m.py")
    assert run.returncode == 1
    assert run.stdout.startswith("--- a/m.py\n")
    assert path.read_text() == IDLE


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# winit: ignore[constant-weight, WI101] why", ""),
        ("# noqa: WI401, F401", "# noqa: F401"),
        ("# noqa: F401, WI401", "# noqa: F401"),
        ("# noqa: F401,WI401,WI101  # more", "# noqa: F401  # more"),
    ],
)
def test_one_name_of_several_is_removed(tmp_path: Path, comment: str, left: str) -> None:
    path = tmp_path / "m.py"
    path.write_text(f"import torch\n\nx = torch.zeros(1)  {comment}\n")
    run = winit_lint(tmp_path, "--fix", "m.py")
    assert run.returncode == 0, run.stdout
    assert path.read_text() == f"import torch\n\nx = torch.zeros(1)  {left}".rstrip() + "\n"
