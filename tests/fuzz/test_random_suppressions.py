"""Random comments: what they suppress is what they name, and removing an unused one touches nothing else."""

from __future__ import annotations

import ast
import io
import tokenize

from fake_front_end import RULES
from hypothesis import given
from hypothesis import strategies as st

from winit_lint.config.settings import codes_of
from winit_lint.finding import Edit, Finding, Severity
from winit_lint.silence import Silencer
from winit_lint.source.span import Span
from winit_lint.source.suppression import suppressions
from winit_lint.source.text import SourceText, decode

CODES = tuple(sorted(rule.code for rule in RULES if not rule.code.startswith("WI0")))
NAMES = (*CODES, *(rule.name for rule in RULES if rule.code in CODES), "WI1", "WI10", "WI5")
PIECES = (
    *NAMES, "#", "# winit: ignore[", "# winit: file-ignore[", "#winit:", "ignore", "]", "[", ",", "# noqa: ", "# noqa",
    "noqa:", ":", " ", "\t", "\n", "\r\n", "\f", "\\\n", "'", '"', '"""', "f'", "(", ")", "{", "}", "@f", "def f():",
    "    ", "a = 1", "E501", "# type: ignore", "\u2028", "\u0130\u0131", "\x1b",
)  # fmt: skip
ANY_TEXT = st.lists(st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=3)).map(
    "".join
)


def source(text: str) -> SourceText:
    return decode(text.replace("\0", "").encode(), "m.py", "/m.py")


def finding(line: int, code: str) -> Finding:
    return Finding(code, "name", Severity.WARNING, Span("m.py", line, 1, line, 2), "Net.w", "message")


def without(text: SourceText, edit: Edit) -> str:
    lines, span = list(text.lines), edit.span
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines) + 1)]
    begin, end = starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
    return text.text[:begin] + edit.text + text.text[end:]


@given(ANY_TEXT)
def test_any_text_is_read(text: str) -> None:
    read = source(text)
    found = suppressions(read)
    for entry in found.entries:
        line = read.lines[entry.span.line - 1]
        assert line[entry.span.column - 1 : entry.span.end_column - 1] == entry.name
        assert line[entry.comment.column - 1] == "#" and len(line) + 1 == entry.comment.end_column
        assert 1 <= entry.first <= entry.last <= len(read.lines)
    silencer = Silencer({"m.py": read}, RULES)
    assert not list(silencer.heard(()))
    for complaint in silencer.complaints({"m.py": frozenset(CODES)}):
        assert 1 <= complaint.span.line <= len(read.lines)


@given(ANY_TEXT)
def test_comments_are_those_of_python(text: str) -> None:
    read = source(text)
    try:
        ast.parse(read.text)
        tokens = list(tokenize.generate_tokens(io.StringIO(read.text).readline))
    except (SyntaxError, ValueError, RecursionError):
        return
    spelled = {token.start for token in tokens if token.type == tokenize.COMMENT}
    found = suppressions(read)
    for comment in (*(entry.comment for entry in found.entries), *(wrong.span for wrong in found.malformed)):
        assert (comment.line, comment.column - 1) in spelled


MARKS = st.sampled_from(("# winit: ignore[{}]", "#WINIT :ignore [ {} ] why", "# winit: ignore[{},]  # type: ignore"))
SHARED = st.sampled_from(("# noqa: {}", "#NOQA:E501,{}", "# type: ignore # noqa : {} because"))
STATEMENTS = st.sampled_from(("a = 1", "b = '# winit: ignore[WI101]'", "f(1, 2)", "if a: pass", "c = '''#'''"))


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, frozenset[str]]:
    """A line, and the codes that its comments suppress."""
    text, codes = draw(STATEMENTS), frozenset[str]()
    for _ in range(draw(st.integers(0, 2))):
        shared = draw(st.booleans()) and "noqa" not in text.lower()
        names = draw(st.lists(st.sampled_from(CODES if shared else NAMES), min_size=1, max_size=3))
        text += "  " + draw(SHARED if shared else MARKS).format(", ".join(names))
        codes = codes.union(*(codes_of(name, RULES) for name in names))
        if "because" in text or "why" in text:
            break
    return text, codes


@given(st.lists(marked(), min_size=1, max_size=6), st.none() | st.sampled_from(NAMES))
def test_only_the_named_line_and_codes_are_suppressed(
    lines: list[tuple[str, frozenset[str]]], whole: str | None
) -> None:
    texts = [text for text, _ in lines]
    everywhere: frozenset[str] = frozenset()
    if whole is not None:
        texts.append(f"# winit: file-ignore[{whole}]")
        everywhere = codes_of(whole, RULES)
    silencer = Silencer({"m.py": source("\n".join(texts) + "\n")}, RULES)
    for number, (_, codes) in enumerate(lines, 1):
        heard = {found.code for found in silencer.heard(finding(number, code) for code in CODES)}
        assert heard == set(CODES) - codes - everywhere
    assert not list(silencer.heard(finding(len(lines), code) for code in everywhere))


@given(st.lists(st.sampled_from(NAMES), min_size=1, unique=True), st.booleans(), st.text("ab #12:-", max_size=9))
def test_what_is_written_is_read(names: list[str], whole: bool, reason: str) -> None:
    written = f"a = 1  # winit: {'file-' * whole}ignore[{', '.join(names)}] {reason}\n\n"
    found = suppressions(source(written))
    assert [entry.name for entry in found.entries] == names
    assert {(entry.first, entry.last) for entry in found.entries} == {(1, 3) if whole else (1, 1)}


@given(st.lists(marked(), min_size=1, max_size=4))
def test_removing_an_unused_one_touches_nothing_else(lines: list[tuple[str, frozenset[str]]]) -> None:
    read = source("\n".join(text for text, _ in lines) + "\n")
    before = suppressions(read).entries
    for complaint in Silencer({"m.py": read}, RULES).complaints({"m.py": frozenset(CODES)}):
        if complaint.fix is None:
            continue
        (edit,) = complaint.fix.edits
        left = without(read, edit)
        assert ast.dump(ast.parse(left)) == ast.dump(ast.parse(read.text))
        after = suppressions(source(left)).entries
        kept = [(entry.span.line, entry.name) for entry in before if entry.span != complaint.span]
        assert [(entry.span.line, entry.name) for entry in after] == kept
        assert left.count("type: ignore") == read.text.count("type: ignore")
        assert left.upper().count("E501") == read.text.count("E501")
