"""OpenMMLab's ``BaseModule``: its ``init_cfg``, and ``init_weights`` that the runner calls."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from winit_lint.interpreter.definition import Site
from winit_lint.interpreter.loading import mark_loaded
from winit_lint.interpreter.mro import external_mro, find_member
from winit_lint.interpreter.state import Frame, Scope, State
from winit_lint.interpreter.taint import taint, walk
from winit_lint.interpreter.third_party import call_helper
from winit_lint.interpreter.values import BoundMethod, Class, External, Function, Module, Value
from winit_lint.knowledge.frameworks import INIT_CFG
from winit_lint.knowledge.third_party import HELPERS

CONFIGURED = "__configured__"
"""Under this name a module keeps the call of its base's constructor, the place that its ``init_cfg`` is blamed on."""

_PACKAGES = ("mmengine.model.", "mmcv.runner.")


def is_openmmlab(module: Module) -> bool:
    """It derives from ``BaseModule`` or one of its kin."""
    mro = module.cls.mro if isinstance(module.cls, Class) else (module.cls,)
    return any(isinstance(base, External) and base.name.startswith(_PACKAGES) for base in mro)


def openmmlab_init(state: State, module: Module, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``BaseModule.init_weights``: its own ``init_cfg`` first, then ``init_weights`` of each child that has one."""
    if module.attributes.get("_is_init") is True:
        return None
    config = module.attributes.get("init_cfg")
    if config:
        with _at(state, module.attributes.get(CONFIGURED)):
            _carry_out(state, module, config)
        if isinstance(config, dict) and config.get("type") == "Pretrained":
            for each in walk(module):
                each.attributes["_is_init"] = True  # it stops here, and the children keep what is loaded
            return None
    for child in module.modules.values():
        if child is None or child.attributes.get("_is_init") is True:
            continue
        own = find_member(child.cls, "init_weights")[0] if isinstance(child.cls, Class) else None
        if isinstance(own, Function):
            state.call(BoundMethod(own, child), [], {}, state.frame.node)
            child.attributes["_is_init"] = True
        elif is_openmmlab(child):
            openmmlab_init(state, child, [], {})
    module.attributes["_is_init"] = True
    return None


@contextmanager
def _at(state: State, site: Value) -> Iterator[None]:
    """Run at another place of the project."""
    if not isinstance(site, Site):
        yield
        return
    state.frames.append(Frame(state.frame.module, site.definition, Scope(), node=site.node))
    try:
        yield
    finally:
        state.frames.pop()


def _carry_out(state: State, module: Module, config: Value) -> None:
    """``mmengine.model.initialize(module, config)``."""
    for each in config if isinstance(config, list) else [config]:
        if not isinstance(each, dict) or not _one(state, module, each, whole=False):
            taint(state, [module], "init_cfg")
            return
        others = each.get("override") or []
        for other in others if isinstance(others, list) else [others]:
            part = module.modules.get(str(other.get("name"))) if isinstance(other, dict) else None
            rest = {k: v for k, v in other.items() if k != "name"} if isinstance(other, dict) else {}
            rest = rest or {k: v for k, v in each.items() if k not in {"layer", "override"}}
            if part is not None and not _one(state, part, rest, whole=True):
                taint(state, [part], "init_cfg")


def _one(state: State, module: Module, config: dict[Any, Value], *, whole: bool) -> bool:
    """One configuration on a module and all below it; False where it is not understood."""
    kind, layers = config.get("type"), config.get("layer", [])
    layers = [layers] if isinstance(layers, str) else layers
    if kind == "Pretrained":
        mark_loaded(state, module, state.frame.node, "init_cfg")
        return True
    name = INIT_CFG.get(kind) if isinstance(kind, str) else None
    if name is None or not isinstance(layers, (list, tuple)):
        return False
    given = {k: v for k, v in config.items() if k not in {"type", "layer", "override", "bias_prob", "distribution"}}
    prior = config.get("bias_prob")
    if isinstance(prior, (int, float)):
        given["bias"] = -math.log((1 - prior) / prior)
    spec = HELPERS[name]
    if config.get("distribution") == "uniform":
        spec = replace(spec, initializer=spec.initializer.replace("_normal_", "_uniform_"))
    for each in walk(module):
        if whole or not set(layers).isdisjoint(_names(each)):
            call_helper(state, name, spec, [each], dict(given), state.frame.node)
    return True


def _names(module: Module) -> set[str]:
    """The class's own name and those of its direct bases, which is what ``layer`` is held against."""
    if isinstance(module.cls, Class):
        near = (module.cls, *module.cls.bases)
        names = [base.qualname if isinstance(base, Class) else getattr(base, "name", "") for base in near]
    else:
        names = list(external_mro(module.cls.name)[:2]) if isinstance(module.cls, External) else []
    return {name.rpartition(".")[2] for name in names}
