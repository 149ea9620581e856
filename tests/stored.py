"""Everything that a database holds, as bytes, for searches that must find nothing."""

from pathlib import Path

from django.db import connection


def stored_bytes(database_file: Path) -> bytes:
    """SQLite: the file with its write-ahead log. PostgreSQL: every row of every table, as COPY writes it."""
    if connection.vendor == "sqlite":
        return b"".join(path.read_bytes() for path in database_file.parent.glob(f"{database_file.name}*"))
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            parts.append(table.encode())
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as copy:
                parts += [bytes(row) for row in copy]
    return b"\n".join(parts)
