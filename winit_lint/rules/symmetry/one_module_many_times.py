"""One module instance put at several places as if it were several layers.

What it does:
    Finds a module with weights that stands at two or more places of a model because a list was multiplied
    (`[Block()] * n`) or because one instance was captured by a comprehension or a loop that builds layers.

Why is this bad:
    All places hold the same object. A stack of n layers has the weights of one, the gradient of each place is added
    into the same tensor, and an initializer that visits them writes the same memory n times.

Example:
    self.layers = nn.ModuleList([Block(dim)] * n)

Use instead:
    self.layers = nn.ModuleList([Block(dim) for _ in range(n)])

Fix safety:
    Unsafe: there are more parameters to draw and to train, under the same names in the checkpoint. Only shown where
    the one instance is built outside of the multiplication.

Known misses:
    An instance from a variable is reported only where it runs several times in series: heads that share weights across
    levels, position biases and tied embeddings are shared on purpose. So is one that a comprehension captures.

References:
    torch.nn.Module.named_parameters (`remove_duplicate`); Lan et al., 2020 (ALBERT: sharing on purpose).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.event import Repeat
from winit_lint.ir.flow import Flow
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.size import known, product
from winit_lint.proposal import OneEach
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_ON_PURPOSE = frozenset({"share", "shared", "sharing", "tie", "tied", "tying", "reuse"})


def check(run: Pass) -> Iterator[Finding]:
    """One warning for each line that repeats an instance."""
    seen: dict[Span, str] = {}
    for repeat in run.model.events_of(Repeat):
        weights = _weights(run.model, repeat)
        if not weights or not _is_repeated(repeat) or _on_purpose(run.model):
            continue
        if not (_made_for_it(run.model, repeat) or _in_series(run.model, repeat)):
            continue
        first = repeat.paths[0]
        if repeat.span in seen and (first == seen[repeat.span] or first.startswith(f"{seen[repeat.span]}.")):
            continue
        seen.setdefault(repeat.span, first)
        yield _finding(run, repeat, weights)


def _finding(run: Pass, repeat: Repeat, weights: list[Parameter]) -> Finding:
    layer = run.model.by_path.get(repeat.paths[0])
    name = layer.cls.rpartition(".")[2] if layer is not None else repeat.paths[0]
    count = len(repeat.paths) if len(repeat.paths) > 1 and not any("*" in path for path in repeat.paths) else None
    listed = ", ".join(f"`{path}`" for path in repeat.paths[:3])
    if count is None:
        what = f"all places that this fills ({listed}, ...) hold one `{name}`"
    else:
        what = f"the {count} places {listed}{', ...' if count > 3 else ''} hold one `{name}`"
    missing = f": {count - 1} of {count} layers do not exist" if count is not None else ""
    message = (
        f"{what}: they share {_size(weights)} and stay identical in training{missing}; build a new instance for each"
    )
    related: tuple[Related, ...] = ()
    if layer is not None and layer.created is not None and not _inside(layer.created, repeat.span):
        related = (Related(layer.created, "the one instance is built here"),)
    changes = (OneEach(repeat.span),) if _made_for_it(run.model, repeat) else ()
    fix = Fix("build one for each place", "unsafe", (), changes)
    return run.report(repeat.span, Severity.WARNING, name, message, related=related, fix=fix)


def _weights(model: Model, repeat: Repeat) -> list[Parameter]:
    prefix = f"{repeat.paths[0]}." if repeat.paths else "."
    return [parameter for parameter in model.parameters if parameter.name.startswith(prefix)]


def _is_repeated(repeat: Repeat) -> bool:
    """Two places, or one that stands for a number of them that is not known."""
    return len(repeat.paths) > 1 or repeat.how == "multiplication" or any("*" in path for path in repeat.paths)


def _on_purpose(model: Model) -> bool:
    """The path took a switch that asks for sharing."""
    taken = (a.text.lower() for a in model.assumptions if a.value)
    return any(word in _ON_PURPOSE for text in taken for word in re.split(r"[^a-z]+", text))


def _made_for_it(model: Model, repeat: Repeat) -> bool:
    """The call that builds it stands inside the multiplication, so that nothing else can want the one instance.

    For a factory that is the call of it, on the way to the first writes.
    """
    if repeat.how != "multiplication":
        return False
    layer = model.by_path.get(repeat.paths[0])
    calls = [layer.created] if layer is not None else []
    calls += [call for weight in _weights(model, repeat) for write in weight.writes[:1] for call in write.stack]
    return any(call is not None and _inside(call, repeat.span) for call in calls)


def _inside(inner: Span, outer: Span) -> bool:
    if inner.path != outer.path:
        return False
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    return starts and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _in_series(model: Model, repeat: Repeat) -> bool:
    """The output of one place is the input of another."""
    parents = {path.rpartition(".")[0] for path in repeat.paths}
    if len(parents) == 1 and len(repeat.paths) > 1:
        container = model.by_path.get(next(iter(parents)))
        if container is not None and container.cls == "torch.nn.Sequential":
            return True
    return any(_feeds_itself(flow, repeat.paths) for flow in model.flows)


def _feeds_itself(flow: Flow, paths: tuple[str, ...]) -> bool:
    """Some weight of the instance is applied to what that weight itself produced."""
    above: list[frozenset[str]] = []  # for each op the weights of the instance on the way to it
    for op in flow.ops:
        inherited = frozenset[str]().union(*(above[source] for source in op.inputs))
        own: frozenset[str] = frozenset()
        if op.parameters and any(op.layer == path or op.layer.startswith(f"{path}.") for path in paths):
            if op.repeat > 1 or op.parameters[0] in inherited:
                return True
            own = frozenset(op.parameters[:1])
        above.append(inherited | own)
    return False


def _size(weights: list[Parameter]) -> str:
    total = 0.0
    for parameter in weights:
        size = known(product(tuple(parameter.shape))) if _complete(parameter) else None  # type: ignore[arg-type]
        if size is None:
            return f"{len(weights)} tensors"
        total += size
    return f"{len(weights)} tensors ({total:.0f} weights)"


def _complete(parameter: Parameter) -> bool:
    return parameter.shape is not None and None not in parameter.shape


RULE = Rule("WI404", "one-module-many-times", __doc__, check)
