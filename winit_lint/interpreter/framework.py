"""What frameworks outside the project do to a module: constructors of their bases, and the hooks that they call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from winit_lint.interpreter.alike import Treatments, treat
from winit_lint.interpreter.initialize import apply_record
from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.openmmlab import CONFIGURED, openmmlab_init
from winit_lint.interpreter.reflection import class_names
from winit_lint.interpreter.state import Record, Scope, State
from winit_lint.interpreter.tying import note_tied, tie
from winit_lint.interpreter.values import (
    MISSING,
    BoundMethod,
    Class,
    External,
    Function,
    Host,
    Instance,
    Module,
    Unknown,
    Value,
)
from winit_lint.ir.distribution import UNKNOWN
from winit_lint.ir.write import Origin
from winit_lint.knowledge.frameworks import (
    GENERIC_INIT,
    GENERIC_NORMS,
    MODULE_BASES,
    is_config_base,
    is_pretrained_base,
)

_PRETRAINED = "transformers.PreTrainedModel"
_ATTENTION = ("_attn_implementation", "_attn_implementation_internal")
_OPENMMLAB = ("mmengine.model.", "mmcv.runner.")


def framework_init(state: State, module: Module, name: str, args: list[Value], kwargs: dict[str, Value]) -> bool:
    """The constructor of a framework's base; True where it is known to leave the module's parameters alone."""
    if name not in MODULE_BASES and not is_pretrained_base(name):
        return False
    if name.endswith("PreTrainedModel") and args:
        module.attributes.setdefault("config", args[0])
        for attribute in ("name_or_path", "kernel_config", "generation_config", "loss_type"):
            module.attributes.setdefault(attribute, Unknown("what a framework's constructor keeps", attribute))
        _choose_attention(module, args[0])
    if name.startswith(_OPENMMLAB):
        module.attributes[CONFIGURED] = state.site(state.frame.node)
        module.attributes.setdefault("init_cfg", kwargs.get("init_cfg", args[0] if args else None))
    return True


def _choose_attention(module: Module, config: Value) -> None:
    """Where the configuration leaves it open, the model's constructor says how attention is computed."""
    for name in _ATTENTION if isinstance(config, Instance) else ():
        if config.attributes.get(name, MISSING) is None:
            able = find_member(module.cls, "_supports_sdpa")[0] if isinstance(module.cls, Class) else False
            config.attributes[name] = "sdpa" if able is True else "eager"


def keep_config(owner: Value, scope: Scope) -> None:
    """The arguments of a constructor become ``owner.config``, by attribute and by key; those of a base are added."""
    if not isinstance(owner, (Module, Instance)) or not scope.names:
        return
    first = next(iter(scope.names))
    given = {name: value for name, value in scope.names.items() if name != first and not name.startswith("_")}
    config = owner.attributes.get("config")
    if not isinstance(config, Instance):
        config = owner.attributes["config"] = Instance(External("diffusers.FrozenDict"), {"__data__": {}})
    config.attributes.update(given)
    config.attributes["__data__"].update(given)


def keep_settings(config: Instance, given: dict[str, Value]) -> None:
    """``PretrainedConfig.__init__(**kwargs)``: each becomes an attribute, beside those that it makes itself."""
    config.open = True
    config.attributes.update((name, value) for name, value in given.items() if name != "**")


