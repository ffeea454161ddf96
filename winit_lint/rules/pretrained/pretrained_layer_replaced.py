"""A pre-trained first layer whose place a random one takes.

What it does:
    Finds a new, randomly initialised layer that is put where the first convolution of a loaded model stood, most often
    to take another number of input channels, and that nothing fills from the old one.

Why is this bad:
    Every later layer was trained on the features of that first one. Fed with random features, what they have learnt is
    of little use, and the run that was to be fine-tuning has to learn the model again from its input on.

Example:
    model.conv1 = nn.Conv2d(5, 64, kernel_size=7, stride=2, padding=3, bias=False)

Use instead:
    model.conv1 = nn.Conv2d(5, 64, kernel_size=7, stride=2, padding=3, bias=False)
    with torch.no_grad():
        model.conv1.weight[:, :3] = old.weight
        model.conv1.weight[:, 3:] = old.weight.mean(1, keepdim=True)

Fix safety:
    No fix is offered: what a new channel should start from is the author's knowledge.

Known misses:
    First layers that are no convolution, models whose layers the run doesn't know, layers further inside. A new head
    is right, and so is a new layer in front of the old one.

References:
    azavea/raster-vision#1026. timm.create_model(..., in_chans=n) carries the weights over.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import contents, untouched
from winit_lint.finding import Finding, Severity
from winit_lint.ir.event import Replaced
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each stem."""
    for event in run.model.events_of(Replaced):
        weights = [p for p in run.model.parameters if _is_convolution_below(run.model, p, event.path)]
        if not weights or not all(untouched(p) and p.trainable for p in weights):
            continue
        new = weights[0]
        fits = len(weights) == 1 and _differs_in_inputs_only(new, event)
        carry = "copy the old weight for the channels that stay (and its mean for new ones)" if fits else ""
        message = (
            f"the loaded first layer `{event.path}` is replaced by one that holds {contents(new)}: what follows, "
            f"trained on its features, gets random ones; {carry or 'keep its kernel size and copy its weight'}"
        )
        yield run.report(event.span, Severity.WARNING if fits else Severity.NOTE, new.symbol, message)


def _is_convolution_below(model: Model, parameter: Parameter, path: str) -> bool:
    layer = model.by_path.get(parameter.layer)
    inside = parameter.layer == path or parameter.layer.startswith(f"{path}.")
    return inside and layer is not None and layer.kind is LayerKind.CONV and parameter.role == "weight"


def _differs_in_inputs_only(new: Parameter, event: Replaced) -> bool:
    """The loaded weight could be carried over; so it is taken to be where its shape is not known."""
    if event.shape is None or new.shape is None:
        return True
    return len(event.shape) == len(new.shape) and (event.shape[0], event.shape[2:]) == (new.shape[0], new.shape[2:])


RULE = Rule("WI605", "pretrained-layer-replaced", __doc__, check)
