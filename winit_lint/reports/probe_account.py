"""What the reports of a probe are told of one target."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, final

from winit_lint.finding import Finding
from winit_lint.ir.model import Model
from winit_lint.ir.sweep import Sweep
from winit_lint.source.text import SourceError, SourceText, read


@final
@dataclass(frozen=True)
class Account:
    """One target: its inspect document, the model as measured, and what was found in it.

    ``model`` is None where it could not be built; then ``findings`` say why. ``texts`` are the sources at hand, by the
    path that spans carry. ``about`` tells of the run, (what, text) each: environment, input, times, what was enforced.
    ``input_size`` is the shape of the first input of real numbers, the batch first, where that is known. ``sweeps`` are
    those of the target, if any were asked for.
    """

    document: Mapping[str, Any]
    model: Model | None = None
    findings: tuple[Finding, ...] = ()
    texts: Mapping[str, SourceText] = field(default_factory=lambda: MappingProxyType({}))
    about: tuple[tuple[str, str], ...] = ()
    input_size: tuple[int, ...] | None = None
    sweeps: tuple[Sweep, ...] = ()

    @property
    def target(self) -> str:
        """As the user wrote it."""
        return str(self.document["target"])


def texts_of(findings: Iterable[Finding]) -> dict[str, SourceText]:
    """The files that findings are in, as far as they can be read."""
    found = {}
    for path in dict.fromkeys(finding.span.path for finding in findings):
        with contextlib.suppress(SourceError):
            found[path] = read(path, os.path.abspath(path))
    return found
