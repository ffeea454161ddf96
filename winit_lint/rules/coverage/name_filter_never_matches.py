"""A test on parameter names that none of them can pass.

What it does:
    Finds tests on the names of `named_parameters()` or `named_modules()` that guard an initializer and are true for
    none of the names visited, although some names show what was meant: they end with the text that `==` compares the
    whole name to, have it behind a dot where `startswith` looks at the front, differ in upper and lower case only, or
    end with a part of it.

Why is this bad:
    The names carry the path of their module (`h.0.c_proj.weight`), so the initializer behind the test never runs and
    nothing says so.

Example:
    if name == "c_proj.weight":
        nn.init.normal_(p, std=0.02 / math.sqrt(2 * depth))

Use instead:
    if name.endswith("c_proj.weight"):
        nn.init.normal_(p, std=0.02 / math.sqrt(2 * depth))

Fix safety:
    The suggestion is only shown: it changes the weights drawn.

Known misses:
    Tests by a regular expression. A test that matches somewhere in the run is taken for a general one, and one with
    no similar name for one that other models need. A test that matches the wrong names.

References:
    huggingface/transformers#47458.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import NameTest, Traversal
from winit_lint.ir.model import Model
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_SHOWN = {"==": "{name} == {text!r}", "in": "{text!r} in {name}"}


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each test whose branch never runs."""
    if not run.model.complete:
        return
    for traversal in run.model.events_of(Traversal):
        for test in traversal.names if traversal.complete else ():
            meant, advice = _meant(test)
            if test.initialises and not test.ran and not test.matched and meant:
                yield _finding(run, traversal, test, meant, advice)


def refutes(model: Model) -> Iterator[tuple[Span, None]]:
    """The tests whose branch runs in this model: they are right for some of the models that the routine is for."""
    for traversal in model.events_of(Traversal):
        for test in traversal.names:
            if test.ran or test.matched:
                yield test.span, None


def _finding(run: Pass, traversal: Traversal, test: NameTest, meant: list[str], advice: str) -> Finding:
    shown = _SHOWN.get(test.how, "{name}.{how}({text!r})").format(name="name", how=test.how, text=test.text)
    more = f" and {len(meant) - 1} more" if len(meant) > 1 else ""
    message = (
        f"`{shown}` is true for none of the {len(test.names)} names tested, so the initializer behind it never runs; "
        f"`{meant[0]}`{more} {advice}"
    )
    root = run.model.by_path.get(traversal.root)
    owner = root.cls.rpartition(".")[2] if root is not None else run.model.name
    below = f"{traversal.root}.{meant[0]}" if traversal.root else meant[0]
    target = run.model.by_name.get(below)
    created = target.created if target is not None else None
    related = (Related(created, f"`{meant[0]}` is created here"),) if created is not None else ()
    fix = Fix(f'test name.endswith("{test.text}")') if test.how == "==" else None
    return run.report(test.span, Severity.WARNING, f"{owner}.{meant[0]}", message, related=related, fix=fix)


def _meant(test: NameTest) -> tuple[list[str], str]:
    """The names that the test seems meant for, and what they show."""
    text = test.text
    if not text.strip("."):
        return [], ""
    if test.how == "==" and (found := [name for name in test.names if name.endswith(f".{text}")]):
        return found, "only end with it (a name carries the path of its module)"
    if test.how == "startswith" and (found := [name for name in test.names if f".{text}" in name]):
        return found, "have it behind the path of their module"
    if found := [name for name in test.names if _passes(test.how, name.lower(), text.lower())]:
        return found, "differ from it in upper and lower case"
    if test.how == "endswith" and (found := [name for name in test.names if _nearly(name, text)]):
        return found, "are named otherwise"
    return [], ""


def _passes(how: str, name: str, text: str) -> bool:
    match how:
        case "==":
            return name == text
        case "in" | "find" | "count":
            return text in name
        case "startswith":
            return name.startswith(text)
        case "endswith":
            return name.endswith(text)
    return False


def _nearly(name: str, text: str) -> bool:
    """The last parts of the name are those of the text but for a first word (`proj` for `c_proj`) or underscores."""
    wanted = text.strip(".").split(".")
    parts = name.split(".")[-len(wanted) :]
    if len(parts) < len(wanted) or len(wanted) < 2:
        return False
    pairs = zip(wanted, parts, strict=True)
    return all(w == p or w.endswith(f"_{p}") or w.replace("_", "") == p.replace("_", "") for w, p in pairs)


RULE = Rule("WI504", "name-filter-never-matches", __doc__, check, refutes=refutes)
