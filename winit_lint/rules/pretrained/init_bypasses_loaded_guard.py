"""A write in `_init_weights` that does not see what a checkpoint has filled.

What it does:
    Finds `.data.normal_()`, `.data.copy_()` and the like, and `nn.init` functions that are given `.data`, in the
    `_init_weights` of a Hugging Face model, where the module that it was given may hold loaded values.

Why is this bad:
    After loading, transformers runs `_init_weights` once more to fill what the checkpoint lacked. Its own functions
    and `torch.nn.init` skip a Parameter that was loaded; a write through `.data` replaces it by fresh noise. In a
    model of one's own that happens to every module that the checkpoint fills in part (a new bias, a new scale), in
    transformers itself to every module.

Example:
    module.weight.data.normal_(mean=0.0, std=0.02)

Use instead:
    nn.init.normal_(module.weight, mean=0.0, std=0.02)

Fix safety:
    The replacement is only shown. It draws the same numbers.

Known misses:
    Modules with a single tensor (loaded whole or not at all), buffers, rows and slices, a new Parameter put in place,
    helpers of other packages, a name imported from `torch.nn.init` (which transformers can't guard). Versions before 5
    mark whole modules: there a module that was loaded in part is drawn again whatever writes it.

References:
    transformers.initialization.guard_torch_init_functions, PreTrainedModel._initialize_weights.
    huggingface/transformers#46632.
"""

from __future__ import annotations

from collections.abc import Iterator

from winit_lint.analyses.hugging_face import in_package, is_pretrained_model, sees_loaded
from winit_lint.finding import Finding, Fix, Related, Severity
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Origin, Write
from winit_lint.rule import Pass, Rule
from winit_lint.source.span import Span

_INSTEAD = {"zero_": "zeros_", "fill_": "constant_", "normal_": "normal_", "uniform_": "uniform_"}


def check(run: Pass) -> Iterator[Finding]:
    """One finding for each line."""
    root = run.model.by_path.get("")
    if root is None or not is_pretrained_model(root):
        return
    everywhere, reported = in_package(root), set[Span]()
    for parameter in run.model.parameters:
        write = _first_blind(parameter)
        if write is None or write.span is None or write.span in reported or _asks(run, write):
            continue
        missing = _others(run.model, parameter, write)
        if not everywhere and not missing:
            continue
        reported.add(write.span)
        whose = "same module" if write.handed == parameter.layer else "module around it"
        where = f"where a checkpoint brings it but not {_shown(missing)} of the {whose}"
        where = "on every load" if everywhere else where
        message = (
            f"`{parameter.symbol}` loses its loaded values {where}: transformers runs `_init_weights` on the module "
            f"again, and `{write.name}` on {_what(write)} does not see that it was loaded; use {_instead(write)}"
        )
        severity = Severity.ERROR if everywhere else Severity.WARNING
        related = (Related(parameter.created, f"`{parameter.symbol}` is created here"),) if parameter.created else ()
        yield run.report(write.span, severity, parameter.symbol, message, related=related, fix=Fix(_instead(write)))


def _first_blind(parameter: Parameter) -> Write | None:
    """The first write to all of it by `_init_weights` that asks nothing."""
    for write in parameter.applied:
        whole = write.handed is not None and write.region is None
        if whole and write.origin in {Origin.EXPLICIT, Origin.LOAD} and not sees_loaded(write):
            return write
    return None


def _asks(run: Pass, write: Write) -> bool:
    """A function on the way to the write looks for the mark itself."""
    places = (write.span, *write.stack)
    return any((f := run.project.enclosing(place)) is not None and f.asks_loaded for place in places if place)


def _others(model: Model, parameter: Parameter, write: Write) -> list[str]:
    """The other tensors of the module that was handed over: one of them missing makes it visited again."""
    owned = model.of_layer(write.handed or "")
    return [other.role for other in owned if other is not parameter]


def _shown(roles: list[str]) -> str:
    return f"`{roles[0]}`" if len(roles) == 1 else f"all of {', '.join(f'`{role}`' for role in roles[:3])}"


def _what(write: Write) -> str:
    return "a view of it" if write.init.startswith("torch.nn.init.") else "the tensor"


def _instead(write: Write) -> str:
    name = write.name if write.init.startswith("torch.nn.init.") else _INSTEAD.get(write.name)
    return f"`nn.init.{name}` on the Parameter" if name else "`transformers.initialization` on the Parameter"


RULE = Rule("WI606", "init-bypasses-loaded-guard", __doc__, check)
