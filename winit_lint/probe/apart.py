"""A model that does not fit into memory, measured one parameter at a time.

It is built without memory (``deferred``); each parameter is made real by a replay of its own writes, measured, and
released. What a pass over the whole model would tell is not measured, and said to be so.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, final

import torch
from torch import nn

from winit_lint.ir.measured import Measured, Replay, Reset, Statistics, Unfilled, Unmeasured
from winit_lint.ir.model import Model, Parameter
from winit_lint.probe.apart_resets import resets_apart
from winit_lint.probe.capture import Build, capture
from winit_lint.probe.copies import Gathered
from winit_lint.probe.deferred import SMALL, Deferred
from winit_lint.probe.fans import measured_fans
from winit_lint.probe.live import built_by, covered, recorded
from winit_lint.probe.raised import in_one_line
from winit_lint.probe.replay import SAMPLE, UnknownValuesError, replayed
from winit_lint.probe.statistics import Sums, described, entries_of

_NAMED: Final = 3
_UNMEASURED: Final = ("signal", "loss")


def measure_apart(
    build: Callable[[], nn.Module],
    *,
    why: str,
    seeds: int,
    stage: Callable[[str], None],
    largest: int,
    seconds: float,
    checkpoint: str | None = None,
    folder: str | None = None,
    small: int = SMALL,
    sample: int | None = SAMPLE,
) -> Model:
    """The model that ``build`` makes, with what can be measured of it without its memory; ``why`` that is done.

    ``largest`` is the most bytes that one parameter may take with all that it is made of. After ``seconds`` the rest of
    the parameters is left out. Tensors up to ``small`` entries are real; of more than ``sample`` independent entries
    that many are replayed. What the model's own code raises during construction is passed on.
    """
    stage("build")
    deferred = Deferred(largest, small)
    built = recorded(build, 0, folder, deferred)
    model = capture(built)
    stage("measure")
    fans = tuple(measured_fans(model, built.module))
    run = _Run(deferred, seeds, time.monotonic() + seconds, sample, stage)
    found = tuple(run.statistics(model, built.module))
    skipped = [Unmeasured("statistics", text) for text in run.reasons()]
    again = tuple(run.resets(lambda: built_by(build, 0), built, found))
    measured = Measured(
        str(torch.__version__),
        seeds,
        statistics=found,
        fans=fans,
        unfilled=tuple(run.unfilled),
        resets=again,
        copies=tuple(run.copies.found()),
        coverage=covered(checkpoint, built.module, run.skipped),
        skipped=(*(Unmeasured(what, why) for what in _UNMEASURED), *skipped, *run.skipped),
        replay=run.account(why),
    )
    return dataclasses.replace(model, measured=measured)


@final
@dataclass(slots=True)
class _Run:
    deferred: Deferred
    seeds: int
    deadline: float
    sample: int | None
    stage: Callable[[str], None]
    unfilled: list[Unfilled] = field(default_factory=list)
    copies: Gathered = field(default_factory=Gathered)
    skipped: list[Unmeasured] = field(default_factory=list)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: {"real": 0, "whole": 0, "sampled": 0})

    def statistics(self, model: Model, module: nn.Module) -> Iterator[Statistics]:
        tensors = dict(module.named_parameters())
        reached = None
        for parameter in model.parameters:
            if parameter.layer != reached:
                reached = parameter.layer
                self.stage(reached)
            tensor = tensors.get(parameter.name)
            if tensor is None:
                continue
            if time.monotonic() > self.deadline:
                self.unknown.setdefault("the time for measuring was over", []).append(parameter.name)
                continue
            try:
                found = self._one(parameter, tensor)
            except (UnknownValuesError, MemoryError, RuntimeError) as error:
                if not isinstance(error, UnknownValuesError) and "memory" not in str(error):
                    raise
                self.unknown.setdefault(str(error).partition("\n")[0][:200], []).append(parameter.name)
                continue
            if found is not None:
                yield found

    def resets(self, build: Callable[[], nn.Module], built: Build, found: Sequence[Statistics]) -> Iterator[Reset]:
        """What every ``reset_parameters`` leaves; where a second build raises, a remark."""
        assert built.creations is not None
        self.stage("build")
        constructed = built.creations.constructed(built.module)
        by_name = {each.name: each for each in found}
        try:
            yield from resets_apart(build, (built.module, self.deferred), constructed, by_name, self.deadline)
        except Exception as error:  # any that the model's own methods raise when they are called once more
            self.skipped.append(Unmeasured("resets", f"{type(error).__name__}: {in_one_line(error, 200)}"))
        finally:
            self.stage("measure")

    def reasons(self) -> Iterator[str]:
        """Of which parameters nothing is known, by the reason."""
        for why, names in self.unknown.items():
            shown = ", ".join(f"`{name}`" for name in names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
            yield f"of {len(names)} parameter{'s' if len(names) > 1 else ''} ({shown}): {why}"

    def account(self, why: str) -> Replay:
        return Replay(why, **self.counts, unknown=sum(map(len, self.unknown.values())))

    def _one(self, parameter: Parameter, tensor: torch.Tensor) -> Statistics | None:
        sums = Sums()
        if not self.deferred.tape.knows(tensor):
            return self._described(parameter, tensor, sums, "real")
        ref = self.deferred.tape.opened(tensor)
        first, part = replayed(self.deferred.tape, ref, 0, self.deferred.largest, self.sample)
        # numbers that the program looked at were those of the first seed: another one does not go with them
        others = 1 if self.deferred.looked or first.numel() >= SAMPLE else self.seeds
        for seed in range(1, others):
            entries = entries_of(replayed(self.deferred.tape, ref, seed, self.deferred.largest, self.sample)[0])
            if entries is not None:
                sums.add(entries)
        found = self._described(parameter, first, sums, "sampled" if part else "whole")
        return dataclasses.replace(found, of=tensor.numel()) if found is not None and part else found

    def _described(self, parameter: Parameter, tensor: torch.Tensor, sums: Sums, how: str) -> Statistics | None:
        entries = entries_of(tensor)
        if entries is None:
            return None
        self.copies.add(parameter, tensor, entries, whole=how != "sampled")
        self.counts[how] += 1
        sums.add(entries)
        empty = sum(int(torch.isnan(part).sum()) for part in torch.split(entries, SAMPLE))
        if empty:
            self.unfilled.append(Unfilled(parameter.name, empty / entries.numel()))
        return described(parameter, tensor, entries, sums)
