"""A condition in front of an initializer that is true, or false, whatever it is asked about.

What it does:
    Finds, in conditions that guard initializers, a text or a class that stands by itself between `or` and `and`
    (`"head" or "neck" in name`, `isinstance(m, nn.Conv2d) or nn.Linear`), alternatives of which only the first is
    tested (`("a" or "b") in name`), modules compared with classes (`m == nn.Linear`), visited modules that are asked
    whether they are a `Parameter`, visited parameters that are asked whether they are a layer, branches for a class
    behind the branch for what it derives from, and `find()` used as a truth value.

Why is this bad:
    A text that is not empty and a class are true. The branch is then taken for everything, so that the one behind it
    never runs, or it is taken for nothing at all.

Example:
    if "conv_list" or "header" in name:

Use instead:
    if "conv_list" in name or "header" in name:

Fix safety:
    The suggestion is only shown: it changes which layers are initialised.

Known misses:
    A tag that is set on one object and read from another. Conditions that no `if` statement holds.

References:
    zylo117/Yet-Another-EfficientDet-Pytorch#722.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.event import FixedCondition
from winit_lint.ir.model import Model
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_EFFECTS = MappingProxyType(
    {
        "always": (
            "this condition is always true: {why}, so the initializers behind it run for everything and no later "
            "branch is reached",
            "write out each test: `a in name or b in name`, `isinstance(m, (A, B))`",
        ),
        "ignored": (
            "this part of the condition tests nothing: {why}, so the other part alone decides what is initialised",
            "write out each test: `a in name and b in name`",
        ),
        "first": (
            "only this alternative is tested: {why}, so `or` gives it and never the other, and what the other is for "
            "keeps torch's default",
            "write out each test: `a in name or b in name`, `isinstance(m, (A, B))`",
        ),
        "never": (
            "this comparison is never true: {why}, so the initializers behind it never run",
            "isinstance(m, ...)",
        ),
        "foreign": (
            "this is never true: {why}, so the initializers behind it never run",
            "test for the module that holds the parameter, or initialise the parameter by its name",
        ),
        "tensor": (
            "this is never true: {why}, so the initializers behind it never run",
            "loop over modules() instead of parameters()",
        ),
        "shadowed": (
            "this branch is never reached: {why}, so the initializers behind it never run",
            "ask for the derived class first",
        ),
        "inverted": (
            "this is true for nearly everything but what it looks for: {why}, so the wrong layers are initialised",
            "compare: `.find(...) != -1`, or use `in`",
        ),
    }
)


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each such part."""
    for event in run.model.events_of(FixedCondition):
        if event.outcome == "met":
            continue
        message, advice = _EFFECTS[event.outcome]
        symbol = f"condition {event.outcome}"
        yield run.report(event.span, Severity.WARNING, symbol, message.format(why=event.why), fix=Fix(advice))


def refutes(model: Model) -> Iterator[tuple[Span, None]]:
    """The tests for tensors that some tensor of the run met."""
    for event in model.events_of(FixedCondition):
        if event.outcome == "met":
            yield event.span, None


RULE = Rule("WI516", "init-condition-constant", __doc__, check, refutes=refutes)
