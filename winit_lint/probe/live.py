"""Builds a model and measures it: the one entry of this package's measuring half."""

from __future__ import annotations

import contextlib
import dataclasses
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, final

import torch
from torch import nn

from winit_lint.analyses.not_finite import not_finite
from winit_lint.ir.distribution import constant
from winit_lint.ir.flow import Flow
from winit_lint.ir.measured import Coverage, Loss, Measured, Reset, Signal, Unmeasured
from winit_lint.ir.model import Model, Parameter
from winit_lint.ir.write import Origin, Write
from winit_lint.knowledge.draws import known_moments
from winit_lint.probe.capture import Build, capture
from winit_lint.probe.checkpoint import CheckpointError, coverage
from winit_lint.probe.copies import copies
from winit_lint.probe.creations import Creations
from winit_lint.probe.deferred import Deferred
from winit_lint.probe.fans import measured_fans
from winit_lint.probe.first_layers import lazy
from winit_lint.probe.inputs import Inputs
from winit_lint.probe.lazies import copied, materialised
from winit_lint.probe.loss import loss_at_init, over_builds
from winit_lint.probe.places import Places
from winit_lint.probe.product_fans import Products, product_fans, with_product_fans
from winit_lint.probe.raised import in_one_line
from winit_lint.probe.recorder import Recorder
from winit_lint.probe.shards import shared_statistics, spread
from winit_lint.probe.signal import Feed, Passes
from winit_lint.probe.statistics import statistics
from winit_lint.probe.tensors import drawn
from winit_lint.probe.uninitialised import filled, resets, unfilled
from winit_lint.probe.units import FEWEST

NO_INPUT: Final = Unmeasured("signal", "no input is known")
SCRIPTED: Final = Unmeasured("signal", "a ScriptModule takes no hooks")

FEEDING: Final = 0x5EED_0000
"""Added to a build's seed for its input: from the same stream it would be correlated with the first weights."""


def measure(
    build: Callable[[], nn.Module],
    *,
    inputs: Inputs | None,
    seeds: int,
    stage: Callable[[str], None],
    checkpoint: str | None = None,
    folder: str | None = None,
    without: Unmeasured = NO_INPUT,
) -> Model:
    """The model that ``build`` makes, with all that can be measured of it.

    ``build`` runs several times, each time from a fixed seed. ``stage`` is told what begins, and within the forward
    pass the path of each module that is reached. ``folder`` is the one that paths of findings are relative to, the
    working directory where it is None. What the model's own code raises during construction is passed on; where its
    forward pass raises, the rest is measured still and ``skipped`` says so; or ``without``, where there is no input.
    """
    feed = None if inputs is None else lambda seed: drawn(inputs, FEEDING + seed)
    return measure_with(build, feed, str(inputs), seeds, stage, checkpoint, folder, without)


def measure_with(
    build: Callable[[], nn.Module],
    feed: Feed | None,
    given: str,
    seeds: int,
    stage: Callable[[str], None],
    checkpoint: str | None = None,
    folder: str | None = None,
    without: Unmeasured = NO_INPUT,
) -> Model:
    """The same with any source of inputs; ``given`` describes them."""
    build = materialised(build, feed, stage)
    stage("build")
    first = recorded(build, 0, folder)
    model = capture(first)
    run = _Run(feed, stage)
    run.skipped += [] if feed is not None else [without]
    empty = tuple(unfilled(first.module))
    if empty and feed is not None:
        run.feed = None
        run.skipped.append(Unmeasured("signal", f"`{empty[0].name}` holds memory that nothing fills"))
    run.skipped += _complex(first.module)
    run.forward(first.module, 0)
    stage("measure")
    measured = Measured(
        str(torch.__version__),
        seeds,
        statistics=tuple(statistics(model, first.module, _others(build, seeds, run))),
        fans=(*measured_fans(model, first.module), *product_fans(model, first.module, run.products)),
        signal=run.signal(given),
        unfilled=empty,
        resets=_reset(build, first, run),
        copies=tuple(copies(model, first.module)),
        coverage=covered(checkpoint, first.module, run.skipped),
        loss=over_builds(run.losses),
        skipped=tuple(run.skipped),
    )
    flows = (run.flow,) if run.flow is not None else ()
    model = with_product_fans(model, run.products)
    return dataclasses.replace(model, flows=flows, measured=measured)


