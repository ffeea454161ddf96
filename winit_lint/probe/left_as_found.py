"""What a pass may not change: the caller's module may be in the middle of a training step, and its inputs are his.

Values alone are not enough. Torch counts the writes to each tensor, and a graph that waits for its backward pass
refuses a tensor that was written to since, so the counts come back as well.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import torch
from torch import nn

_DROP: Final = ("dropout", "droppath", "stochasticdepth", "dropblock")


@contextlib.contextmanager
def gradients_kept(module: nn.Module) -> Iterator[None]:
    """No parameter has a gradient, nor hooks that see one (some of them step an optimizer); both come back."""
    parameters = list(module.parameters())
    saved = [parameter.grad for parameter in parameters]
    with contextlib.ExitStack() as hooks:
        for parameter in parameters:
            hooks.enter_context(_emptied(parameter._backward_hooks))
            hooks.enter_context(_emptied(parameter._post_accumulate_grad_hooks))
            parameter.grad = None
        try:
            yield
        finally:
            for parameter, gradient in zip(parameters, saved, strict=True):
                parameter.grad = gradient


@contextlib.contextmanager
def _emptied(hooks: Any) -> Iterator[None]:
    """Torch holds the dictionary itself, so that another one in its place would change nothing."""
    held = dict(hooks or {})
    if held:
        hooks.clear()
    try:
        yield
    finally:
        if held:
            hooks.update(held)


@contextlib.contextmanager
def modes_kept(module: nn.Module) -> Iterator[None]:
    """Each module is in training or evaluation mode afterwards as it was before."""
    modes = [(each, each.training) for each in module.modules()]
    try:
        yield
    finally:
        for each, mode in modes:
            each.training = mode


@contextlib.contextmanager
def training(module: nn.Module) -> Iterator[None]:
    """Batch statistics, as in the first step, but nothing dropped: the state of the modules comes back afterwards."""
    with modes_kept(module), _buffers_kept(module):
        module.train()
        for each in module.modules():
            if any(word in type(each).__name__.lower() for word in _DROP):
                each.eval()
        yield


@contextlib.contextmanager
def _buffers_kept(module: nn.Module) -> Iterator[None]:
    """Afterwards each buffer is the same tensor and holds the same."""
    places = [(each._buffers, name, buffer) for each in module.modules() for name, buffer in each._buffers.items()]
    there = {id(buffer): buffer for _, _, buffer in places if buffer is not None and not nn.parameter.is_lazy(buffer)}
    with _contents_kept(there.values()):
        try:
            yield
        finally:
            for buffers, name, buffer in places:
                if id(buffer) in there and buffers.get(name) is not buffer:
                    buffers[name] = buffer


@contextlib.contextmanager
def _contents_kept(tensors: Iterable[torch.Tensor]) -> Iterator[None]:
    saved = [(tensor, tensor.detach().clone()) for tensor in tensors]
    with _counts_kept([tensor for tensor, _ in saved]):
        try:
            yield
        finally:
            with torch.no_grad():
                for tensor, content in saved:
                    if tensor.shape == content.shape:
                        tensor.copy_(content)


@contextlib.contextmanager
def _counts_kept(tensors: Sequence[torch.Tensor]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for tensor in tensors:
            if not tensor.is_inference():  # such a tensor has no count
                stack.enter_context(torch.autograd.grad_mode._unsafe_preserve_version_counter(tensor))
        yield


def biases_of(module: nn.Module) -> list[nn.Parameter]:
    """Those that are not zero."""
    named = (p for n, p in module.named_parameters() if "bias" in n.rpartition(".")[2] and p.dim() == 1)
    return [bias for bias in named if bias.count_nonzero()]


@contextlib.contextmanager
def zeroed(biases: Sequence[nn.Parameter]) -> Iterator[None]:
    """The biases are zero until the end."""
    with _contents_kept(biases):
        with torch.no_grad():
            for bias in biases:
                bias.zero_()
        yield


def of_their_own(value: Any, depth: int = 5, copies: dict[int, torch.Tensor] | None = None) -> Any:
    """The arguments of ``forward`` with a copy of each tensor in them, one for each; lists and mappings are made anew.

    What the model writes to its input, and the gradient there, are then no matter of the caller's.
    """
    made = {} if copies is None else copies
    if isinstance(value, torch.Tensor):
        if id(value) not in made:
            made[id(value)] = value.detach().clone().requires_grad_(value.requires_grad)
        return made[id(value)]
    if depth and type(value) in {list, tuple}:
        return type(value)(of_their_own(each, depth - 1, made) for each in value)
    if depth and isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(of_their_own(each, depth - 1, made) for each in value)
    if depth and isinstance(value, Mapping):
        return _mapped(value, depth, made)
    return value


def _mapped(value: Mapping[Any, Any], depth: int, made: dict[int, torch.Tensor]) -> Any:
    """A mapping of the same kind where it can be made of its items, as dictionaries can."""
    items = {key: of_their_own(each, depth - 1, made) for key, each in value.items()}
    if type(value) is dict:
        return items
    try:
        return type(value)(items)  # type: ignore[call-arg]
    except Exception:  # a class of the project's
        return value
