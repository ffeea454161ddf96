"""Work over processes: deep stacks, dying workers, closing."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing

import pytest

from winit_lint.pool import Died, on_deep_stack, spread


def depth(n: int) -> int:
    return 0 if n == 0 else 1 + depth(n - 1)


def work(item: str) -> str:
    match item:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "deep":
            return str(depth(20_000))
    return f"{item} done"


def test_deep_recursion_and_the_limit_afterwards() -> None:
    before = sys.getrecursionlimit()
    assert on_deep_stack(lambda: depth(20_000)) == 20_000
    assert sys.getrecursionlimit() == before


def test_an_exception_comes_back() -> None:
    with pytest.raises(ZeroDivisionError):
        on_deep_stack(lambda: 1 // 0)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_item_once(jobs: int) -> None:
    items = [*"abcdefgh", "deep"]
    results = dict(spread(work, items, jobs))
    assert results == {**{item: f"{item} done" for item in "abcdefgh"}, "deep": "20000"}


def test_a_dying_worker_costs_one_item() -> None:
    items = ["a", "kill", "b", "exit", "c", "kill2", "d"]
    results = dict(spread(work, items, 2))
    assert results["kill"] == Died(-signal.SIGKILL) and results["exit"] == Died(3)
    assert [results[item] for item in ("a", "b", "c", "d")] == ["a done", "b done", "c done", "d done"]


def test_all_workers_dying() -> None:
    results = list(spread(work, ["kill"] * 5, 2))
    assert len(results) == 5 and all(result == Died(-signal.SIGKILL) for _, result in results)


def test_closing_ends_the_workers() -> None:
    with closing(spread(os_pid, list(range(50)), 2)) as results:
        _, pid = next(results)
    assert isinstance(pid, int) and pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def os_pid(item: int) -> int:
    return os.getpid()


def test_few_items_stay_in_this_process() -> None:
    assert {pid for _, pid in spread(os_pid, [1, 2], 8)} == {os.getpid()}
