"""A rule's page, made of its module's docstring."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

from winit_lint.rule import Rule

HEADINGS: Final = (
    "What it does",
    "Why is this bad",
    "Example",
    "Use instead",
    "Fix safety",
    "Known misses",
    "References",
)
"""The headings that every rule's docstring has, in this order."""

FAMILIES: Final[Mapping[str, str]] = {
    "0": "the run itself",
    "1": "scale and gain",
    "2": "fans",
    "3": "recurrent and orthogonal",
    "4": "symmetry and sharing",
    "5": "coverage",
    "6": "pre-trained",
    "7": "particular layers",
    "8": "API and reproducibility",
    "9": "measured by the probe",
}
"""Family titles by the first digit of a code."""

_CODE = frozenset({"Example", "Use instead"})
_REPORT = re.compile(r"(?<![\w./-])([\w.-]+/[\w.-]+)((?:(?:, )?#\d+)+)")


def page(rule: Rule) -> str:
    """The rule's page in Markdown: code and name, family, then the sections of its docstring, and the evidence."""
    parts = [f"# {rule.code} {rule.name}", f"*Family: {family(rule)}.*"]
    found = sections(rule.doc)
    if found[""]:
        parts.append(found[""])
    for heading in HEADINGS:
        if heading == "Fix safety":
            parts += _evidence(rule, found.get("References", ""))
        if heading in found:
            body = found[heading]
            parts += [f"## {heading}", _fenced(body) if heading in _CODE else body]
    return "\n\n".join(parts) + "\n"


def summary(rule: Rule) -> str:
    """What the rule finds, in one sentence or two on one line."""
    found = sections(rule.doc)
    what = (found[""] or found.get("What it does", "")).split("\n\n")[0]
    return " ".join(what.split())


def contents(rules: Sequence[Rule]) -> str:
    """A page that lists the rules' pages, ``<name>.md`` beside it, by family."""
    parts = ["# Rules", "Made from the rules' docstrings by `winit-lint rule --all --output-dir docs/rules`."]
    for digit, title in FAMILIES.items():
        rows = [f"| {r.code} | [{r.name}]({r.name}.md) | {summary(r)} |" for r in rules if r.code[2] == digit]
        if rows:
            head = f"## {title[0].upper()}{title[1:]}"
            parts += [head, "\n".join(["| code | name | what it finds |", "|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def family(rule: Rule) -> str:
    """The title of the rule's family."""
    return FAMILIES[rule.code[2]]


def sections(doc: str) -> dict[str, str]:
    """The sections of a rule's docstring by heading, dedented; ``""`` is the summary that stands before the first.

    A heading stands alone on its line, as ``What it does:`` or ``## What it does``.
    """
    found: dict[str, list[str]] = {"": []}
    current = found[""]
    for line in doc.splitlines():
        heading = line.removeprefix("## ").removesuffix(":").strip()
        if heading in HEADINGS and line.startswith((heading, f"## {heading}")):
            current = found.setdefault(heading, [])
        elif not line.startswith("# "):
            current.append(line)
    return {heading: textwrap.dedent("\n".join(lines)).strip("\n ") for heading, lines in found.items()}


def code_lines(doc: str, heading: str) -> tuple[str, ...]:
    """The lines of code under ``heading``, stripped, without fences, blank lines and ``...``."""
    lines = (line.strip() for line in sections(doc).get(heading, "").splitlines())
    return tuple(line for line in lines if line and line != "..." and not line.startswith("```"))


def _evidence(rule: Rule, references: str) -> list[str]:
    """The reports that the references name, and the cases that the rule is held to; nothing for the run's own codes."""
    if rule.code[2] == "0":
        return []
    links = [
        f"[{repository}#{number}](https://github.com/{repository}/issues/{number})"
        for repository, numbers in _REPORT.findall(references)
        for number in re.findall(r"\d+", numbers)
    ]
    reported = [f"Reported in {', '.join(links)}."] if links else []
    cases = f"tests/rules/{rule.name.replace('-', '_')}"
    held = (
        f"`{cases}/bad.py` holds the cases that must be found, each with what the message must say;\n"
        f"`{cases}/good.py` holds those that look alike and are right."
    )
    return ["## Evidence", *reported, held]


def _fenced(body: str) -> str:
    return body if "```" in body else f"```python\n{body}\n```"
