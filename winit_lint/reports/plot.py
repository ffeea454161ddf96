"""The measured and predicted signal of probed models as a picture."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from winit_lint.reports.printable import plain
from winit_lint.reports.probe_account import Account
from winit_lint.reports.probe_steps import Course, Step, steps
from winit_lint.reports.sweep_plot import draw

FORMATS = ("png", "svg")
_WIDTH, _HEIGHT = 12.0, 3.8
_MEASURED, _PREDICTED, _ZEROED = "#1463c4", "#b35900", "#7a8490"
_STYLE: Any = {"svg.hashsalt": "winit-lint", "text.parse_math": False, "font.size": 9.0}


def render(accounts: Sequence[Account], kind: str) -> bytes:
    """A picture of ``kind``, one of ``FORMATS``: a row a target that has a signal, forward and beside it backward.

    Sweeps follow, a row each.
    """
    shown = [(account, course) for account in accounts if (course := _course(account))]
    swept = [sweep for account in accounts for sweep in account.sweeps]
    with rc_context(_STYLE):
        rows = max(1, len(shown)) + len(swept)
        figure = Figure(figsize=(_WIDTH, _HEIGHT * rows), layout="constrained")
        axes = figure.subplots(rows, 2, squeeze=False)
        for sweep, row in zip(reversed(swept), reversed(axes), strict=False):
            draw(row, sweep, _ticks())
        for (account, course), (ahead, back) in zip(shown, axes, strict=False):
            _draw(ahead, course, lambda step: step.forward)
            _draw(back, course, lambda step: step.backward)
            ahead.set_title(f"{plain(account.target)}\nsecond moment of each output", loc="left")
            back.set_title("second moment of the gradient there", loc="left")
        if shown:
            figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
        else:
            _empty(axes[0])
        output = io.BytesIO()
        metadata: dict[str, Any] = {"Date": None} if kind == "svg" else {}
        figure.savefig(output, format=kind, dpi=120, metadata=metadata)
    return output.getvalue()


def _course(account: Account) -> Sequence[Step]:
    return steps(account.model, account.input_size) if account.model is not None else ()


def _empty(axes: Sequence[Any]) -> None:
    for each in axes:
        each.set_axis_off()
    axes[0].text(0.5, 0.5, "no signal was measured", ha="center", va="center", transform=axes[0].transAxes)


def _draw(axes: Any, course: Sequence[Step], direction: Callable[[Step], Course]) -> None:
    each = [direction(step) for step in course]
    places = range(len(each))
    axes.set_yscale("log")
    axes.fill_between(
        places,
        [_number(value.low) for value in each],
        [_number(value.high) for value in each],
        color=_PREDICTED,
        alpha=0.18,
        linewidth=0,
        label="where nearly every draw falls",
    )
    axes.plot(places, [_number(value.zeroed) for value in each], ":", color=_ZEROED, label="with every bias zero")
    axes.plot(places, [_number(value.predicted) for value in each], "--", color=_PREDICTED, label="predicted")
    axes.plot(
        places, [_number(value.measured) for value in each], "-o", color=_MEASURED, ms=3, lw=1.4, label="measured"
    )
    axes.grid(axis="y", alpha=0.3)
    _name(axes, course)
    axes.yaxis.set_major_formatter(_ticks())


def _ticks() -> FuncFormatter:
    return FuncFormatter(lambda value, _: f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e"))


def _number(value: float | None) -> float:
    """NaN leaves a gap; a log scale has no zero."""
    return value if value is not None and 0 < value < 1e300 else float("nan")


def _name(axes: Any, course: Sequence[Step]) -> None:
    """The paths of up to a dozen layers along the axis."""
    weighted = [place for place, step in enumerate(course) if step.layer and step.parameters]
    shown = weighted[:: -(-len(weighted) // 12) or 1]
    axes.set_xticks(shown, [plain(course[place].layer) for place in shown], rotation=40, ha="right")
