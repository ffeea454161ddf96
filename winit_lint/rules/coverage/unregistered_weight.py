"""Layers or weights that a module keeps where `parameters()` does not look.

What it does:
    Finds trained layers in a plain list, tuple or dict of a module, matrices drawn at random that are kept as plain
    tensors and multiplied with in `forward`, and layers that a constructor initialises and keeps in a variable only.

Why is this bad:
    `nn.Module` registers modules and Parameters that are assigned to an attribute, and nothing inside a plain
    container. What is not registered is in no optimizer and no state_dict, does not follow `.to()`, and is not reached
    by `apply` or a loop over `modules()`: it stays at its random start, another one in every run.

Example:
    self.layers = [nn.Linear(dim, dim) for _ in range(depth)]

Use instead:
    self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])

Fix safety:
    The suggestion is only shown: the model gains parameters, and old checkpoints do not have them.

Known misses:
    A list of one layer, which is a way to hide it on purpose. Copies and loaded models (teachers). Classes with a
    `parameters()` or `train()` of their own. Random vectors.

References:
    ikostrikov/pytorch-meta-optimizer#11; Lightning-AI/pytorch-lightning#2282.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Severity
from winit_lint.ir.event_registration import Unregistered
from winit_lint.ir.model import Model
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_FIXES = {
    "list": "self.{name} = nn.ModuleList(...)",
    "tuple": "self.{name} = nn.ModuleList(...)",
    "dict": "self.{name} = nn.ModuleDict(...)",
    "tensor": "self.{name} = nn.Parameter(...), or register_buffer where it shall stay as drawn",
    "local": "assign it to an attribute of self",
}


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each container, tensor and variable."""
    if not run.model.complete:
        return
    for event in run.model.events_of(Unregistered):
        if event.registered or event.used is False:
            continue
        if event.how == "tensor" and not (event.multiplied or event.grad):
            continue
        owner = event.owner.rpartition(".")[2]
        message = f"{_fact(event)}: no optimizer trains {_it(event)}, no state_dict has {_it(event)}"
        fix = Fix(_FIXES[event.how].format(name=event.name))
        yield run.report(event.span, Severity.WARNING, f"{owner}.{event.name}", message, fix=fix)


def refutes(model: Model) -> Iterator[tuple[Span, None]]:
    """What some model registers by another way."""
    for event in model.events_of(Unregistered):
        if event.registered:
            yield event.span, None


def _fact(event: Unregistered) -> str:
    kinds = ", ".join(kind.rpartition(".")[2] for kind in event.kinds[:3])
    if event.how == "tensor":
        return f"`{event.name}` is drawn by `{kinds}` and used as a weight, but is a plain tensor"
    if event.how == "local":
        return f"this {kinds} is initialised and then dropped: `{event.name}` is a variable, no attribute of `self`"
    return f"`{event.name}` keeps its layers ({kinds}) in a plain {event.how}, which registers none of them"


def _it(event: Unregistered) -> str:
    return "them" if event.how in {"list", "tuple", "dict"} else "it"


RULE = Rule("WI514", "unregistered-weight", __doc__, check, refutes=refutes)
