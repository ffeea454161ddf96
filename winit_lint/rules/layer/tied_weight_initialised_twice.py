"""A tied weight that is initialised under one of its names and then, with another scale, under the other.

What it does:
    Finds tensors that two modules share, an embedding and a head for example, and that are written through both with
    different distributions: two branches of an initialisation routine, or two lines.

Why is this bad:
    There is one tensor, and the last write alone counts. Which one that is follows from the order in which modules are
    visited: an embedding meant for std 1 starts at the 0.02 of the head, 50 times smaller, or a head at the 1 of the
    embedding, with logits of std sqrt(d).

Example:
    return model.apply(init_by_type)

Use instead:
    return model.apply(init_alike)

Fix safety:
    No fix is offered: which of the two scales is meant is not known.

Known misses:
    Weights tied after they are initialised, where the write through the name that is given up is lost.

References:
    fastai/fastai#2090; Press, Wolf 2017 (arXiv:1608.05859).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from winit_lint.analyses.final_writes import history
from winit_lint.analyses.scheme import share, std_factor_severity
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Related
from winit_lint.ir.event import Traversal
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import Number, SizeExpr, known
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each tied tensor."""
    for parameter in run.model.parameters:
        last = parameter.last if parameter.tied and parameter.parametrized is None else None
        lost = _lost(parameter, last) if last is not None else None
        if last is None or lost is None or last.span is None:
            continue
        factor = _factor(lost, last)
        severity = std_factor_severity(factor)
        if severity is None:
            continue
        names = ", ".join(f"`{name}`" for name in (parameter.name, *parameter.tied))
        times = "" if factor is None else f", std x{factor:.3g} of it"
        message = (
            f"{names} are one tensor: {_told(lost)} is lost to {_told(last)}{times}; give both the same scale, or "
            f"initialise one of them"
        )
        places = [Related(write.span, f"written here as `{write.through}`") for write in (lost, last) if write.span]
        related = (*(place for place in places if place.span != last.span), *history(parameter, last))
        yield run.report(_line(run, lost, last), severity, parameter.symbol, message, related=related)


def _lost(parameter: Parameter, last: Write) -> Write | None:
    """The write before the last one that the project made under another name of the tensor, as a whole too."""
    if last.origin is not Origin.EXPLICIT or last.through is None:
        return None
    names = {name.rpartition(".")[0] for name in (parameter.name, *parameter.tied)}
    for write in reversed(list(takewhile(lambda each: each is not last, parameter.applied))):
        if write.origin is not Origin.EXPLICIT or write.region is not None or write.through == last.through:
            continue
        return write if {write.through, last.through} <= names else None
    return None


def _factor(lost: Write, last: Write) -> float | None:
    """The std that counts over the one that is lost; 1 where that says nothing, 0 or None where it is no number."""
    before, after = lost.distribution, last.distribution
    if before.std is None or after.std is None:
        return 1.0
    if (before.mean, before.std) == (after.mean, after.std):
        return 1.0
    return known(share(after.std, before.std)) if before.std != 0 else None


def _told(write: Write) -> str:
    return f"`{write.name}` through `{write.through or 'the model'}` (std {_shown(write.distribution.std)})"


def _shown(std: Number | None) -> str:
    return f"{std}" if std is None or isinstance(std, SizeExpr) else f"{std:.3g}"


def _line(run: Pass, lost: Write, last: Write) -> Span:
    """The walk over modules that made both writes, else the later write."""
    walks = {walk.span for walk in run.model.events_of(Traversal)}
    common = [one for one, other in zip(lost.stack, last.stack, strict=False) if one == other and one in walks]
    assert last.span is not None
    return common[-1] if common else last.span


RULE = Rule("WI704", "tied-weight-initialised-twice", __doc__, check, refutes=overwritten)
