"""What a probe says of itself: with what it measured, and what was enforced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from winit_lint.probe.launch import Probed
from winit_lint.reports.printable import plain


def remark(probed: Probed) -> str:
    """A line about what ``forward`` was given, and the time and memory that the target took."""
    given = "nothing was run"
    if probed.inputs is not None:
        given = f"input {probed.inputs} ({probed.inputs.origin})"
    elif probed.model is not None and (probed.model.measured is None or probed.model.measured.replay is None):
        given = "no input"
    seconds = ", ".join(f"{stage} {spent:.2f} s" for stage, spent in probed.seconds)
    if probed.supplied:
        given = f"arguments made up: {', '.join(probed.supplied)}; {given}"
    return plain(f"{given}; {seconds or 'no time'}; {probed.peak >> 20} MiB at most")


def about(probed: Probed) -> tuple[tuple[str, str], ...]:
    """The same and more in pairs: (what, text) of environment, inputs, time, memory, and what held the target in."""
    seeds = probed.model.measured.seeds if probed.model is not None and probed.model.measured is not None else None
    pairs = (
        ("torch", probed.torch),
        ("seeds", None if seeds is None else f"{seeds} (0 to {seeds - 1}), a build each"),
        ("arguments made up", ", ".join(probed.supplied)),
        ("input", None if probed.inputs is None else f"{probed.inputs} ({probed.inputs.origin})"),
        ("time", ", ".join(f"{stage} {spent:.2f} s" for stage, spent in probed.seconds)),
        ("memory", f"{probed.peak >> 20} MiB at most" if probed.peak else None),
        ("enforced", "; ".join(probed.enforced) or "nothing"),
        ("not enforced", "; ".join(probed.missing)),
    )
    return tuple((what, text) for what, text in pairs if text)


def enforcement(found: Iterable[Probed]) -> Iterator[str]:
    """Lines about torch and about what held the targets in, each that differs once."""
    lines: dict[str, None] = {}
    for probed in found:
        if probed.torch is not None:
            lines[f"torch {probed.torch}"] = None
        if probed.enforced or probed.missing:
            lines[f"enforced: {'; '.join(probed.enforced) or 'nothing'}"] = None
        if probed.missing:
            lines[f"not enforced: {'; '.join(probed.missing)}"] = None
    yield from map(plain, lines)
