"""What the kernel's measures hold, each by itself in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import pytest

from winit_lint.probe import sandbox, system_calls

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Landlock and namespaces are Linux's")


def apart(body: Callable[[], Any]) -> Any:
    """What ``body`` returns, or the exception's name, in a fork that then ends."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, json.dumps(body()).encode())
        except BaseException as error:
            os.write(writer, json.dumps(type(error).__name__).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        raw = stream.read()
    os.waitpid(pid, 0)
    return json.loads(raw)


def possible(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def shut_in(user: int | None) -> dict[str, Any]:
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o777)
    if user is not None:
        os.setgid(user)
        os.setuid(user)
    inside, outside = os.path.join(folder, "in"), os.path.join(folder, "out")
    os.mkdir(inside)
    held = sandbox.enter(inside)
    return {
        "enough": held.enough,
        "missing": held.missing,
        "inside": possible(lambda: os.mkdir(os.path.join(inside, "a"))),
        "outside": possible(lambda: os.mkdir(outside)),
        "devnull": possible(lambda: os.close(os.open(os.devnull, os.O_WRONLY))),
        "mode": possible(lambda: os.chmod(folder, 0o700)),
        "times": possible(lambda: os.utime(folder, (1, 1))),
        "owner": possible(lambda: os.chown(folder, os.geteuid(), os.getegid())),
        "socket": possible(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
        "unix": possible(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)),
        "pair": possible(lambda: socket.socketpair()),
        "signal": possible(lambda: os.kill(os.getppid(), 0)),
        "user": os.geteuid(),
        "read": possible(lambda: os.listdir("/usr")),
    }


@pytest.mark.parametrize("user", [None, 65534])
def test_what_holds(user: int | None) -> None:
    if user is not None and os.geteuid() != 0:
        pytest.skip("only root can become another user")
    if not possible(system_calls.landlock_version):
        pytest.skip("no Landlock in this kernel")
    found = apart(lambda: shut_in(user))
    assert isinstance(found, dict), found
    assert found["enough"] and found["inside"] and found["devnull"] and found["pair"] and found["read"]
    assert not found["outside"] and not found["socket"] and not found["unix"]
    assert not found["mode"] and not found["times"] and not found["owner"]
    assert found["user"] == (os.geteuid() if user is None else user)


def test_without_landlock_it_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(system_calls, "landlock_version", none)
    found = apart(lambda: shut_in(None))
    assert not found["enough"]
    assert any("temporary folder: Function not implemented" in what for what in found["missing"])


def test_without_namespaces_the_filter_keeps_the_network_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(flags: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(system_calls, "unshare", refused)
    found = apart(lambda: shut_in(None))
    assert any("no network: Operation not permitted" in what for what in found["missing"])
    assert not found["socket"] and not found["unix"]


def test_where_there_is_no_table_of_calls_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.platform, "machine", lambda: "riscv64")
    found = apart(lambda: shut_in(None))
    assert any("no table of system calls for riscv64" in what for what in found["missing"])
