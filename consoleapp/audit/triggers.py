"""Database triggers that hold the audit trail to what it is: rows are only added, each linked to the newest one, and
the head only follows them. They stand against every statement of SQL, on SQLite and PostgreSQL; who may take triggers
away is not stopped by them, see services.verify.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "audit rows are append-only"

# What the first row names as its predecessor.
FIRST_HASH = "0" * 64
_NEWEST_HASH = f"COALESCE((SELECT hash FROM audit_auditrow ORDER BY id DESC LIMIT 1), '{FIRST_HASH}')"  # noqa: S608
# A number or a hash that is there already: SQLite's REPLACE would delete that row and fire no trigger for it.
_IS_TAKEN = "EXISTS (SELECT 1 FROM audit_auditrow WHERE id = NEW.id OR hash = NEW.hash)"
_IS_LINKED = f"NEW.previous_hash = {_NEWEST_HASH}"
_IS_OLDER = "EXISTS (SELECT 1 FROM audit_auditrow WHERE id > NEW.id)"
_IS_FIRST_HEAD = (
    f"NEW.id = 1 AND NEW.count = 0 AND NEW.hash = '{FIRST_HASH}' AND NOT EXISTS (SELECT 1 FROM audit_audithead)"  # noqa: S608
)
_MOVES_ONE_ROW = (
    "NEW.id = OLD.id AND NEW.count = OLD.count + 1 AND EXISTS (SELECT 1 FROM audit_auditrow WHERE "
    "id = (SELECT MAX(id) FROM audit_auditrow) AND hash = NEW.hash AND previous_hash = OLD.hash)"
)


def _sqlite(name: str, event: str, table: str, refused_when: str = "1") -> str:
    return (
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW WHEN {refused_when} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


# The row's number is known to SQLite only after an insert that leaves it to the database.
_SQLITE = (
    _sqlite("audit_no_update", "BEFORE UPDATE", "audit_auditrow"),
    _sqlite("audit_no_delete", "BEFORE DELETE", "audit_auditrow"),
    _sqlite("audit_linked", "BEFORE INSERT", "audit_auditrow", f"{_IS_TAKEN} OR NOT ({_IS_LINKED})"),
    _sqlite("audit_newest", "AFTER INSERT", "audit_auditrow", f"NEW.id < 1 OR {_IS_OLDER}"),
    _sqlite("audit_head_first", "BEFORE INSERT", "audit_audithead", f"NOT ({_IS_FIRST_HEAD})"),
    _sqlite("audit_head_forward", "BEFORE UPDATE", "audit_audithead", f"NOT ({_MOVES_ONE_ROW})"),
    _sqlite("audit_head_no_delete", "BEFORE DELETE", "audit_audithead"),
)


def _function(name: str, allowed_when: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {allowed_when} THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )


def _postgresql(name: str, event: str, table: str, function: str) -> str:
    level = "STATEMENT" if "TRUNCATE" in event else "ROW"
    return f"CREATE TRIGGER {name} {event} ON {table} FOR EACH {level} EXECUTE FUNCTION {function}()"


_POSTGRESQL = (
    _function("audit_refuse", "FALSE"),
    _function("audit_append", f"{_IS_LINKED} AND NOT {_IS_TAKEN} AND NOT {_IS_OLDER}"),
    _function("audit_head_start", _IS_FIRST_HEAD),
    _function("audit_head_advance", _MOVES_ONE_ROW),
    _postgresql("audit_no_change", "BEFORE UPDATE OR DELETE", "audit_auditrow", "audit_refuse"),
    _postgresql("audit_no_truncate", "BEFORE TRUNCATE", "audit_auditrow", "audit_refuse"),
    _postgresql("audit_linked", "BEFORE INSERT", "audit_auditrow", "audit_append"),
    _postgresql("audit_head_first", "BEFORE INSERT", "audit_audithead", "audit_head_start"),
    _postgresql("audit_head_forward", "BEFORE UPDATE", "audit_audithead", "audit_head_advance"),
    _postgresql("audit_head_no_delete", "BEFORE DELETE", "audit_audithead", "audit_refuse"),
    _postgresql("audit_head_no_truncate", "BEFORE TRUNCATE", "audit_audithead", "audit_refuse"),
)

_INSTALL = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_TABLES = ("audit_auditrow", "audit_audithead")
_INSTALLED = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)",
    # The function's text stands beside the trigger's: it is where the rule is.
    "postgresql": "SELECT tgname, relname, pg_get_triggerdef(pg_trigger.oid) || tgenabled::text || prosrc "
    "FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
    "WHERE NOT tgisinternal AND relname IN (%s, %s)",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse whatever is not a new row after the newest, or a step of the head to it."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _INSTALL[connection.vendor]:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, older ones too: for reversing the migration, and for tests that empty all tables."""
    with connection.cursor() as cursor:
        for name, (table, _text) in installed(connection).items():
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def installed(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Return the triggers that the two tables have: by name, the table and the text."""
    with connection.cursor() as cursor:
        cursor.execute(_INSTALLED[connection.vendor], _TABLES)
        return {name: (table, text) for name, table, text in cursor.fetchall()}
