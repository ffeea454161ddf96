"""The options of the test suite."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files with what the tests get")
    parser.addoption("--many", action="store_true", help="run the fuzz and kill tests with their large numbers")


def pytest_configure(config: pytest.Config) -> None:
    """Examples of hypothesis are the same in each run, and more of them with ``--many``."""
    number = 3_000 if config.getoption("--many") else 100
    slow = [HealthCheck.too_slow]  # so is the machine, now and then
    settings.register_profile(
        "suite", derandomize=True, database=None, deadline=None, max_examples=number, suppress_health_check=slow
    )
    settings.load_profile("suite")


@pytest.fixture(scope="session")
def many(request: pytest.FixtureRequest) -> bool:
    """Whether the large numbers are asked for."""
    return bool(request.config.getoption("--many"))
