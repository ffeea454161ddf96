"""Inputs guessed from a model's first layers and the names of ``forward``'s arguments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import torch
from torch import nn

from winit_lint.probe.inputs import FLOATS, Inputs, TensorSpec

_LENGTH = 16
_EDGES = {1: (128, 64, 1024, 16000), 2: (64, 32, 28, 224, 128, 256, 96, 384, 84, 299), 3: (16, 32, 8, 64)}
_FIRST = 4  # how many layers are thought to be the first one
_IDS = ("ids", "idx", "token", "index", "indices", "words")
_TIMES = ("t", "time", "times", "timestep", "timesteps", "step", "noise_level", "sigma")
_CLASSES = ("y", "label", "labels", "target", "targets", "class_labels", "classes")


def from_layers(module: nn.Module, required: Sequence[str], batch: int) -> Iterator[Inputs]:
    """Candidates, likely ones first; ``required`` are the arguments that ``forward`` has to be given.

    There are none where the first layer is a lazy one: it takes whatever comes.
    """
    seen: set[tuple[TensorSpec, ...]] = set()
    for first in _first_tensors(module, batch):
        for others in (torch.int64, torch.float32):
            tensors = _arguments(module, first, required or ("x",), batch, others)
            if tensors not in seen:
                seen.add(tensors)
                yield Inputs(tensors, "first layer")


def lazy(module: nn.Module) -> str | None:
    """The path of the first lazy layer in a module that was never given an input; None where there is none."""
    return next((path for path, each in module.named_modules() if _is_lazy(each)), None)


def _is_lazy(layer: nn.Module) -> bool:
    return any(
        t is not None and nn.parameter.is_lazy(t) for t in (*layer._parameters.values(), *layer._buffers.values())
    )


def _first_tensors(module: nn.Module, batch: int) -> Iterator[TensorSpec]:
    layers = [each for each in module.modules() if _is_lazy(each) or _shapes(each, batch)]
    tables = [each for each in layers if isinstance(each, nn.Embedding)]
    if layers and _is_lazy(layers[0]):
        return
    for layer in dict.fromkeys([*islice(layers, _FIRST), *tables[:1]]):
        if not _is_lazy(layer):
            yield from (_in_type_of(layer, spec) for spec in _shapes(layer, batch))


def _in_type_of(layer: nn.Module, spec: TensorSpec) -> TensorSpec:
    """Real numbers in the type of the layer's own parameters, which torch wants of most layers."""
    own = next((str(p.dtype).removeprefix("torch.") for p in layer.parameters()), spec.dtype)
    return replace(spec, dtype=own) if spec.dtype in FLOATS and own in FLOATS else spec


def _shapes(layer: nn.Module, batch: int) -> list[TensorSpec]:
    """What the layer takes; nothing for a layer that says nothing of it."""
    match layer:
        case nn.Embedding():
            return [TensorSpec((batch, _LENGTH), "int64", 0, layer.num_embeddings)]
        case nn.modules.conv._ConvNd():
            spatial = len(layer.kernel_size)
            return [TensorSpec((batch, layer.in_channels, *[edge] * spatial)) for edge in _EDGES[spatial]]
        case nn.Linear() | nn.Bilinear():
            width = layer.in_features if isinstance(layer, nn.Linear) else layer.in1_features
            return [TensorSpec((batch, width)), TensorSpec((batch, _LENGTH, width))]
        case nn.RNNBase():
            return [TensorSpec((batch, _LENGTH, layer.input_size))]
        case nn.RNNCellBase():
            return [TensorSpec((batch, layer.input_size))]
        case nn.MultiheadAttention():
            return [TensorSpec((batch, _LENGTH, layer.embed_dim))]
        case nn.LayerNorm() | nn.RMSNorm():
            inner = tuple(layer.normalized_shape)
            return [TensorSpec((batch, _LENGTH, *inner)), TensorSpec((batch, *inner))]
        case nn.modules.batchnorm._BatchNorm():
            shape = (batch, layer.num_features)
            return [TensorSpec(shape), *(TensorSpec((*shape, *[_LENGTH] * n)) for n in (1, 2, 3))]
    return []


def _arguments(
    module: nn.Module, first: TensorSpec, required: Sequence[str], batch: int, others: torch.dtype
) -> tuple[TensorSpec, ...]:
    """``first`` for every argument but those whose names say something else."""
    tables = [each.num_embeddings for each in module.modules() if isinstance(each, nn.Embedding)]

    def by_name(name: str) -> TensorSpec:
        words = name.lower()
        if len(required) == 1:
            return first
        if words in _TIMES:
            return TensorSpec((batch,), str(others).removeprefix("torch."), 0, 1000 if others is torch.int64 else 2)
        if words in _CLASSES:
            return TensorSpec((batch,), "int64", 0, min(tables, default=2))
        if tables and any(part in _IDS for part in words.split("_")):
            return TensorSpec((batch, _LENGTH), "int64", 0, tables[0])
        if "mask" in words:
            return TensorSpec((batch, _LENGTH), "bool")
        return first

    return tuple(by_name(name) for name in required)
