"""The options of the test suite."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files with what the tests get")
    parser.addoption("--many", action="store_true", help="run the fuzz and kill tests with their large numbers")


@pytest.fixture(scope="session")
def many(request: pytest.FixtureRequest) -> bool:
    """Whether the large numbers are asked for."""
    return bool(request.config.getoption("--many"))
