"""Which tensors of a checkpoint reach which parameters. Only names and shapes are compared; nothing is loaded."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import nn

from winit_lint.ir.measured import Coverage

_INNER: Final = ("state_dict", "model_state_dict", "model", "module", "params", "net")
_WRAPPERS: Final = ("module.", "_orig_mod.", "model.")
_LARGEST_HEADER: Final = 100 * 2**20

Shapes = Mapping[str, tuple[int, ...]]


class CheckpointError(Exception):
    """A file that is no checkpoint, as one line for the user."""


def coverage(file: str, module: nn.Module) -> Coverage:
    """A checkpoint against a model. A prefix that wrappers add is taken off where more names match without it.

    Raises:
        CheckpointError: the file can't be read as safetensors, nor by torch with ``weights_only``.
    """
    found = read(file)
    own = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    prefix, named = _aligned(found, own)
    same = _tied(module)
    reached = {name for name, shape in named.items() if own.get(name) == shape}
    mismatched = tuple((n, own[n], s) for n, s in named.items() if n in own and own[n] != s)
    covered = {name for name in own if name in reached or same.get(name, {name}) & reached}
    different = {name for name, _, _ in mismatched}
    return Coverage(
        file,
        tuple(name for name in own if name in covered),
        tuple(name for name in own if name not in covered and name not in different),
        tuple(name for name in named if name not in own),
        mismatched,
        prefix or None,
    )


def read(file: str) -> Shapes:
    """Names and shapes of the tensors in a file."""
    return _safetensors(file) if file.endswith(".safetensors") else _torch(file)


def _safetensors(file: str) -> Shapes:
    """The header of the format: its length in eight bytes, then JSON."""
    try:
        with open(file, "rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if length > min(_LARGEST_HEADER, os.path.getsize(file)):
                raise CheckpointError(f"{file}: no safetensors file")
            header = json.loads(stream.read(length))
        return {name: tuple(map(int, entry["shape"])) for name, entry in header.items() if name != "__metadata__"}
    except OSError as error:
        raise CheckpointError(f"{file}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CheckpointError(f"{file}: no safetensors file") from None


def _torch(file: str) -> Shapes:
    try:
        content = torch.load(file, map_location="meta", weights_only=True)
    except OSError as error:
        raise CheckpointError(f"{file}: {error.strerror}") from None
    except Exception as error:  # pickles of other classes are refused, broken files raise anything
        held = re.search(r"GLOBAL ([\w.]+)", str(error))
        reason = (
            f"it holds a {held[1]}; save the state_dict"
            if held is not None
            else "it is broken, or no file that torch.save wrote"
        )
        raise CheckpointError(f"{file}: torch can't load it with weights_only=True: {reason}") from None
    while isinstance(content, Mapping) and not any(isinstance(v, torch.Tensor) for v in content.values()):
        inner = next((content[k] for k in _INNER if isinstance(content.get(k), Mapping)), None)
        if inner is None:
            break
        content = inner
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{file}: holds no tensors by name")
    shapes = {str(name): tuple(value.shape) for name, value in content.items() if isinstance(value, torch.Tensor)}
    if not shapes:
        raise CheckpointError(f"{file}: holds no tensors by name")
    return shapes


def _aligned(found: Shapes, own: Shapes) -> tuple[str, Shapes]:
    """The names as the model has them: with the wrapper's prefix off that makes most of them match."""
    best: tuple[int, str, Shapes] = (_matches(found, own), "", found)
    for prefix in _WRAPPERS:
        stripped = {name[len(prefix) :] if name.startswith(prefix) else name: shape for name, shape in found.items()}
        matches = _matches(stripped, own)
        if matches > best[0]:
            best = (matches, prefix, stripped)
    return best[1], best[2]


def _matches(found: Shapes, own: Shapes) -> int:
    return sum(name in own for name in found)


def _tied(module: nn.Module) -> dict[str, set[str]]:
    by_tensor: dict[int, set[str]] = {}
    every: dict[str, Any] = dict(module.named_parameters(remove_duplicate=False))
    for name, parameter in every.items():
        by_tensor.setdefault(id(parameter), set()).add(name)
    return {name: by_tensor[id(parameter)] for name, parameter in every.items()}
