"""What the page of a probe shows, worked out for its template: text, numbers to sort by, and geometry."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from winit_lint.analyses.readers import Reading, readers
from winit_lint.finding import Finding
from winit_lint.ir.measured import MeasuredFans, Statistics
from winit_lint.ir.model import Model
from winit_lint.reports.bars import Scale, scale_of
from winit_lint.reports.depth_plot import DepthPlot, depth_plot
from winit_lint.reports.frame import Row as FrameRow
from winit_lint.reports.frame import frame
from winit_lint.reports.full import marks
from winit_lint.reports.inspect import summary
from winit_lint.reports.inspect_cells import Written, cells, file_names, short, shortened
from winit_lint.reports.inspect_fold import Row
from winit_lint.reports.printable import plain
from winit_lint.reports.probe_account import Account
from winit_lint.reports.probe_rows import kept, needed_std, number
from winit_lint.reports.probe_steps import Step, steps
from winit_lint.reports.probe_text import results
from winit_lint.reports.sweep_view import SweepView, sweep_view
from winit_lint.reports.wording import evidence_text, fix_text

_SIZES = ((760, 300), (380, 260))
"""Of a plot where there is room, and on a phone."""

_SPARK = (64, 18)


@final
@dataclass(frozen=True)
class Cell:
    """A number: its text, what to sort by, and the length of its bar from 0 to 1, None without a bar."""

    text: str
    key: str
    bar: float | None = None


@final
@dataclass(frozen=True)
class ParameterView:
    """A row of the table; ``spark`` is a path of SVG, ``bins`` the histogram's counts in one text."""

    name: str
    layer: str
    shape: str
    size: str
    fans: str
    fan_in: str
    measured_fans: str
    written: tuple[Written, ...]
    std: Cell
    mean: str
    promised: Cell
    needed: Cell
    forward: Cell
    backward: Cell
    kept: bool
    spark: str
    bins: str
    facts: Mapping[str, str]


@final
@dataclass(frozen=True)
class FindingView:
    """A finding with its code frame; ``notes`` are (label, text) below it."""

    severity: str
    code: str
    name: str
    place: str
    message: str
    rows: tuple[FrameRow, ...]
    notes: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True)
class Section:
    """One target."""

    number: int
    target: str
    summary: str
    built: bool
    counts: tuple[tuple[str, str], ...]
    findings: tuple[FindingView, ...]
    plots: tuple[tuple[DepthPlot, ...], ...]
    parameters: tuple[ParameterView, ...]
    results: tuple[tuple[str, str], ...]
    about: tuple[tuple[str, str], ...]
    sweeps: tuple[SweepView, ...] = ()


def section(account: Account, place: int = 0) -> Section:
    """The account as the template shows it; ``place`` is its number on the page."""
    model = account.model
    course = steps(model, account.input_size) if model is not None else ()
    measured = model.measured if model is not None else None
    return Section(
        place,
        plain(account.target),
        summary(account.document),
        model is not None,
        tuple(_counts(account.findings)),
        tuple(_finding(finding, account) for finding in account.findings),
        tuple(_plots(course)),
        tuple(_parameters(account, model, course)) if model is not None else (),
        tuple((what, plain(text)) for what, text in (results(measured) if measured is not None else ())),
        tuple((what, plain(text)) for what, text in account.about),
        tuple(map(sweep_view, account.sweeps)),
    )


