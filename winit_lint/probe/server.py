"""The fork server: loads torch once, and forks a child for each target.

It runs no code of the project itself. The parent decides when a child's time is over; the server ends it with all that
it left running, and tells how it ended.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
from typing import Any

import msgspec

from winit_lint.probe import system_calls
from winit_lint.probe.channel import ChannelClosedError, receive, send
from winit_lint.probe.protocol import Ended, Finish, Probe, Ready, Started


def main(descriptor: int) -> None:
    """Serves on the socket with this number until the parent is gone."""
    channel = socket.socket(fileno=descriptor)
    channel.set_inheritable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    with contextlib.suppress(OSError):
        system_calls.prctl(system_calls.PR_SET_CHILD_SUBREAPER, 1)
    with contextlib.suppress(ChannelClosedError):
        run = _prepared(channel)
        if run is not None:
            _serve(channel, run)
    _end_all()
    os._exit(0)


def _prepared(channel: socket.socket) -> Any:
    """The function that a child runs, once torch is there."""
    try:
        import torch

        torch.set_num_threads(1)
        from winit_lint.probe.child import run, warm

        warm()
    except Exception as error:  # a broken torch raises anything; the parent tells what
        send(channel, Ready(None, f"{type(error).__name__}: {error}"))
        return None
    gc.collect()
    gc.freeze()  # children look at none of it, so its memory stays shared
    send(channel, Ready(str(torch.__version__)))
    return run


def _serve(channel: socket.socket, run: Any) -> None:
    while True:
        raw, descriptors = receive(channel, most=2)
        message = msgspec.json.decode(raw, type=Probe | Finish)
        if isinstance(message, Probe):
            pid = os.fork()
            if pid == 0:
                channel.close()
                run(message.request, *descriptors)
                os._exit(0)
            for number in descriptors:
                os.close(number)
            send(channel, Started(pid))
        else:
            send(channel, _ended(message.pid))


def _ended(pid: int) -> Ended:
    """Kills the child, its group and its orphans, and collects it."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)
    try:
        _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:
        return Ended(-signal.SIGKILL, 0)
    _end_all()
    unit = 1 if sys.platform == "darwin" else 1024
    return Ended(os.waitstatus_to_exitcode(status), usage.ru_maxrss * unit)


def _end_all() -> None:
    """Kills every child that is left: as a subreaper the server inherits the orphans of its children."""
    while True:
        orphans = _children()
        for orphan in orphans:
            with contextlib.suppress(OSError):
                os.kill(orphan, signal.SIGKILL)
        try:
            while os.waitpid(-1, 0 if orphans else os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if not orphans:
            return


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as stream:
            return [int(pid) for pid in stream.read().split()]
    except OSError:
        return []
