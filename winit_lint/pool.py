"""Work spread over processes, each with a deep stack, so that a process that dies costs one item."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, ForkProcess
from typing import Any, Generic, TypeVar, final

_T = TypeVar("_T")
_R = TypeVar("_R")

STACK_BYTES = 256 * 2**20
RECURSION_LIMIT = 200_000
LITERAL_DIGITS = 100_000  # Python's parser converts integer literals, and refuses more than 4,300 digits by default
SERIAL_BELOW = 4
GC_THRESHOLDS = (50_000, 50, 50)
"""Allocations between the garbage collector's passes: syntax trees are many and live long, so looking at them often is
waste (a sixth of the time with Python's defaults, for no memory)."""


@final
@dataclass(frozen=True, slots=True)
class Died:
    """In place of a result: the process that had the item ended; ``exit_code`` is negative for a signal."""

    exit_code: int | None


def on_deep_stack(call: Callable[[], _R]) -> _R:
    """The result of ``call``, run on a thread with a 256 MB stack and raised interpreter limits.

    Long chains of operators, attributes and ``elif`` recurse once a link. An exception of ``call`` is raised here, and
    a signal's handler interrupts the waiting.
    """
    outcome: list[tuple[_R | None, BaseException | None]] = []

    def body() -> None:
        try:
            outcome.append((call(), None))
        except BaseException as error:  # handed to the caller's thread
            outcome.append((None, error))

    restore = _lift_limits()
    before_size = threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=body, name="winit-lint", daemon=True)
    try:
        thread.start()
    finally:
        threading.stack_size(before_size)
    try:
        thread.join()
    finally:
        if not thread.is_alive():
            restore()
    result, error = outcome[0]
    if error is not None:
        raise error
    return result  # type: ignore[return-value]


def _lift_limits() -> Callable[[], None]:
    """Raises the limits that a legal file may exceed, and the garbage collector's; returns what puts them back."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION_LIMIT))
    set_digits = getattr(sys, "set_int_max_str_digits", None)  # since 3.10.7
    digits = sys.get_int_max_str_digits() if set_digits is not None else 0
    if set_digits is not None and digits:
        set_digits(max(digits, LITERAL_DIGITS))
    thresholds = gc.get_threshold()
    if thresholds[0]:
        gc.set_threshold(*map(max, thresholds, GC_THRESHOLDS))

    def restore() -> None:
        sys.setrecursionlimit(before)
        if set_digits is not None:
            set_digits(digits)
        gc.set_threshold(*thresholds)

    return restore


def spread(work: Callable[[_T], _R], items: Sequence[_T], jobs: int) -> Generator[tuple[_T, _R | Died], None, None]:
    """Each item with its result, in the order in which they are ready.

    ``work`` must not raise. It runs in forked processes where the platform has them and the items are worth it, so it
    may use whatever is in memory, and its results are pickled. Closing the iterator ends the processes.
    """
    jobs = min(jobs, len(items))
    if jobs < 2 or len(items) < SERIAL_BELOW or "fork" not in multiprocessing.get_all_start_methods():
        for item in items:
            yield item, on_deep_stack(lambda item=item: work(item))  # type: ignore[misc]
        return
    yield from _Crew(work, items, jobs).results()


@dataclass(slots=True, eq=False)
class _Worker:
    process: ForkProcess
    connection: Connection[Any, Any]
    item: int | None = None


class _Crew(Generic[_T, _R]):
    def __init__(self, work: Callable[[_T], _R], items: Sequence[_T], jobs: int) -> None:
        self.work = work
        self.items = items
        self.waiting = list(range(len(items) - 1, -1, -1))
        self.context: ForkContext = multiprocessing.get_context("fork")
        self.crew: list[_Worker] = []
        self.jobs = jobs

    def results(self) -> Generator[tuple[_T, _R | Died], None, None]:
        try:
            for _ in range(self.jobs):
                self.hire()
            while self.crew:
                ready = wait([worker.connection for worker in self.crew])
                for worker in [worker for worker in self.crew if worker.connection in ready]:
                    found = self.receive(worker)
                    if found is not None:
                        yield found
        finally:
            for worker in self.crew:
                worker.process.terminate()
            for worker in self.crew:
                worker.process.join(1)
                if worker.process.is_alive():
                    worker.process.kill()
                    worker.process.join()

    def hire(self) -> None:
        ours, theirs = self.context.Pipe()
        inherited = [worker.connection for worker in self.crew] + [ours]
        process = self.context.Process(target=_serve, args=(self.work, self.items, theirs, inherited), daemon=True)
        process.start()
        theirs.close()
        self.crew.append(_Worker(process, ours))
        self.give(self.crew[-1])

    def give(self, worker: _Worker) -> None:
        worker.item = self.waiting.pop() if self.waiting else None
        with contextlib.suppress(OSError):  # it died: its end of the pipe says so at the next wait
            worker.connection.send(worker.item)
        if worker.item is None:
            self.dismiss(worker)

    def dismiss(self, worker: _Worker) -> None:
        self.crew.remove(worker)
        worker.connection.close()
        worker.process.join()

    def receive(self, worker: _Worker) -> tuple[_T, _R | Died] | None:
        item = worker.item
        try:
            result: _R | Died = worker.connection.recv()
        except (EOFError, OSError):
            self.dismiss(worker)
            result = Died(worker.process.exitcode)
            if self.waiting:
                self.hire()
        else:
            self.give(worker)
        return None if item is None else (self.items[item], result)


def _serve(
    work: Callable[[_T], _R],
    items: Sequence[_T],
    connection: Connection[Any, Any],
    inherited: Sequence[Connection[Any, Any]],
) -> None:
    """A worker's life: take an index, send the result, until None comes or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in inherited:
        other.close()

    gc.freeze()  # what the parent made stays: no need to look at it, which would copy its memory

    def body() -> None:
        try:
            while (index := connection.recv()) is not None:
                connection.send(work(items[index]))
        except (EOFError, OSError):
            return

    on_deep_stack(body)
    os._exit(0)  # no clean-up of what belongs to the parent
