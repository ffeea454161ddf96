"""What commands share about the terminal: errors of the user, output, colour, progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any, final

import click

_REDRAW = 0.1
_STAGE = 40


@final
class Refusal(click.ClickException):
    """A mistake of the user's, in one clear line; exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """The line on standard error."""
        message = printable(self.message).replace("\n", "\\n")  # of a name, which may hold any character
        click.echo(f"winit-lint: error: {message}", err=True)


def printable(text: str) -> str:
    """The text with control characters and undecodable bytes escaped, but for line feeds."""
    return "".join(
        c if c == "\n" or c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text
    )


def note(text: str) -> None:
    """A line on standard error."""
    click.echo(printable(text), err=True)


def write(text: str) -> None:
    """The text on standard output; what its encoding lacks is escaped, and a reader that left is no error.

    Raises:
        Refusal: it can't be written, as on a full disk.
    """
    if sys.stdout is None:
        raise Refusal("standard output is closed")
    stream = sys.stdout.buffer
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace"))
        stream.flush()
    except BrokenPipeError:
        drop_output()
    except OSError as error:
        drop_output()
        raise Refusal(f"standard output: {error.strerror or error}") from None


def drop_output() -> None:
    """Forget what was not written: what is still buffered would fail again when Python closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_terminal(stream: IO[Any] | None) -> bool:
    """Whether a person reads it; a stream that was closed before the start is None."""
    return stream is not None and stream.isatty()


def columns() -> int | None:
    """The width to lay out text for: COLUMNS where it says one, else the terminal's; None for a file or a pipe."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    if not is_terminal(sys.stdout):
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def wants_colour(choice: str) -> bool:
    """``always`` and ``never`` as they say; ``auto`` by NO_COLOR, FORCE_COLOR and whether a terminal reads."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return is_terminal(sys.stdout) and os.environ.get("TERM") != "dumb"


@final
class ProgressBar:
    """A bar on a terminal's standard error, from the first second of a run on.

    It redraws only when told to: a thread of its own would be copied into the workers half alive.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, label: str = "linting") -> None:
        self._clock = clock
        self._label = label
        self._started = clock()
        self._bar: Any = None
        self._task: Any = None
        self._visible = is_terminal(sys.stderr)
        self._state = (0, 1)
        self._text = ""
        self._drawn = self._started - _REDRAW

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` items are ready."""
        self._state = (done, total)
        self._draw()

    def stage(self, text: str) -> None:
        """What is done for the next item; any text, it is not drawn more often than a reader can follow."""
        self._text = text
        if self._clock() - self._drawn >= _REDRAW:
            self._draw()

    def _draw(self) -> None:
        self._drawn = self._clock()
        if not self._visible or self._drawn - self._started < 1:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            label = TextColumn("{task.description}", markup=False)  # a name may look like markup or an emoji's code
            columns = label, BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
            self._task = self._bar.add_task(self._label)
            self._bar.start()
        done, total = self._state
        self._bar.update(self._task, completed=done, total=total, description=self._described(), refresh=True)

    def _described(self) -> str:
        text = printable(self._text).replace("\n", " ")[:_STAGE]
        return f"{self._label} {text}" if text else self._label
