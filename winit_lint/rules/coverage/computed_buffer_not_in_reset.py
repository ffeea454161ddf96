"""A buffer that no checkpoint holds, and that `_init_weights` of a Hugging Face model does not compute again.

What it does:
    Finds buffers with `persistent=False` in a `PreTrainedModel`, computed by a constructor, that its `_init_weights`
    neither reads nor assigns when it comes to the module that has them.

Why is this bad:
    Since version 5 `from_pretrained` builds the model on the meta device, loads what the checkpoint has, gives fresh
    memory to the rest and calls `_init_weights(module)` to fill it. A non-persistent buffer is in no checkpoint: what
    the constructor computed is lost, and rotary frequencies, masks or position ids are whatever the memory held.

Example:
    self.register_buffer("inv_freq", 1.0 / 10000 ** (torch.arange(0, dim, 2) / dim), persistent=False)

Use instead:
    if isinstance(module, Rotary):
        nn.init.copy_(module.inv_freq, module.frequencies())

Fix safety:
    No fix is offered: the computation has to move to where both can call it.

Known misses:
    Buffers that another method of the class assigns, too, which may do it before each use; models that the project
    itself builds on the meta device or empties by `to_empty`; a second module like the first.

References:
    transformers.PreTrainedModel._move_missing_keys_from_meta_to_device ("we want to re-initialize non-persistent
    buffers with correct values").
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.final_writes import others
from winit_lint.analyses.hugging_face import dispatch, hook_name
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.event_registration import VolatileBuffer
from winit_lint.ir.model import Model
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_PRETRAINED = frozenset({"transformers.PreTrainedModel", "transformers.modeling_utils.PreTrainedModel"})


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each place that registers such buffers."""
    traversal = dispatch(run.model)
    if not run.model.complete or traversal is None or run.model.root in run.project.parts:
        return
    places: dict[Span, list[VolatileBuffer]] = {}
    for buffer in run.model.events_of(VolatileBuffer):
        if not buffer.renewed and not _belongs_to_others(run.model, buffer):
            places.setdefault(buffer.span, []).append(buffer)
    for span, buffers in places.items():
        symbols = [f"{buffer.owner.rpartition('.')[2]}.{buffer.name.rpartition('.')[2]}" for buffer in buffers]
        message = (
            f"`{symbols[0]}`{others(symbols)} is uninitialised memory once a checkpoint is loaded: it is in none "
            f"(persistent=False), `from_pretrained` of transformers 5 builds the model without memory, and "
            f"`{hook_name(traversal)}` does not compute it again"
        )
        related = (Related(traversal.span, "`_init_weights` is called from here"),)
        yield run.report(span, Severity.WARNING, symbols[0], message, related=related)


def _belongs_to_others(model: Model, buffer: VolatileBuffer) -> bool:
    """Its class derives from one of transformers, whose own ``_init_weights`` may know it."""
    layer = model.by_path.get(buffer.module)
    if layer is None or layer.cls.startswith("transformers."):
        return layer is None
    return any(base.startswith("transformers.") and base not in _PRETRAINED for base in layer.bases)


RULE = Rule("WI520", "computed-buffer-not-in-reset", __doc__, check)
