"""Arguments from files: ``@argfile`` and ``--files-from``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import final


@final
class ArgumentFileError(Exception):
    """A file of arguments that can't be read."""


def expanded(arguments: Sequence[str]) -> list[str]:
    """The arguments with every ``@file`` before ``--`` replaced by the lines of the file.

    Raises:
        ArgumentFileError: there is no such file, or it can't be read.
    """
    found: list[str] = []
    for number, argument in enumerate(arguments):
        if argument == "--":
            return [*found, *arguments[number:]]
        if argument.startswith("@") and len(argument) > 1 and not os.path.exists(argument):
            found.extend(listed(argument[1:]))
        else:
            found.append(argument)
    return found


def listed(path: str) -> list[str]:
    """The lines of the file (``-`` for standard input), or what null bytes part where it holds any; no empty ones.

    Raises:
        ArgumentFileError: the file can't be read.
    """
    try:
        if path == "-":
            raw = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as stream:
                raw = stream.read()
    except OSError as error:
        raise ArgumentFileError(f"{path}: cannot be read: {error.strerror or error}") from None
    parts = raw.split(b"\0") if b"\0" in raw else raw.replace(b"\r\n", b"\n").split(b"\n")
    return [os.fsdecode(part) for part in parts if part]
