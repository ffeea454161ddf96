"""Files checked by the workers of a Dask scheduler: a real one with two workers, on loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from checked_files import checked_files
from click.testing import CliRunner, Result

from winit_lint import driver, engine
from winit_lint.cli.group import cli
from winit_lint.config.files import Resolver
from winit_lint.engine import Dask, EngineError
from winit_lint.job import Outcome, Request
from winit_lint.rules.catalogue import RULES

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")

NET = """\
from torch import nn
from zoo.part import Part

class Net{number}(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()
        nn.init.zeros_(self.part.fc.bias)
        self.fc = nn.Linear(3, {number} + 1)
        nn.init.xavier_uniform_(self.fc.weight)
        self.out = nn.Linear({number} + 1, 2)

    def forward(self, x):
        return self.out(self.fc(self.part.fc(x)).relu())
"""
PART = """\
from torch import nn

class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3, bias=False)
"""
FILES = 12


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler in a process of its own, which two others work for."""
    folder = tmp_path_factory.mktemp("dask")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(driver.__file__).parents[1]), *sys.path])}
    common = ("--scheduler-file", "scheduler.json", "--no-dashboard")
    commands = (
        ("dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common),
        ("dask_worker", "--host", "127.0.0.1", "--nworkers", "2", "--nthreads", "1", *common),
    )
    with contextlib.ExitStack() as stack:
        for name, *arguments in commands:
            command = [sys.executable, "-m", f"distributed.cli.{name}", *arguments]
            log = stack.enter_context((folder / name).open("w"))
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        with distributed.Client(
            scheduler_file=str(folder / "scheduler.json"), timeout="60s", set_as_default=False
        ) as one:
            one.wait_for_workers(2, timeout=60)
            address = one.scheduler.address
        yield address


@pytest.fixture(autouse=True)
def _zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("zoo").mkdir()
    Path("zoo/__init__.py").touch()
    Path("zoo/part.py").write_text(PART)
    for number in range(FILES):
        Path(f"zoo/net{number}.py").write_text(NET.format(number=number + 1))


def run(
    dask: Dask | None = None, progress: Callable[[int, int], None] = lambda done, total: None, *paths: str
) -> Outcome:
    request = Request(paths or ("zoo",))
    resolver = Resolver(RULES, isolated=True)
    return driver.run(request, resolver, RULES, driver.static_front_end(), progress, engine=dask)


def told(outcome: Outcome) -> tuple[object, ...]:
    return outcome.findings, outcome.unknowns, outcome.files, outcome.broken, outcome.notices


def test_the_findings_are_those_of_a_local_run(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    local = run()
    assert {finding.code for finding in local.findings} == {"WI101", "WI703"}
    here = checked_files(monkeypatch)
    assert told(run(Dask(scheduler))) == told(local)
    assert here == []


def test_what_lies_beside_the_files_that_were_named_is_read(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [f"zoo/net{number}.py" for number in range(FILES)]
    local = run(None, lambda done, total: None, *paths)
    here = checked_files(monkeypatch)
    there = run(Dask(scheduler), lambda done, total: None, *paths)
    assert told(there) == told(local) and here == []
    assert {finding.span.path for finding in there.findings} == set(paths)


def test_a_worker_that_is_killed_costs_no_file(scheduler: str) -> None:
    local = run()
    killed: list[int] = []

    def kill(done: int, total: int) -> None:
        if 0 < done < total and not killed:
            with distributed.Client(scheduler, set_as_default=False) as client:
                killed.append(sorted(client.run(os.getpid).values())[0])
            os.kill(killed[0], signal.SIGKILL)

    assert told(run(Dask(scheduler), kill)) == told(local)
    assert len(killed) == 1


def test_files_that_workers_see_otherwise_are_checked_here(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    local = run(None, lambda done, total: None, "zoo/net1.py", "zoo/net2.py")
    monkeypatch.setattr(engine, "_here", lambda loader, path: "other bytes")
    here = checked_files(monkeypatch)
    there = run(Dask(scheduler), lambda done, total: None, "zoo/net1.py", "zoo/net2.py")
    assert there.findings == local.findings and len(here) == 2
    assert there.notices == [
        "2 of 2 files are checked here: the workers were lost, or see other files than this machine"
    ]


def test_a_worker_with_another_tool_is_refused(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "this_tool", lambda: ("9.9.9", (3, 99)))
    with pytest.raises(EngineError, match=r"a worker has winit-lint \d.*; this is winit-lint 9.9.9 on Python 3.99"):
        run(Dask(scheduler))


def check(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", "--isolated", "--no-cache", "--output-format", "json", *arguments, "zoo"])


def test_the_options_of_the_command_line(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    there = check("--executor", "dask", "--scheduler", scheduler)
    assert (there.exit_code, there.stdout) == (1, check().stdout)
    for wrong in (("--executor", "dask"), ("--scheduler", "tcp://127.0.0.1:1")):
        assert check(*wrong).exit_code == 2
    monkeypatch.setattr(engine, "_CONNECTING", "1s")
    nobody = check("--executor", "dask", "--scheduler", "tcp://127.0.0.1:1")
    assert nobody.exit_code == 2
    assert nobody.stderr.startswith("winit-lint: error: --scheduler: no Dask scheduler answers at tcp://127.0.0.1:1: ")


def test_an_interruption_takes_the_tasks_back(scheduler: str) -> None:
    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    outcome = run(Dask(scheduler), interrupt)
    assert outcome.interrupted == signal.SIGINT
    with contextlib.closing(distributed.Client(scheduler, set_as_default=False)) as client:
        assert sum(map(len, client.processing().values())) == 0
