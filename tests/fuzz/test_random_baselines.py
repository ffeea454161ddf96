"""Random baselines: what was written is found no more, and what is no baseline is told in one line."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from winit_lint.baseline import SCHEMA, read_baseline, unlisted, write_baseline
from winit_lint.cli.group import cli
from winit_lint.finding import Finding, Severity
from winit_lint.source.span import Span
from winit_lint.source.text import SourceText

NAME = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]) | st.just("\udcff"), min_size=1, max_size=4
)
SYMBOL = st.text(max_size=4) | st.just("\ud800")
LINES = st.lists(st.sampled_from(("", "a = 1", "  a = 1", "b(\u2028'\x1b')", "\ta = 1 ")), min_size=1, max_size=5)
CODES = st.sampled_from(("WI101", "WI501", "WI002"))


@st.composite
def found(draw: st.DrawFn) -> tuple[dict[str, SourceText], list[Finding]]:
    """Texts and findings in them, or in files without a text."""
    names = draw(st.lists(NAME.map(lambda name: f"{name}.py"), min_size=1, max_size=3, unique=True))
    texts = {name: SourceText(name, "", "\n".join(draw(LINES))) for name in names}
    findings = []
    for _ in range(draw(st.integers(0, 6))):
        path = draw(st.sampled_from((*names, "gone.py")))
        line = draw(st.integers(1, len(texts[path].lines) if path in texts else 9))
        findings.append(finding(path, line, draw(CODES), draw(SYMBOL)))
    return texts, findings


def finding(path: str, line: int, code: str, symbol: str) -> Finding:
    return Finding(code, "name", Severity.WARNING, Span(path, line, 1, line, 2), symbol, "message")


def left(
    written: Sequence[Finding], now: Sequence[Finding], before: dict[str, SourceText], after: dict[str, SourceText]
) -> list[Finding]:
    """The findings of now that a baseline of those that were written does not list."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "baseline.json")
        assert write_baseline(path, written, before) == len(written)
        return list(unlisted(now, read_baseline(path), path, after))


@given(found())
def test_what_was_written_is_found_no_more(case: tuple[dict[str, SourceText], list[Finding]]) -> None:
    texts, findings = case
    assert left(findings, findings, texts, texts) == []


@given(found(), st.integers(1, 3), st.sampled_from(("", "    ")))
def test_lines_may_move_and_be_indented(
    case: tuple[dict[str, SourceText], list[Finding]], more: int, indent: str
) -> None:
    texts, findings = case
    moved = {
        name: SourceText(name, "", "new\n" * more + "\n".join(indent + line for line in text.lines))
        for name, text in texts.items()
    }
    now = [finding(f.span.path, f.span.line + more * (f.span.path in texts), f.code, f.symbol) for f in findings]
    assert left(findings, now, texts, moved) == []


@given(found(), st.data())
def test_what_is_new_is_left(case: tuple[dict[str, SourceText], list[Finding]], data: st.DataObject) -> None:
    texts, findings = case
    known = data.draw(st.lists(st.sampled_from(findings), unique_by=id)) if findings else []
    counted = Counter(key(f, texts) for f in findings) - Counter(key(f, texts) for f in known)
    assert Counter(key(f, texts) for f in left(known, findings, texts, texts)) == counted


def key(found: Finding, texts: dict[str, SourceText]) -> tuple[str, str, str, str]:
    """What makes two findings equal for a baseline."""
    path = found.span.path
    return path, found.code, found.symbol, texts[path].lines[found.span.line - 1].strip() if path in texts else ""


def told(raw: bytes) -> str | None:
    """What a run says of a baseline; None where it takes it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "empty.py").touch()
        path = os.path.join(folder, "baseline.json")
        Path(path).write_bytes(raw)
        arguments = ["check", "--isolated", "--no-cache", "-j1", "--baseline", path, f"{folder}/empty.py"]
        run = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    if run.exit_code == 0:
        return None
    assert run.exit_code == 2 and run.stdout == "", run.output
    assert run.stderr.startswith(f"winit-lint: error: {path}:") and len(run.stderr.splitlines()) == 1, run.stderr
    return run.stderr


@given(found(), st.data())
def test_a_truncated_one_is_told(case: tuple[dict[str, SourceText], list[Finding]], data: st.DataObject) -> None:
    texts, findings = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "baseline.json")
        write_baseline(str(path), findings, texts)
        raw = path.read_bytes()
    assert told(raw[: data.draw(st.integers(0, len(raw) - 2))]) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("path", "code", "a")), inner),
    max_leaves=5,
)
ENTRIES = st.fixed_dictionaries(
    {"path": JSON, "code": st.just("WI101"), "symbol": st.just("")},
    optional={"line": st.text(max_size=2), "count": JSON},
)


@given(JSON | st.fixed_dictionaries({"schema": st.just(SCHEMA) | JSON, "findings": st.lists(ENTRIES) | JSON}))
@example({"schema": "a\nb\x1b", "findings": []})
@example({"schema": SCHEMA, "findings": [{"path": "a", "code": "", "symbol": "", "line": "", "count": 10**400}]})
def test_a_foreign_one_is_told(document: object) -> None:
    said = told(json.dumps(document).encode())
    assert said is not None or (isinstance(document, dict) and isinstance(document["findings"], list))


@given(st.binary(max_size=9) | st.text('{}[],:"1eE-.n', max_size=9).map(str.encode))
@example(b"\xef\xbb\xbf{}")
@example(b"[" * 100_000)
@example(b"1" * 10_000)
def test_any_bytes_are_told(raw: bytes) -> None:
    assert told(raw) is not None
