"""An initialisation loop that runs before all the layers exist.

What it does:
    Finds `self.apply(...)` and loops over `modules()`, `children()` or parameters in a constructor that creates
    further layers afterwards, of a type that the loop would have initialised, and leaves them alone.

Why is this bad:
    A traversal sees the modules that are attached when it runs. The later ones keep torch's defaults.

Example:
    self.apply(self._init)
    self.head = nn.Linear(64, 10)

Use instead:
    self.head = nn.Linear(64, 10)
    self.apply(self._init)

Fix safety:
    The suggestion is only shown: moving the call changes the weights drawn.

Known misses:
    Layers that a subclass or a caller attaches later: the loop's author could not know of them.

References:
    torch.nn.Module.apply: "applies fn recursively to every submodule".
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.contents import untouched
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Traversal
from winit_lint.ir.model import Layer, Model
from winit_lint.rule import Pass, Rule


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each traversal that comes too early."""
    for traversal in run.model.events_of(Traversal):
        missed = _missed(run.model, traversal)
        if not missed:
            continue
        names = ", ".join(f"`{layer.path}`" for layer in missed[:3])
        more = f" and {len(missed) - 3} more" if len(missed) > 3 else ""
        keep, are = ("keeps", "is") if len(missed) == 1 else ("keep", "are")
        message = f"{_share(traversal)} before {names}{more} {are} created, which {keep} torch's default"
        related = tuple(Related(layer.created, f"`{layer.path}` is created here") for layer in missed if layer.created)
        fix = Fix("move it behind the last layer that is created")
        symbol = f"{_owner(run.model, traversal)}.{missed[0].path}"
        yield run.report(traversal.span, Severity.WARNING, symbol, message, related=related, fix=fix)


def _missed(model: Model, traversal: Traversal) -> list[Layer]:
    """The layers attached later whose trained parameters all still hold torch's default."""
    found = []
    for path in traversal.later:
        layer, own = model.by_path.get(path), model.of_layer(path)
        if layer is not None and own and all(p.trainable and untouched(p) for p in own):
            found.append(layer)
    return found


def _share(traversal: Traversal) -> str:
    if not traversal.writes:
        return "this initialises nothing: it runs"
    return f"this initialises {traversal.writes} tensor{'s' * (traversal.writes > 1)}"


def _owner(model: Model, traversal: Traversal) -> str:
    root = model.by_path.get(traversal.root)
    return root.cls.rpartition(".")[2] if root is not None else model.name


RULE = Rule("WI510", "init-before-layers-exist", __doc__, check)
