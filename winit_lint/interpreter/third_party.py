"""Known helpers of other libraries, from the tables."""

from __future__ import annotations

from functools import partial
from typing import Any

from winit_lint.interpreter.call import call_unknown
from winit_lint.interpreter.initialize import initialize
from winit_lint.interpreter.loading import mark_loaded
from winit_lint.interpreter.state import State
from winit_lint.interpreter.torch_layer import build_layer, new_module
from winit_lint.interpreter.values import External, Module, Tensor, Unknown, Value, is_symbolic
from winit_lint.ir.write import Origin
from winit_lint.knowledge.initializers import INITIALIZERS
from winit_lint.knowledge.outlines import OUTLINES
from winit_lint.knowledge.spec import REQUIRED, HelperAction, HelperSpec
from winit_lint.knowledge.tensor_methods import TENSOR_METHODS


def call_helper(
    state: State, name: str, spec: HelperSpec, args: list[Value], kwargs: dict[str, Value], node: Any
) -> Value:
    """Do what the table says that a helper does."""
    bound = dict(spec.signature)
    bound.update(zip((key for key, _ in spec.signature), args, strict=False))
    bound.update({key: value for key, value in kwargs.items() if key != "**"})
    match spec.action:
        case HelperAction.IDENTITY:
            return args[0] if args else Unknown("a decorator without its function")
        case HelperAction.PURE:
            return Unknown(f"{name}()", name)
        case HelperAction.NAMED_APPLY:
            return _named_apply(state, bound, node)
        case HelperAction.INIT_TENSOR:
            return _init(state, spec, bound, bound.get("tensor", args[0] if args else None), node)
        case HelperAction.INIT_MODULE:
            return _init_module(state, name, spec, bound, bound.get("module", args[0] if args else None), node)
        case HelperAction.PRETRAINED:
            if name.endswith(".from_pretrained"):
                return from_pretrained(state, name, args, kwargs, node)
            return _pretrained(state, name, spec, bound, args, node)
        case HelperAction.MODULE:
            return opaque_module(state, name, node)
    return call_unknown(state, f"call of {name}", args, kwargs, node)


def _init(state: State, spec: HelperSpec, bound: dict[str, Value], target: Value, node: Any) -> Value:
    table = INITIALIZERS.get(spec.initializer)
    if table is None:
        table = TENSOR_METHODS[spec.initializer.rpartition(".")[2]]
    given: dict[str, Value] = {}
    for name, source in spec.arguments.items():
        value = bound.get(source, source) if isinstance(source, str) else source
        given[name] = Unknown("a helper's argument") if value is REQUIRED else value
    before = state.origin
    state.origin = Origin.FRAMEWORK
    state.no_grad += 1  # as every such helper runs
    try:
        return initialize(state, spec.initializer, table, target, [], given, node)
    finally:
        state.origin = before
        state.no_grad -= 1


def _init_module(state: State, name: str, spec: HelperSpec, bound: dict[str, Value], target: Value, node: Any) -> Value:
    if isinstance(target, Tensor) and target.is_parameter and state.flow is None:
        state.events.append(("wrong object", state.tick(), state.site(node), name, target, ""))
    if not isinstance(target, Module):
        return target
    weight = target.parameters.get("weight")
    if weight is not None:
        _init(state, spec, bound, weight, node)
    bias = target.parameters.get("bias")
    if bias is not None and spec.bias is not None:
        value = bound.get(spec.bias) if isinstance(spec.bias, str) else spec.bias
        constant = INITIALIZERS["torch.nn.init.constant_"]
        initialize(state, constant.name, constant, bias, [value], {}, node)
    return target


def _named_apply(state: State, bound: dict[str, Value], node: Any) -> Value:
    from winit_lint.interpreter.alike import Treatments, ignores, treat
    from winit_lint.interpreter.items import paths
    from winit_lint.interpreter.traversal import recording

    module, function = bound.get("module"), bound.get("fn")
    if not isinstance(module, Module):
        return module
    prefix, found = bound.get("name"), paths(module)
    if bound.get("include_root") is not True:
        del found[0]
    if bound.get("depth_first") is not False:
        found.sort(key=lambda pair: -pair[0].count(".") if pair[0] else 1)  # whatever lies deeper comes first
    known, named = Treatments.of(state), not ignores(function, "name")
    with recording(state, node, module, getattr(function, "qualname", None)) as record:
        for below, each in found:
            path = ".".join(part for part in (prefix, below) if isinstance(part, str) and part)
            record.visited.append(each)
            state.visiting[-1] = each
            run = partial(state.call, function, [], {"module": each, "name": path}, node)
            treat(state, known, path if named else None, each, run)
    return module


def opaque_module(state: State, name: str, node: Any, outline: str | None = None) -> Module:
    """A model whose class the tables know only by name, with the layers of its outline."""
    module = new_module(state, External(name), node)
    module.ready = module.opaque = True
    for path, layer, arguments in OUTLINES.get(outline or name.rpartition(".")[2], ()):
        owner = module
        *parents, last = path.split(".")
        for parent in parents:
            if parent not in owner.modules:
                inner = new_module(state, External("torch.nn.Sequential"), node)
                inner.ready = inner.opaque = True
                owner.modules[parent] = inner
            child = owner.modules[parent]
            assert child is not None
            owner = child
        owner.modules[last] = build_layer(state, layer, list(arguments), {}, node)
    return module


def part_of(state: State, owner: Module, cls: External, name: str, node: Any) -> Module:
    """A part of a loaded model from outside that is asked for by name: its own layers don't show."""
    part = opaque_module(state, f"{cls.name}.{name}", node)
    part.loaded = True
    owner.modules[name] = part
    return part


def _pretrained(
    state: State, name: str, spec: HelperSpec, bound: dict[str, Value], args: list[Value], node: Any
) -> Value:
    module = opaque_module(state, name, node)
    flag: Value = True
    if spec.flag is not None:
        for key in spec.flag.split("|"):
            flag = bound.get(key)
            if flag is not None and flag is not REQUIRED:
                break
        if flag is REQUIRED:
            flag = None
    loads = state.truth(flag, spec.flag or "") if is_symbolic(flag) else bool(flag)
    if loads:
        mark_loaded(state, module, node, name)
        state.events.append(("load", state.tick(), state.site(node), name, module, None, False, True))
    module.loaded = loads
    return module


def from_pretrained(state: State, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Value:
    """``X.from_pretrained(...)`` of an external class; tokenizers and configurations are plain unknowns."""
    owner = name.rpartition(".")[0]
    last = owner.rpartition(".")[2]
    if any(word in last for word in ("Tokenizer", "Config", "Processor", "FeatureExtractor", "Scheduler", "Pipeline")):
        return Unknown(f"{name}()", last)
    module = opaque_module(state, owner, node, "from_pretrained")
    if not name.endswith("from_config"):
        mark_loaded(state, module, node, name)
        state.events.append(("load", state.tick(), state.site(node), name, module, None, False, True))
        module.loaded = True
    return module
