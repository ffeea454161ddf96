"""Claims about what a parameter holds, against its measured entries."""

from __future__ import annotations

from winit_lint.agreement.facts import Facts, Value, Verdict
from winit_lint.ir.measured import Measured, Statistics
from winit_lint.ir.model import Parameter

_NORM_SPREAD = 0.02  # a normalisation's scale that was filled on purpose around 1 spreads no further


def constant(facts: Facts) -> Verdict | None:
    """Every entry is the same number, or every row."""
    for parameter, found in _measured(facts):
        flat = found.minimum is not None and found.minimum == found.maximum
        rows = any(copies.how == "equal rows" and parameter.name in copies.names for copies in _all(facts).copies)
        return Verdict(flat or rows, {**_told(parameter, found), **_gradient(facts, parameter)})
    return None


def never_filled(facts: Facts) -> Verdict | None:
    """Memory that nothing wrote to, which was NaN before the model was built."""
    shares = {found.name: found.share for found in _all(facts).unfilled}
    for parameter in facts.parameters:
        share = shares.get(parameter.name, 0.0)
        return Verdict(share > 0, {"parameter": parameter.name, "unfilled": share})
    return None


def not_reset(facts: Facts) -> Verdict | None:
    """The same, or memory that ``reset_parameters`` leaves unfilled after ``to_empty``.

    A target that is built the ordinary way says nothing against it: the fault is in who materialises it.
    """
    plain = never_filled(facts)
    if plain is not None and plain.holds:
        return plain
    shares = {found.name: found.share for found in _all(facts).resets}
    for parameter in facts.parameters:
        if shares.get(parameter.name, 0.0) > 0:
            return Verdict(True, {"parameter": parameter.name, "unfilled after to_empty": shares[parameter.name]})
    return None


def norm_scale(facts: Facts) -> Verdict | None:
    """A scale that spreads, or whose mean is far from 1."""
    for parameter, found in _measured(facts):
        spread = found.std is not None and found.std > _NORM_SPREAD
        return Verdict(spread or (found.mean is not None and abs(found.mean) < 0.5), _told(parameter, found))
    return None


def clones(facts: Facts) -> Verdict | None:
    """The same drawn numbers in several tensors."""
    equal = {name for copies in _all(facts).copies if copies.how == "equal" for name in copies.names}
    names = [parameter.name for parameter in facts.parameters if parameter.role != "bias"]
    if not names:
        return None
    values: dict[str, Value] = {"parameter": names[0], "equal": len(equal.intersection(names))}
    return Verdict(bool(equal.intersection(names)), values)


def _measured(facts: Facts) -> list[tuple[Parameter, Statistics]]:
    pairs = ((parameter, facts.statistics(parameter)) for parameter in facts.parameters)
    return [(parameter, found) for parameter, found in pairs if found is not None]


def _all(facts: Facts) -> Measured:
    return facts.model.measured or Measured("", 0)


def _told(parameter: Parameter, found: Statistics) -> dict[str, Value]:
    return {"parameter": parameter.name, "mean": found.mean, "std": found.std, "n": found.n}


def _gradient(facts: Facts, parameter: Parameter) -> dict[str, Value]:
    """The energy of the gradient where the parameter's operation puts out."""
    signal = _all(facts).signal
    for op in facts.model.flows[0].ops if facts.model.flows and signal is not None else ():
        if signal is not None and parameter.name in op.parameters and op.id in signal.by_op:
            return {"forward": signal.by_op[op.id].forward, "backward": signal.by_op[op.id].backward}
    return {}
