"""Sums, products and concatenations of flows, and products with numbers and parameters, forward."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from winit_lint.analyses.readers import is_division
from winit_lint.analyses.signal_layer import spread
from winit_lint.analyses.signal_value import Assumptions, Value, plain
from winit_lint.ir.flow import Flow, Op, OpKind
from winit_lint.ir.model import Model
from winit_lint.ir.size import known
from winit_lint.theory.elementwise import Argument, affine, apply, combine

_FRESH = frozenset({OpKind.WEIGHT, OpKind.EMBEDDING, OpKind.ATTENTION, OpKind.RECURRENT})
_ELEMENTWISE = frozenset({"+", "-", "*"})


def added(flow: Flow, op: Op, inputs: Sequence[Value]) -> Value | None:
    """A sum: of functions of one value that function, else the sum of second moments of independent values."""
    sign = -1.0 if symbol_of(op) == "-" else 1.0
    if len(inputs) == 1:
        function = affine(1.0 + sign, 0.0, inputs[0].function)
        return None if function is None else replace(inputs[0], function=function)
    if len(inputs) == 2 and _alike(inputs):
        together = combine("-" if sign < 0 else "+", inputs[0].function, inputs[1].function)
        if together is not None:
            return replace(inputs[0], function=together, exact=all(x.exact for x in inputs))
    silent = [x for x in inputs if x.joint.second == 0]
    if silent and len(silent) == len(inputs) - 1 and inputs[0] not in silent:
        return replace(inputs[0], exact=all(x.exact for x in inputs))  # a branch that starts closed
    found = [x.joint for x in inputs]
    signs = [1.0, *([sign] * (len(found) - 1))]
    mean = sum(s * each.mean for s, each in zip(signs, found, strict=True))
    cross = mean**2 - sum(each.mean**2 for each in found)
    second = sum(each.second for each in found) + cross
    common = sum(each.common for each in found) + cross
    if not math.isfinite(second):
        return None
    gaussian = all(x.gaussian and isinstance(x.function, Argument) for x in inputs)
    exact = all(x.exact for x in inputs) and _independent(flow, inputs)
    return plain(op.id, mean, second, common, widest(inputs), exact=exact, gaussian=gaussian)


def widest(inputs: Sequence[Value]) -> Value:
    """The value whose positions those of the result are: not known where one's are not, else the most."""
    return max(inputs, key=lambda x: math.inf if x.grid is None else math.prod(x.grid))


def _alike(inputs: Sequence[Value]) -> bool:
    first = inputs[0]
    return all(x.source == first.source and x.law == first.law and x.base == first.base for x in inputs)


def _independent(flow: Flow, inputs: Sequence[Value]) -> bool:
    """Each but one comes from weights of its own that none of the others went through.

    A product with fresh weights of mean 0 is uncorrelated with everything that does not read it.
    """
    dependent = 0
    for index, x in enumerate(inputs):
        others = [other.source for place, other in enumerate(inputs) if place != index]
        fresh = flow.ops[x.source].kind in _FRESH | {OpKind.NORM} and _weights_above(flow, x.source) is not None
        above = _weights_above(flow, x.source)
        if not fresh or above is None or any(flow.descends(other, above) for other in others):
            dependent += 1
    return dependent <= 1


def _weights_above(flow: Flow, start: int) -> int | None:
    """The layer with weights from which a value comes through normalisations and reshapes only."""
    op = flow.ops[start]
    while op.kind in {OpKind.NORM, OpKind.RESHAPE, OpKind.SPLIT, OpKind.DROPOUT, OpKind.SCALE} and op.inputs:
        op = flow.ops[op.inputs[0]]
    return op.id if op.kind in _FRESH else None


def multiplied(flow: Flow, op: Op, inputs: Sequence[Value]) -> Value | None:
    """A product: of functions of one value that function, else the product of the moments of independent values."""
    if is_division(op):
        return None
    if len(inputs) == 1 or (len(inputs) == 2 and _alike(inputs)):
        function = combine("*", inputs[0].function, inputs[-1].function)
        if function is not None:
            return replace(inputs[0], function=function, exact=all(x.exact and x.gaussian for x in inputs))
    mean = second = common = 1.0
    for found in (x.joint for x in inputs):
        mean, second, common = mean * found.mean, second * found.second, common * found.common
    if not math.isfinite(second):
        return None
    exact = all(x.exact for x in inputs) and _independent(flow, inputs)
    return plain(op.id, mean, second, common, widest(inputs), exact=exact, gaussian=False)


