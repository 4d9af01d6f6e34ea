"""What every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .databases import PostgresDatabases, SqliteDatabases, postgresql_server


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
