"""What a Hugging Face model is made of for its protocol: the module in hand, and the base model."""

from __future__ import annotations

from typing import Any

from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.state import State
from winit_lint.interpreter.values import Class, External, Module

_PRETRAINED = "transformers.PreTrainedModel"
_HOOK = "_init_weights"
_GUARDED = "transformers.initialization."


def handed_module(state: State) -> Module | None:
    """The module that the innermost running ``_init_weights`` of a pre-trained model was given; None outside of one."""
    for frame in reversed(state.frames):
        function = frame.function
        if function is not None and function.name == _HOOK and _is_pretrained(frame.receiver):
            parameters = function.node.params.params
            given = frame.scope.names.get(parameters[1].name.value) if len(parameters) > 1 else None
            return given if isinstance(given, Module) else None
    return None


def in_guarded_function(state: State) -> bool:
    """A function of ``transformers.initialization`` runs, whose source is there: it asks what was loaded."""
    functions = (frame.function for frame in reversed(state.frames))
    return any(function is not None and function.qualname.startswith(_GUARDED) for function in functions)


def base_model(module: Module) -> str | None:
    """The name of the child that ``base_model_prefix`` of a pre-trained model names, where it has that child."""
    if not _is_pretrained(module) or not isinstance(module.cls, Class):
        return None
    prefix, _ = find_member(module.cls, "base_model_prefix")
    return prefix if isinstance(prefix, str) and module.modules.get(prefix) is not None else None


def _is_pretrained(receiver: Any) -> bool:
    if not isinstance(receiver, Module) or not isinstance(receiver.cls, Class):
        return False
    return any(isinstance(base, External) and base.name == _PRETRAINED for base in receiver.cls.mro)
