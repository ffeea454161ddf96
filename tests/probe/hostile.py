"""Models that do what no model should, for ``test_probe_launch.py``; each would harm a linter that imports it."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).parent


class Net(nn.Module):
    """Does nothing wrong."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.fc = nn.Linear(width, 3)

    def forward(self, x: torch.Tensor) -> object:
        return self.fc(x)


class Exits(Net):
    def __init__(self) -> None:
        os._exit(0)


class RaisesExit(Net):
    def __init__(self) -> None:
        raise SystemExit(3)


class Sleeps(Net):
    def __init__(self) -> None:
        time.sleep(1000)


class Crashes(Net):
    def __init__(self) -> None:
        ctypes.string_at(0)


class Loud(Net):
    """A gigabyte."""

    def __init__(self) -> None:
        super().__init__()
        for _ in range(1024):
            os.write(1, b"x" * 2**20)


class Eats(Net):
    def __init__(self) -> None:
        super().__init__()
        self.memory = [bytearray(2**28) for _ in range(64)]


class LeavesThread(Net):
    def __init__(self) -> None:
        super().__init__()
        threading.Thread(target=time.sleep, args=(1000,)).start()


class LeavesProcess(Net):
    def __init__(self) -> None:
        subprocess.Popen(["sleep", "1009"], start_new_session=True)
        os._exit(7)


def pipes() -> Iterator[int]:
    for number in range(3, 64):
        try:
            os.fstat(number)
        except OSError:
            continue
        yield number


class Forges(Net):
    """An answer of its own on every open file."""

    def __init__(self) -> None:
        super().__init__()
        answer = {"type": "answer", "token": "0" * 32, "model": {"name": "forged"}, "torch": "9"}
        for number in pipes():
            os.write(number, json.dumps(answer).encode() + b"\n")


class SendsPickle(Net):
    def __init__(self) -> None:
        super().__init__()
        for number in pipes():
            os.write(number, b"\x80\x04cposix\nsystem\n(S'touch forged'\ntR.\n")


class Floods(Net):
    def __init__(self) -> None:
        super().__init__()
        while True:
            for number in pipes():
                os.write(number, b"[" * 2**16)


def refused(what: str, attempt: Callable[[], object]) -> None:
    """Raises where the attempt succeeds."""
    try:
        attempt()
    except OSError:
        return
    raise RuntimeError(f"{what} was possible")


class Writes(Net):
    """Tries to change the project, the home folder and the system's temporary folder; may write to its own."""

    def __init__(self) -> None:
        super().__init__()
        victim = HERE / "victim.txt"
        home = Path("~root").expanduser()
        for path in (HERE / "new.txt", home / "winit-lint-was-here", Path("/tmp/winit-lint-was-here")):
            refused(f"writing {path}", lambda path=path: path.write_text("x"))
        refused("appending", lambda: victim.open("a"))
        refused("truncating", lambda: os.truncate(victim, 0))
        refused("removing", victim.unlink)
        refused("renaming", lambda: victim.rename(HERE / "other.txt"))
        refused("linking out", lambda: os.link(victim, "here.txt"))
        refused("making a folder", lambda: (HERE / "folder").mkdir())
        Path("mine.txt").write_text("x", encoding="utf-8")
        Path("~/mine.txt").expanduser().write_text("x", encoding="utf-8")
        if Path("~/mine.txt").expanduser().resolve().parent in {home, HERE}:
            raise RuntimeError("the home folder is a real one")


class Calls(Net):
    """Tries every way out that needs a socket."""

    def __init__(self) -> None:
        super().__init__()
        for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
                refused(f"a socket {family}", lambda family=family, kind=kind: socket.socket(family, kind))


class Kills(Net):
    """Tries to end the fork server and its parent."""

    def __init__(self) -> None:
        super().__init__()
        server = os.getppid()
        fields = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        for victim in (server, int(fields[1])):
            refused(f"a signal to {victim}", lambda victim=victim: os.kill(victim, signal.SIGKILL))


class Environment(Net):
    """Tells what it sees of the user's environment."""

    def __init__(self) -> None:
        raise RuntimeError(",".join(sorted(name for name in os.environ if "SECRET" in name)) or "none")


class NeedsWidth(Net):
    def __init__(self, width: int) -> None:
        super().__init__(width)


class RaisesTerminalCodes(Net):
    def __init__(self) -> None:
        raise ValueError("\x1b[31mred\nand a second line")


class ForwardRaises(Net):
    def forward(self, x: torch.Tensor) -> object:
        self.fc(x)
        raise ValueError("not\n\x1b[31mtoday")


class ForwardHangs(Net):
    def forward(self, x: torch.Tensor) -> object:
        self.fc(x)
        while True:
            pass


class ReturnsDict(Net):
    def forward(self, x: torch.Tensor) -> object:
        return {"out": self.fc(x), "n": 3}


class ReturnsNone(Net):
    def forward(self, x: torch.Tensor) -> object:
        self.fc(x)
        return None


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError


class RaisesMutely(Net):
    def __init__(self) -> None:
        raise MuteError


class Config:
    def __init__(self, width: int) -> None:
        self.width = width


def from_config(config: Config) -> tuple[Net, str]:
    """A factory that gives a model among other things."""
    return Net(config.width), "transform"


def number() -> int:
    return 3


INSTANCE = Net()
