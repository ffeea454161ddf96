"""Models that derive from transformers' ``PreTrainedModel``, and what its protocol does to them."""

from __future__ import annotations

from winit_lint.ir.event import Traversal
from winit_lint.ir.model import Layer, Model
from winit_lint.ir.write import Write

_BASES = frozenset({"transformers.PreTrainedModel", "transformers.modeling_utils.PreTrainedModel"})
_HOOK = "._init_weights"


def is_pretrained_model(layer: Layer | None) -> bool:
    """The layer is a ``PreTrainedModel``."""
    return layer is not None and not _BASES.isdisjoint(layer.bases)


def in_package(layer: Layer) -> bool:
    """It is defined in transformers itself, whose loader visits every module of such models again."""
    return layer.cls.startswith("transformers.")


def dispatch(model: Model) -> Traversal | None:
    """The last ``post_init()`` (or ``apply(self._init_weights)``) of the model itself; None where there is none."""
    if not is_pretrained_model(model.by_path.get("")):
        return None
    found = [
        event
        for event in model.events_of(Traversal)
        if event.root == "" and event.callback is not None and event.callback.endswith(_HOOK)
    ]
    return found[-1] if found else None


def sees_loaded(write: Write) -> bool:
    """While transformers initialises, ``torch.nn.init`` leaves a Parameter that a checkpoint has filled as it is.

    It looks at a mark on the object that it is given: neither ``.data`` nor a slice has it, and a tensor's own methods
    ask nothing.
    """
    return write.init.startswith("torch.nn.init.") and not write.view
