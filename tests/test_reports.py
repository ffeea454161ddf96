"""Reports: what each format says, and that hostile names and text do no harm in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from report_readers import sarif_validator

from winit_lint.finding import Edit, Finding, Fix, Related, Severity, SignalEffect
from winit_lint.reports.context import Context
from winit_lint.reports.formats import FORMATS
from winit_lint.reports.frame import Mark, Row, frame
from winit_lint.reports.printable import plain, printable
from winit_lint.reports.wording import effect_text
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span
from winit_lint.source.text import SourceText

SOURCE = """\
import torch.nn as nn


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 512)
        nn.init.xavier_uniform_(self.fc1.weight)

    def forward(self, x):
        return self.fc1(x).relu()
"""

DOC = """# WI101 xavier-before-relu

## What it does
Xavier-scaled weights
in front of a ReLU.

Compares the gain of the last write with the one that the activation needs.

## Why is this bad
The signal fades.
"""


def check(run: Pass) -> Iterator[Finding]:
    yield from ()


RULE = Rule("WI101", "xavier-before-relu", DOC, check)


def text(source: str, path: str = "src/mlp.py") -> SourceText:
    return SourceText(path, "", source)


def finding(**changes: Any) -> Finding:
    path = changes.pop("path", "src/mlp.py")
    values: dict[str, Any] = {
        "code": "WI101",
        "name": "xavier-before-relu",
        "severity": Severity.WARNING,
        "span": Span(path, 8, 9, 8, 49),
        "symbol": "Mlp.fc1.weight",
        "message": "`fc1.weight` is Xavier-scaled",
        "effect": SignalEffect(0.609, 0.39, 6.1e-5, 6e-5, 14),
        "related": (
            Related(Span(path, 11, 16, 11, 34), "read here"),
            Related(Span(path, 7, 20, 7, 39), "created here"),
            Related(Span("src/init.py", 3, 1, 3, 5), "called from here"),
        ),
        "fix": Fix("use `kaiming_uniform_`", "unsafe", (Edit(Span(path, 8, 17, 8, 32), "kaiming_uniform_"),)),
    }
    return Finding(**{**values, **changes})


def context(**changes: Any) -> Context:
    values: dict[str, Any] = {"files": 2, "texts": {"src/mlp.py": text(SOURCE)}, "rules": (RULE,)}
    return Context(**{**values, **changes})


def test_full_report_shows_the_places_in_line_order() -> None:
    assert FORMATS["full"]([finding(when="bias")], context()) == (
        "src/mlp.py:8:9: warning WI101 xavier-before-relu: `fc1.weight` is Xavier-scaled\n"
        "   7 |         self.fc1 = nn.Linear(784, 512)\n"
        "     |                    ------------------- created here\n"
        "   8 |         nn.init.xavier_uniform_(self.fc1.weight)\n"
        "     |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
        " forward x0.61, backward x0.39; forward x6.1e-05, backward x6e-05 over 14 layers\n"
        "  11 |         return self.fc1(x).relu()\n"
        "     |                ------------------ read here\n"
        "     = note: src/init.py:3: called from here\n"
        "     = when: bias\n"
        "     = help: use `kaiming_uniform_`   [unsafe fix: changes what is drawn or built]\n"
        "\n"
        "0 errors, 1 warning, 0 notes in 2 files checked\n"
    )


def test_full_report_without_the_text_names_every_place() -> None:
    report = FORMATS["full"]([finding()], context(texts={}))
    assert "= note: src/mlp.py:7: created here" in report
    assert "= note: src/init.py:3: called from here" in report
    assert "|" not in report


@pytest.mark.parametrize("name", ["full", "concise"])
def test_an_empty_run_says_so(name: str) -> None:
    assert FORMATS[name]([], Context(files=0)) == "0 errors, 0 warnings, 0 notes in 0 files checked\n"
    assert "1 file checked" in FORMATS[name]([], Context(files=1))
    assert "incomplete" in FORMATS[name]([], Context(files=1, incomplete=True))


def test_colour_is_off_unless_asked_for() -> None:
    assert "\x1b" not in FORMATS["full"]([finding()], context())
    coloured = FORMATS["full"]([finding()], context(colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == FORMATS["full"]([finding()], context())
    assert "\x1b[1;33mwarning\x1b[0m" in coloured


def test_statistics_count_by_rule() -> None:
    other = finding(code="WI205", name="fan-init-on-vector", severity=Severity.ERROR)
    report = FORMATS["concise"]([finding(), other, finding()], context(statistics=True))
    assert report.endswith(
        "2 WI101 xavier-before-relu\n1 WI205 fan-init-on-vector\n1 error, 2 warnings, 0 notes in 2 files checked\n"
    )


def test_concise_report_is_a_line_a_finding() -> None:
    report = FORMATS["concise"]([finding(), finding(when="not bias")], context())
    first, second, _ = report.splitlines()
    assert first == "src/mlp.py:8:9: warning WI101 xavier-before-relu: `fc1.weight` is Xavier-scaled"
    assert second == f"{first} (when not bias)"


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (SignalEffect(), ""),
        (SignalEffect(forward=0.5), "forward x0.50"),
        (SignalEffect(forward=2.0, path_forward=2.0, layers=1), "forward x2.00"),
        (SignalEffect(path_backward=1e9, layers=30), "backward x1e+09 over 30 layers"),
        (SignalEffect(forward=0.0, backward=float("inf")), "forward x0, backward xinf"),
    ],
)
def test_effects_in_words(effect: SignalEffect, expected: str) -> None:
    assert effect_text(effect) == expected


def rows(source: str, *marks: Mark) -> list[str]:
    return [row.text for row in frame(source.split("\n"), marks)]


def test_carets_stay_aligned_behind_tabs_and_wide_characters() -> None:
    assert rows("\t\tx = f(w)", Mark(Span("a.py", 1, 7, 1, 11), "^")) == ["        x = f(w)", " " * 12 + "^^^^"]
    assert rows("s = '\u4e2d\u6587'; f(w)", Mark(Span("a.py", 1, 11, 1, 15), "^"))[1] == " " * 12 + "^^^^"
    assert rows("s = 'e\u0301'; f(w)", Mark(Span("a.py", 1, 11, 1, 15), "^"))[1] == " " * 9 + "^^^^"


def test_a_range_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    assert rows("f(\n  w)", Mark(Span("a.py", 1, 1, 2, 5), "^", "here")) == ["f(", "^^ here"]


def test_a_place_beyond_the_text_is_left_out_or_clamped() -> None:
    assert rows("f()", Mark(Span("a.py", 9, 1, 9, 2), "^")) == []
    assert rows("f()", Mark(Span("a.py", 1, 50, 1, 60), "^"))[1] == "   ^"


def test_a_line_of_a_megabyte_is_cut_around_the_place() -> None:
    line = "x = [" + "1, " * 350_000 + "f(w), " + "2, " * 10 + "]"
    column = line.index("f(w)") + 1
    shown, under = rows(line, Mark(Span("a.py", 1, column, 1, column + 4), "^", "here"))
    assert len(shown) < 200
    assert shown.startswith("...")
    assert shown[under.index("^") : under.index("^") + 4] == "f(w)"
    both = list(frame([line], [Mark(Span("a.py", 1, 5, 1, 6), "-"), Mark(Span("a.py", 1, column, 1, column + 4), "^")]))
    assert [row.number for row in both] == [1, 0, 1, 0]
    assert all(isinstance(row, Row) and len(row.text) < 200 for row in both)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("a\x1b[31m", "a\\x1b[31m"),
        ("admin\u202e\u2066", "admin\\u202e\\u2066"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("x\udcff.py", "x\\xff.py"),
        ("two\nlines", "two\\nlines"),
        ("caf\u00e9 \u4e2d\u6587", "caf\u00e9 \u4e2d\u6587"),
    ],
)
def test_what_cannot_be_printed_is_escaped(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("w\u0435ight", "w\\u0435ight"),  # Cyrillic e between Latin letters
        ("\u0441\u043e\u0440\u0443", "\\u0441\\u043e\\u0440\\u0443"),  # all Cyrillic, reads "copy"
        ("\u0432\u0435\u0441\u0430", "\u0432\u0435\u0441\u0430"),  # a Russian word
        ("mod\u00e8le", "mod\u00e8le"),
        ("\u03c3_max", "\\u03c3_max"),  # mixed, so spelled out
    ],
)
def test_names_that_pass_for_others_are_escaped(raw: str, shown: str) -> None:
    assert plain(raw) == shown


HOSTILE = "d,ir/a:b\n::error::x\x1b[31m%0A\udcff \u202e.py"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_hostile_name_stays_inert_in_every_format(name: str) -> None:
    bad = finding(path=HOSTILE, message=f"`{HOSTILE}`", symbol=HOSTILE, when=HOSTILE)
    report = FORMATS[name]([bad], context(texts={HOSTILE: text(SOURCE, HOSTILE)}))
    report.encode("utf-8")
    assert not any(c in report for c in "\x1b\u202e\udcff")
    assert not any(line.startswith("::error::") for line in report.splitlines())


def test_the_check_document() -> None:
    report = json.loads(FORMATS["json"]([finding(), finding(effect=None, fix=None, related=())], context()))
    assert report["schema"] == "winit-lint/check/1"
    assert report["summary"] == {"files": 2, "errors": 0, "warnings": 2, "notes": 0}
    first, second = report["findings"]
    assert first == {
        "code": "WI101",
        "name": "xavier-before-relu",
        "severity": "warning",
        "path": "src/mlp.py",
        "line": 8,
        "column": 9,
        "end_line": 8,
        "end_column": 49,
        "symbol": "Mlp.fc1.weight",
        "message": "`fc1.weight` is Xavier-scaled",
        "when": None,
        "effect": {"forward": 0.609, "backward": 0.39, "path_forward": 6.1e-5, "path_backward": 6e-5, "layers": 14},
        "evidence": None,
        "related": [
            {"path": "src/mlp.py", "line": 11, "column": 16, "message": "read here"},
            {"path": "src/mlp.py", "line": 7, "column": 20, "message": "created here"},
            {"path": "src/init.py", "line": 3, "column": 1, "message": "called from here"},
        ],
        "fix": {
            "title": "use `kaiming_uniform_`",
            "safety": "unsafe",
            "edits": [
                {
                    "path": "src/mlp.py",
                    "line": 8,
                    "column": 17,
                    "end_line": 8,
                    "end_column": 32,
                    "text": "kaiming_uniform_",
                }
            ],
        },
    }
    assert (second["effect"], second["fix"], second["related"]) == (None, None, [])


def test_the_check_document_keeps_odd_values() -> None:
    odd = finding(path=HOSTILE, effect=SignalEffect(forward=float("inf"), backward=float("nan")))
    raw = FORMATS["json"]([odd], context(incomplete=True))
    assert raw.isascii()
    report = json.loads(raw)
    assert report["findings"][0]["path"] == HOSTILE
    assert report["findings"][0]["effect"]["forward"] is None
    assert report["summary"]["incomplete"] is True


def test_github_commands() -> None:
    report = FORMATS["github"]([finding(path="a,b:c%\n.py", message="50 % of\n`w`"), finding()], context())
    first, second = report.splitlines()
    assert first == (
        "::warning file=a%2Cb%3Ac%25%0A.py,line=8,col=9,endLine=8,endColumn=49,"
        "title=WI101 xavier-before-relu::50 %25 of%0A`w`"
    )
    assert second.startswith("::warning file=src/mlp.py,")
    severities = [finding(severity=severity) for severity in Severity]
    commands = [line.split(" ")[0] for line in FORMATS["github"](severities, context()).splitlines()]
    assert commands == ["::notice", "::warning", "::error"]


def test_github_gets_no_columns_on_several_lines() -> None:
    report = FORMATS["github"]([finding(span=Span("a.py", 3, 5, 4, 2))], context())
    assert "col=" not in report
    assert "endColumn=" not in report
    assert "line=3,endLine=4" in report


def sarif_cases() -> list[list[Finding]]:
    plain_finding = finding(effect=None, related=(), fix=None)
    own = finding(code="WI001", name="syntax-error", severity=Severity.ERROR, related=(), fix=None, symbol="")
    odd = finding(path=HOSTILE, effect=SignalEffect(forward=float("inf"), backward=0.5))
    return [[], [plain_finding], [finding(), finding(), own], [odd], [finding(path="/elsewhere/m.py")]]


@pytest.mark.parametrize("findings", sarif_cases())
def test_sarif_is_valid(findings: list[Finding]) -> None:
    validator = sarif_validator()
    assert validator.schema["id"].endswith("sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    log = json.loads(FORMATS["sarif"](findings, context()))
    assert [error.message for error in validator.iter_errors(log)] == []
    log["runs"][0]["columnKind"] = "bytes"
    assert not validator.is_valid(log)


def test_sarif_results() -> None:
    own = finding(code="WI001", name="syntax-error", severity=Severity.NOTE)
    run = json.loads(FORMATS["sarif"]([finding(when="bias"), own], context()))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    first, second = run["results"]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "WI101"
    assert rules[second["ruleIndex"]]["id"] == second["ruleId"] == "WI001"
    assert rules[0]["shortDescription"]["text"] == "Xavier-scaled weights in front of a ReLU."
    assert "Compares the gain" in rules[0]["help"]["text"]
    assert "## Why is this bad\n\nThe signal fades." in rules[0]["help"]["markdown"]
    assert (first["level"], second["level"]) == ("warning", "note")
    assert first["message"]["text"].endswith("(when bias)")
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "src/mlp.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 8, "startColumn": 9, "endLine": 8, "endColumn": 49},
    }
    assert [place["message"]["text"] for place in first["relatedLocations"]] == [
        "read here",
        "created here",
        "called from here",
    ]
    replacement = first["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"] == {"text": "kaiming_uniform_"}


def test_sarif_paths_are_percent_encoded_bytes() -> None:
    run = json.loads(FORMATS["sarif"]([finding(path=HOSTILE), finding(path="/a b/m.py")], context()))["runs"][0]
    relative, absolute = (r["locations"][0]["physicalLocation"]["artifactLocation"] for r in run["results"])
    assert unquote_to_bytes(relative["uri"]).decode("utf-8", "surrogateescape") == HOSTILE
    assert ":" not in relative["uri"]
    assert absolute == {"uri": "file:///a%20b/m.py"}


def test_sarif_fingerprints_follow_the_line_not_its_number() -> None:
    def prints(findings: list[Finding], source: str) -> list[str]:
        log = json.loads(FORMATS["sarif"](findings, context(texts={"src/mlp.py": text(source)})))
        return [result["partialFingerprints"]["winitLint/v1"] for result in log["runs"][0]["results"]]

    before = prints([finding(), finding()], SOURCE)
    assert len(set(before)) == 2
    moved = finding(span=Span("src/mlp.py", 9, 9, 9, 49))
    assert prints([moved], "# a new first line\n" + SOURCE) == before[:1]
    assert prints([finding()], SOURCE.replace("xavier_uniform_", "xavier_normal_")) != before[:1]


def test_sarif_says_when_the_run_was_cut_short() -> None:
    run = json.loads(FORMATS["sarif"]([], context(incomplete=True)))["runs"][0]
    assert run["invocations"] == [{"executionSuccessful": False}]