def measure_signal(
    build: Callable[[], nn.Module], *, inputs: Inputs, seeds: int, stage: Callable[[str], None], folder: str | None
) -> Model:
    """The model with its signal alone, of every build by itself; what its code raises is passed on."""
    build = materialised(build, lambda seed: drawn(inputs, FEEDING + seed), stage)
    passes, flow, first = Passes(), None, None
    for seed in range(seeds):
        stage("build")
        module = built_by(build, seed)
        last = passes.add(module, drawn(inputs, FEEDING + seed), stage, drawn_only=True)
        if first is None:
            flow, first = last.flow, module
    stage("measure")
    assert first is not None and flow is not None
    measured = Measured(str(torch.__version__), seeds, signal=passes.signal(str(inputs), each=True))
    return dataclasses.replace(capture(Build(first, Places(folder))), flows=(flow,), measured=measured)


def measure_module(module: nn.Module, feed: Feed | None, given: str, checkpoint: str | None = None) -> Model:
    """A module that exists already: of its writes and of other builds nothing is known.

    Under an initialised process group statistics are those of all processes, each of which has to call this.
    """
    if feed is not None and lazy(module) is not None:
        module = materialised(lambda: copied(module), feed, lambda _: None)()
    model = capture(Build(module, Places()))
    run = _Run(feed, lambda _: None)
    run.skipped += [] if feed is not None else [NO_INPUT]
    run.skipped += _complex(module)
    run.forward(module, 0)
    apart = spread()
    run.skipped += [Unmeasured("copies", "the parameters lie on several processes")] if apart else []
    measured = Measured(
        str(torch.__version__),
        1,
        statistics=tuple(shared_statistics(model, module) if apart else statistics(model, module, ())),
        fans=(*measured_fans(model, module), *product_fans(model, module, run.products)),
        signal=run.signal(given),
        copies=() if apart else tuple(copies(model, module)),
        coverage=covered(checkpoint, module, run.skipped),
        loss=over_builds(run.losses),
        skipped=tuple(run.skipped),
    )
    flows = (run.flow,) if run.flow is not None else ()
    model = with_product_fans(model, run.products)
    parameters = tuple(_as_found(parameter, measured) for parameter in model.parameters)
    return dataclasses.replace(model, parameters=parameters, flows=flows, measured=measured)


def _as_found(parameter: Parameter, measured: Measured) -> Parameter:
    """Of what is there already the moments are known, though not who wrote it."""
    found = measured.by_name.get(parameter.name)
    if found is None or found.mean is None or found.std is None or found.nonfinite:
        return parameter
    centred = found.mean_interval is not None and found.mean_interval.holds(0.0)  # the mean of a finite sample is not 0
    held = known_moments(0.0 if centred else found.mean, found.std) if found.std else constant(found.mean)
    write = Write("measured", held, Origin.LOAD, shape=parameter.shape, target=parameter.name)
    return dataclasses.replace(parameter, writes=(write,))


def _complex(module: nn.Module) -> list[Unmeasured]:
    names = [name for name, parameter in module.named_parameters() if parameter.is_complex()]
    which = (
        f"{len(names)} complex parameters, `{names[0]}` first"
        if len(names) > 1
        else "".join(f"`{name}`, which is complex" for name in names)
    )
    return [Unmeasured("std", f"of {which}: only that of real numbers is measured")] if names else []


