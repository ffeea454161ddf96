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
    Unsafe: moving the call changes the weights drawn. Only shown where the call stands in another block than the
    layers, or where weights are written in between, which it would overwrite.

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
from winit_lint.ir.write import Origin
from winit_lint.proposal import MoveBehind
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
        changes = _changes(run.model, traversal, missed)
        fix = Fix("move it behind the last layer that is created", "unsafe", (), changes)
        symbol = f"{_owner(run.model, traversal)}.{missed[0].path}"
        yield run.report(traversal.span, Severity.WARNING, symbol, message, related=related, fix=fix)


def _changes(model: Model, traversal: Traversal, missed: list[Layer]) -> tuple[MoveBehind, ...]:
    """The move, unless it would overwrite what is written in between."""
    created = tuple(layer.created for layer in missed if layer.created is not None)
    start, end = traversal.span.end_line, max((span.end_line for span in created), default=0)
    for write in model.writes:
        places = (write.span, *write.stack) if write.origin is not Origin.DEFAULT else ()
        if any(s is not None and s.path == traversal.span.path and start < s.line <= end for s in places):
            return ()
    return (MoveBehind(traversal.span, created),) if created else ()


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
