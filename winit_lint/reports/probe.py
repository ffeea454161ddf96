"""What a probe says of itself: with what it measured, and what was enforced."""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.probe.launch import Probed
from winit_lint.reports.printable import plain


def remarks(probed: Probed) -> Iterator[str]:
    """Lines about the environment, what ``forward`` was given, the time and memory that it took, and the sandbox."""
    if probed.torch is None:
        return
    given = "nothing was run"
    if probed.inputs is not None:
        given = f"input {probed.inputs} ({probed.inputs.origin})"
    elif probed.model is not None:
        given = "no input was found"
    seconds = ", ".join(f"{stage} {spent:.2f} s" for stage, spent in probed.seconds)
    yield f"torch {plain(probed.torch)}; {plain(given)}; {seconds}; {probed.peak >> 20} MiB at most"
    yield f"enforced: {plain('; '.join(probed.enforced) or 'nothing')}"
    if probed.missing:
        yield f"not enforced: {plain('; '.join(probed.missing))}"
