"""Random names, messages and source lines: each format keeps them in their place, and gives back what went in."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from probed_by_hand import FINDING, account
from report_readers import Reader, sarif_validator

from winit_lint.finding import Edit, Finding, Fix, Related, Severity, SignalEffect
from winit_lint.reports.context import Context
from winit_lint.reports.formats import FORMATS
from winit_lint.reports.html import page
from winit_lint.reports.printable import plain, printable
from winit_lint.source.span import Span
from winit_lint.source.text import SourceText

PIECES = st.sampled_from(
    (
        "\x1b[31m", "[red]", "[/]", "::error::", "%0A", "%", "]]>", "<b>", "</script>", "&lt;", '"', "'", "`", "\r",
        "\n", "\r\n", "\u2028", "\x85", "\u202e", "\0", "\t", ",", ":", "\\", "\\n", "{{", "{%", "a",
        "e\u0301", "\u0430", "\udcff", ":warning:", "{task.id}",
    )
)  # fmt: skip
# a name may hold any lone surrogate: setattr(self, "\\ud800", ...)
TEXT = st.lists(PIECES | st.just("\ud800") | st.text(max_size=2), max_size=5).map("".join)
BYTES = st.characters(exclude_categories=["Cs"]) | st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)
PATHS = st.lists(PIECES.filter(lambda piece: piece != "\0") | st.text(BYTES, max_size=2), min_size=1).map("".join)
PATHS = PATHS.map(lambda name: name.replace("\0", "").lstrip("/") + ".py")


SAFETY = st.sampled_from(("safe", "unsafe", "display"))


@st.composite
def spans(draw: st.DrawFn, path: str) -> Span:
    line, column = draw(st.integers(1, 4)), draw(st.integers(1, 200))
    end = draw(st.integers(line, 4))
    return Span(path, line, column, end, draw(st.integers(column if end == line else 1, 200)))


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    path = draw(PATHS)
    related = draw(st.lists(st.builds(Related, spans(path) | spans("other.py"), TEXT), max_size=2))
    edits = draw(st.lists(st.builds(Edit, spans(path), TEXT), max_size=2))
    return Finding(
        "WI101", "xavier-before-relu", draw(st.sampled_from(Severity)), draw(spans(path)), draw(TEXT), draw(TEXT),
        draw(st.none() | TEXT), draw(st.none() | st.builds(SignalEffect, st.floats(), st.none() | st.floats())),
        tuple(related), draw(st.none() | st.builds(Fix, TEXT, SAFETY, st.just(tuple(edits)))),
    )  # fmt: skip


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[Finding], Context]:
    """Findings, with the texts of some of their files."""
    found = draw(st.lists(findings(), max_size=2))
    lines = draw(st.lists(TEXT.map(lambda line: line.replace("\n", "") + "x" * 90), min_size=1, max_size=4))
    named = {finding.span.path for finding in found} if draw(st.booleans()) else set()
    texts = {path: SourceText(path, "", "\n".join(lines)) for path in sorted(named)}
    return found, Context(len(found), texts, statistics=draw(st.booleans()))


@given(runs(), st.sampled_from(("full", "concise")))
def test_what_people_read_steers_no_terminal(run: tuple[list[Finding], Context], name: str) -> None:
    found, context = run
    report = FORMATS[name](found, context)
    assert report == "".join(f"{printable(line)}\n" for line in report.split("\n")[:-1])
    heads = [
        line for line in report.split("\n") if re.search(r" (note|warning|error) WI101 xavier-before-relu: ", line)
    ]
    expected = [f"{plain(f.span.path)}:{f.span.line}:{f.span.column}: {f.severity.value} WI101 " for f in found]
    told = [f"xavier-before-relu: {plain(f.message)}" for f in found]
    for finding, start, end in zip(found, expected, told, strict=True):
        when = f" (when {plain(finding.when)})" if finding.when is not None and name == "concise" else ""
        assert f"{start}{end}{when}" in heads
    if name == "concise":
        assert report.count("\n") == len(found) + 1 + (context.statistics and bool(found))


@given(runs())
def test_the_check_document_gives_back_what_went_in(run: tuple[list[Finding], Context]) -> None:
    found, context = run
    report = FORMATS["json"](found, context)
    assert report.isascii()
    read = json.loads(report, parse_constant=pytest.fail)["findings"]
    for given_, got in zip(found, read, strict=True):
        assert [got[key] for key in ("path", "symbol", "message", "when")] == [
            given_.span.path, given_.symbol, given_.message, given_.when
        ]  # fmt: skip
        assert place(got) == given_.span
        assert [(each["path"], each["message"]) for each in got["related"]] == [
            (each.span.path, each.message) for each in given_.related
        ]
        if given_.fix is not None:
            assert (got["fix"]["title"], got["fix"]["safety"]) == (given_.fix.title, given_.fix.safety)
            assert tuple(Edit(place(edit), edit["text"]) for edit in got["fix"]["edits"]) == given_.fix.edits


def place(got: dict[str, Any]) -> Span:
    return Span(*(got[key] for key in ("path", "line", "column", "end_line", "end_column")))


@given(runs())
def test_the_runner_reads_one_command_a_finding(run: tuple[list[Finding], Context]) -> None:
    found, context = run
    report = FORMATS["github"](found, context)
    lines = re.split(r"\r\n|\r|\n", report)
    assert lines.pop() == "" and len(lines) == len(found)
    for finding, line in zip(found, lines, strict=True):
        command, message = re.fullmatch(r"::(?:notice|warning|error) (.*?)::(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
        properties = dict(each.split("=", 1) for each in command.split(","))
        assert unquote_to_bytes(properties.pop("file")) == finding.span.path.encode("utf-8", "surrogateescape")
        assert set(properties) <= {"line", "col", "endLine", "endColumn", "title"}
        text = finding.message + (f" (when {finding.when})" if finding.when is not None else "")
        shown = [part if part in "\r\n" else plain(part) for part in re.split(r"([\r\n])", text) if part]
        assert unquote(message) == "".join(shown)


@given(runs())
def test_sarif_gives_back_what_went_in(run: tuple[list[Finding], Context]) -> None:
    found, context = run
    report = FORMATS["sarif"](found, context)
    assert report.isascii()
    log = json.loads(report, parse_constant=pytest.fail)
    assert [error.message for error in sarif_validator().iter_errors(log)] == []
    prints = set()
    for finding, result in zip(found, log["runs"][0]["results"], strict=True):
        text = finding.message + (f" (when {finding.when})" if finding.when is not None else "")
        assert result["message"]["text"] == text
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote_to_bytes(uri).decode("utf-8", "surrogateescape") == finding.span.path
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        assert location["logicalLocations"][0]["fullyQualifiedName"] == finding.symbol
        prints.add(result["partialFingerprints"]["winitLint/v1"])
    assert len(prints) == len(found)


@given(TEXT, TEXT, TEXT)
def test_the_page_of_a_probe_shows_text(target: str, message: str, line: str) -> None:
    finding = dataclasses.replace(FINDING, message=message, symbol=target, when=message)
    made = account(None, finding, target=target)
    text = SourceText("net.py", "", f"\n\n{line}\n")
    html = page([dataclasses.replace(made, texts={"net.py": text}, about=(("input", message),))])
    html.encode()
    usual = page([account(None, dataclasses.replace(FINDING, when="x"), target="x")])
    assert printable(html.replace("\n", "")) == html.replace("\n", "")
    assert shape(html) == shape(usual)
    read = Reader(html)
    assert read.text.count(plain(message)) >= 3 and plain(target) in read.text


def shape(html: str) -> set[tuple[str, ...]]:
    """The elements with the names of their attributes."""
    return {(tag, *attributes) for tag, attributes in Reader(html).elements if tag != "wbr"}
