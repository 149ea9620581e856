"""A database for tests with threads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection


@pytest.fixture
def database_file(tmp_path: Path, transactional_db: None) -> Iterator[Path]:
    """A database that every thread opens for itself. SQLite's is copied from memory, which locks differently, into the
    file; PostgreSQL's is one already, and there is no file.
    """
    path = tmp_path / "orders.sqlite3"
    if connection.vendor != "sqlite":
        yield path
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection = None
    connection.settings_dict["NAME"] = str(path)
    connection.ensure_connection()
    memory.backup(connection.connection)
    yield path
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name
