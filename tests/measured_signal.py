"""The second moments that a model really has, against those that are predicted from its source."""

from __future__ import annotations

import importlib.util
import math
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from winit_lint.analyses.signal import Assumptions, propagate
from winit_lint.cli.target_models import models_of
from winit_lint.source.target import parse_target
from winit_lint.source.text import SizeLimits

FOLDER = Path(__file__).parent / "models_for_signal"
Moments = dict[str, float]


@dataclass(frozen=True)
class Case:
    """A model of the folder, built with ``args``, and the shape of its input; ``tokens`` counts their kinds."""

    name: str
    file: str
    cls: str
    size: tuple[int, ...]
    args: tuple[tuple[str, Any], ...] = ()
    tokens: int = 0

    @property
    def target(self) -> str:
        given = ", ".join(f"{key}={value!r}" for key, value in self.args)
        return f"{FOLDER / self.file}::{self.cls}({given})"


def _mlp(depth: int, activation: str, gain: float | None, note: str) -> Case:
    args: tuple[tuple[str, Any], ...] = (("depth", depth), ("activation", activation), ("gain", gain))
    return Case(f"MLP {depth:2} {activation}, {note}", "mlp.py", "Mlp", (64, 512), args)


CASES = (
    *(_mlp(depth, "relu", math.sqrt(2), "gain sqrt 2") for depth in (5, 20, 50)),
    *(_mlp(depth, "tanh", 1.0, "gain 1") for depth in (5, 20, 50)),
    *(_mlp(depth, "gelu", math.sqrt(2), "gain sqrt 2") for depth in (5, 20, 50)),
    *(_mlp(depth, "selu", 1.0, "gain 1") for depth in (5, 20, 50)),
    _mlp(20, "relu", None, "torch's default"),
    Case("VGG-like", "vgg.py", "Vgg", (16, 3, 32, 32), (("norm", False),)),
    Case("VGG-like with BatchNorm", "vgg.py", "Vgg", (16, 3, 32, 32), (("norm", True),)),
    Case("ResNet-like", "resnet.py", "ResNet", (16, 3, 64, 64)),
    Case("transformer, pre-LN", "transformer.py", "Transformer", (4, 64), (("pre", True),), 1000),
    Case("transformer, post-LN", "transformer.py", "Transformer", (4, 64), (("pre", False),), 1000),
    Case("LSTM of 100 steps", "recurrent.py", "Sequence", (16, 100, 128)),
)


def predicted(case: Case, *, sized: bool = True) -> tuple[Moments, Moments]:
    """Forward and backward second moments by layer, as the analysis gives them."""
    built = models_of(parse_target(case.target), SizeLimits(), 3_000_000)
    model = next(each for each in built if each.defaults)
    index = next(i for i, flow in enumerate(model.flows) if flow.method == "forward")
    found = propagate(model, index, Assumptions(case.size if sized else None))
    ahead, back = {}, {}
    for op, signal in zip(model.flows[index].ops, found.ops, strict=True):
        path = op.layer.removesuffix(".out_proj")  # attention runs it without calling the module
        if path and signal.second is not None:
            ahead[path] = signal.second
        if path and signal.gradient is not None:
            back[path] = signal.gradient
    return ahead, back


def measured(case: Case, seeds: int) -> tuple[Moments, Moments]:
    """The same of the model built and run, averaged over ``seeds`` draws of weights and inputs."""
    ahead: dict[str, list[float]] = {}
    back: dict[str, list[float]] = {}
    build = _class_of(case)
    for seed in range(seeds):
        torch.manual_seed(seed)
        net = build(**dict(case.args)).train()
        x = torch.randint(case.tokens, case.size) if case.tokens else torch.randn(case.size)
        handles = [
            module.register_forward_hook(_recorder(path, ahead, back)) for path, module in net.named_modules() if path
        ]
        y = net(x)
        y.backward(torch.randn_like(y))
        for handle in handles:
            handle.remove()
    return _mean(ahead), _mean(back)


def _recorder(path: str, ahead: dict[str, list[float]], back: dict[str, list[float]]) -> Callable[..., None]:
    def hook(module: nn.Module, args: Any, output: Any) -> None:
        y = output[0] if isinstance(output, tuple) else output
        ahead.setdefault(path, []).append(y.detach().double().square().mean().item())
        if y.requires_grad:
            y.register_hook(lambda g: back.setdefault(path, []).append(g.double().square().mean().item()))

    return hook


def _mean(found: dict[str, list[float]]) -> Moments:
    return {path: statistics.fmean(each) for path, each in found.items()}


def _class_of(case: Case) -> Any:
    return getattr(_loaded(FOLDER / case.file), case.cls)


def _loaded(path: Path) -> ModuleType:
    name = f"models_for_signal_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@dataclass(frozen=True)
class Errors:
    """|log10 predicted / measured| of the layers of one model."""

    by_layer: dict[str, float]

    @property
    def median(self) -> float:
        return statistics.median(self.by_layer.values())

    @property
    def worst(self) -> tuple[float, str]:
        return max((error, path) for path, error in self.by_layer.items())


def errors(expected: Moments, real: Moments) -> Errors:
    """How far the prediction is off at every layer that both know."""
    return Errors(dict(_errors(expected, real)))


def _errors(expected: Moments, real: Moments) -> Iterator[tuple[str, float]]:
    for path, value in expected.items():
        if path in real and value > 0 and real[path] > 0:
            yield path, abs(math.log10(value / real[path]))
