"""Buffers that no checkpoint holds, and what fills them again after a model was loaded.

transformers builds a model without memory, and gives what the checkpoint lacks fresh memory that only ``_init_weights``
fills. A buffer counts as filled where that method, or what it calls, so much as reads or assigns it.
"""

from __future__ import annotations

from winit_lint.interpreter.contents import content
from winit_lint.interpreter.handed import handed_module
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Module, Tensor, Unknown, Value
from winit_lint.ir.distribution import Kind


def note_registered(state: State, module: Module, name: str, value: Value, persistent: Value) -> None:
    """``register_buffer``: remembered where it gives values that no checkpoint keeps."""
    note_touched(state, module, name)
    computed = isinstance(value, Unknown) or (
        isinstance(value, Tensor) and content(value).kind is not Kind.UNINITIALISED
    )
    if persistent is False and computed and handed_module(state) is None:
        state.volatile[module.id, name] = (state.frame.function, state.site(state.frame.node))


def note_touched(state: State, module: Module, name: str) -> None:
    """A buffer is read or assigned."""
    if (module.id, name) in state.volatile and handed_module(state) is not None:
        del state.volatile[module.id, name]
