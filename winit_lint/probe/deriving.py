"""Inputs for a model that nobody described: from what it says of itself, or from its first layers.

Candidates are tried in a fork, so that what the trial leaves behind (caches, random state) does not matter, and a large
model on the meta device. The first that ``forward`` takes is the answer.
"""

from __future__ import annotations

import inspect
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import torch

from winit_lint.probe.first_layers import from_layers
from winit_lint.probe.inputs import DTYPES, INTEGERS, Inputs, TensorSpec
from winit_lint.probe.meta import on_meta
from winit_lint.probe.tensors import drawn

_BATCH = 4
_SECONDS = 10.0
_LARGEST_REAL = 50_000_000  # entries of the parameters of a model that is tried for real


def derived(build: Callable[[], torch.nn.Module], stage: Callable[[str], None]) -> Inputs | None:
    """The inputs that the model takes; None where none of the candidates fits, or the trials take too long."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            os.write(writer, msgspec.json.encode(_tried(build, stage)))
        except BaseException:  # the build that follows tells what is wrong
            os._exit(1)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        raw = stream.read(2**16)
    os.waitpid(pid, 0)
    try:
        return msgspec.json.decode(raw, type=Inputs | None)
    except msgspec.DecodeError:
        return None


def _tried(build: Callable[[], torch.nn.Module], stage: Callable[[str], None]) -> Inputs | None:
    stage("build")
    module, device = _on_meta(build), "meta"
    if module is None or sum(parameter.numel() for parameter in module.parameters()) <= _LARGEST_REAL:
        # a forward pass on the meta device loads torch's compiler, and can't look at its data
        module, device = build(), "cpu"
    candidates = list(_candidates(module))
    stage("forward")
    deadline = time.monotonic() + _SECONDS
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(_SECONDS) + 1)  # ends this process in the middle of a pass that does not end
    found = _first_that_fits(module, candidates, device, deadline)
    return found or next((each for each in candidates if each.origin != "first layer"), None)


def _on_meta(build: Callable[[], torch.nn.Module]) -> torch.nn.Module | None:
    """The model without memory; None where it can't be built so."""
    try:
        with on_meta():
            module = build()
    except Exception:  # the project's code: whatever it raises here, the build on the CPU may not
        return None
    return module if all(parameter.is_meta for parameter in module.parameters()) else None


def _first_that_fits(module: torch.nn.Module, candidates: list[Inputs], device: str, deadline: float) -> Inputs | None:
    for inputs in candidates:
        if time.monotonic() > deadline:
            return None
        args, kwargs = drawn(inputs, device=device)
        try:
            with torch.no_grad(), torch.device(device):
                module(*args, **kwargs)
        except Exception:  # any that the project's forward may raise says that the candidate does not fit
            continue
        return inputs
    return None


def _candidates(module: torch.nn.Module) -> Iterator[Inputs]:
    accepted = _signature(module)
    yield from _told(module, accepted)
    yield from from_layers(module, [name for name, required in accepted.items() if required], _BATCH)


def _signature(module: torch.nn.Module) -> Mapping[str, bool]:
    """The arguments of ``forward`` by name, and whether each has to be given."""
    try:
        parameters = inspect.signature(module.forward).parameters.values()
    except (TypeError, ValueError):
        return {}
    usual = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    return {p.name: p.default is inspect.Parameter.empty for p in parameters if p.kind in usual}


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
            yield Inputs((TensorSpec((_BATCH, *size)),), attribute)


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
