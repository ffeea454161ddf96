"""Which lines a suppression covers, and what is wrong with suppressions."""

from __future__ import annotations

from textwrap import dedent

import pytest
from fake_front_end import RULES

from winit_lint.finding import Finding, Severity
from winit_lint.silence import Silencer
from winit_lint.source.span import Span
from winit_lint.source.suppression import suppressions
from winit_lint.source.text import SourceText, decode


def source(text: str) -> SourceText:
    return decode(dedent(text).encode(), "m.py", "/m.py")


def finding(line: int, code: str = "WI101", end_line: int | None = None) -> Finding:
    return Finding(code, "name", Severity.WARNING, Span("m.py", line, 1, end_line or line, 9), "Net.w", "message")


def heard(text: str, *findings: Finding) -> list[int]:
    """The lines of the findings that are left."""
    silencer = Silencer({"m.py": source(text)}, RULES)
    return [found.span.line for found in silencer.heard(findings)]


def complaints(text: str, *findings: Finding, ran: frozenset[str] | None = None) -> list[tuple[str, int, int]]:
    silencer = Silencer({"m.py": source(text)}, RULES)
    list(silencer.heard(findings))
    codes = ran if ran is not None else frozenset(rule.code for rule in RULES)
    return [(found.code, found.span.line, found.span.column) for found in silencer.complaints({"m.py": codes})]


@pytest.mark.parametrize(
    "comment",
    [
        "# winit: ignore[WI101]",
        "#winit:ignore[ xavier-before-relu ] measured",
        "# winit: ignore[WI108, xavier-before-relu]",
        "# type: ignore  # winit: ignore[WI1]",
        "# noqa: WI101",
        "# noqa:E501,WI101",
        "# NOQA: E501 WI101 because",
    ],
)
def test_the_end_of_a_line(comment: str) -> None:
    text = f"a = 1\nb = 2  {comment}\nc = 3\n"
    assert heard(text, finding(1), finding(2), finding(3)) == [1, 3]


@pytest.mark.parametrize(
    "comment", ["# winit: ignore[WI108]", "# noqa", "# noqa: E501", "'# winit: ignore[WI101]'", "# winit: ignore"]
)
def test_what_does_not_suppress(comment: str) -> None:
    assert heard(f"a = 1; {comment}\n", finding(1)) == [1]


def test_the_last_line_of_a_logical_line_covers_all_of_it() -> None:
    text = """\
    a = f(
        1,  # winit: ignore[WI108]
        2,
    )  # winit: ignore[WI101]
    b = 2
    """
    assert heard(text, *map(finding, range(1, 6))) == [5]
    assert heard(text, *(finding(line, "WI108") for line in range(1, 6))) == [1, 3, 4, 5]
    assert heard(text, finding(1, "WI108", end_line=4)) == []  # the comment stands inside what is reported


def test_a_line_of_its_own_covers_the_next_logical_line() -> None:
    text = """\
    # winit: ignore[WI101] reason
    # more of the reason

    a = f(
        1,
    )
    b = 2
    """
    assert heard(text, finding(4), finding(5), finding(6), finding(7)) == [7]


def test_a_line_of_its_own_inside_brackets_and_before_decorators() -> None:
    text = """\
    net = Sequential(
        # winit: ignore[WI101]
        Linear(1, 2),
        Linear(2, 3),
    )
    # winit: ignore[WI101]
    @decorated(
        1
    )
    def f(
        a,
    ):
        pass
    """
    assert heard(text, finding(3), finding(4)) == [4]
    assert heard(text, finding(7), finding(10), finding(12), finding(13)) == [13]


def test_the_header_of_a_block_does_not_cover_the_block() -> None:
    assert heard("def f():  # winit: ignore[WI101]\n    a = 1\n", finding(1), finding(2)) == [2]


def test_the_whole_file() -> None:
    text = "x = 1\n# winit: file-ignore[xavier-before-relu]\ny = 2\n"
    assert heard(text, finding(1), finding(3), finding(3, "WI501")) == [3]


