"""System calls that Python has no function for, by ctypes. Each raises OSError; none works but on Linux."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446  # the same on all machines
_CAPABILITY_VERSION_3 = 0x20080522
_SECCOMP_MODE_FILTER = 2


@cache
def _libc() -> Any:
    if not sys.platform.startswith("linux"):
        raise OSError("only on Linux")
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call(number: int, *arguments: Any) -> int:
    return int(_libc().syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, *values: int) -> None:
    """``prctl``, with zeros for the arguments that are not given."""
    filled = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    _checked(_libc().prctl(ctypes.c_int(option), *filled), f"prctl {option}")


def unshare(flags: int) -> None:
    """New namespaces for this process."""
    _checked(_libc().unshare(ctypes.c_int(flags)), "unshare")


def drop_capabilities() -> None:
    """Gives up every capability, for good."""
    with contextlib.suppress(OSError):  # past the last that the kernel knows, or nothing to drop without CAP_SETPCAP
        for capability in range(64):
            prctl(PR_CAPBSET_DROP, capability)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    none = ctypes.create_string_buffer(struct.pack("=6I", *[0] * 6))
    _checked(_libc().capset(header, none), "capset")


def landlock_version() -> int:
    """The version of Landlock's interface.

    Raises:
        OSError: the kernel has none.
    """
    ask_version = ctypes.c_uint32(1)
    return _checked(_call(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ask_version), "Landlock")


def landlock(handled: int, scoped: int, version: int, allowed: Sequence[tuple[str, int]]) -> None:
    """Forbids this process the file accesses ``handled`` but below the paths of ``allowed`` with those beside them.

    ``scoped`` are bits for signals and abstract sockets, for versions from 6 on.
    """
    attribute = struct.pack("=Q", handled) if version < 4 else struct.pack("=QQ", handled, 0)
    if version >= 6:
        attribute += struct.pack("=Q", scoped)
    ruleset = _checked(
        _call(_LANDLOCK_CREATE_RULESET, attribute, ctypes.c_size_t(len(attribute)), ctypes.c_uint32(0)), "Landlock"
    )
    try:
        for path, access in allowed:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                beneath = struct.pack("=Qi", access & handled, place)
                beneath_kind = 1
                added = _call(_LANDLOCK_ADD_RULE, ruleset, ctypes.c_int(beneath_kind), beneath, ctypes.c_uint32(0))
                _checked(added, f"Landlock: {path}")
            finally:
                os.close(place)
        _checked(_call(_LANDLOCK_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)), "Landlock")
    finally:
        os.close(ruleset)


def seccomp(instructions: Sequence[tuple[int, int, int, int]]) -> None:
    """Installs a filter of system calls: BPF instructions as (code, jump if true, jump if false, constant)."""
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
    held = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: a count, padding, and a pointer
    head = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(held)))
    prctl(PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(head))
