"""Database triggers that refuse to change or delete an audit row, on SQLite and PostgreSQL."""

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "audit rows are append-only"

_SQLITE_INSTALL = tuple(
    f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit_auditrow "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("UPDATE", "DELETE")
)
_SQLITE_REMOVE = ("DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete")

_POSTGRESQL_INSTALL = (
    f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_auditrow "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditrow EXECUTE FUNCTION audit_refuse()",
)
_POSTGRESQL_REMOVE = (
    "DROP TRIGGER IF EXISTS audit_no_change ON audit_auditrow",
    "DROP TRIGGER IF EXISTS audit_no_truncate ON audit_auditrow",
)

_INSTALL = {"sqlite": _SQLITE_INSTALL, "postgresql": _POSTGRESQL_INSTALL}
_REMOVE = {"sqlite": _SQLITE_REMOVE, "postgresql": _POSTGRESQL_REMOVE}


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(connection: BaseDatabaseWrapper) -> None:
    """From now on the database refuses UPDATE, DELETE and (PostgreSQL) TRUNCATE of audit rows."""
    _run(connection, _INSTALL[connection.vendor])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers away: for reversing the migration, and for tests that empty all tables."""
    _run(connection, _REMOVE[connection.vendor])
