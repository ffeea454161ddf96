"""What a framework's trainer or runner does to a model once it is constructed, before the first step."""

from __future__ import annotations

from winit_lint.interpreter.mro import find_member
from winit_lint.interpreter.openmmlab import is_openmmlab, openmmlab_init
from winit_lint.interpreter.state import Raised, State
from winit_lint.interpreter.taint import taint, walk
from winit_lint.interpreter.values import BoundMethod, Class, External, Function, Module
from winit_lint.knowledge.frameworks import BUILDING_HOOKS


def launch(state: State, root: Module) -> None:
    """Run the hooks that build or initialise: Lightning's ``configure_model``, OpenMMLab's ``init_weights``."""
    if not isinstance(root.cls, Class):
        return
    for base in root.cls.mro:
        for name in BUILDING_HOOKS.get(base.name, ()) if isinstance(base, External) else ():
            hook, _ = find_member(root.cls, name)
            if isinstance(hook, Function):
                _call(state, hook, root)
    if is_openmmlab(root):
        own, _ = find_member(root.cls, "init_weights")
        if isinstance(own, Function):
            if own.qualname not in state.initialised:
                _call(state, own, root)
        else:
            openmmlab_init(state, root, [], {})


def settle(state: State, roots: list[Module]) -> None:
    """Where no runner is known to have called ``init_weights``, a module with an ``init_cfg`` may hold anything."""
    for root in roots:
        for module in walk(root):
            waiting = module.attributes.get("init_cfg") and module.attributes.get("_is_init") is not True
            if waiting and is_openmmlab(module):
                taint(state, [module], "init_cfg")


def _call(state: State, hook: Function, root: Module) -> None:
    required = [each for each in hook.node.params.params[1:] if each.default is None]
    frames = len(state.frames)
    if required:
        return
    try:
        state.call(BoundMethod(hook, root), [], {})
    except Raised:
        del state.frames[frames:]
