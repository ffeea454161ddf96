"""Models that derive from transformers' ``PreTrainedModel``, and what its protocol does to them."""

from __future__ import annotations

from winit_lint.ir.event import Load, Traversal
from winit_lint.ir.model import Layer, Model, Parameter
from winit_lint.ir.write import Origin, Write

_BASES = frozenset({"transformers.PreTrainedModel", "transformers.modeling_utils.PreTrainedModel"})
_HOOK = "._init_weights"


def is_pretrained_model(layer: Layer | None) -> bool:
    """The layer is a ``PreTrainedModel``."""
    return layer is not None and not _BASES.isdisjoint(layer.bases)


def in_package(layer: Layer) -> bool:
    """It is defined in transformers itself, whose loader visits every module of such models again."""
    return layer.cls.startswith("transformers.")


def dispatches(model: Model) -> tuple[Traversal, ...]:
    """Every ``post_init()`` and ``apply(self._init_weights)``, of the model itself and of models inside."""
    traversals = model.events_of(Traversal)
    return tuple(event for event in traversals if event.callback is not None and event.callback.endswith(_HOOK))


def dispatch(model: Model) -> Traversal | None:
    """The last of them on the model itself; None where there is none."""
    if not is_pretrained_model(model.by_path.get("")):
        return None
    return next((event for event in reversed(dispatches(model)) if event.root == ""), None)


def sees_loaded(write: Write) -> bool:
    """While transformers initialises, ``torch.nn.init`` leaves a Parameter that a checkpoint has filled as it is.

    It looks at a mark on the object that it is given: neither ``.data`` nor a slice has it, and a tensor's own methods
    ask nothing.
    """
    return write.init.startswith("torch.nn.init.") and not write.view


def passed_over(model: Model, parameter: Parameter) -> bool:
    """``_init_weights`` ran over the model and certainly wrote nothing to this parameter.

    Where a checkpoint lacks it, transformers gives it fresh memory that only ``_init_weights`` would fill: what the
    constructor wrote is gone.
    """
    if not parameter.trainable or parameter.parametrized is not None or not parameter.certain or not parameter.applied:
        return False
    if any(write.handed is not None or write.origin is Origin.LOAD for write in parameter.applied):
        return False
    loaded = (event.module for event in model.events_of(Load))
    return not any(path is not None and parameter.name.startswith(f"{path}." if path else "") for path in loaded)


def hook_name(traversal: Traversal) -> str:
    """``Net._init_weights`` of the model's class."""
    return ".".join((traversal.callback or "").rsplit(".", 2)[-2:])
