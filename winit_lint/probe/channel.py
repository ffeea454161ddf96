"""Messages between processes: framed on the socket to the fork server, a line each on the pipe of a child."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import final

import msgspec

_HEAD = 4
_LARGEST = 2**24


@final
class ChannelClosedError(Exception):
    """The other side is gone, or sent what is no message."""


def send(channel: socket.socket, message: msgspec.Struct, descriptors: Sequence[int] = ()) -> None:
    """Sends one message and the file descriptors with it.

    Raises:
        ChannelClosedError: nobody is there to read it.
    """
    body = msgspec.json.encode(message)
    try:
        socket.send_fds(channel, [len(body).to_bytes(_HEAD, "big")], list(descriptors))
        channel.sendall(body)
    except OSError as error:
        raise ChannelClosedError(str(error)) from None


def receive(channel: socket.socket, most: int = 0) -> tuple[bytes, list[int]]:
    """One message as it was sent, and at most ``most`` file descriptors.

    Raises:
        ChannelClosedError: there is no further message, or nothing came within the socket's time.
    """
    try:
        head, descriptors, _, _ = socket.recv_fds(channel, _HEAD, most)
        head += _exactly(channel, _HEAD - len(head)) if head else b""
        length = int.from_bytes(head, "big")
        if not head or length > _LARGEST:
            raise ChannelClosedError("closed")
        return _exactly(channel, length), descriptors
    except OSError as error:
        raise ChannelClosedError(str(error)) from None


def _exactly(channel: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = channel.recv(count - len(parts))
        if not part:
            raise ChannelClosedError("closed")
        parts += part
    return bytes(parts)


def write_line(descriptor: int, message: msgspec.Struct) -> None:
    """Writes one message with a line feed behind it, however long."""
    rest = memoryview(msgspec.json.encode(message) + b"\n")
    while rest:
        rest = rest[os.write(descriptor, rest) :]