def scaled(model: Model, op: Op, inputs: Sequence[Value | None], flow: Flow) -> Value | None:
    """A product with or sum of a number or a parameter."""
    flows = [x for i, x in zip(op.inputs, inputs, strict=True) if flow.ops[i].kind not in _STORED]
    symbol = symbol_of(op)
    if len(flows) != 1 or flows[0] is None:
        return None
    x = flows[0]
    if "value" in op.args:
        return _by_number(op, x, symbol, known(op.args["value"]))
    if len(op.parameters) != 1 or len(op.inputs) > 2:
        return None
    parameter = model.by_name.get(op.parameters[0])
    held = spread(parameter)
    if parameter is None or held is None:
        return None
    if held.variance == 0:
        return _by_number(op, x, symbol, held.mean)
    rows = [size for size in (parameter.shape or ())[:-1] if size != 1]
    static = held.mean**2 if rows else held.second
    found = x.joint
    if symbol in {"+", "-"}:
        cross = 2 * found.mean * held.mean * (-1 if symbol == "-" else 1)
        mean = found.mean + held.mean * (-1 if symbol == "-" else 1)
        linear = x.gaussian and isinstance(x.function, Argument)
        return plain(
            op.id, mean, found.second + held.second + cross, found.common + static + cross, x, exact=True,
            gaussian=linear,
        )  # fmt: skip
    if symbol == "*":
        return plain(
            op.id, found.mean * held.mean, found.second * held.second, found.common * static, x, exact=True,
            gaussian=False,
        )  # fmt: skip
    return None


_STORED = frozenset({OpKind.PARAMETER, OpKind.CONSTANT})


def _by_number(op: Op, x: Value, symbol: str, number: float | None) -> Value | None:
    reverse = op.args.get("reverse") is True
    if number is None:
        return None
    function = None
    match symbol:
        case "*":
            function = affine(number, 0.0, x.function)
        case "+":
            function = affine(1.0, number, x.function)
        case "-":
            function = affine(-1.0, number, x.function) if reverse else affine(1.0, -number, x.function)
        case "/" if number and not reverse:
            function = affine(1 / number, 0.0, x.function)
        case "**" if number == 2 and not reverse:
            function = apply("square", None, x.function)
    return None if function is None else replace(x, function=function)


def symbol_of(op: Op) -> str:
    """``*`` of ``torch.Tensor *`` and of ``torch.mul``; "" for an operator that is not known."""
    given = op.args.get("operator")
    name = str(given) if given is not None else op.name.rpartition(".")[2].rpartition(" ")[2].strip("_")
    names = {
        "mul": "*", "multiply": "*", "add": "+", "sub": "-", "subtract": "-", "div": "/", "divide": "/",
        "true_divide": "/", "pow": "**",
    }  # fmt: skip
    found = names.get(name, name)
    return found if found in _ELEMENTWISE | {"/", "**"} else ""


def concatenated(flow: Flow, op: Op, inputs: Sequence[Value], assumed: Assumptions) -> Value | None:
    """An average over what is joined, by the number of channels, or of positions for tokens put in front."""
    found = [x.joint for x in inputs]
    shares, certain = _shares(flow, op, inputs, assumed)
    mean = sum(s * each.mean for s, each in zip(shares, found, strict=True))
    second = sum(s * each.second for s, each in zip(shares, found, strict=True))
    common = sum(s * each.common for s, each in zip(shares, found, strict=True))
    if not math.isfinite(second):
        return None
    same = all(x.law == inputs[0].law and x.function == inputs[0].function for x in inputs)
    widths = [x.width for x in inputs]
    width = sum(w for w in widths if isinstance(w, int)) if all(isinstance(w, int) for w in widths) else None
    first = widest(inputs)
    if same:
        exact = all(x.exact for x in inputs)
        return replace(first, source=op.id, base=first.function, width=width, exact=exact)
    alike = all(abs(each.second - found[0].second) <= 1e-6 * abs(found[0].second) for each in found)
    return plain(
        op.id, mean, second, common, replace(first, width=width), exact=all(x.exact for x in inputs)
        and (certain or alike), gaussian=False,
    )  # fmt: skip


def _shares(flow: Flow, op: Op, inputs: Sequence[Value], assumed: Assumptions) -> tuple[list[float], bool]:
    stored = [flow.ops[x.source].kind is OpKind.PARAMETER for x in inputs]
    if any(stored) and not all(stored):
        weights = [
            1.0 if each else float(x.count(assumed.positions)[0]) for each, x in zip(stored, inputs, strict=True)
        ]
        certain = False
    else:
        known_widths = [float(x.width) for x in inputs if isinstance(x.width, int)]
        certain = len(known_widths) == len(inputs) and op.args.get("dim") in {None, 1, -1}
        weights = known_widths if len(known_widths) == len(inputs) else [1.0] * len(inputs)
    total = sum(weights)
    return [weight / total for weight in weights], certain
