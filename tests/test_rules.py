"""One harness for every rule: its fixtures, its page and its place in the catalogue.

``tests/rules/<rule_name>/bad.py`` marks the lines where the rule must speak, ``good.py`` holds the near misses, and
``fixed.py`` what the rule's fixes make of ``bad.py`` (``test_fixes.py``)::

    nn.init.xavier_uniform_(self.fc.weight)  # error: [xavier-before-relu] "half the variance"
    nn.init.xavier_uniform_(self.odd.weight)  # missed: [xavier-before-relu] activation chosen by getattr

A mark names the severity, the rule and a regular expression that the message must match. Several may stand on a line.
Marks of other rules in ``bad.py`` must hold as well; what other rules say unmarked there is not judged.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from winit_lint.finding import Finding
from winit_lint.rule import Rule
from winit_lint.rules.catalogue import RULES
from winit_lint.rules.names import NAMES
from winit_lint.rules.page import HEADINGS, code_lines, page, sections

FIXTURES = Path(__file__).parent / "rules"
PACKAGE = Path(__file__).parent.parent / "winit_lint" / "rules"
FAMILIES = {
    "0": "run",
    "1": "scale",
    "2": "fan",
    "3": "recurrent",
    "4": "symmetry",
    "5": "coverage",
    "6": "pretrained",
    "7": "layer",
    "8": "reproducibility",
    "9": "probe",
}
JUDGING = tuple(rule for rule in RULES if not rule.code.startswith("WI0"))

has_interpreter = pytest.mark.skipif(
    importlib.util.find_spec("winit_lint.interpreter.roots") is None, reason="the interpreter is not there yet"
)
each_rule = pytest.mark.parametrize("rule", JUDGING, ids=lambda rule: rule.name)
each_static_rule = pytest.mark.parametrize(  # the others need a live model: test_probe_rules.py builds their fixtures
    "rule", [rule for rule in JUDGING if not rule.measured], ids=lambda rule: rule.name
)


@dataclass(frozen=True)
class Mark:
    """One expectation on a line."""

    line: int
    severity: str  # "missed" for what the rule does not see
    rule: str
    pattern: str


_MARK = re.compile(r'#\s*(error|warning|note|missed):\s*\[([a-z0-9-]+)\][ \t]*(?:"((?:[^"\\]|\\.)*)")?')


def marks_of(text: str) -> tuple[Mark, ...]:
    """The marks of a fixture, in order."""
    return tuple(
        Mark(number, found[1], found[2], (found[3] or "").replace('\\"', '"'))
        for number, line in enumerate(text.splitlines(), 1)
        for found in _MARK.finditer(line)
    )


def unmarked(line: str) -> str:
    """A line of a fixture without its marks, stripped."""
    found = _MARK.search(line)
    return (line[: found.start()] if found else line).strip()


@functools.cache
def lint(path: Path) -> tuple[Finding, ...]:
    """What all rules find in one file, by the pipeline that users run; the settings files are left out."""
    from winit_lint.config.files import Resolver
    from winit_lint.driver import run, static_front_end
    from winit_lint.job import Request

    resolver = Resolver(RULES, isolated=True)
    return run(Request([str(path)]), resolver, RULES, static_front_end()).findings


def fixture(rule: Rule, name: str) -> Path:
    return FIXTURES / rule.name.replace("-", "_") / f"{name}.py"


def disagreements(marks: Sequence[Mark], findings: Sequence[Finding], judged: set[str]) -> Iterator[str]:
    """What was expected and not found, or found and not expected, of the rules ``judged``."""
    left = [finding for finding in findings if finding.name in judged]
    for mark in marks:
        here = [f for f in left if (f.span.line, f.name) == (mark.line, mark.rule)]
        if mark.severity == "missed":
            if here:
                yield f"line {mark.line}: {mark.rule} is found by now, promote the mark: {here[0].message}"
            continue
        hit = next((f for f in here if f.severity.value == mark.severity and re.search(mark.pattern, f.message)), None)
        if hit is None:
            said = [(f.severity.value, f.message) for f in here]
            yield f'line {mark.line}: expected {mark.severity} [{mark.rule}] "{mark.pattern}", got {said or "nothing"}'
        else:
            left.remove(hit)
    missed = {(mark.line, mark.rule) for mark in marks if mark.severity == "missed"}
    for finding in left:
        if (finding.span.line, finding.name) not in missed:
            yield f"line {finding.span.line}: unexpected {finding.severity.value} [{finding.name}] {finding.message}"


def test_codes_and_names_are_unique_and_in_order() -> None:
    assert [(rule.code, rule.name) for rule in RULES] == [(named.code, named.name) for named in NAMES]
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"WI[0-9]\d\d", code) for code in codes)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_file_is_in_the_catalogue_under_its_name_and_family() -> None:
    on_disk = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("*/*.py") if path.stem != "__init__"}
    assert on_disk == {f"{FAMILIES[rule.code[2]]}/{rule.name.replace('-', '_')}.py" for rule in RULES}


def test_every_judging_rule_has_a_folder_of_fixtures_and_no_folder_is_left_over() -> None:
    folders = {path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {rule.name.replace("-", "_") for rule in JUDGING}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_page_has_the_fixed_headings_in_order(rule: Rule) -> None:
    found = sections(rule.doc)
    assert tuple(heading for heading in found if heading) == HEADINGS
    assert all(found[heading] for heading in HEADINGS)
    assert page(rule).startswith(f"# {rule.code} {rule.name}\n")


@each_rule
def test_the_example_stands_in_bad_and_its_repair_in_good_or_fixed(rule: Rule) -> None:
    def lines(*names: str) -> set[str]:
        paths = [path for name in names if (path := fixture(rule, name)).exists()]
        return {unmarked(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()}

    example, repair = code_lines(rule.doc, "Example"), code_lines(rule.doc, "Use instead")
    assert example and repair
    assert [line for line in example if line not in lines("bad")] == []
    assert [line for line in repair if line not in lines("good", "fixed")] == []


@each_rule
def test_fixtures_are_python_and_bad_is_marked_for_its_rule(rule: Rule) -> None:
    text = fixture(rule, "bad").read_text(encoding="utf-8")
    ast.parse(text)
    ast.parse(fixture(rule, "good").read_text(encoding="utf-8"))
    marks = marks_of(text)
    assert any(mark.rule == rule.name and mark.severity != "missed" for mark in marks)
    assert {mark.rule for mark in marks} <= {other.name for other in RULES}
    assert all(mark.pattern or mark.severity == "missed" for mark in marks)


@has_interpreter
@each_static_rule
def test_bad_fires_exactly_as_marked(rule: Rule) -> None:
    path = fixture(rule, "bad")
    marks = marks_of(path.read_text(encoding="utf-8"))
    assert "\n".join(disagreements(marks, lint(path), {rule.name, *(mark.rule for mark in marks)})) == ""


@has_interpreter
@each_rule
def test_good_is_silent_but_for_marked_notes(rule: Rule) -> None:
    path = fixture(rule, "good")
    marks = marks_of(path.read_text(encoding="utf-8"))
    assert {mark.severity for mark in marks} <= {"note"}
    marks = tuple(mark for mark in marks if not rule.measured or mark.rule != rule.name)
    assert "\n".join(disagreements(marks, lint(path), {other.name for other in RULES})) == ""


def test_the_harness_sees_each_kind_of_disagreement() -> None:
    from winit_lint.finding import Severity
    from winit_lint.source.span import Span

    def at(line: int, message: str) -> Finding:
        return Finding(
            "WI501", "parameter-never-filled", Severity.ERROR, Span("x.py", line, 1, line, 2), "A.w", message
        )

    text = 'a = 1  # error: [parameter-never-filled] "raw"\nb = 2  # missed: [parameter-never-filled] too clever\n'
    marks, judged = marks_of(text), {"parameter-never-filled"}
    assert list(disagreements(marks, [at(1, "raw memory")], judged)) == []
    assert "got nothing" in next(disagreements(marks, [], judged))
    assert any("unexpected" in line for line in disagreements(marks, [at(1, "raw"), at(3, "raw")], judged))
    assert any("expected error" in line for line in disagreements(marks, [at(1, "other")], judged))
    assert any("promote" in line for line in disagreements(marks, [at(1, "raw"), at(2, "raw")], judged))
    assert unmarked('x = f()  # error: [a-b] "c"') == "x = f()"
