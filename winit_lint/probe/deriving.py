"""Candidates for what a model's ``forward`` takes: from what the model says of itself, or from its first layers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import torch

from winit_lint.probe.first_layers import from_layers
from winit_lint.probe.inputs import DTYPES, INTEGERS, Inputs, TensorSpec

BATCH: Final = 4
"""The batch where the model does not say one."""


def candidates(module: torch.nn.Module) -> Iterator[Inputs]:
    """Likely ones first."""
    accepted = _signature(module)
    yield from _told(module, accepted)
    required = [name for name, needed in accepted.items() if needed]
    by_name = _by_name_alone(module)
    if not required and by_name == set(accepted):
        required = list(accepted)[:1]
    for found in from_layers(module, required, BATCH):
        named = zip(found.tensors, required, strict=False)
        keywords = [replace(tensor, keyword=name) if name in by_name else tensor for tensor, name in named]
        yield replace(found, tensors=tuple(keywords) or found.tensors)


def _signature(module: torch.nn.Module) -> Mapping[str, bool]:
    """The arguments of ``forward`` by name, and whether each has to be given."""
    several = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return {p.name: p.default is inspect.Parameter.empty for p in _parameters(module) if p.kind not in several}


def _by_name_alone(module: torch.nn.Module) -> frozenset[str]:
    """The arguments that are not taken by position."""
    return frozenset(p.name for p in _parameters(module) if p.kind is inspect.Parameter.KEYWORD_ONLY)


def _parameters(module: torch.nn.Module) -> Sequence[inspect.Parameter]:
    try:
        return list(inspect.signature(module.forward).parameters.values())
    except (TypeError, ValueError):
        return ()


def _told(module: torch.nn.Module, accepted: Mapping[str, bool]) -> Iterator[Inputs]:
    """What the model says of itself: transformers, Lightning and timm have a place for it."""
    for attribute in ("dummy_inputs", "example_input_array"):
        try:
            example = getattr(module, attribute, None)
        except Exception:  # a property of the project
            continue
        tensors = _as_given(example, accepted, _rows(module))
        if tensors:
            yield Inputs(tensors, attribute)
    for attribute in ("default_cfg", "pretrained_cfg"):
        config = getattr(module, attribute, None)
        size = config.get("input_size") if isinstance(config, Mapping) else None
        if isinstance(size, (tuple, list)) and 0 < len(size) < 6 and all(isinstance(n, int) and n > 0 for n in size):
            yield Inputs((TensorSpec((BATCH, *size)),), attribute)


def _as_given(example: Any, accepted: Mapping[str, bool], rows: int) -> tuple[TensorSpec, ...]:
    """A description of an example: one tensor, a sequence of them, or a dictionary by argument."""
    if isinstance(example, torch.Tensor):
        example = (example,)
    named: list[tuple[str | None, Any]] = []
    if isinstance(example, Mapping):
        named = [(str(name), value) for name, value in example.items() if name in accepted]
    elif isinstance(example, (tuple, list)):
        named = [(None, value) for value in example]
    if not all(isinstance(value, torch.Tensor) for _, value in named):
        return ()
    return tuple(_spec(value, name, rows) for name, value in named)


def _spec(tensor: torch.Tensor, keyword: str | None, rows: int) -> TensorSpec:
    dtype = str(tensor.dtype).removeprefix("torch.")
    size = tuple(tensor.shape)
    if dtype in INTEGERS:
        masks = keyword is not None and "mask" in keyword
        seen = 1 if tensor.is_meta else int(tensor.max())
        high = 2 if masks else max(seen + 1, rows if keyword is None or "ids" in keyword else 0, 2)
        return TensorSpec(size, dtype, 1 if masks else 0, high, keyword)
    return TensorSpec(size, dtype if dtype in DTYPES else "float32", keyword=keyword)


def _rows(module: torch.nn.Module) -> int:
    """The rows of the first table of embeddings."""
    tables = (each for each in module.modules() if isinstance(each, torch.nn.Embedding))
    return next((table.num_embeddings for table in tables), 0)
