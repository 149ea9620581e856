"""A database file for tests with threads: SQLite's shared memory locks differently from a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection


@pytest.fixture
def database_file(tmp_path: Path, transactional_db: None) -> Iterator[Path]:
    """The default database, copied into a file that every thread opens for itself."""
    path = tmp_path / "orders.sqlite3"
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection = None
    connection.settings_dict["NAME"] = str(path)
    connection.ensure_connection()
    memory.backup(connection.connection)
    yield path
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name
