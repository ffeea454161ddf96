"""A parameter whose measured moments are not those of its last initializer.

What it does:
    Compares the mean and std of what a parameter holds after construction with what the last write to it promises.
    The interval knows the number of entries, over all builds: four standard errors of the promised distribution.

Why is this bad:
    Something that torch did not see has changed the values: code that works on the array behind the tensor, a C++
    extension, a broken random generator. The code that is read says one scale, and training starts from another.

Example:
    self.fc.weight.detach().numpy()[:] *= 3.0

Use instead:
    self.fc.weight.detach().mul_(3.0)

Fix safety:
    No fix is offered.

Known misses:
    Writes whose result has no closed form, parameters of fewer than 32 entries over all builds, and differences
    under 5 %.

References:
    None.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.blamed import blamed
from winit_lint.analyses.final_writes import history
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Severity
from winit_lint.ir.measured import Statistics
from winit_lint.ir.model import Parameter
from winit_lint.rule import Pass, Rule, Scope

_SLIGHT = 0.05


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each parameter."""
    measured = run.model.measured
    for parameter in run.model.parameters if measured is not None else ():
        found = measured.by_name.get(parameter.name) if measured is not None else None
        if found is None or parameter.parametrized is not None or not parameter.certain:
            continue
        said = _off(found)
        if said is not None:
            message = f"`{parameter.symbol}` holds {said} over {_count(found)}: not what `{_init(parameter)}` draws"
            related = history(parameter, parameter.last)
            yield run.report(blamed(run.model, parameter), Severity.WARNING, parameter.symbol, message, related=related)


def _off(found: Statistics) -> str | None:
    """The moment that is not as promised."""
    std, mean = found.promised_std, found.promised_mean
    if found.std is None or found.mean is None or std is None or mean is None or found.nonfinite:
        return None
    if (std == 0.0) != (found.std == 0.0) and found.n > 1:
        return f"a std of {found.std:.3g} where {std:.3g} was promised"
    wide = found.std_interval
    if wide is not None and not wide.holds(std) and abs(found.std - std) > _SLIGHT * std:
        return f"a std of {found.std:.3g} ({wide.low:.3g} to {wide.high:.3g}) where {std:.3g} was promised"
    near = found.mean_interval
    if near is not None and not near.holds(mean) and abs(found.mean - mean) > _SLIGHT * max(found.std, abs(mean)):
        return f"a mean of {found.mean:.3g} ({near.low:.3g} to {near.high:.3g}) where {mean:.3g} was promised"
    return None


def _count(found: Statistics) -> str:
    return f"{found.n:,} entries" + (f" in each of {found.builds} builds" if found.builds > 1 else "")


def _init(parameter: Parameter) -> str:
    write = parameter.last
    return write.name if write is not None else "the last write"


RULE = Rule("WI902", "scale-not-as-claimed", __doc__, check, Scope.STRUCTURE, refutes=overwritten, measured=True)
