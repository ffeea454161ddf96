"""A test for a part of a class name that a class of the project passes by accident.

What it does:
    Finds tests such as `classname.find("Conv") != -1` in initialisation routines that a module of a project class
    passes (`ConvBlock`, `LinearAttention`) which has no such weight, so that the routine fails on it.

Why is this bad:
    `apply` visits every module, the containers too. The access to the missing weight raises AttributeError, and the
    model cannot be built; a later rename of a class is enough to bring it about.

Example:
    if classname.find("Conv") != -1:
        m.weight.data.normal_(0.0, 0.02)

Use instead:
    if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
        m.weight.data.normal_(0.0, 0.02)

Fix safety:
    The suggestion is only shown: which classes were meant is the author's to say.

Known misses:
    A class that has a weight of another kind under the same name.

References:
    createamind/vid2vid#11.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import MissingAttribute
from winit_lint.rule import Pass, Rule

_KINDS = {"Conv": "nn.Conv2d", "Linear": "nn.Linear", "BatchNorm": "nn.BatchNorm2d", "Norm": "nn.LayerNorm"}


def check(run: Pass) -> Iterator[Finding]:
    """One error for each class that passes a test by accident."""
    for event in run.model.events_of(MissingAttribute):
        name = event.cls.rpartition(".")[2]
        message = (
            f"the test for {event.text!r} also matches the class `{name}`, which has no `{event.name}`: "
            f"`{event.name}` raises AttributeError as soon as the routine meets `{event.module or name}`"
        )
        layer = run.model.by_path.get(event.module)
        related = [Related(event.span, f"`{event.name}` is read here")]
        if layer is not None and layer.created is not None:
            related.append(Related(layer.created, f"`{event.module or name}` is built here"))
        fix = Fix(f"isinstance(m, {_KINDS.get(event.text, 'the classes that are meant')})")
        yield run.report(event.test, Severity.ERROR, name, message, related=tuple(related), fix=fix)


RULE = Rule("WI517", "class-name-substring-match", __doc__, check)
