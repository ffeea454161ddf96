"""Inputs for a model that nobody described, by trial.

Candidates are tried in a fork, so that what the trial leaves behind (caches, random state) does not matter, and a large
model on the meta device. The first that ``forward`` takes is the answer. Where it takes none, what it raised is told:
whether the candidates or the model are wrong can't be known.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, final

import msgspec
import torch

from winit_lint.ir.measured import Unmeasured
from winit_lint.probe.calls import tensors_in
from winit_lint.probe.deriving import BATCH, candidates
from winit_lint.probe.first_layers import lazy
from winit_lint.probe.inputs import Inputs
from winit_lint.probe.lazies import copied
from winit_lint.probe.meta import on_meta
from winit_lint.probe.raised import in_one_line
from winit_lint.probe.tensors import drawn
from winit_lint.probe.units import FEWEST

_CHEAP = 2**20  # entries of all outputs for the small batch, up to which the larger one is used
_SECONDS = 10.0
_LARGEST_REAL = 50_000_000  # entries of the parameters of a model that is tried for real
_POLL = 0.05
_TEXT = 300
_MOST_HEARD = 2**20

Placed: TypeAlias = Callable[[BaseException], str | None]
"""Where in the project an exception came from."""

HINT: Final = "--input-size says what it takes"
NO_INPUT: Final = Unmeasured("signal", f"no input is known; {HINT}")


@final
@dataclass(frozen=True)
class Derived:
    """The inputs that a model takes, or why there are none."""

    inputs: Inputs | None
    without: Unmeasured = NO_INPUT


class _Trying(msgspec.Struct, frozen=True, tag="trying"):
    """A candidate is about to be tried."""

    inputs: Inputs


class _Unfit(msgspec.Struct, frozen=True, tag="unfit"):
    """What ``forward`` raised for it, after so many modules, the last of them at ``layer``."""

    inputs: Inputs
    text: str
    layer: str
    reached: int


class _Found(msgspec.Struct, frozen=True, tag="found"):
    """The end of the trials; without an input ``why`` there is nothing to try."""

    inputs: Inputs | None
    why: str = NO_INPUT.why


_Said: TypeAlias = _Trying | _Unfit | _Found
_decoder = msgspec.json.Decoder(_Said)


def derived(build: Callable[[], torch.nn.Module], stage: Callable[[str], None], placed: Placed) -> Derived:
    """The inputs that the model takes; or why none of the candidates fits, or the trials take too long."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            _try(build, stage, placed, lambda said: os.write(writer, msgspec.json.encode(said) + b"\n"))
        except BaseException:  # the build that follows tells what is wrong
            os._exit(1)
        finally:
            os._exit(0)
    os.close(writer)
    try:
        raw, status = _read(reader, pid)
    finally:
        os.close(reader)
    return _concluded(list(_decoded(raw)), os.waitstatus_to_exitcode(status))


def _read(reader: int, pid: int) -> tuple[bytes, int]:
    """What the fork wrote, and how it ended; what it left running may hold the pipe open for longer."""
    raw, ended, status = b"", False, 0
    while len(raw) < _MOST_HEARD:
        if select.select([reader], [], [], 0 if ended else _POLL)[0]:
            part = os.read(reader, 2**16)
            raw += part
            if part:
                continue
            if not ended:
                status = os.waitpid(pid, 0)[1]
            return raw, status
        if ended:
            return raw, status
        done, status = os.waitpid(pid, os.WNOHANG)
        ended = done != 0
    os.kill(pid, signal.SIGKILL)
    return raw, os.waitpid(pid, 0)[1]


def _decoded(raw: bytes) -> Iterator[_Said]:
    with contextlib.suppress(msgspec.DecodeError):  # the project's code may have written there
        for line in raw.splitlines():
            yield _decoder.decode(line)


def _concluded(said: list[_Said], code: int) -> Derived:
    """The last word counts; without one the fork ended in the middle of a trial, or never came to one."""
    last = said[-1] if said else None
    unfit = [each for each in said if isinstance(each, _Unfit)]
    found = [each for each in said if isinstance(each, _Found) and each.inputs is not None]
    if found:
        return Derived(found[-1].inputs)
    if isinstance(last, _Trying):
        how = f"not done within {_SECONDS:g} s" if code == -signal.SIGALRM else f"the process ended ({_ending(code)})"
        return _failed(f"{how} on an input that was worked out, {last.inputs}")
    if not unfit:
        return Derived(None, Unmeasured("signal", last.why if isinstance(last, _Found) else NO_INPUT.why))
    best = max(unfit, key=lambda each: each.reached)  # the first of those that came as far
    others = f" and {len(unfit) - 1} others" if len(unfit) > 2 else " and another" if len(unfit) > 1 else ""
    return _failed(f"{best.text} on inputs that were worked out, {best.inputs}{others}", best.layer)


