"""Models of a hub: built from a configuration with random weights, or loaded into a new object that is dropped."""

from __future__ import annotations

from typing import Any

from winit_lint.interpreter.loading import mark_loaded
from winit_lint.interpreter.state import State
from winit_lint.interpreter.third_party import opaque_module
from winit_lint.interpreter.values import BoundMethod, Class, External, Host, Module, Unknown, Value
from winit_lint.knowledge.frameworks import REBUILDING, is_hub_model, is_pretrained_base

_PRETRAINED = "from_pretrained"


def build_from_config(state: State, name: str, args: list[Value], kwargs: dict[str, Value], node: Any) -> Module:
    """``BertModel(config)`` and ``AutoModel.from_config(config)``: the layers don't show, the weights are random."""
    module = opaque_module(state, name, node)
    config = args[0] if args else kwargs.get("config")
    # the values of a checkpoint's configuration are not known; that it is one is
    if isinstance(config, Unknown) and config.why.endswith(f"Config.{_PRETRAINED}()"):
        state.events.append(("untrained", state.tick(), state.site(node), name, module))
    return module


def rebuilding(state: State, owner: Module, name: str) -> Value:
    """A method of an instance that makes a new, loaded object and leaves the instance as it is; None for any other."""
    names = [base.name for base in owner.cls.mro if isinstance(base, External)] if isinstance(owner.cls, Class) else []
    names += [owner.cls.name] if isinstance(owner.cls, External) else []
    table = next((each for each in names if (each, name) in REBUILDING), None)
    of_hub = name == _PRETRAINED and any(is_pretrained_base(each) or is_hub_model(each) for each in names)
    if table is None and not of_hub:
        return None

    def call(inner: State, args: list[Value], kwargs: dict[str, Value]) -> Value:
        node = inner.frame.node
        if table is not None and table.startswith("torch.nn."):
            made = inner.call(External(f"{table}.{name}"), args, kwargs, node)
        else:
            made = opaque_module(inner, names[0], node)
            mark_loaded(inner, made, node, name)
        if isinstance(made, Module):
            made.attributes["__rebuilt__"] = BoundMethod(External(f"{names[0]}.{name}"), owner)
        return made

    return Host(name, call)
