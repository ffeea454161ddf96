"""The predicted signal for people: a row an operation, and its course as a line of bars on a log scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from rich.console import Console
from rich.text import Text

from winit_lint.reports.printable import cells, plain
from winit_lint.reports.text_columns import wrapped

_BARS = "▁▂▃▄▅▆▇█"
_UNKNOWN = "·"
_LEAST_RANGE = 2.0  # decades: less than that is no trend
_COLUMNS = ("layer", "operation", "forward", "x", "backward", "x", "varies", "suits")
_RIGHT = frozenset({2, 3, 4, 5, 6})
_LEFT_OUT = (7, 6, 5, 3)
_LEAST_NAME = 8
_WHATEVER = 100_000


def render(document: Mapping[str, Any], *, width: int | None, colour: bool) -> str:
    """The section ``signal`` of an inspect document in lines of at most ``width`` columns."""
    output = StringIO()
    console = Console(file=output, width=_WHATEVER, force_terminal=colour, no_color=not colour, highlight=False)
    for line in _lines(document, width):
        console.print(line, soft_wrap=True)
    return output.getvalue()


def _lines(document: Mapping[str, Any], width: int | None) -> Iterator[Text]:
    signal = document["signal"]
    yield from wrapped(plain(document["target"]), width, "bold")
    if not signal["flows"]:
        yield from wrapped("no flow through layers is known", width, "yellow")
        return
    for flow in signal["flows"]:
        rows = flow["operations"]
        ending = "" if flow["complete"] else ", which could not be followed to its end"
        yield from wrapped(f"{plain(flow['method'])}{ending}", width, "bold")
        yield from _table([_cells(row) for row in rows], width)
        yield from _course("forward ", [row["forward"] for row in rows], width)
        yield from _course("backward", [row["backward"] for row in rows], width)
        yield from wrapped(_summary(flow), width, "bold")
    for line in _assumptions(signal):
        yield from wrapped(line, width, "dim")


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    name = row["op"].rpartition(".")[2].rpartition(" ")[2]
    times = f" x{row['repeat']}" if row["repeat"] > 1 else ""
    about = "" if row["exact"] or row["forward"] is None else "~"
    share = "-" if row["share"] is None else f"{row['share']:.0%}"
    return (
        plain(row["layer"] or ""),
        plain(name if row["kind"] != "unknown" else f"unknown: {name}") + times,
        about + _told(row["forward"]),
        _told(row["factor"]),
        _told(row["backward"]),
        _told(row["backward_factor"]),
        share,
        _suits(row["keeps"]),
    )


def _suits(keeps: Mapping[str, Any] | None) -> str:
    if keeps is None:
        return ""
    if keeps["init"] is None:
        return f"({plain(keeps['why'])})"
    std = keeps["std"]
    told = f"{std:.3g}" if isinstance(std, float) else plain(str(std))
    return f"std {told}: {plain(keeps['init'])}"


def _told(value: float | None) -> str:
    if value is None:
        return "-"
    if value >= 1e300:
        return "inf"
    return f"{value:.3g}"


def _table(rows: Sequence[tuple[str, ...]], width: int | None) -> Iterator[Text]:
    """The rows below a heading; where there is no room columns are left out first, then names are cut."""
    shown = [_COLUMNS, *rows]
    widths = {n: max(cells(row[n]) for row in shown) for n in range(len(_COLUMNS))}
    for column in _LEFT_OUT:
        if width is not None and _total(widths) > width:
            del widths[column]
    over = 0 if width is None else _total(widths) - width
    for column in (0, 1):
        cut = min(max(over, 0), max(widths[column] - _LEAST_NAME, 0))
        widths[column] -= cut
        over -= cut
    for number, row in enumerate(shown):
        parts = [_padded(row[n], size, n in _RIGHT) for n, size in widths.items()]
        yield Text("  ".join(parts).rstrip(), "bold" if number == 0 else "yellow" if row[2] == "-" else "")


def _total(widths: Mapping[int, int]) -> int:
    return sum(widths.values()) + 2 * (len(widths) - 1)


def _padded(text: str, size: int, right: bool) -> str:
    if cells(text) > size:
        kept = text[::-1] if not right else text
        while cells(kept) > size - 2:
            kept = kept[:-1]
        text = ".." + kept[::-1]
    pad = " " * (size - cells(text))
    return pad + text if right else text + pad


def _course(label: str, values: Sequence[float | None], width: int | None) -> Iterator[Text]:
    """The values as bars, thinned out where there are more than fit."""
    logs = [None if value is None or value <= 0 else math.log10(value) for value in values]
    known = [each for each in logs if each is not None]
    if not known:
        return
    low, high = min(known), max(known)
    spare = max(_LEAST_RANGE - (high - low), 0.0) / 2
    told = f"  {_power(low)} to {_power(high)}"
    room = len(logs) if width is None else max(width - len(label) - len(told) - 2, 8)
    step = max(1, math.ceil(len(logs) / room))
    bars = "".join(_bar(each, low - spare, high + spare) for each in logs[::step])
    yield Text(f"{label}  {bars}{told}")


def _bar(value: float | None, low: float, high: float) -> str:
    if value is None:
        return _UNKNOWN
    return _BARS[min(int((value - low) / (high - low) * len(_BARS)), len(_BARS) - 1)]


def _power(value: float) -> str:
    return "inf" if value >= 300 else f"{10**value:.2g}"


def _summary(flow: Mapping[str, Any]) -> str:
    layers = f"{flow['layers']} layer" if flow["layers"] == 1 else f"{flow['layers']} layers"
    ahead, back = flow["forward"], flow["backward"]
    forward = "not known" if ahead is None else f"x{_told(ahead)}"
    backward = "not known" if back is None else f"x{_told(back)}"
    return (
        f"second moments over {layers}: forward {forward} to what is returned, backward {backward} to the first layer"
    )


def _assumptions(signal: Mapping[str, Any]) -> Iterator[str]:
    yield "relative to standardised inputs and to a returned gradient of second moment 1, in training mode"
    yield "varies: the share that differs between positions or samples; ~ rests on an assumption"
    assumed = signal["assumed"]
    size = assumed["input_size"]
    if size is None:
        yield f"averages over all positions take {assumed['positions']} of them; --input-size says how many there are"
    else:
        yield f"input {'x'.join(map(str, size))}"