def _failed(how: str, layer: str = "") -> Derived:
    return Derived(None, Unmeasured("signal", f"{how}; {HINT}", True, layer or None))


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _try(
    build: Callable[[], torch.nn.Module], stage: Callable[[str], None], placed: Placed, say: Callable[[_Said], object]
) -> None:
    stage("build")
    module, device = _on_meta(build), "meta"
    if module is None or sum(parameter.numel() for parameter in module.parameters()) <= _LARGEST_REAL:
        # a forward pass on the meta device loads torch's compiler, and can't look at its data
        module, device = build(), "cpu"
    if type(module).forward is torch.nn.Module.forward:
        say(_Found(None, "it has no forward"))
        return
    if isinstance(module, torch.jit.ScriptModule):
        say(_Found(None, "a ScriptModule takes no hooks"))
        return
    possible = list(candidates(module))
    stage("forward")
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(_SECONDS) + 1)  # ends this process in the middle of a pass that does not end
    trial = _Trial(module, device, placed, say, time.monotonic() + _SECONDS)
    if trial.fits_any(possible):
        return
    told = next((each for each in possible if each.origin != "first layer"), None)
    first = lazy(module)
    if possible or first is None:
        say(_Found(told))
    else:
        say(_Found(None, f"no input is known: `{first or 'the model'}` is lazy and takes any width; {HINT}"))


def _on_meta(build: Callable[[], torch.nn.Module]) -> torch.nn.Module | None:
    """The model without memory; None where it can't be built so."""
    try:
        with on_meta():
            module = build()
    except Exception:  # the project's code: whatever it raises here, the build on the CPU may not
        return None
    whole = all(parameter.is_meta and not torch.nn.parameter.is_lazy(parameter) for parameter in module.parameters())
    return module if whole else None


@final
@dataclass
class _Trial:
    """A model with what it is tried on; ``reached`` and ``layer`` tell how far a pass came, ``put_out`` how much."""

    module: torch.nn.Module
    device: str
    placed: Placed
    say: Callable[[_Said], object]
    deadline: float
    reached: int = 0
    layer: str = ""
    put_out: int = 0

    def fits_any(self, possible: list[Inputs]) -> bool:
        """Say the first that fits."""
        for inputs in possible:
            if time.monotonic() > self.deadline:
                return False
            if self._fits(inputs):
                self.say(_Found(inputs))
                larger = self._enlarged(inputs)
                if larger is not None and self._fits(larger):
                    self.say(_Found(larger))
                return True
        return False

    def _enlarged(self, inputs: Inputs) -> Inputs | None:
        """The same with a batch that shows dead units, where the batch was chosen here and a pass with it is cheap."""
        alike = all(tensor.size[0] == BATCH for tensor in inputs.tensors)
        chosen = inputs.origin in {"first layer", "default_cfg", "pretrained_cfg"}
        if not (alike and chosen and self.device == "cpu" and self.put_out <= _CHEAP):
            return None
        return replace(inputs, tensors=tuple(replace(t, size=(FEWEST, *t.size[1:])) for t in inputs.tensors))

    def _fits(self, inputs: Inputs) -> bool:
        self.say(_Trying(inputs))
        self.reached, self.layer, self.put_out = 0, "", 0
        args, kwargs = drawn(inputs, device=self.device)
        module = self.module if lazy(self.module) is None else copied(self.module)  # it is lazy but once
        try:
            with self._followed(module), torch.no_grad(), torch.device(self.device):
                module(*args, **kwargs)
        except (Exception, SystemExit) as error:  # whatever forward raises, the candidate does not fit
            self.say(_Unfit(inputs, self._told(error), self.layer, self.reached))
            return False
        return True

    @contextlib.contextmanager
    def _followed(self, module: torch.nn.Module) -> Iterator[None]:
        """How far a pass comes, and how much its layers put out."""

        def entered(path: str) -> Callable[..., None]:
            def hook(*_: Any) -> None:
                self.reached, self.layer = self.reached + 1, path

            return hook

        def left(layer: torch.nn.Module, given: Any, made: Any) -> None:
            self.put_out += sum(tensor.numel() for tensor in tensors_in(made))

        handles = [each.register_forward_pre_hook(entered(path)) for path, each in module.named_modules()]
        leaves = [each for each in module.modules() if not each._modules]
        handles += [each.register_forward_hook(left) for each in leaves]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _told(self, error: BaseException) -> str:
        """The exception in one line, with where it comes from."""
        text = in_one_line(error, _TEXT)
        place = self.placed(error)
        return f"{type(error).__name__}{': ' if text else ''}{text}" + (f" ({place})" if place is not None else "")
