"""The base of what watches torch's operations."""

from __future__ import annotations

from torch.utils._python_dispatch import TorchDispatchMode


class LightMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A dispatch mode for which torch does not load its compiler, which would take seconds in every child."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """False: torch would load the compiler to keep it away from ``__torch_dispatch__``."""
        return False
