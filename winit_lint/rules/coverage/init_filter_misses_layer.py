"""A type filter in an initialisation routine that matches no layer of the model.

What it does:
    Finds `apply` callbacks and loops over modules whose `isinstance`, `type(m) ==` or class-name tests for weight
    layers match nothing, although weight layers are visited (a routine for `Conv2d` on a model of `Conv1d`) or stand
    deeper than a loop over `children()` goes, and tests for a Lazy class whose layers have become ordinary ones.

Why is this bad:
    The routine runs without an error and initialises nothing: every weight keeps torch's default.

Example:
    if isinstance(m, nn.Conv2d):
        nn.init.xavier_normal_(m.weight)

Use instead:
    if isinstance(m, nn.Conv1d):
        nn.init.xavier_normal_(m.weight)

Fix safety:
    The suggestion is only shown: it changes the weights drawn.

Known misses:
    A routine of which some weight branch matches in this or any other model of the run is taken for a general one.
    Models with a part that is not known.

References:
    wzmsltw/BSN-boundary-sensitive-network.pytorch#16; d2l-ai/d2l-en#2225.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from winit_lint.analyses.contents import untouched
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Traversal, TypeTest
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Layer, LayerKind, Model, Parameter
from winit_lint.ir.write import Origin
from winit_lint.knowledge.layers import LAYERS
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_WEIGHTED = frozenset(
    {
        LayerKind.LINEAR,
        LayerKind.BILINEAR,
        LayerKind.CONV,
        LayerKind.CONV_TRANSPOSE,
        LayerKind.EMBEDDING,
        LayerKind.RECURRENT,
    }
)


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each traversal whose tests miss every weight layer, or miss the layers that were lazy."""
    if not run.model.complete:
        return
    for traversal in run.model.events_of(Traversal):
        if not traversal.complete or _has_unknown(run.model, traversal):
            continue
        missed = _missed(run.model, traversal)
        tests = [test for test in traversal.tests if test.initialises and test.evaluated and _names_weights(test)]
        if tests and not any(test.matched for test in tests):
            if missed:
                yield _report(run, traversal, tests[0], missed)
                yield from _idle(run, traversal, missed)
            else:
                yield from _too_shallow(run, traversal, tests)
            continue
        for test in tests:
            once_lazy = [layer for layer in missed if _was_lazy(layer, test)]
            if once_lazy and not test.matched:
                yield _report(run, traversal, test, once_lazy)


def refutes(model: Model) -> Iterator[tuple[Span, None]]:
    """The tests of every traversal of which a weight branch matches: the routine is a general one, for any root."""
    for traversal in model.events_of(Traversal):
        if any(test.matched and test.initialises and _names_weights(test) for test in traversal.tests):
            yield traversal.span, None
            for test in traversal.tests:
                if not _lazy_names(test):
                    yield test.span, None


def _report(run: Pass, traversal: Traversal, test: TypeTest, missed: list[Layer]) -> Finding:
    wanted = " or ".join(dict.fromkeys(name.rpartition(".")[2] for name in test.tested))
    kinds = Counter(layer.cls.rpartition(".")[2] for layer in missed)
    there = ", ".join(f"{count} {name}" for name, count in kinds.items())
    lazy = _lazy_names(test) and any(_was_lazy(layer, test) for layer in missed)
    reason = "a lazy layer has its ordinary class after the first forward" if lazy else "none of them matches"
    message = (
        f"this tests for {wanted} but the weight layers that it visits are {there}: {reason}, so "
        f"{'it keeps' if len(missed) == 1 else 'they keep'} torch's default"
    )
    related = [Related(traversal.span, "the routine is applied here")] if traversal.span != test.span else []
    related += [Related(layer.created, f"`{layer.path}` is created here") for layer in missed[:3] if layer.created]
    fix = Fix(f"test for {', '.join(dict.fromkeys(layer.cls for layer in missed))}")
    symbol = _symbol(run.model, traversal)
    return run.report(test.span, Severity.WARNING, symbol, message, related=tuple(related), fix=fix)


def _idle(run: Pass, traversal: Traversal, missed: list[Layer]) -> Iterator[Finding]:
    """A routine that is of use to another part of the model, applied to one that has nothing for it."""
    useful = any(
        other.callback == traversal.callback and other.span != traversal.span and other.writes
        for other in run.model.events_of(Traversal)
    )
    if traversal.callback is None or not traversal.root or traversal.writes or not useful:
        return
    message = (
        f"this changes nothing in `{traversal.root}`: no layer there is of a type that the routine tests for, so "
        f"`{missed[0].path}` and the like keep torch's default"
    )
    yield run.report(traversal.span, Severity.NOTE, _symbol(run.model, traversal), message)