def test_strings_and_line_ends_do_not_confuse() -> None:
    text = 'a = """\n# winit: ignore[WI101]\n"""; b = 1\r\nc = "\\\n# winit: ignore[WI101]"\n'
    text += "d = 4 \\\n  + 5  # noqa: WI101\n"
    assert heard(text, *map(finding, range(1, 8))) == [1, 2, 3, 4, 5]
    assert suppressions(source(text)).entries[0].first == 6


def test_unused_and_used() -> None:
    text = "a = 1  # winit: ignore[WI101]\nb = 2  # winit: ignore[WI101, WI108]\n"
    assert complaints(text, finding(1), finding(2)) == [("WI002", 2, 31)]


def test_unused_is_not_said_of_what_was_not_run() -> None:
    text = "a = 1  # winit: ignore[WI101]\nb = 2  # noqa: WI108\nc = 3  # winit: ignore[WI1]\n"
    assert complaints(text, ran=frozenset({"WI101", "WI002"})) == [("WI002", 1, 24)]
    assert complaints(text, ran=frozenset()) == []


def test_invalid() -> None:
    text = """\
    a = 1  # winit: ignore
    b = 2  # winit: ignore[]
    c = 3  # winit: ignore[xavier-befor-relu]
    d = 4  # winit: ingore[WI101]
    e = 5  # noqa: E501, WI999
    f = 6  # winit: uses the scheme of the paper
    """
    assert [(code, line) for code, line, _ in complaints(text)] == [("WI003", n) for n in (1, 2, 4, 3)]
    silencer = Silencer({"m.py": source(text)}, RULES)
    assert any("did you mean `xavier-before-relu`" in found.message for found in silencer.complaints({}))


def test_complaints_can_be_suppressed_themselves() -> None:
    assert complaints("# winit: file-ignore[WI002]\na = 1  # winit: ignore[WI101]\n") == []


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("a = 1  # winit: ignore[WI101] reason\nb\n", "a = 1\nb\n"),
        ("a\n    # winit: ignore[WI101]\nb\n", "a\nb\n"),
        ("a = 1  # noqa: WI101\n", "a = 1\n"),
    ],
)
def test_removing_an_unused_one(text: str, fixed: str) -> None:
    silencer = Silencer({"m.py": source(text)}, RULES)
    (found,) = silencer.complaints({"m.py": frozenset({"WI101"})})
    assert found.fix is not None
    (edit,) = found.fix.edits
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines) + 1)]
    begin = starts[edit.span.line - 1] + edit.span.column - 1
    end = starts[edit.span.end_line - 1] + edit.span.end_column - 1
    assert text[:begin] + edit.text + text[end:] == fixed


def test_of_a_comment_that_says_more_only_the_unused_name_is_removed() -> None:
    text = "a = 1  # noqa: E501, WI101\n"
    silencer = Silencer({"m.py": source(text)}, RULES)
    (found,) = silencer.complaints({"m.py": frozenset({"WI101"})})
    assert found.fix is not None
    (edit,) = found.fix.edits
    assert edit.text == ""
    assert text[: edit.span.column - 1] + text[edit.span.end_column - 1 :] == "a = 1  # noqa: E501\n"


def test_what_another_tool_reads_in_the_comment_is_left_there() -> None:
    text = "a = 1  # winit: ignore[WI101]  # type: ignore\nb = 1  # winit: ignore[WI101] see #12\n"
    first, second = Silencer({"m.py": source(text)}, RULES).complaints({"m.py": frozenset({"WI101"})})
    assert first.fix is None and second.fix is not None


def test_each_directive_of_a_comment_counts() -> None:
    text = "a = 1  # winit: ignore[WI101] both  # winit: ignore[WI108]\n"
    assert heard(text, finding(1), finding(1, "WI108"), finding(1, "WI501")) == [1]


def test_a_code_of_noqa_ends_where_its_word_ends() -> None:
    assert heard("a = 1  # noqa: WI101x\nb = 2  # noqa: E501, WI101-x\n", finding(1), finding(2)) == [1]