@final
@dataclass(slots=True)
class _Run:
    """The passes so far; after one that raised there are no more."""

    feed: Feed | None
    stage: Callable[[str], None]
    passes: Passes = field(default_factory=Passes)
    flow: Flow | None = None
    products: Products = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    skipped: list[Unmeasured] = field(default_factory=list)
    reached: str = ""

    def forward(self, module: nn.Module, seed: int) -> None:
        """One build's passes; the border at which what the project's forward raises becomes a remark."""
        if self.feed is None:
            return
        if isinstance(module, torch.jit.ScriptModule):
            self.skipped.append(SCRIPTED)
            self.feed = None
            return
        try:
            last = self.passes.add(module, self.feed(seed), self._note)
        except Exception as error:  # the project's code may raise anything
            text = f"{type(error).__name__}: {in_one_line(error, 300)}"
            self.skipped.append(Unmeasured("signal", text, True, self.reached or None))
            self.feed = None
            return
        if seed == 0:
            self.flow = last.flow
            self.products = last.products
        loss = loss_at_init(module, last.flow, last.output)
        if loss is not None:
            self.losses.append(loss)

    def signal(self, given: str) -> Signal | None:
        """What all passes gave; a remark where it can't tell whether units are dead."""
        found = self.passes.signal(given)
        few = [op for op in found.ops if op.units and op.dead is None] if found is not None else []
        if few:
            most = max(op.entries for op in few)
            which = f"{len(few)} nonlinearities" if len(few) > 1 else "a nonlinearity"
            why = f"behind {which}: at most {most} entries a unit, {FEWEST} tell; give a larger batch"
            self.skipped.append(Unmeasured("dead units", why))
        broken = not_finite(self.flow, found) if found is not None and self.flow is not None else None
        if found is not None and broken is not None:
            where = f"`{broken.origin.layer or broken.origin.name}`"
            why = f"of {broken.count} of {len(found.ops)} operations, from {where} on: they are not finite"
            self.skipped.append(Unmeasured("moments", why))
        return found

    def _note(self, name: str) -> None:
        self.reached = "" if name in {"forward", "backward"} else name
        if name:
            self.stage(name)


def _others(build: Callable[[], nn.Module], seeds: int, run: _Run) -> Iterator[nn.Module]:
    for seed in range(1, seeds):
        run.stage("build")
        module = built_by(build, seed)
        run.forward(module, seed)
        run.stage("measure")
        yield module


def _reset(build: Callable[[], nn.Module], first: Build, run: _Run) -> tuple[Reset, ...]:
    assert first.creations is not None
    run.stage("build")
    try:
        return tuple(resets(lambda: built_by(build, 0), first.module, first.creations.constructed(first.module)))
    except Exception as error:  # a reset_parameters that can't be called by itself
        text = f"{type(error).__name__}: {in_one_line(error, 200)}"
        run.skipped.append(Unmeasured("resets", f"new memory for all tensors and each reset_parameters: {text}"))
        return ()
    finally:
        run.stage("measure")


def covered(checkpoint: str | None, module: nn.Module, skipped: list[Unmeasured]) -> Coverage | None:
    """What a checkpoint reaches of the module, where one was named; that it can't be read is noted in ``skipped``."""
    try:
        return None if checkpoint is None else coverage(checkpoint, module)
    except CheckpointError as error:
        skipped.append(Unmeasured("checkpoint", str(error)))
        return None


def recorded(
    build: Callable[[], nn.Module], seed: int, folder: str | None = None, deferred: Deferred | None = None
) -> Build:
    """One build with everything that it writes on record, in memory that is NaN until it is written.

    With ``deferred`` its large tensors have no memory.
    """
    places = Places(folder)
    recorder = Recorder(places, deferred)
    creations = Creations(places, recorder.histories)
    reading = contextlib.nullcontext() if deferred is None else deferred.reading()
    with reading, filled(), deferred or contextlib.nullcontext(), recorder.recording(), creations.recording():
        module = built_by(build, seed)
    return Build(module, places, recorder.histories, creations)


def built_by(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    """One build from a seed. Calls are traced up to this frame: it marks where the project's code begins."""
    torch.manual_seed(seed)
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed)
    return build()
