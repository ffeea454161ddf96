"""One tensor of a deferred build, made real: the steps that led to it are carried out, and no others.

Each step draws from a stream of its own, so that it gives the same numbers for every tensor that depends on it. They
are not those of a build in one go; they are of the same distribution, and equal where that seeds itself again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, final

import torch

from winit_lint.probe.calls import tensors_in
from winit_lint.probe.raised import in_one_line
from winit_lint.probe.tape import Kept, Ref, Step, Tape, row_major

SAMPLE: Final = 2**20
"""Entries of a larger tensor that are replayed where each is independent of the others."""

_STREAMS: Final = 0x9E3779B97F4A7C15  # an odd number without structure parts the streams of the steps


@final
class UnknownValuesError(Exception):
    """What a tensor holds can't be found by carrying out its steps again, as one line for the user."""


def replayed(tape: Tape, ref: Ref, seed: int, largest: int, sample: int | None = None) -> tuple[torch.Tensor, bool]:
    """The tensor, and whether it is only a part of its entries: ``sample`` of them, flat, where that is enough.

    ``largest`` is the most bytes that may be taken at a time.

    Raises:
        UnknownValuesError: it depends on what is not known any more, is too large, or a step can't be repeated.
    """
    steps = tape.leading_to(ref.key)
    count, _ = tape.size(ref.key)
    part = None
    if sample is not None and count > sample and ref.whole and all(step.entrywise for step in steps):
        part = sample
    run = _Run(tape, seed, part, largest)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        run.carry_out(steps, ref.key)
        return run.tensor(ref), part is not None


@final
class _Run:
    """The memory of one replay; each storage has one dimension."""

    def __init__(self, tape: Tape, seed: int, part: int | None, largest: int) -> None:
        self._tape = tape
        self._seed = seed
        self._part = part
        self._largest = largest
        self._memory: dict[int, torch.Tensor] = {}

    def carry_out(self, steps: Sequence[Step], wanted: int) -> None:
        last = {key: step.number for step in steps for key in (*step.reads, *step.writes)}
        for step in steps:
            torch.default_generator.manual_seed((self._seed * _STREAMS + step.stream * 2 + 1) % 2**63)
            self._carry_out(step)
            for key in {*step.reads, *step.writes}:
                if last[key] == step.number and key != wanted:
                    self._memory.pop(key, None)

    def tensor(self, ref: Ref) -> torch.Tensor:
        """The tensor that a name stands for; what nothing has filled yet is NaN."""
        base = self._memory.get(ref.key)
        if base is None:
            base = self._memory[ref.key] = self._empty(ref.key)
        if ref.dtype != base.dtype:
            raise UnknownValuesError(f"its memory is read as {ref.dtype} and written as {base.dtype}")
        return base if self._part is not None else torch.as_strided(base, ref.shape, ref.stride, ref.offset)

    def _empty(self, key: int) -> torch.Tensor:
        count, dtype = self._tape.size(key)
        if self._part is not None:
            count = min(count, self._part)
        taken = sum(each.nbytes for each in self._memory.values()) + count * dtype.itemsize
        if taken > self._largest:
            raise UnknownValuesError(f"{taken / 2**30:.1f} GiB at a time are more than the {self._room()} there is for")
        blank: Any = math.nan if dtype.is_floating_point or dtype.is_complex else 0
        return torch.full((count,), blank, dtype=dtype)

    def _room(self) -> str:
        return f"{self._largest / 2**30:.1f} GiB"

    def _carry_out(self, step: Step) -> None:
        args = tuple(self._value(each) for each in step.args)
        kwargs = {name: self._value(each) for name, each in step.kwargs.items()}
        try:
            result = step.call(*args, **kwargs)
        except Exception as error:  # any that an operation may raise on the numbers that it was not given before
            raise UnknownValuesError(f"{_name(step.call)} can't be repeated: {in_one_line(error, 160)}") from None
        if step.results:
            for ref, real in zip(step.results, tensors_in(result), strict=True):
                self._keep(ref, real)

    def _keep(self, ref: Ref, real: torch.Tensor) -> None:
        if self._part is not None or (ref.whole and real.is_contiguous() and row_major(ref)):
            self._memory[ref.key] = real.reshape(-1)
        else:
            self._memory[ref.key] = self._empty(ref.key)
            self.tensor(ref).copy_(real)

    def _value(self, value: Any) -> Any:
        match value:
            case Ref():
                return self.tensor(value)
            case Kept(tensor=tensor, version=version):
                if tensor._version != version:
                    raise UnknownValuesError("it was made of a tensor that was written to later")
                return tensor
            case torch.Generator():
                return None
            case tuple() | list():
                return type(value)(self._value(each) for each in value)
            case Mapping():
                return {name: self._value(each) for name, each in value.items()}
        return value


def _name(call: Any) -> str:
    return str(getattr(call, "__name__", call)).partition(".")[0]