def _counts(findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    for severity in ("error", "warning", "note"):
        count = sum(finding.severity.value == severity for finding in findings)
        if count:
            yield severity, f"{count} {severity}" if count == 1 else f"{count} {severity}s"


def _plots(course: Sequence[Step]) -> Iterator[tuple[DepthPlot, ...]]:
    """Each direction in every size."""
    for name, each in (("Forward", lambda step: step.forward), ("Backward", lambda step: step.backward)):
        made = [depth_plot(course, name, each, *size) for size in _SIZES] if course else []
        found = tuple(plot for plot in made if plot is not None)
        if found:
            yield found


def _finding(finding: Finding, account: Account) -> FindingView:
    text = account.texts.get(finding.span.path)
    notes = [
        ("note", f"{related.span.path}:{related.span.line}: {related.message}")
        for related in finding.related
        if text is None or related.span.path != finding.span.path
    ]
    if finding.when is not None:
        notes.append(("when", finding.when))
    if finding.evidence is not None:
        notes.append(("probe", evidence_text(finding.evidence)))
    if finding.fix is not None:
        notes.append(("help", fix_text(finding.fix)))
    return FindingView(
        finding.severity.value,
        finding.code,
        finding.name,
        plain(f"{finding.span.path}:{finding.span.line}:{finding.span.column}"),
        plain(finding.message),
        tuple(frame(text.lines, marks(finding))) if text is not None else (),
        tuple((label, plain(told)) for label, told in notes),
    )


def _parameters(account: Account, model: Model, course: Sequence[Step]) -> Iterator[ParameterView]:
    files = shortened(file_names(account.document))
    read = readers(model)
    by_parameter = {name: step for step in reversed(course) for name in step.parameters}
    scales = (
        scale_of(step.forward.measured for step in by_parameter.values()),
        scale_of(step.backward.measured for step in by_parameter.values()),
    )
    fans = {found.name: found for found in model.measured.fans} if model.measured is not None else {}
    for entry in account.document["parameters"]:
        name = entry["name"]
        found = model.measured.by_name.get(name) if model.measured is not None else None
        step = by_parameter.get(name)
        yield _parameter(
            entry, found, fans.get(name), _needed(model, name, read), files,
            _scaled(step.forward.measured if step is not None else None, scales[0]),
            _scaled(step.backward.measured if step is not None else None, scales[1]),
        )  # fmt: skip


def _needed(model: Model, name: str, read: Mapping[str, Reading]) -> Cell:
    return _cell(needed_std(model, name, read))


def _parameter(
    entry: Mapping[str, Any],
    found: Statistics | None,
    fans: MeasuredFans | None,
    needed: Cell,
    files: Mapping[str, str],
    forward: Cell,
    backward: Cell,
) -> ParameterView:
    said = cells(Row(entry["name"], entry, None), files)
    sizes = entry["shape"] or ()
    whole = math.prod(size for size in sizes if isinstance(size, int))
    return ParameterView(
        said.role,
        plain(short(entry["layer"])),
        said.shape,
        str(whole),
        "" if (said.fan_in, said.fan_out) == ("-", "-") else f"{said.fan_in} / {said.fan_out}",
        str(entry["fan_in"] if isinstance(entry["fan_in"], int) else ""),
        _measured_fans(fans),
        said.written,
        _cell(found.std if found is not None else None),
        number(found.mean if found is not None else None),
        _cell(found.promised_std if found is not None else None),
        needed,
        forward,
        backward,
        found is None or kept(found),
        _spark(found.histogram) if found is not None else "",
        " ".join(map(str, found.histogram)) if found is not None else "",
        _facts(found) if found is not None else {},
    )


def _cell(value: float | None) -> Cell:
    return Cell(number(value), "" if value is None else repr(value))


def _scaled(value: float | None, scale: Scale | None) -> Cell:
    bar = scale.place(value) if scale is not None and value is not None else None
    return Cell(number(value), "" if value is None else repr(value), bar)


def _measured_fans(fans: MeasuredFans | None) -> str:
    if fans is None or (fans.fan_in is None and fans.fan_out is None):
        return ""
    ends = (fan.value if fan is not None else None for fan in (fans.fan_in, fans.fan_out))
    return " / ".join("-" if end is None else f"{end:.0f}" if end >= 1000 else number(end) for end in ends)


def _facts(found: Statistics) -> dict[str, str]:
    """What stands beside the histogram; the keys are names of ``data-`` attributes."""
    numbers = {
        "low": found.minimum,
        "high": found.maximum,
        "mean": found.mean,
        "std": found.std,
        "promised-mean": found.promised_mean,
        "promised-std": found.promised_std,
    }
    words = {
        "family": (found.family or "").replace("_", " "),
        "promised-family": (found.promised_family or "").replace("_", " "),
        "n": f"{found.n:,}",
        "nonfinite": str(found.nonfinite) if found.nonfinite else "",
        "interval": _interval(found),
    }
    return {**{key: repr(value) for key, value in numbers.items() if value is not None}, **words}


def _interval(found: Statistics) -> str:
    ends = found.std_interval
    return "" if ends is None else f"{number(ends.low, 4)} to {number(ends.high, 4)}"


def _spark(counts: Sequence[int]) -> str:
    if not counts or not max(counts):
        return ""
    width, height = _SPARK
    each = width / len(counts)
    heights = ((place, height * count / max(counts)) for place, count in enumerate(counts) if count)
    return "".join(f"M{place * each:g} {height}v-{tall:.1f}h{each:g}V{height}Z" for place, tall in heights)