def config_class_attribute(cls: Class, name: str) -> Value:
    """What a configuration class is asked for that stands in ``sub_configs_defaults``; MISSING for anything else.

    ``PreTrainedConfig.__init_subclass__`` makes it a specification, whose ``create_subconfig`` takes None, a dictionary
    or a configuration.
    """
    bases = [base.qualname if isinstance(base, Class) else getattr(base, "name", "") for base in cls.mro]
    if not any(map(is_config_base, bases)):
        return MISSING
    if name == "optional":
        return False
    if name == "config_class":
        return cls
    if name != "create_subconfig":
        return MISSING

    def create(state: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        given = kwargs.pop("subconfig", args[1] if len(args) > 1 else None)
        if given is None or isinstance(given, dict):
            given = state.call(cls, [], dict(given or {}))
        return (given, kwargs)

    return Host(name, create)


def _apply_init_weights(state: State, module: Module) -> None:
    """``PreTrainedModel.init_weights``: ``_init_weights`` of the nearest model, on every module, children first."""
    state.no_grad += 1  # as transformers does it
    try:
        _visit(state, module, module, set(), Treatments.of(state))
    finally:
        state.no_grad -= 1


def _visit(state: State, module: Module, owner: Module, seen: set[int], known: Treatments) -> None:
    if id(module) in seen:
        return
    seen.add(id(module))
    nearest = module if _has_init(module) and _derives(module, _PRETRAINED) else owner
    for child in module.modules.values():
        if child is not None:
            _visit(state, child, nearest, seen, known)
    if module.attributes.get("_is_hf_initialized") is True:
        return
    method = _own(nearest, "_init_weights")
    state.visiting[-1] = module
    state.traversals[-1].visited.append(module)
    if method is not None:
        run = partial(state.call, BoundMethod(method, nearest), [module], {}, state.frame.node)
        treat(state, known, (id(method), id(nearest)), module, run)
    else:
        _base_init_weights(state, nearest, [module], {})
    module.attributes["_is_hf_initialized"] = True


def _base_init_weights(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``PreTrainedModel._init_weights``, where its source is not at hand: it draws what the table lists, else nothing.

    What it draws is not known: transformers 5 takes the std from the configuration, older versions do nothing.
    """
    given = args[0] if args else kwargs.get("module")
    if not isinstance(given, Module):
        return None
    names = class_names(given)
    short = names[0].rpartition(".")[2] if names else ""
    if "RotaryEmbedding" in short and "original_inv_freq" in given.buffers:
        for name in ("inv_freq", "original_inv_freq"):
            state.volatile.pop((given.id, name), None)
    if not GENERIC_INIT.isdisjoint(names) or any(word in short for word in GENERIC_NORMS):
        for tensor in given.parameters.values():
            if tensor is not None and tensor.storage is not None:
                site = state.site(state.frame.node)
                name = f"{_PRETRAINED}._init_weights"
                apply_record(state, tensor, Record(name, UNKNOWN, Origin.FRAMEWORK, site, shape=tensor.shape))
                tensor.storage.records[-1].handed = given
    return None


def _has_init(module: Module) -> bool:
    return _own(module, "_init_weights") is not None


def _own(module: Module, name: str) -> Function | None:
    if not isinstance(module.cls, Class):
        return None
    member, _ = find_member(module.cls, name)
    return member if isinstance(member, Function) else None


def _derives(module: Module, name: str) -> bool:
    return isinstance(module.cls, Class) and any(isinstance(b, External) and b.name == name for b in module.cls.mro)


def _post_init(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from winit_lint.interpreter.traversal import recording

    method = _own(module, "_init_weights")
    name = method.qualname if method is not None else f"{_PRETRAINED}._init_weights"
    with recording(state, state.frame.node, module, name):
        _apply_init_weights(state, module)
    note_tied(state, module)
    _tie_weights(state, module, [], {})
    return None


def _tie_weights(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``PreTrainedModel.tie_weights``; not where a class has its own, which loads adapters or is of an old version."""
    if _own(module, "tie_weights") is None:
        tie(state, module)
    return None


Method = Callable[[State, Module, list[Value], dict[str, Value]], Value]
_METHODS: Mapping[tuple[str, str], Method] = MappingProxyType(
    {
        (_PRETRAINED, "_init_weights"): _base_init_weights,
        (_PRETRAINED, "post_init"): _post_init,
        (_PRETRAINED, "init_weights"): _post_init,
        (_PRETRAINED, "initialize_weights"): _post_init,
        (_PRETRAINED, "tie_weights"): _tie_weights,
        **{(base, "init_weights"): openmmlab_init for base in MODULE_BASES if base.startswith(_OPENMMLAB)},
    }
)


def _bind(name: str, method: Method, module: Module) -> Host:
    return Host(name, lambda state, args, kwargs: method(state, module, args, kwargs))


def framework_method(module: Module, name: str) -> Any:
    """A framework's method on a module whose class derives from it; None where the tables have none."""
    if not isinstance(module.cls, Class):
        return None
    for base in module.cls.mro:
        if isinstance(base, External):
            method = _METHODS.get((base.name, name))
            if method is not None:
                return _bind(name, method, module)
    return None
