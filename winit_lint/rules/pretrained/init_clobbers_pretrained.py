"""An initialisation routine that overwrites weights that were just loaded.

What it does:
    Finds a pre-trained source (`pretrained=True`, `weights=`, `from_pretrained`, `load_state_dict`, hub) followed by a
    loop or callback that reaches the loaded module, or by writes to most of its weights.

Why is this bad:
    The last write counts: what was loaded is gone, and the model trains from scratch while its author believes that it
    is fine-tuned.

Example:
    self.init_weights()

Use instead:
    self.head.apply(init_layer)

Fix safety:
    The suggestion is only shown: either the routine goes before the loading, or it should visit the new layers only.

Known misses:
    A routine called from a file that the run does not see; frameworks that skip loaded weights by themselves
    (Hugging Face's `post_init`) count as doing so.

References:
    torchvision.models (`weights=`), torch.nn.Module.load_state_dict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.distribution import Kind
from winit_lint.ir.event import Load, Traversal
from winit_lint.ir.model import LayerKind, Model, Parameter
from winit_lint.ir.write import Effect, Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_DRAWN = frozenset(
    {Kind.UNIFORM, Kind.NORMAL, Kind.TRUNCATED_NORMAL, Kind.ORTHOGONAL, Kind.EYE, Kind.SPARSE, Kind.CONSTANT}
)
_GUARDED = frozenset({"transformers.PreTrainedModel", "transformers.modeling_utils.PreTrainedModel"})
_WEIGHT_LAYERS = ("torch.nn.Conv", "torch.nn.Linear", "torch.nn.modules.conv.")


def check(run: Pass) -> Iterator[Finding]:
    """One error for each loaded module."""
    reported: set[Span] = set()
    for position, event in enumerate(run.model.events):
        if not isinstance(event, Load) or event.fresh:
            continue
        load = event if event.module is not None else replace(event, module=_place(run.model, event))
        finding = _known_content(run, load) or _opaque_content(run, load, position)
        if finding is not None and finding.span not in reported:
            reported.add(finding.span)
            yield finding


def _place(model: Model, load: Load) -> str | None:
    """Where the parts of a loaded module stand that itself is no part of the model (``vgg16(...).features``)."""
    layers = [p.layer.split(".") for p in model.parameters if any(_is_by(write, load) for write in p.writes)]
    if not layers:
        return None
    shared = [parts[0] for parts in zip(*layers, strict=False) if len(set(parts)) == 1]
    while shared and shared[-1].isdigit():
        shared.pop()
    return ".".join(shared)


def _is_by(write: Write, load: Load) -> bool:
    return write.origin is Origin.LOAD and write.span == load.span


def _known_content(run: Pass, load: Load) -> Finding | None:
    below = [p for p in run.model.parameters if _is_below(p.name, load.module) and _load_at(p) is not None]
    lost = [(p, write) for p in below if (write := _clobber(p)) is not None]
    if not lost or _skips_loaded(run.model):
        return None
    weights = [p for p in below if _is_weight(run.model, p)]
    gone = [(p, write) for p, write in lost if _is_weight(run.model, p)]
    routine = _routine(run.model, load, gone)
    outline = _is_outline(run.model, load)
    if not gone or (routine is None and (outline or 2 * len(gone) <= len(weights))):
        return None  # a new head, or a scale reset on purpose
    parameter, write = gone[0]
    span = _blame(load, write, routine)
    if span is None:
        return None
    count = "its weight tensors" if outline else f"{len(gone)} of its {len(weights)} weight tensors"
    message = (
        f"the loaded weights of `{_name(run.model, load)}` are lost: this overwrites {count}, first "
        f"`{parameter.symbol}` by `{write.name}`; initialise before loading, or only the new layers"
    )
    related = [Related(load.span, f"loaded here ({load.how})")]
    if write.span is not None and write.span != span:
        related.append(Related(write.span, "the write that replaces it"))
    return run.report(span, Severity.ERROR, _name(run.model, load), message, related=tuple(related), fix=_fix(load))


def _fix(load: Load) -> Fix:
    return Fix(f"put it before the loading on line {load.span.line}, or let it visit the new layers only")


def _is_outline(model: Model, load: Load) -> bool:
    """Only some layers of the loaded module are known, so their number says nothing."""
    layer = model.by_path.get(load.module or "")
    return layer is None or layer.kind is LayerKind.UNKNOWN


def _opaque_content(run: Pass, load: Load, position: int) -> Finding | None:
    """A loaded module whose layers are not known, visited by a loop for convolutions and linear layers."""
    layer = run.model.by_path.get(load.module) if load.module else None
    if layer is None or layer.kind is not LayerKind.UNKNOWN or _skips_loaded(run.model):
        return None
    if any(_is_below(p.name, load.module) for p in run.model.parameters):
        return None
    for event in run.model.events[position + 1 :]:
        if isinstance(event, Load) and event.module is not None and _is_below(f"{load.module}.", event.module):
            return None  # loaded again
        if isinstance(event, Traversal) and _reaches(event, load):
            message = (
                f"the loaded weights of `{_name(run.model, load)}` are lost: this routine re-initialises every "
                f"convolution and linear layer below it; initialise before loading, or only the new layers"
            )
            related = (Related(load.span, f"loaded here ({load.how})"),)
            name = _name(run.model, load)
            return run.report(event.span, Severity.ERROR, name, message, related=related, fix=_fix(load))
    return None


def _reaches(traversal: Traversal, load: Load) -> bool:
    """It starts at or above the loaded module, meets it, and its first test runs on every module."""
    if load.module not in traversal.visited or not _covers(traversal.root, load.module):
        return False
    writing = [t for t in traversal.tests if t.initialises and not t.by_name]
    if not any(name.startswith(_WEIGHT_LAYERS) for test in writing for name in test.tested):
        return False
    # A test of the name or the parent that comes first leaves modules untested.
    return max(test.evaluated for test in traversal.tests) >= len(traversal.visited)


def _load_at(parameter: Parameter) -> int | None:
    for index, write in enumerate(parameter.writes):
        if write.origin is Origin.LOAD and write.effect is Effect.APPLIED and write.region is None:
            return index
    return None


def _clobber(parameter: Parameter) -> Write | None:
    """The write in effect, where it replaced loaded values by freshly drawn ones."""
    last = parameter.last
    if last is None or last.origin is not Origin.EXPLICIT or last.distribution.kind not in _DRAWN:
        return None
    loaded = _load_at(parameter)
    after = loaded is not None and any(write is last for write in parameter.writes[loaded:])
    return last if after and parameter.parametrized is None else None


def _is_weight(model: Model, parameter: Parameter) -> bool:
    layer = model.by_path.get(parameter.layer)
    if layer is not None and layer.kind is LayerKind.NORM:
        return False
    return not parameter.role.startswith("bias") and (parameter.shape is None or len(parameter.shape) > 1)


def _routine(model: Model, load: Load, gone: list[tuple[Parameter, Write]]) -> Traversal | None:
    """The traversal from the loaded module, or from above it, that did the writes."""
    for parameter, write in gone:
        traversal = _traversal_of(model, parameter, write)
        if traversal is not None and _covers(traversal.root, load.module):
            repeated = sum(1 for _, other in gone if other.span == write.span) > 1
            if repeated or traversal.span in write.stack:
                return traversal
    return None


def _traversal_of(model: Model, parameter: Parameter, write: Write) -> Traversal | None:
    """The traversal in whose body a write ran."""
    for traversal in model.events_of(Traversal):
        seen = parameter.layer in traversal.visited or parameter.name in traversal.visited
        if seen and traversal.span == write.during:
            return traversal
    return None


def _blame(load: Load, write: Write, routine: Traversal | None) -> Span | None:
    """The call after the load, in its file, that leads to the write."""
    later = [s for s in write.stack if s.path == load.span.path and s.line > load.span.line]
    if later:
        return min(later)
    return routine.span if routine is not None else write.span


def _covers(root: str, module: str | None) -> bool:
    return module is not None and (root in {"", module} or module.startswith(f"{root}."))


def _is_below(name: str, module: str | None) -> bool:
    return module is not None and (module == "" or name.startswith(f"{module}."))


def _skips_loaded(model: Model) -> bool:
    root = model.by_path.get("")
    return root is not None and not _GUARDED.isdisjoint(root.bases)


def _name(model: Model, load: Load) -> str:
    path = load.module or ""
    parent, _, attribute = path.rpartition(".")
    owner = model.by_path.get(parent)
    name = owner.cls.rpartition(".")[2] if owner is not None else model.name
    return f"{name}.{attribute}" if attribute else name


RULE = Rule("WI601", "init-clobbers-pretrained", __doc__, check)
