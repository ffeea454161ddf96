"""The verdicts on zero tensors against training itself: random small nets, run by torch."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from nets_by_hand import RANDOM, ZERO, Net

from winit_lint.analyses.dead_path import dead_paths
from winit_lint.ir.flow import OpKind
from winit_lint.ir.model import Model

torch = pytest.importorskip("torch")

WIDTH = 6
BATCH = 64
STEPS = 6
FUNCTIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "silu": torch.nn.functional.silu,
    "sigmoid": torch.sigmoid,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "abs": torch.abs,
}


@dataclass
class Program:
    """One random net: as a model for the analysis and as a function for torch."""

    net: Net = field(default_factory=Net)
    tensors: dict[str, Any] = field(default_factory=dict)
    steps: list[Any] = field(default_factory=list)

    def zero(self, choose: random.Random) -> bool:
        return choose.random() < 0.4

    def run(self, x: Any) -> dict[int, Any]:
        found = {self.net.x: x}
        for target, function, sources in self.steps:
            found[target] = function(*(found[s] for s in sources))
        return found

    def tensor(self, name: str, zero: bool, *shape: int) -> Any:
        made = torch.zeros(shape) if zero else torch.randn(shape) / 2
        self.tensors[name] = made.requires_grad_()
        return self.tensors[name]

    def linear(self, source: int, choose: random.Random) -> int:
        name = f"l{len(self.net.ops)}"
        zero, bias = self.zero(choose), choose.choice(["none", "zero", "random"])
        held = {"none": None, "zero": ZERO, "random": RANDOM}[bias]
        target = self.net.linear(name, source, ZERO if zero else RANDOM, held)
        weight = self.tensor(f"{name}.weight", zero, WIDTH, WIDTH)
        offset = None if bias == "none" else self.tensor(f"{name}.bias", bias == "zero", WIDTH)
        self.steps.append((target, lambda x: torch.nn.functional.linear(x, weight, offset), (source,)))
        return target

    def activation(self, source: int, choose: random.Random) -> int:
        name = choose.choice(sorted(FUNCTIONS))
        target = self.net.act(name, source)
        self.steps.append((target, FUNCTIONS[name], (source,)))
        return target

    def gate(self, source: int, choose: random.Random) -> int:
        name, zero = f"g{len(self.net.ops)}", self.zero(choose)
        parameter = self.net.parameter(name, ZERO if zero else RANDOM)
        own = self.net.op(OpKind.PARAMETER, "parameter", parameters=(parameter,))
        target = self.net.op(OpKind.SCALE, "torch.Tensor *", source, own, parameters=(parameter,))
        scale = self.tensor(name, zero, WIDTH)
        self.steps.append((target, lambda x: x * scale, (source,)))
        return target

    def norm(self, source: int, choose: random.Random) -> int:
        name, zero = f"n{len(self.net.ops)}", self.zero(choose)
        target = self.net.norm(name, source, 0.0 if zero else 1.0)
        weight, bias = self.tensor(f"{name}.weight", zero, WIDTH), self.tensor(f"{name}.bias", True, WIDTH)
        self.steps.append((target, lambda x: torch.nn.functional.layer_norm(x, (WIDTH,), weight, bias), (source,)))
        return target

    def join(self, left: int, right: int, choose: random.Random) -> int:
        if choose.random() < 0.6:
            target = self.net.add(left, right)
            self.steps.append((target, lambda a, b: a + b, (left, right)))
        else:
            target = self.net.mul(left, right)
            self.steps.append((target, lambda a, b: a * b, (left, right)))
        return target


def program(seed: int) -> tuple[Program, Model]:
    choose = random.Random(seed)
    torch.manual_seed(seed)
    made = Program()
    values = [made.net.x]
    for _ in range(choose.randint(4, 9)):
        source = values[-1] if choose.random() < 0.8 else choose.choice(values)
        kind = choose.choice(["linear", "linear", "activation", "activation", "gate", "norm", "join"])
        if kind == "join" and len(values) > 1:
            left, right = choose.sample(values, 2)
            values.append(made.join(left, right, choose))
        elif kind != "join":
            values.append(getattr(made, kind)(source, choose))
    read = {source for op in made.net.ops for source in op.inputs}
    return made, made.net.build(*(value for value in values if value not in read))


def trained(made: Program, outputs: tuple[int, ...]) -> set[str]:
    """The tensors that get a gradient at some step of gradient descent."""
    torch.manual_seed(1)
    x, target = torch.randn(BATCH, WIDTH), torch.randn(BATCH, WIDTH)
    moved: set[str] = set()
    for _ in range(STEPS):
        found = made.run(x)
        loss = sum(((found[output] - target) ** 2).mean() for output in outputs)
        if not loss.requires_grad:
            return moved
        gradients = torch.autograd.grad(loss, list(made.tensors.values()), allow_unused=True)
        with torch.no_grad():
            for (name, tensor), gradient in zip(made.tensors.items(), gradients, strict=True):
                if gradient is not None and bool(torch.any(gradient != 0)):
                    moved.add(name)
                    tensor -= 0.05 * gradient
    return moved


@pytest.mark.parametrize("block", range(4))
def test_dead_means_no_gradient_at_any_step(block: int) -> None:
    dead = live = missed = 0
    for seed in range(50 * block, 50 * block + 50):
        made, model = program(seed)
        if not made.tensors:
            continue
        found = dead_paths(model)
        moved = trained(made, model.flows[0].outputs)
        assert not set(found.dead) & moved, f"seed {seed}: called dead, but it learns"
        dead += len(found.dead)
        live += len(found.live & moved)
        missed += len(found.live - moved)
    assert dead > 0
    # A norm maps equal values to zero and a ReLU may see negative ones only, so a few live ones stand still.
    assert missed <= 0.1 * live
