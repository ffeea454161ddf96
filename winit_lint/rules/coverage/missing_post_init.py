"""Layers of a Hugging Face model that no `post_init()` follows.

What it does:
    Finds classes derived from `PreTrainedModel` whose layers keep torch's default because the constructor never calls
    `self.post_init()`, calls it on some paths only, or adds layers after the last call.

Why is this bad:
    `post_init()` is what runs `_init_weights` over the model. Without it the initialisation that the class describes
    does not happen, and in transformers 5 `from_pretrained` fails with an AttributeError (`all_tied_weights_keys`),
    since the same call collects what loading needs.

Example:
    self.classifier = nn.Linear(16, 2)

Use instead:
    self.classifier = nn.Linear(16, 2)
    self.post_init()

Fix safety:
    No fix is offered; the call belongs at the end of the constructor.

Known misses:
    Classes whose constructor fills all weights by itself, calls `init_weights()` alone (enough before transformers 5)
    or applies `_init_weights` by hand; classes used inside others, which the outer model's `post_init()` reaches.

References:
    transformers.PreTrainedModel.post_init.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import contents, untouched
from winit_lint.analyses.final_writes import others
from winit_lint.analyses.hugging_face import dispatch, dispatches, is_pretrained_model
from winit_lint.finding import Finding, Related, Severity
from winit_lint.ir.event import Load
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.rule import Pass, Rule

_DRAWN = frozenset({LayerKind.LINEAR, LayerKind.CONV, LayerKind.CONV_TRANSPOSE, LayerKind.EMBEDDING})


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each class."""
    root = run.model.by_path.get("")
    if root is None or root.cls != run.model.root or not is_pretrained_model(root) or not run.model.complete:
        return
    left = _left(run.model)
    if not left or left[0].created is None or root.cls in run.project.inner or any(run.model.events_of(Load)):
        return
    called = dispatch(run.model)
    symbols = [parameter.symbol for parameter in left]
    what = f"`{symbols[0]}`{others(symbols)} keeps {contents(left[0])}"
    if called is None:
        why = f"`{run.model.name}` does not call `post_init()`, so `_init_weights` does not run"
        also = ", and `from_pretrained` raises AttributeError in transformers 5"
    else:
        why, also = "it is added after the last `post_init()`, so `_init_weights` does not see it", ""
    message = f"{what}: {why}{also}; call `self.post_init()` at the end of `__init__`"
    related = (Related(called.span, "`_init_weights` runs here"),) if called is not None else ()
    yield run.report(left[0].created, Severity.WARNING, symbols[0], message, related=related)


def _left(model: Model) -> list[Parameter]:
    """The weights of layers that no ``post_init()`` has visited and nothing else has written."""
    visited = {path for event in dispatches(model) for path in event.visited}
    found = []
    for parameter in model.parameters:
        layer = model.by_path.get(parameter.layer)
        drawn = layer is not None and layer.kind in _DRAWN and parameter.role == "weight"
        lost = len(parameter.applied) < len(parameter.writes)  # a routine of its own meant it
        if drawn and parameter.layer not in visited and parameter.trainable and untouched(parameter) and not lost:
            found.append(parameter)
    return found


RULE = Rule("WI522", "missing-post-init", __doc__, check)
