"""Which files a run checks itself, and does not take from elsewhere."""

from __future__ import annotations

import pytest

from winit_lint.linting import Linting


def checked_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that processes of this machine check from now on, by path as shown."""
    real, paths = Linting._checked, []  # type: ignore[var-annotated]

    def noting(self: Linting, work: object, todo: list[str]) -> object:
        paths.extend(todo)
        return real(self, work, todo)  # type: ignore[arg-type]

    monkeypatch.setattr(Linting, "_checked", noting)
    return paths
