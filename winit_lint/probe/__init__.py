"""The runtime probe: builds a model in a child process and measures it. It alone knows torch, and only in the child.

``probe`` and ``assert_well_initialized`` measure in the caller's own process; torch is loaded when they are asked for.
"""

from __future__ import annotations

from typing import Any

__all__ = ["assert_well_initialized", "probe"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from winit_lint.probe import notebook

    return getattr(notebook, name)
