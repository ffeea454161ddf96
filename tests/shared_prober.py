"""One fork server for several tests: what a command opens and closes stays open."""

from __future__ import annotations

from winit_lint.probe.launch import Options, Probed, Prober
from winit_lint.source.target import Target


class SharedProber:
    """Stands for ``Prober`` in a command, and leaves the one that it is given running."""

    def __init__(self, prober: Prober) -> None:
        self.prober = prober

    def __enter__(self) -> SharedProber:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def probe(self, target: Target, options: Options) -> Probed:
        return self.prober.probe(target, options)
