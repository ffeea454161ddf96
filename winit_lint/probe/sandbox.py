"""What the kernel forbids the child: writes outside its folder, the network, sockets, and other processes.

Each measure is tried by itself, for kernels and containers differ in what they allow; what holds is told. Python's own
means (a patched ``socket``, audit hooks) are no boundary and are not used.
"""

from __future__ import annotations

import errno
import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

from winit_lint.probe import system_calls

# access rights of Landlock, by the version of its interface that brought them
_FILES = {
    1: sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12)),  # write; remove and make of every kind
    2: 1 << 13,  # rename or link from another folder
    3: 1 << 14,  # truncate
    5: 1 << 15,  # ioctl on devices
}
_WRITE_DEVICE = 1 << 1 | 1 << 14 | 1 << 15
_SCOPES = 1 | 2  # abstract sockets and signals of processes outside

_REFUSED: Mapping[str, Mapping[str, int]] = {
    # io_uring makes sockets past the filter; the others reach into processes or namespaces; those from chmod on change
    # what a file is besides its content, which Landlock lets pass
    "x86_64": {
        "socket": 41, "ptrace": 101, "bpf": 321, "setns": 308, "process_vm_writev": 311, "open_by_handle_at": 304,
        "io_uring_setup": 425, "pidfd_getfd": 438,
        "chmod": 90, "fchmod": 91, "fchmodat": 268, "fchmodat2": 452, "chown": 92, "fchown": 93, "lchown": 94,
        "fchownat": 260, "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280, "setxattr": 188,
        "lsetxattr": 189, "fsetxattr": 190, "setxattrat": 463, "removexattr": 197, "lremovexattr": 198,
        "fremovexattr": 199, "removexattrat": 466, "file_setattr": 469,
    },
    "aarch64": {
        "socket": 198, "ptrace": 117, "bpf": 280, "setns": 268, "process_vm_writev": 271, "open_by_handle_at": 265,
        "io_uring_setup": 425, "pidfd_getfd": 438,
        "fchmod": 52, "fchmodat": 53, "fchmodat2": 452, "fchownat": 54, "fchown": 55, "utimensat": 88, "setxattr": 5,
        "lsetxattr": 6, "fsetxattr": 7, "setxattrat": 463, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
        "removexattrat": 466, "file_setattr": 469,
    },
}  # fmt: skip
_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000  # x86_64 has a second set of numbers from here on


@final
@dataclass(frozen=True)
class Enforcement:
    """What holds, and what does not and why.

    ``enough`` is True where neither the project's files nor the network can be reached to write.
    """

    enforced: tuple[str, ...]
    missing: tuple[str, ...]
    enough: bool


def enter(scratch: str) -> Enforcement:
    """Shuts this process in, for good: it may write below ``scratch`` only."""
    enforced: list[str] = []
    missing: list[str] = []

    def tried(what: str, measure: Callable[[], str]) -> bool:
        try:
            how = measure()
        except OSError as error:
            missing.append(f"{what}: {error.strerror or error}")
            return False
        enforced.append(f"{what} ({how})")
        return True

    namespace = tried("no network", _leave_network)  # needs a privilege, so it comes first
    try:
        system_calls.prctl(system_calls.PR_SET_NO_NEW_PRIVS, 1)
    except OSError as error:
        return Enforcement(tuple(enforced), (*missing, f"no new privileges: {error.strerror or error}"), False)
    files = tried("writes only below a temporary folder", lambda: _shut_files(scratch))
    tried("no privileges", _give_up_privileges)
    sockets = tried(
        "no sockets, no access to other processes, no change of permissions, owners and times", _filter_calls
    )
    return Enforcement(tuple(enforced), tuple(missing), files and (namespace or sockets))


def _leave_network() -> str:
    try:
        system_calls.unshare(system_calls.CLONE_NEWNET)
    except PermissionError:
        user, group = os.geteuid(), os.getegid()
        system_calls.unshare(system_calls.CLONE_NEWUSER | system_calls.CLONE_NEWNET)
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as stream:
                stream.write(text)
        return "user and network namespace"
    return "network namespace"


def _shut_files(scratch: str) -> str:
    version = system_calls.landlock_version()
    handled = sum(access for since, access in _FILES.items() if since <= version)
    allowed = [(scratch, handled), (os.devnull, _WRITE_DEVICE)]
    system_calls.landlock(handled, _SCOPES, version, allowed)
    return f"Landlock {version}"


def _give_up_privileges() -> str:
    system_calls.drop_capabilities()
    return "capabilities dropped, none to be gained"


def _filter_calls() -> str:
    machine = platform.machine()
    if machine not in _REFUSED:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EACCES
    numbers = list(_REFUSED[machine].values())
    last = len(numbers) + 1  # of the tests; behind them stand `allow` and `refuse`
    tests = [(at_least, 0, _X32)] + [(equal, 0, number) for number in numbers]
    instructions = [
        (load, 0, 0, 4),  # the architecture
        (equal, 0, last + 2, _AUDIT_ARCHITECTURE[machine]),
        (load, 0, 0, 0),  # the number
        *((code, last - position, 0, value) for position, (code, _, value) in enumerate(tests)),
        (give, 0, 0, allow),
        (give, 0, 0, refuse),
    ]
    system_calls.seccomp(instructions)
    return "seccomp"