def _too_shallow(run: Pass, traversal: Traversal, tests: list[TypeTest]) -> Iterator[Finding]:
    """Layers that a test is for stand deeper than the loop goes (``children()`` lists the direct children only)."""
    below = f"{traversal.root}." if traversal.root else ""
    for test in tests:
        deeper = [
            layer
            for layer in run.model.layers
            if layer.path.startswith(below) and layer.path not in {*traversal.visited, *traversal.later}
            if not test.by_name and any(name in {layer.cls, *layer.bases} for name in test.tested)
        ]
        if deeper and all(_keeps_default(run.model, layer) for layer in deeper):
            wanted = " or ".join(dict.fromkeys(name.rpartition(".")[2] for name in test.tested))
            message = (
                f"this tests for {wanted}, but the loop visits the direct children only: `{deeper[0].path}` and all "
                f"the {len(deeper)} such layers deeper down keep torch's default"
            )
            related = tuple(Related(layer.created, f"`{layer.path}` is here") for layer in deeper[:3] if layer.created)
            fix = Fix("loop over modules() instead of children()")
            symbol = _symbol(run.model, traversal)
            yield run.report(test.span, Severity.WARNING, symbol, message, related=related, fix=fix)
            return


def _missed(model: Model, traversal: Traversal) -> list[Layer]:
    """Weight layers visited, if nothing but torch's constructor wrote the trained weights of each."""
    layers = [layer for path in traversal.visited if (layer := model.by_path.get(path)) and layer.kind in _WEIGHTED]
    found = [layer for layer in layers if _keeps_default(model, layer)]
    return found if len(found) == len(layers) or any(_lazy_names(test) for test in traversal.tests) else []


def _keeps_default(model: Model, layer: Layer) -> bool:
    """All of it holds what torch gave it, but for parameters that a subclass adds and fills itself."""
    own = [parameter for parameter in model.of_layer(layer.path) if not _added(parameter)]
    return bool(own) and all(p.trainable and untouched(p) for p in own)


def _added(parameter: Parameter) -> bool:
    torchs = parameter.role in {"weight", "bias"} or any(w.origin is Origin.DEFAULT for w in parameter.applied)
    return parameter.certain and not torchs


def _has_unknown(model: Model, traversal: Traversal) -> bool:
    """Something below the traversed module is not known, and may hold the layers that the tests are for.

    A module that a caller hands in shows as a call of something unknown.
    """
    called = [why for why, _ in model.unknowns]
    called += [op.name for flow in model.flows for op in flow.ops if op.kind is OpKind.UNKNOWN]
    if any(why.startswith("call of ") for why in called):
        return True
    below = f"{traversal.root}." if traversal.root else ""
    return any(
        layer.kind is LayerKind.UNKNOWN
        for layer in model.layers
        if layer.path == traversal.root or layer.path.startswith(below)
    )


def _names_weights(test: TypeTest) -> bool:
    """The test is for a layer with weights (not only for normalisations, activations or project classes)."""
    return any(_is_weighted(name, test.by_name) for name in test.tested)


def _is_weighted(name: str, by_name: bool) -> bool:
    weighted = ((spec_name, spec) for spec_name, spec in LAYERS.items() if spec.kind in _WEIGHTED)
    if by_name:
        return bool(name) and any(name in spec_name.rpartition(".")[2] for spec_name, _ in weighted)
    return any(name == spec_name or name in spec.inherits for spec_name, spec in weighted)


def _lazy_names(test: TypeTest) -> bool:
    return not test.by_name and all(name.rpartition(".")[2].startswith("Lazy") for name in test.tested)


def _was_lazy(layer: Layer, test: TypeTest) -> bool:
    """The test names only Lazy classes, among them the one that ``layer`` was before it was materialised."""
    before = f"Lazy{layer.cls.rpartition('.')[2]}"
    return _lazy_names(test) and any(name.rpartition(".")[2] == before for name in test.tested)


def _symbol(model: Model, traversal: Traversal) -> str:
    """The traversed project class, which is the same whatever root led there; else the callback."""
    root = model.by_path.get(traversal.root)
    if root is not None and not root.cls.startswith("torch."):
        return root.cls.rpartition(".")[2]
    return (traversal.callback or model.name).rpartition(".")[2]


RULE = Rule("WI503", "init-filter-misses-layer", __doc__, check, refutes=refutes)
