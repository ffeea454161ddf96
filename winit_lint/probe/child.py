"""A child of the fork server: shuts itself in, imports the target, builds and measures it, and answers."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from typing import NoReturn, final

import msgspec
import torch

from winit_lint.ir.measured import Unmeasured
from winit_lint.ir.model import Model
from winit_lint.ir.wire import encode
from winit_lint.probe import live, system_calls
from winit_lint.probe.apart import measure_apart
from winit_lint.probe.building import NoArgumentError, NoTargetError, builder, place_of
from winit_lint.probe.channel import write_line
from winit_lint.probe.inputs import Inputs, TensorSpec
from winit_lint.probe.protocol import (
    PATIENCE,
    STAGES,
    Answer,
    Failed,
    Held,
    Layer,
    Limits,
    Refused,
    Request,
    Stage,
    Supplied,
)
from winit_lint.probe.sandbox import enter
from winit_lint.probe.trials import Derived, derived

_TEXT = 500
_AT_A_TIME = 0.4  # of the memory, for what one replay takes: to measure it takes as much again
_IN_TIME = 0.9  # of the time, so that an answer is given before it is over


@final
class _Sender:
    """Writes messages with the token that the parent expects."""

    def __init__(self, descriptor: int, token: str) -> None:
        self._descriptor = descriptor
        self._token = token

    def stage(self, name: str) -> None:
        """A stage began, or within one the module at this path was reached."""
        kind = Stage if name in STAGES else Layer
        write_line(self._descriptor, kind(self._token, name))

    def held(self, enforced: tuple[str, ...], missing: tuple[str, ...]) -> None:
        write_line(self._descriptor, Held(self._token, enforced, missing))

    def failed(self, kind: str, text: str, place: str | None = None) -> None:
        write_line(self._descriptor, Failed(self._token, kind, _line(text), place))

    def refused(self, what: str, text: str) -> None:
        write_line(self._descriptor, Refused(self._token, what, _line(text)))

    def supplied(self, arguments: tuple[str, ...]) -> None:
        if arguments:
            write_line(self._descriptor, Supplied(self._token, arguments))

    def answer(self, *parts: object) -> None:
        write_line(self._descriptor, Answer(self._token, *parts))  # type: ignore[arg-type]


def run(request: Request, result: int, output: int) -> NoReturn:
    """Everything that a child does, from the fork to its end."""
    code = 1
    try:
        sender = _Sender(_alone(result, output), request.token)
        _settle(request.scratch)
        enforced, missing = _limited(request.limits)
        if request.sandbox != "off":
            held = enter(request.scratch)
            enforced, missing = (*enforced, *held.enforced), (*missing, *held.missing)
            if request.sandbox == "require" and not held.enough:
                sender.held(enforced, missing)
                sender.refused("sandbox", "; ".join(held.missing))
                os._exit(0)
        sender.held(enforced, missing)
        _probe(request, sender)
        code = 0
    finally:
        os._exit(code)  # no clean-up of what belongs to the server


def warm() -> None:
    """Measures a layer in the server, so that what torch loads at first use is there for every child."""
    live.measure(lambda: torch.nn.Linear(2, 2), inputs=Inputs((TensorSpec((2, 2)),)), seeds=1, stage=lambda name: None)


def _probe(request: Request, sender: _Sender) -> None:
    try:
        sender.stage("import")
        build = builder(request, sender.supplied)
        if request.apart is not None:
            sender.answer(
                msgspec.Raw(encode(_apart(build, request, request.apart, sender))), str(torch.__version__), None
            )
            return
        found = Derived(request.inputs if request.forward else None)
        if found.inputs is None and request.forward:
            found = derived(build, sender.stage, lambda error: place_of(error, request))
        model = _measured(build, found.inputs, found.without, request, sender)
        sender.answer(msgspec.Raw(encode(model)), str(torch.__version__), found.inputs)
    except NoArgumentError as error:
        sender.refused("argument", error.name)
    except NoTargetError as error:
        sender.refused("target", str(error))
    except BaseException as error:  # the project's code may raise anything, SystemExit among it
        sender.failed(type(error).__name__, _said(error), place_of(error, request))


def _measured(
    build: Callable[[], torch.nn.Module], inputs: Inputs | None, without: Unmeasured, request: Request, sender: _Sender
) -> Model:
    if request.signal:
        if inputs is None:
            build()  # what it raises is why none was found
            raise NoTargetError(str(without))
        return live.measure_signal(build, inputs=inputs, seeds=request.seeds, stage=sender.stage, folder=request.root)
    return live.measure(
        build,
        inputs=inputs,
        seeds=request.seeds,
        stage=sender.stage,
        checkpoint=request.checkpoint,
        folder=request.root,
        without=without,
    )


def _apart(build: Callable[[], torch.nn.Module], request: Request, why: str, sender: _Sender) -> Model:
    """What can be measured without the memory that the model would take."""
    return measure_apart(
        build,
        why=why,
        seeds=request.seeds,
        stage=sender.stage,
        largest=int(request.limits.memory * _AT_A_TIME),
        seconds=request.limits.seconds * PATIENCE["measure"] * _IN_TIME,
        checkpoint=request.checkpoint,
        folder=request.root,
    )


def _line(text: str) -> str:
    return " ".join(text.split())[:_TEXT]


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # __str__ is the project's code, too
        return ""


def _alone(result: int, output: int) -> int:
    """A session of its own, and no open file but the two pipes; returns the one for results."""
    os.setsid()
    with contextlib.suppress(OSError):
        system_calls.prctl(system_calls.PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    # both may stand where the standard streams have to be
    result, output = (os.dup(number) if number < 3 else number for number in (result, output))
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, result)
    os.closerange(result + 1, max(256, resource.getrlimit(resource.RLIMIT_NOFILE)[0] % 2**16))
    os.set_inheritable(result, False)
    return result


def _settle(scratch: str) -> None:
    os.chdir(scratch)
    os.environ.update(HOME=scratch, TMPDIR=scratch, XDG_CACHE_HOME=scratch, TORCH_HOME=scratch)
    tempfile.tempdir = scratch
    sys.dont_write_bytecode = True
    random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)


def _limited(limits: Limits) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sets the kernel's limits; what holds, and what does not."""
    enforced: list[str] = []
    missing: list[str] = []
    wanted = [
        ("no core dump", resource.RLIMIT_CORE, 0),
        (f"files up to {limits.file >> 20} MiB", resource.RLIMIT_FSIZE, limits.file),
        # the parent's clocks stop it long before, unless the parent is gone
        (
            f"{limits.seconds:g} s a stage",
            resource.RLIMIT_CPU,
            int(limits.seconds * (len(STAGES) + sum(PATIENCE.values()))) + 1,
        ),
    ]
    size = _address_space()
    what = f"{limits.memory / 2**30:.3g} GiB of memory"
    if size is None:
        missing.append(f"{what}: no such limit on this system")
    else:
        wanted.append((what, resource.RLIMIT_AS, size + limits.memory))
    for what, number, value in wanted:
        problem = _set(number, value)
        if problem is None:
            enforced.append(what)
        else:
            missing.append(f"{what}: {problem}")
    return tuple(enforced), tuple(missing)


def _set(number: int, value: int) -> str | None:
    try:
        resource.setrlimit(number, (value, value))
    except (OSError, ValueError) as error:
        return str(error)
    return None


def _address_space() -> int | None:
    """The bytes of address space that this process has now; torch alone takes some GiB."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            return int(stream.read().split()[0]) * resource.getpagesize()
    except OSError:
        return None
