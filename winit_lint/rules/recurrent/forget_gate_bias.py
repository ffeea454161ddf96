"""A forget gate's bias that is set on other gates, on more gates, on some layers only, or twice.

What it does:
    Finds constants of 0.5 and more in the biases of LSTM layers and cells that are not in the block of the forget gate,
    that fill all four gates, or that reach only some of the layers and directions; slices that begin or end inside a
    gate's block (in a GRU, with three gates, `n // 4 : n // 2` straddles two); and notes both biases set, because torch
    adds them.

Why is this bad:
    A forget gate with bias 1 keeps 0.73 of the cell state at each step instead of 0.5; over 100 steps the gradient is
    1e-7 instead of 1e-20. The other gates gain nothing from it: open input and output gates and a candidate that
    starts at tanh(1) = 0.76 only add a constant. With 1 in both biases the gate gets 2 and keeps 0.88, which trains
    well but is not what the line says.

Example:
    nn.init.constant_(self.lstm.bias_ih_l0, 1.0)

Use instead:
    nn.init.constant_(self.lstm.bias_ih_l0[hidden : 2 * hidden], 1.0)

Fix safety:
    Unsafe: the values change. A line that fills all gates of one bias fills the forget gate's block instead; all else
    is left to you.

Known misses:
    Biases filled from a tensor that was put together beforehand, cells written by hand.

References:
    Gers, Schmidhuber, Cummins 2000; Jozefowicz, Zaremba, Sutskever 2015; pytorch/pytorch#750; kngwyu/Rainy#17.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from winit_lint.analyses.final_writes import history, others
from winit_lint.analyses.gate_biases import GateBias, gate_biases, pairs
from winit_lint.analyses.superseded import overwritten
from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.rules.call_fix import rewrite
from winit_lint.source.span import Span

_SET = 0.5  # a mean from here on is a gate set open, not a small random value
_FORGET = 1
_GATES = ("input", "forget", "cell", "output")


@final
@dataclass(frozen=True, slots=True)
class _Fault:
    bias: GateBias
    write: Write
    severity: Severity
    text: str
    fix: Fix | None = None


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line that sets a bias."""
    lines: dict[tuple[Span, str], list[_Fault]] = {}
    for biases in run.analysis(gate_biases):
        for fault in _faults(biases):
            if fault.write.span is not None:
                lines.setdefault((fault.write.span, fault.text), []).append(fault)
    for (span, text), faults in lines.items():
        first = faults[0]
        symbols = [fault.bias.parameter.symbol for fault in faults]
        message = f"`{symbols[0]}`{others(symbols)}: {text}"
        related = history(first.bias.parameter, first.write)
        fix = first.fix if len(faults) == 1 else None
        yield run.report(span, first.severity, symbols[0], message, related=related, fix=fix)


def _faults(biases: tuple[GateBias, ...]) -> Iterator[_Fault]:
    astride = [_astride(bias, *found) for bias in biases for found in bias.astride if _opens(found[0])]
    if astride or any(bias.astride for bias in biases) or biases[0].cell.kind != "LSTM":
        yield from astride
        return
    wrong = [fault for bias in biases if (fault := _elsewhere(bias)) is not None]
    yield from wrong or _incomplete(biases)


def _opens(write: Write) -> bool:
    mean = write.distribution.mean
    constant = write.distribution.kind is Kind.CONSTANT and isinstance(mean, (int, float)) and mean >= _SET
    return write.origin is Origin.EXPLICIT and constant


def _astride(bias: GateBias, write: Write, low: float, high: float) -> _Fault:
    cell = bias.cell
    text = (
        f"these rows are {low:g} to {high:g} of the {cell.gates} blocks of {'an' if cell.kind == 'LSTM' else 'a'} "
        f"{cell.kind}, so parts of two gates or more are set to {_value(write):g}"
    )
    return _Fault(bias, write, Severity.WARNING, f"{text}; {_right(cell.gates)}")


def _right(gates: int) -> str:
    if gates == 4:
        return "the forget gate is n // 4 : n // 2"
    return "a GRU has r, z and n, and z, which keeps the state, is n // 3 : 2 * n // 3"


def _elsewhere(bias: GateBias) -> _Fault | None:
    """Every gate is open, or another one than the forget gate."""
    opened = [gate for gate, write in enumerate(bias.writes) if _opens(write)]
    if len(opened) == len(bias.values):
        write = bias.writes[0]
        text = (
            f"fills all 4 gates with {_value(write):g}: the input and output gates start at "
            f"{_sigmoid(_value(write)):.2f} and the candidate at {math.tanh(_value(write)):.2f}; only the block of the "
            f"forget gate, rows n // 4 : n // 2, needs it"
        )
        whole = write.region is None and all(other is write for other in bias.writes)
        changes = rewrite(write, target="{target}.chunk(4)[1]") if whole else ()
        return _Fault(
            bias, write, Severity.WARNING, text, Fix("fill the forget gate's block only", "unsafe", (), changes)
        )
    if len(opened) == 1 and opened[0] != _FORGET:
        write = bias.writes[opened[0]]
        text = (
            f"this is the block of the {_GATES[opened[0]]} gate (torch's order is input, forget, cell, output); the "
            f"forget gate, rows n // 4 : n // 2, stays at {bias.values[_FORGET]:.2g} and keeps "
            f"{_sigmoid(bias.values[_FORGET]):.2f} of the state instead of {_sigmoid(_value(write)):.2f}"
        )
        return _Fault(bias, write, Severity.WARNING, text)
    return None


def _incomplete(biases: tuple[GateBias, ...]) -> Iterator[_Fault]:
    """Some layers have no forget bias, or both biases of one have it."""
    by_suffix = dict(pairs(biases))
    written = {suffix: [bias for bias in both if _opens(bias.writes[_FORGET])] for suffix, both in by_suffix.items()}
    closed = [s for s, both in by_suffix.items() if all(bias.values[_FORGET] == 0 for bias in both)]
    for found in written.values():
        if closed and found:
            write = found[0].writes[_FORGET]
            text = (
                f"its forget gate starts at {_value(write):g}, those of {', '.join(closed)} at 0: they keep 0.50 of "
                f"the state at each step instead of {_sigmoid(_value(write)):.2f}; set all layers and directions"
            )
            yield _Fault(found[0], write, Severity.WARNING, text)
            return
    for found in written.values():
        if len(found) == 2:
            one, total = found[0].values[_FORGET], sum(bias.values[_FORGET] for bias in found)
            text = (
                f"torch adds bias_ih and bias_hh, so the forget gate starts at {total:g} and keeps "
                f"{_sigmoid(total):.2f} of the state instead of {_sigmoid(one):.2f}; set one of them"
            )
            for bias in found:
                yield _Fault(bias, bias.writes[_FORGET], Severity.NOTE, text)


def _value(write: Write) -> float:
    mean = write.distribution.mean
    return float(mean) if isinstance(mean, (int, float)) else math.nan


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


RULE = Rule("WI303", "forget-gate-bias", __doc__, check, refutes=overwritten)
