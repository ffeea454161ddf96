"""For every rule that offers a fix: what it makes of ``bad.py``, of ``bad.py`` in other clothes, and that it builds.

``tests/rules/<rule_name>/fixed.py`` is ``bad.py`` with all fixes of its rule in it and without the marks;
``python -m pytest tests/test_fixes.py --update`` rewrites it: read the difference before you commit it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from repair import built, faults_of, fixable, repaired

from winit_lint.rule import Rule
from winit_lint.rules.catalogue import RULES
from winit_lint.source.discovery import shown
from winit_lint.source.text import decode

FIXTURES = Path(__file__).parent / "rules"
_MARK = re.compile(r'[ \t]*#\s*(?:error|warning|note|missed):\s*\[[a-z0-9-]+\][ \t]*(?:"(?:[^"\\]|\\.)*")?.*')


def fixture(rule: Rule, name: str) -> Path:
    return FIXTURES / rule.name.replace("-", "_") / f"{name}.py"


def unmarked(text: str) -> str:
    return "".join(_MARK.sub("", line) for line in text.splitlines(keepends=True))


@cache
def offers(rule: Rule) -> bool:
    """Some finding of the rule in its ``bad.py`` can be fixed."""
    path = fixture(rule, "bad")
    return bool(fixable(repaired(path, path.read_bytes(), rule)[1]))


JUDGING = tuple(rule for rule in RULES if not rule.code.startswith("WI0"))
FIXING = tuple(rule for rule in JUDGING if fixture(rule, "fixed").exists())
each_fixing_rule = pytest.mark.parametrize("rule", FIXING, ids=lambda rule: rule.name)


def test_whoever_offers_a_fix_has_a_fixture_for_it(request: pytest.FixtureRequest) -> None:
    offering = [rule for rule in JUDGING if offers(rule)]
    if request.config.getoption("--update"):
        for rule in offering:
            fixture(rule, "fixed").touch()
    assert [rule.name for rule in offering] == [rule.name for rule in JUDGING if fixture(rule, "fixed").exists()]


@each_fixing_rule
def test_fixed_is_what_the_fixes_make_of_bad(rule: Rule, request: pytest.FixtureRequest) -> None:
    path = fixture(rule, "bad")
    after, _ = repaired(path, path.read_bytes(), rule)
    if request.config.getoption("--update"):
        fixture(rule, "fixed").write_text(unmarked(after.text), encoding="utf-8")
    assert unmarked(after.text) == fixture(rule, "fixed").read_text(encoding="utf-8")


@each_fixing_rule
def test_models_are_built_as_before(rule: Rule) -> None:
    before = built(fixture(rule, "bad").read_text(encoding="utf-8"))
    after = built(fixture(rule, "fixed").read_text(encoding="utf-8"))
    assert after.keys() == before.keys()
    raising = {name for name, state in after.items() if isinstance(state, str)}
    assert raising <= {name for name, state in before.items() if isinstance(state, str)}
    assert {n: s for n, s in after.items() if n not in raising} == {
        name: after[name] if isinstance(state, str) else state for name, state in before.items() if name not in raising
    }


@each_fixing_rule
def test_safe_fixes_draw_the_same_numbers(rule: Rule) -> None:
    path = fixture(rule, "bad")
    after, findings = repaired(path, path.read_bytes(), rule, unsafe=False)
    if after.raw == path.read_bytes():
        assert not any(finding.fix is not None and finding.fix.safety == "safe" for finding in findings)
        return
    assert built(after.text, values=True) == built(path.read_text(encoding="utf-8"), values=True)


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def tabs(text: str) -> bytes:
    return re.sub(r"(?m)^(?:    )+", lambda m: "\t" * (len(m[0]) // 4), text).encode()


def two_blanks(text: str) -> bytes:
    return re.sub(r"(?m)^(?:    )+", lambda m: "  " * (len(m[0]) // 4), text).encode()


def byte_order_mark(text: str) -> bytes:
    return b"\xef\xbb\xbf" + text.encode()


def no_last_line_end(text: str) -> bytes:
    return text.rstrip("\n").encode()


def module_alias(text: str) -> bytes:
    text = re.sub(r"(?<![.\w])nn\.init\.", "start.", text)
    return _behind_docstring(text, "import torch.nn.init as start").encode()


def bare_names(text: str) -> bytes:
    names = sorted(set(re.findall(r"\bnn\.init\.(\w+)", text)))
    if not names:
        return text.encode()
    text = re.sub(r"(?:torch\.)?\bnn\.init\.(\w+)", r"\1", text)
    return _behind_docstring(text, f"from torch.nn.init import {', '.join(names)}").encode()


def bare_names_in_brackets(text: str) -> bytes:
    names = sorted(set(re.findall(r"\bnn\.init\.(\w+)", text)))
    if not names:
        return text.encode()
    listed = "".join(f"    {name},  # {number}\n" for number, name in enumerate(names))
    text = re.sub(r"(?:torch\.)?\bnn\.init\.(\w+)", r"\1", text)
    return _behind_docstring(text, f"from torch.nn.init import (\n{listed})").encode()


def dotted(text: str) -> bytes:
    text = text.replace("torch.nn.init.", "nn.init.").replace("nn.init.", "torch.nn.init.")
    return _behind_docstring(text, "import torch.nn").encode()


def several_lines(text: str) -> bytes:
    """The arguments of initializers on lines of their own, with a comment."""
    found = re.compile(r"^( +)((?:nn\.)?init\.\w+)\((.+)\)(  #.*)?$", re.MULTILINE)
    return found.sub(r"\1\2(  # why\n\1    \3,\n\1)\4", text).encode()


def more_brackets(text: str) -> bytes:
    """The tensor in brackets of its own, and blanks before the commas."""
    found = re.compile(r"((?:nn\.)?init\.\w+)\(((?:self|m|p|module|layer)[.\w]*)(,|\))")
    return found.sub(r"\1( (\2) \3", text).encode()


def comments_above(text: str) -> bytes:
    found = re.compile(r"^( +)((?:nn\.)?init\.\w+\(|self\.apply\()", re.MULTILINE)
    return found.sub(r"\1# above\n\1\2", text).encode()


def wide_letters(text: str) -> bytes:
    """Letters of several bytes before the calls on their lines, in comments and in strings."""
    return re.sub(r"(?m)$", "  # \u00e9\u4e2d", text.replace('nonlinearity="', 'nonlinearity= "')).encode()


def _behind_docstring(text: str, line: str) -> str:
    body = ast.parse(text).body
    lines = text.split("\n")
    at = body[0].end_lineno or 0
    return "\n".join([*lines[:at], "", line, *lines[at:]])


MUTATIONS = (
    crlf, tabs, two_blanks, byte_order_mark, no_last_line_end, module_alias, bare_names, bare_names_in_brackets,
    dotted, several_lines, more_brackets, comments_above, wide_letters,
)  # fmt: skip


@each_fixing_rule
@pytest.mark.parametrize("mutation", [None, *MUTATIONS], ids=lambda m: m.__name__ if m else "as it is")
def test_what_must_hold_however_the_text_is_written(
    rule: Rule, mutation: Callable[[str], bytes] | None, tmp_path: Path
) -> None:
    text = unmarked(fixture(rule, "bad").read_text(encoding="utf-8"))
    raw = text.encode() if mutation is None else mutation(text)
    path = tmp_path / "bad.py"
    path.write_bytes(raw)
    before = decode(raw, shown(str(path)), str(path))
    ast.parse(before.text)
    after, findings = repaired(path, raw, rule)
    assert len(fixable(findings)) == len(fixable(repaired(path, text.encode(), rule)[1]))
    assert list(faults_of(before, after, findings, rule)) == []
    as_written = built(after.text)
    assert as_written.keys() == built(fixture(rule, "fixed").read_text(encoding="utf-8")).keys()
