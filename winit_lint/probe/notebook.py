"""The probe in the caller's own process, for notebooks and tests: no child, no limits, the model's code just runs."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, TypeAlias, final

import torch
from torch import nn

from winit_lint.analyses.readers import read_by
from winit_lint.finding import Finding, Severity
from winit_lint.inspection import document
from winit_lint.ir.measured import Measured
from winit_lint.ir.model import Model
from winit_lint.ir.project import Project
from winit_lint.probe.eager import original
from winit_lint.probe.inputs import Inputs
from winit_lint.probe.live import FEEDING, measure_module, measure_with
from winit_lint.probe.signal import Feed
from winit_lint.probe.tensors import drawn
from winit_lint.reports.probe_account import Account, texts_of
from winit_lint.rule import Pass
from winit_lint.rules.catalogue import RULES

Given: TypeAlias = torch.Tensor | tuple[Any, ...] | list[Any] | Mapping[str, Any] | Inputs | None
"""One tensor, the positional arguments, the keyword arguments, a description, or no input at all."""


@final
@dataclass(frozen=True)
class Probed:
    """A measured model and what the rules say of it, worst first."""

    model: Model
    findings: tuple[Finding, ...]

    @property
    def measured(self) -> Measured:
        """The measurements."""
        assert self.model.measured is not None
        return self.model.measured

    def __str__(self) -> str:
        lines = [f"{f.severity.value} {f.code} {f.name}: {f.message} ({f.span})" for f in self.findings]
        skipped = [f"not measured: {each.what}: {each}" for each in self.measured.skipped]
        return "\n".join([*lines, *skipped]) or f"{self.model.name}: nothing found"

    def _repr_html_(self) -> str:
        """The section of ``--html`` for this model; plain text where jinja2 is not installed."""
        try:
            from winit_lint.reports.html import fragment
        except ModuleNotFoundError:
            return f"<pre>{escape(str(self))}</pre>"
        about = (("torch", self.measured.torch), ("seeds", str(self.measured.seeds)))
        made = document(self.model.name, [self.model], read_by, "probe")
        return fragment(Account(made, self.model, self.findings, texts_of(self.findings), about))


def probe(
    model: nn.Module | Callable[[], nn.Module], input: Given = None, *, seeds: int = 3, checkpoint: str | None = None
) -> Probed:
    """Measure a model.

    ``model`` is a class or function that builds it (then everything is measured, in ``seeds`` builds), or a module:
    of one that exists already the writes are not known, nor what a reset does. Its gradients, buffers, modes and the
    state of the random generators are as before afterwards. What the model's own code raises in its constructor is
    passed on; where its forward pass raises, ``measured.skipped`` says so.
    """
    if not isinstance(model, nn.Module) and not callable(model):
        raise TypeError(f"model is a {type(model).__name__}; give a module, or a class or function that builds one")
    feed = _feed(input)
    with _randomness_kept():
        if isinstance(model, nn.Module):
            found = measure_module(original(model), feed, _described(input), checkpoint)
        else:
            build = model
            found = measure_with(lambda: original(build()), feed, _described(input), seeds, lambda _: None, checkpoint)
    rules = [rule for rule in RULES if rule.measured]  # the others were made for flows that the interpreter follows
    facts: dict[Callable[[Model], Any], Any] = {}
    said = [each for rule in rules for each in rule.check(Pass(rule, found, Project(), facts))]
    said.sort(key=lambda each: (-each.severity.rank, each.code, each.span))
    return Probed(found, tuple(dict.fromkeys(said)))


def assert_well_initialized(
    model: nn.Module | Callable[[], nn.Module],
    input: Given = None,
    *,
    seeds: int = 3,
    fail_on: str = "warning",
    ignore: Collection[str] = (),
) -> None:
    """For tests: fails with every finding at or above ``fail_on``; ``ignore`` holds codes or names.

    Without ``input`` there is no pass, so that a signal that vanishes, explodes or dies is not looked for, and this
    does not fail for want of it: only the parameters are held to what their initializers promise.

    Raises:
        AssertionError: there is such a finding, or the forward pass raised.
        ValueError: no rule has a code or name of ``ignore``.
    """
    unknown = sorted(set(ignore) - {name for rule in RULES for name in (rule.code, rule.name)})
    if unknown:
        raise ValueError(f"ignore: no rule is called {', '.join(unknown)}")
    found = probe(model, input, seeds=seeds)
    least = Severity(fail_on)
    bad = [f for f in found.findings if f.severity.rank >= least.rank and not {f.code, f.name} & set(ignore)]
    failed = [each for each in found.measured.skipped if each.what == "signal" and input is not None]
    if bad or failed:
        raise AssertionError(str(Probed(found.model, tuple(bad))))


def _feed(input: Given) -> Feed | None:
    match input:
        case None:
            return None
        case Inputs():
            return lambda seed: drawn(input, FEEDING + seed)
        case torch.Tensor():
            return lambda _: ((input,), {})
        case Mapping():
            return lambda _: ((), input)
        case _:
            return lambda _: (tuple(input), {})


def _described(input: Given) -> str:
    if input is None or isinstance(input, Inputs):
        return str(input)
    values = [input] if isinstance(input, torch.Tensor) else input.values() if isinstance(input, Mapping) else input
    return " ".join(",".join(map(str, v.shape)) if isinstance(v, torch.Tensor) else type(v).__name__ for v in values)


@contextlib.contextmanager
def _randomness_kept() -> Iterator[None]:
    numpy = sys.modules.get("numpy")
    state, array = random.getstate(), numpy.random.get_state() if numpy is not None else None
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        random.setstate(state)
        if numpy is not None:
            numpy.random.set_state(array)
