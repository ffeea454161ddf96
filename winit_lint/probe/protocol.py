"""What the parent asks of the probe's processes, and what these answer: JSON with checked types, one message a line."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from winit_lint.probe.inputs import Inputs

STAGES = ("import", "build", "forward", "backward", "measure")
"""The stages of a probe in their order. Each has a clock of its own, which several builds share."""

PATIENCE = {"measure": 5.0}
"""How many times the limit a stage may take: in the last one it is not the project's code that runs."""


class Limits(msgspec.Struct, frozen=True):
    """What one target may use.

    ``seconds`` for each stage; ``memory`` bytes of address space beyond what an idle child has; ``file`` bytes of a
    file that it writes; ``output`` bytes on its standard output and error; ``result`` bytes of its answer.
    """

    seconds: float = 60.0
    memory: int = 4 * 2**30
    file: int = 64 * 2**20
    output: int = 16 * 2**20
    result: int = 64 * 2**20


class Request(msgspec.Struct, frozen=True):
    """One target to build and measure.

    ``path`` is the target's file, absolute; ``module`` its dotted name where the user named a module; ``name`` the
    class or function in it and ``call`` the text of the arguments. ``folders`` are searched for the project's modules
    before what is installed. ``root`` is the parent's working directory, ``scratch`` the only folder that may be
    written to. ``checkpoint`` is a file to hold the model against. ``forward`` is False where nothing may be run but
    the construction. ``apart`` says why the model is built without memory and measured one parameter at a time, None
    where it is not. ``signal`` is True where nothing but that is asked for. ``sandbox`` is "auto", "require" or "off".
    ``supply`` asks for arguments that the target lacks. ``token`` has to stand in every message.
    """

    path: str
    module: str | None
    name: str
    call: str
    folders: tuple[str, ...]
    root: str
    scratch: str
    token: str
    inputs: Inputs | None = None
    forward: bool = True
    seeds: int = 3
    checkpoint: str | None = None
    sandbox: str = "auto"
    limits: Limits = Limits()
    apart: str | None = None
    signal: bool = False
    supply: bool = False


class Finish(msgspec.Struct, frozen=True, tag="finish"):
    """The parent has heard enough of the child ``pid``."""

    pid: int


class Probe(msgspec.Struct, frozen=True, tag="probe"):
    """The parent wants a child for ``request``; the pipes for its answers and its output come with it."""

    request: Request


class Stage(msgspec.Struct, frozen=True, tag="stage"):
    """A stage began."""

    token: str
    name: str


class Layer(msgspec.Struct, frozen=True, tag="layer"):
    """The forward or backward pass reached a module."""

    token: str
    path: str


class Held(msgspec.Struct, frozen=True, tag="held"):
    """What was enforced of the sandbox, before any code of the project ran; ``missing`` says what was not, and why."""

    token: str
    enforced: tuple[str, ...]
    missing: tuple[str, ...]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The probe of the target ended with an exception: its text in one line, and the project's line that it left.

    ``kind`` is the name of its class.
    """

    token: str
    kind: str
    text: str
    place: str | None = None


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """What was asked for can't be done, as one line: the ``sandbox``, the ``target``, or an ``argument`` of that name
    that the target does not take.
    """

    token: str
    what: str
    text: str


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """The model as measured, in the form of ``ir.wire``, with what its forward pass was given."""

    token: str
    model: msgspec.Raw
    torch: str
    inputs: Inputs | None = None


class Supplied(msgspec.Struct, frozen=True, tag="supplied"):
    """Arguments that nobody gave and that were made up, as text."""

    token: str
    arguments: tuple[str, ...]


Message: TypeAlias = Stage | Layer | Held | Failed | Refused | Answer | Supplied


class Started(msgspec.Struct, frozen=True, tag="started"):
    """The fork server has a process for the target."""

    pid: int


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """That process is gone, and all that it left running: its exit code, negative for a signal, and its peak memory."""

    exit_code: int
    peak: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The fork server has loaded torch (the version), or why it could not."""

    torch: str | None
    problem: str | None = None
