"""What a parameter holds once construction is over, in words."""

from __future__ import annotations

from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import known
from winit_lint.ir.write import Origin, Write


def contents(parameter: Parameter) -> str:
    """``torch's default (kaiming_uniform_, std 0.0255)``; "what it held before" where that is not known."""
    last = parameter.last
    if last is None or last.distribution.kind is Kind.UNKNOWN:
        return "what it held before"
    if last.distribution.kind is Kind.UNINITIALISED:
        return "uninitialised memory"
    if last.origin is Origin.LOAD:
        return "its loaded values"
    numbers = ", ".join(part for part in (_draw(last), _moments(last)) if part)
    if last.origin is Origin.DEFAULT:
        return f"torch's default ({numbers})" if numbers else "torch's default"
    return f"its earlier values ({numbers})" if numbers else "its earlier values"


def untouched(parameter: Parameter) -> bool:
    """Nothing but torch's own constructor, or the creation as raw memory, has certainly given it values."""
    return (
        parameter.certain
        and bool(parameter.applied)
        and all(
            write.origin is Origin.DEFAULT
            or (write.origin is Origin.CREATION and write.distribution.kind is Kind.UNINITIALISED)
            for write in parameter.applied
        )
    )


def as_created(parameter: Parameter) -> bool:
    """Nothing but what created it, torch's own constructor or values that it was made of, has certainly written it."""
    return parameter.certain and all(w.origin in {Origin.DEFAULT, Origin.CREATION} for w in parameter.applied)


def raw(parameter: Parameter) -> bool:
    """It was created as uninitialised memory and certainly nothing has filled it, not even a part of it."""
    applied = parameter.applied
    return (
        parameter.certain
        and bool(applied)
        and applied[0].origin is Origin.CREATION
        and all(write.distribution.kind is Kind.UNINITIALISED for write in applied)
    )


def _draw(write: Write) -> str:
    return write.name if write.init.startswith("torch.nn.init.") else ""


def _moments(write: Write) -> str:
    std, mean = known(write.distribution.std), known(write.distribution.mean)
    if std is None:
        return ""
    if std == 0:
        return "" if mean is None else f"constant {mean:g}"
    return f"std {std:.3g}"
