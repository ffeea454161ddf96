"""The parent's side: starts the fork server, hands it targets, and holds their children to time and size."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import final

import msgspec

from winit_lint.ir.model import Model
from winit_lint.ir.wire import decode
from winit_lint.probe.channel import ChannelClosedError, receive, send
from winit_lint.probe.inputs import Inputs
from winit_lint.probe.protocol import Answer, Ended, Failed, Finish, Limits, Probe, Ready, Refused, Request, Started
from winit_lint.probe.watch import Heard, Overrun, watch
from winit_lint.source.target import PROJECT_FOLDERS, Target

_START_SECONDS = 120.0  # torch from a cold disk
_ANSWER_SECONDS = 30.0
_WANT = ("MemoryError", "can't allocate memory", "bad_alloc", "out of memory")
_PASSES = frozenset({"forward", "backward"})
_BOOT = "import sys, json; sys.path[:] = json.loads(sys.argv[2]); from winit_lint.probe.server import main; "
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TZ", "LC_ALL", "LC_CTYPE")
_SET = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "HIP_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "WANDB_MODE": "disabled",
    "MPLBACKEND": "Agg",
    "DO_NOT_TRACK": "1",
}


@final
class NotEnforcedError(Exception):
    """``--sandbox require`` was asked for, and the system does not give it."""


@final
@dataclass(frozen=True)
class Options:
    """How targets are probed; ``sandbox`` is "auto", "require" or "off".

    ``apart`` says that models are built without memory, and measured one parameter at a time; without it that is done
    where a model does not fit. ``supply`` makes up arguments that a target lacks. ``told`` hears of each stage that
    begins and of each module that a pass reaches, which are words of the child's.
    """

    inputs: Inputs | None = None
    seeds: int = 3
    checkpoint: str | None = None
    sandbox: str = "auto"
    limits: Limits = field(default_factory=Limits)
    told: Callable[[str], None] | None = None
    apart: bool = False
    supply: bool = False

    def given(self, inputs: Inputs | None) -> Options:
        """The same with other inputs."""
        return replace(self, inputs=inputs)


@final
@dataclass(frozen=True)
class Probed:
    """What became of one target.

    ``model`` is None where it could not be built and measured. ``failure`` says why, or why its forward pass could not
    be, with the stage and the last layer reached; None where all went well. ``enforced`` and ``missing`` are what held
    of the limits and the sandbox. ``supplied`` are arguments that were made up, ``refused`` names one that
    the target does not take.
    ``seconds`` is the time of each stage, ``peak`` the child's largest memory in bytes.
    """

    model: Model | None
    failure: str | None
    stage: str
    layer: str | None
    enforced: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    inputs: Inputs | None = None
    torch: str | None = None
    seconds: tuple[tuple[str, float], ...] = ()
    peak: int = 0
    output: str = ""
    supplied: tuple[str, ...] = ()
    refused: str | None = None

    @property
    def memory_ended(self) -> bool:
        """Whether it failed for want of memory."""
        return self.failure is not None and any(word in self.failure for word in _WANT)


@final
class Prober:
    """A fork server, started when the first target is probed, and all of its children; used in a ``with`` statement."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._home: str | None = None
        self._ready: Ready | None = None

    def __enter__(self) -> Prober:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def probe(self, target: Target, options: Options) -> Probed:
        """Builds and measures the target in a child of its own.

        Where its forward or backward pass is what fails, a second child measures the rest; where it does not fit into
        memory, another one measures it without.

        Raises:
            NotEnforcedError: the sandbox is required and the system does not give it.
        """
        if options.apart:
            return self._attempt(target, options, forward=False, apart="built without memory, as asked for")
        found = self._attempt(target, options, forward=True)
        if found.model is None and found.stage in _PASSES:
            rest = self._attempt(target, options, forward=False)
            if rest.model is not None:
                return replace(rest, failure=found.failure, stage=found.stage, layer=found.layer, inputs=found.inputs)
            found = rest
        if found.model is None and found.memory_ended:
            size = f"{options.limits.memory / 2**30:.3g} GiB"
            rest = self._attempt(target, options, forward=False, apart=f"built without memory: {size} are not enough")
            found = rest if rest.model is not None else found
        return found

    def signal(self, target: Target, options: Options) -> Probed:
        """The target's signal alone, of every build by itself.

        Raises:
            NotEnforcedError: the sandbox is required and the system does not give it.
        """
        return self._attempt(target, options, forward=True, signal=True)

    def _attempt(
        self, target: Target, options: Options, *, forward: bool, apart: str | None = None, signal: bool = False
    ) -> Probed:
        ready = self._started()
        if ready.torch is None:
            return Probed(None, f"torch can't be imported: {ready.problem}", "import", None)
        home = tempfile.mkdtemp(prefix="winit-lint-")
        request = msgspec.structs.replace(
            _request(target, options, home, forward), apart=apart, signal=signal, supply=options.supply
        )
        try:
            return self._probed(request, ready.torch, options.told)
        except ChannelClosedError:
            self._stop()
            return Probed(None, "the fork server ended", "import", None, torch=ready.torch)
        finally:
            shutil.rmtree(home, ignore_errors=True)

    def _probed(self, request: Request, torch: str, told: Callable[[str], None] | None) -> Probed:
        assert self._channel is not None
        results, result = os.pipe()
        outputs, output = os.pipe()
        try:
            try:
                send(self._channel, Probe(request), (result, output))
            finally:
                os.close(result)
                os.close(output)
            started = msgspec.json.decode(receive(self._channel)[0], type=Started)
            ended: Ended | None = None
            try:
                heard = watch(results, outputs, started.pid, request, told)
            except BaseException:
                # an interruption: the child and its group have to go with it
                with contextlib.suppress(OSError):
                    os.killpg(started.pid, signal.SIGKILL)
                raise
            finally:
                with contextlib.suppress(ChannelClosedError):
                    send(self._channel, Finish(started.pid))
                    ended = msgspec.json.decode(receive(self._channel)[0], type=Ended)
        finally:
            os.close(results)
            os.close(outputs)
        if ended is None:
            with contextlib.suppress(OSError):
                os.killpg(started.pid, signal.SIGKILL)
            self._stop()
        return _concluded(heard, ended, request, torch)

    def _started(self) -> Ready:
        if self._ready is not None and self._process is not None and self._process.poll() is None:
            return self._ready
        self._stop()
        ours, theirs = socket.socketpair()
        self._home = tempfile.mkdtemp(prefix="winit-lint-")
        paths = json.dumps([os.path.abspath(path) for path in sys.path])
        command = [sys.executable, "-c", f"{_BOOT}main(int(sys.argv[1]))", str(theirs.fileno()), paths]
        with theirs:
            self._process = subprocess.Popen(
                command,
                cwd=self._home,
                env=_environment(self._home),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._channel = ours
        ours.settimeout(_START_SECONDS)
        try:
            self._ready = msgspec.json.decode(receive(ours)[0], type=Ready)
        except (ChannelClosedError, msgspec.DecodeError):
            self._ready = Ready(None, "the process that imports it ended, or did not end in time")
        ours.settimeout(_ANSWER_SECONDS)
        return self._ready

    def _stop(self) -> None:
        if self._channel is not None:
            self._channel.close()  # the server ends its children and itself when it sees this
        if self._process is not None:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(OSError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
        self._process = self._channel = self._home = self._ready = None


def _request(target: Target, options: Options, scratch: str, forward: bool) -> Request:
    folders = [os.path.abspath(folder) for folder in PROJECT_FOLDERS if os.path.isdir(folder)]
    return Request(
        os.path.abspath(target.path),
        target.module,
        str(target.name),
        target.call,
        tuple(folders),
        os.path.realpath(os.getcwd()),
        os.path.realpath(scratch),
        secrets.token_hex(16),
        options.inputs,
        forward,
        options.seeds,
        None if options.checkpoint is None else os.path.abspath(options.checkpoint),
        options.sandbox,
        options.limits,
        supply=options.supply,
    )


def _environment(home: str) -> dict[str, str]:
    """Nothing of the user's environment but where libraries are, the time zone and the character encoding."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **_SET, "HOME": home, "TMPDIR": home, "XDG_CACHE_HOME": home, "TORCH_HOME": home}


def _concluded(heard: Heard, ended: Ended | None, request: Request, torch: str) -> Probed:
    model: Model | None = None
    failure: str | None = None
    refused: str | None = None
    inputs, layer = request.inputs, heard.layer
    match heard.end:
        case Answer() as answer:
            try:
                model = decode(bytes(answer.model))
                inputs = answer.inputs
                failure, layer = _of_forward(model)
            except (msgspec.DecodeError, RecursionError) as error:
                failure = f"the answer does not have the form that it has to have: {error}"
        case Refused(what="sandbox") as held:
            raise NotEnforcedError(held.text)
        case Refused(what="argument") as argument:
            refused = argument.text
            failure = f"it takes no argument `{refused}`"
        case Refused() as target:
            failure = target.text
        case Failed() as failed:
            place = f" ({failed.place})" if failed.place is not None else ""
            failure = f"{failed.kind}: {failed.text}{place}" if failed.text else f"{failed.kind}{place}"
        case Overrun() as overrun:
            failure = overrun.text
        case None:
            failure = _ended_silently(ended)
    stage = "forward" if model is not None and failure is not None else heard.stage
    return Probed(
        model, failure, stage, layer, heard.enforced, heard.missing, inputs, torch,
        tuple(heard.seconds.items()), ended.peak if ended is not None else 0, heard.output,
        heard.supplied, refused,
    )  # fmt: skip


def _of_forward(model: Model) -> tuple[str | None, str | None]:
    """What the forward pass raised and in which layer, where the rest was measured all the same."""
    skipped = model.measured.skipped if model.measured is not None else ()
    return next(((each.why, each.layer) for each in skipped if each.forward), (None, None))


def _ended_silently(ended: Ended | None) -> str:
    if ended is None:
        return "the process ended, and the fork server with it"
    if ended.exit_code >= 0:
        return f"the process ended by itself (exit code {ended.exit_code})"
    number = -ended.exit_code
    name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
    return f"the process was killed ({name})" + (": out of memory?" if name == "SIGKILL" else "")
