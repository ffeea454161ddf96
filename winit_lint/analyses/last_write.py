"""What a parameter holds at step 0, in numbers that rules compare: gains and second moments, not names."""

from __future__ import annotations

from winit_lint.ir.distribution import Kind
from winit_lint.ir.model import Parameter
from winit_lint.ir.size import Number, known, sqrt
from winit_lint.ir.write import Origin, Write

_RANDOM = frozenset({Kind.UNIFORM, Kind.NORMAL, Kind.TRUNCATED_NORMAL, Kind.ORTHOGONAL, Kind.SPARSE, Kind.MOMENTS})
_SCHEMES = frozenset(
    {"xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "orthogonal_", "lecun_normal_"}
)
_COMMON_MODE = 1e-2


def last_write(parameter: Parameter) -> Write | None:
    """The write in effect; None where it is not known or where something recomputes the parameter.

    weight_norm keeps the scale of the weight that it wraps, so it does not count as recomputing.
    """
    if parameter.parametrized is not None and not parameter.parametrized.endswith("weight_norm"):
        return None
    return parameter.last


def behind(parameter: Parameter) -> tuple[Write, ...]:
    """The whole writes that what is in effect comes of: the last one that set it, and the changes of that since."""
    found: list[Write] = []
    for write in reversed(parameter.applied if parameter.last is not None else ()):
        if write.region is None:
            found.append(write)
            if not write.updates:
                break
    return tuple(reversed(found))


def explicit_write(parameter: Parameter) -> Write | None:
    """The write in effect where project code made it; None for torch's defaults and for anything unknown."""
    write = last_write(parameter)
    return write if write is not None and write.origin is Origin.EXPLICIT else None


def is_default(parameter: Parameter) -> bool:
    """Torch's own initialisation is certainly in effect."""
    write = last_write(parameter)
    return write is not None and write.origin is Origin.DEFAULT


def gain_of(parameter: Parameter) -> float | None:
    """``std * sqrt(true fan_in)`` in effect: 1 for LeCun, sqrt(2) for Kaiming, 1/sqrt(3) for torch's default.

    Symbolic sizes may cancel; None where the gain is not a number, or nothing random is in effect.
    """
    write = last_write(parameter)
    if write is None or parameter.fan_in is None or write.distribution.kind not in _RANDOM:
        return None
    std = write.distribution.std
    return None if std is None else known(std * sqrt(parameter.fan_in))


def variance_of(parameter: Parameter) -> Number | None:
    """Var(w) where the q-map holds: independent entries whose mean is negligible.

    None for constants, identity matrices, loaded and unknown values, and for a mean whose common mode
    ``fan_in mean^2`` is over a hundredth of the variance (it grows by ``(fan_in mean)^2`` a layer instead).
    """
    write = last_write(parameter)
    if write is None or write.distribution.kind not in _RANDOM:
        return None
    mean, std = write.distribution.mean, write.distribution.std
    if mean is None or std is None:
        return None
    variance = std * std
    if mean != 0:
        common = None if parameter.fan_in is None else known(parameter.fan_in * mean * mean)
        spread = known(variance)
        if common is None or spread is None or common > _COMMON_MODE * spread:
            return None
    return variance


def second_moment_of(parameter: Parameter) -> Number | None:
    """E[w^2] of what is in effect, constants included (for biases); None where not known."""
    write = last_write(parameter)
    return None if write is None else write.distribution.second_moment


def constant_of(parameter: Parameter) -> float | None:
    """The value that every entry certainly holds, else None.

    A partial write after the constant (one gate, a padding row), an unknown write, a parametrization or a symbolic
    value all make it None, and so does a shape without entries.
    """
    if parameter.parametrized is not None or not parameter.certain or parameter.empty:
        return None
    write = parameter.last
    if write is None or write.distribution.kind is not Kind.CONSTANT:
        return None
    if any(later.region is not None for later in later_parts(parameter)):
        return None
    return known(write.distribution.mean)


def is_standard_scheme(parameter: Parameter) -> bool:
    """Torch's default, Xavier, Kaiming, LeCun or orthogonal is in effect, a written ``gain`` being within 0.5 to 2."""
    write = last_write(parameter)
    if write is None:
        return False
    if write.origin is Origin.DEFAULT:
        return True
    written = write.args.get("gain", 1)
    gain = known(written)
    return write.name in _SCHEMES and gain is not None and 0.5 <= gain <= 2


def later_parts(parameter: Parameter) -> tuple[Write, ...]:
    """The writes to parts of it after the last whole one, oldest first."""
    last, applied = parameter.last, parameter.applied
    for index in range(len(applied) - 1, -1, -1):
        if applied[index] is last:
            return applied[index + 1 :]
    return ()
