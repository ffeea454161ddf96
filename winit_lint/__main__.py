"""The entry point: ``winit-lint`` and ``python -m winit_lint``."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from winit_lint import __version__

if TYPE_CHECKING:
    from types import FrameType


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    if sys.argv[1:] == ["--version"]:
        # what asks for it asks often, and the imports below take longer than Python's own start
        with contextlib.suppress(OSError):  # a disk that is full is told below
            print(f"winit-lint {__version__}", flush=True)
            sys.exit(0)
    import signal

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    sys.exit(_code())


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(number)


def _code() -> int:
    import errno
    import signal

    import click

    from winit_lint.cli.arguments import ArgumentFileError, expanded
    from winit_lint.cli.group import cli
    from winit_lint.cli.terminal import drop_output

    try:
        result = cli.main(expanded(sys.argv[1:]), prog_name="winit-lint", standalone_mode=False)
    except ArgumentFileError as error:
        click.echo(f"winit-lint: error: {error}", err=True)
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
            raise  # but where standard output leads to a disk that is full or broken
        drop_output()
        click.echo(f"winit-lint: error: {error.strerror}", err=True)
        return 2
    except (click.Abort, KeyboardInterrupt) as error:
        cause = error.__cause__ if isinstance(error, click.Abort) else error
        number = cause.args[0] if cause is not None and cause.args else signal.SIGINT
        return 128 + int(number)
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
