"""What every test may use."""

import gc
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from emulator import Worlds, create_emulator

from .databases import PostgresDatabases, SqliteDatabases, postgresql_server

# How long a case takes says how busy the machine is.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of tests and all that they import are there for good: to look through them again
    and again for what can go takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def emulator() -> Flask:
    """The emulator with all its addresses, which take longer to build than a test takes: only the
    orgs, `extensions["worlds"]`, are a test's own."""
    return create_emulator(Worlds())


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresDatabases]:
    with postgresql_server() as url:
        yield PostgresDatabases(url)


@pytest.fixture(scope="session")
def output() -> Path:
    """Where screenshots are kept for people to look at."""
    folder = Path(__file__).parent / "output"
    folder.mkdir(exist_ok=True)
    return folder
