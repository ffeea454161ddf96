"""Bad inputs and faults, a row of the table a case: each costs one file at most, and gets its own answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from faults import content, depth, files, fixing, probing, settings
from faults.bench import Row
from shared_prober import SharedProber

from winit_lint import probing as cli_probing
from winit_lint.probe.launch import Prober

PROBED = tuple(probing.ROWS)
ROWS: dict[str, Row] = {**content.ROWS, **depth.ROWS, **files.ROWS, **settings.ROWS, **fixing.ROWS, **probing.ROWS}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober() as made:
        yield made


@pytest.mark.parametrize("row", [row for row in ROWS if row not in PROBED])
def test_fault(row: str) -> None:
    ROWS[row]()


@pytest.mark.parametrize("row", PROBED)
def test_fault_of_a_probe(row: str, prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_probing, "Prober", lambda: SharedProber(prober))
    ROWS[row]()
