"""Models that torch compiles, measured as what they were made of: compiled code has neither hooks nor calls to see."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

from torch import nn


def original(module: nn.Module) -> nn.Module:
    """The module inside what ``torch.compile`` made of it; any other is its own."""
    found: Any = module
    while type(found).__module__.startswith("torch._dynamo.") and isinstance(
        found._modules.get("_orig_mod"), nn.Module
    ):
        found = found._modules["_orig_mod"]
    return found  # type: ignore[no-any-return]


@contextlib.contextmanager
def uncompiled() -> Iterator[None]:
    """Compiled parts run as they were written; nothing is loaded where nothing was compiled, or torch is too old."""
    compiler: Any = sys.modules.get("torch.compiler")
    if "torch._dynamo" not in sys.modules or not hasattr(compiler, "set_stance"):
        yield
        return
    with compiler.set_stance("force_eager"):
        yield
