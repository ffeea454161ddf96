"""What the parent hears of a child: messages, output, the end; within the limits of time and size."""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

import msgspec

from winit_lint.probe.protocol import (
    PATIENCE,
    STAGES,
    Answer,
    Failed,
    Held,
    Layer,
    Message,
    Refused,
    Request,
    Stage,
    Supplied,
)

_CHUNK = 2**18
_KEPT_OUTPUT = 4096
_decoder = msgspec.json.Decoder(Message)


@final
@dataclass(frozen=True)
class Overrun:
    """The child went beyond a limit, or sent what is no message."""

    text: str


@final
@dataclass
class Heard:
    """What was heard up to the end: ``end`` is None where the child fell silent without an answer."""

    end: Answer | Failed | Refused | Overrun | None = None
    stage: str = "import"
    layer: str | None = None
    enforced: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    output: str = ""


def watch(results: int, outputs: int, pid: int, request: Request, told: Callable[[str], None] | None = None) -> Heard:
    """Reads both pipes until the child has answered, is gone, or has gone beyond a limit. It kills nothing.

    ``told`` hears the name of each stage, with the module that was reached in it.
    """
    with selectors.DefaultSelector() as selector:
        return _Watch(results, outputs, pid, request, selector, told or (lambda text: None)).until_the_end()


@dataclass
class _Watch:
    results: int
    outputs: int
    pid: int
    request: Request
    selector: selectors.BaseSelector
    told: Callable[[str], None]
    heard: Heard = field(default_factory=Heard)
    since: float = field(default_factory=time.monotonic)
    pending: bytearray = field(default_factory=bytearray)
    received: int = 0
    printed: int = 0
    last_output: bytes = b""

    def until_the_end(self) -> Heard:
        process = self._process()
        try:
            while self.heard.end is None and self._step(process):
                pass
        finally:
            self._spend()
            if process is not None:
                os.close(process)
        self.heard.output = self.last_output.decode("utf-8", "backslashreplace")
        return self.heard

    def _process(self) -> int | None:
        """A descriptor that says when the process is gone; else the end of the results has to say it."""
        self.selector.register(self.results, selectors.EVENT_READ)
        self.selector.register(self.outputs, selectors.EVENT_READ)
        try:
            process = os.pidfd_open(self.pid)
        except (AttributeError, OSError):
            return None
        self.selector.register(process, selectors.EVENT_READ)
        return process

    def _step(self, process: int | None) -> bool:
        """Waits for the next event; False when nothing more will come."""
        left = self._limit() - self._spent()
        ready = {int(key.fd) for key, _ in self.selector.select(max(left, 0))}
        if not ready:
            self.heard.end = Overrun(f"not done within {self._limit():g} s")
            return False
        open_still = True
        if self.outputs in ready:
            self._read_output()
        if self.results in ready:
            open_still = self._read_results()
        elif process in ready:
            # whoever else holds the pipes, what the child itself wrote can be read already
            return False
        if self.heard.end is None and self._spent() > self._limit():
            self.heard.end = Overrun(f"not done within {self._limit():g} s")
        return open_still

    def _read_output(self) -> None:
        part = os.read(self.outputs, _CHUNK)
        if not part:
            self.selector.unregister(self.outputs)
        self.printed += len(part)
        self.last_output = (self.last_output + part)[-_KEPT_OUTPUT:]
        if self.printed > self.request.limits.output:
            self.heard.end = Overrun(f"more than {self.request.limits.output >> 20} MiB of output")

    def _read_results(self) -> bool:
        part = os.read(self.results, _CHUNK)
        self.received += len(part)
        if self.received > self.request.limits.result:
            self.heard.end = Overrun(f"more than {self.request.limits.result >> 20} MiB of results")
            return False
        self.pending += part
        if b"\n" in part:
            *lines, rest = bytes(self.pending).split(b"\n")
            self.pending = bytearray(rest)
            for line in lines:
                if self.heard.end is None:
                    self._take(line)
        return bool(part)

    def _take(self, line: bytes) -> None:
        try:
            message = _decoder.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            self.heard.end = Overrun(f"a message that can't be understood: {error}")
            return
        if message.token != self.request.token:
            self.heard.end = Overrun("a message that is not the probe's")
            return
        match message:
            case Stage(name=name) if name in STAGES:
                self._spend()
                self.heard.stage, self.heard.layer = name, None
                self.told(name)
            case Layer(path=path):
                self.heard.layer = path
                self.told(f"{self.heard.stage} {path}")
            case Held(enforced=enforced, missing=missing):
                self.heard.enforced, self.heard.missing = enforced, missing
            case Supplied(arguments=arguments):
                self.heard.supplied = arguments
            case Answer() | Failed() | Refused():
                self.heard.end = message

    def _limit(self) -> float:
        return self.request.limits.seconds * PATIENCE.get(self.heard.stage, 1.0)

    def _spent(self) -> float:
        return self.heard.seconds.get(self.heard.stage, 0.0) + time.monotonic() - self.since

    def _spend(self) -> None:
        """Puts the time since the last stage began to that stage's account."""
        self.heard.seconds[self.heard.stage] = self._spent()
        self.since = time.monotonic()
