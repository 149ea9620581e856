"""consoleapp/audit/triggers.py: no statement of SQL changes what was recorded, or moves the head back or aside."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from consoleapp.accounts.models import User
from consoleapp.audit import services, triggers
from consoleapp.audit.models import AuditHead, AuditRow

pytestmark = pytest.mark.django_db

COLUMNS = "at, actor_id, actor_name, action, object_id, request_id, payload, previous_hash, hash"
# A row that fits the newest one, under the number of another.
FITTING = (
    "{verb} INTO audit_auditrow (id, {columns}) SELECT {id}, at, actor_id, actor_name, 'draft.forged', object_id, "
    "request_id, payload, hash, {hash} FROM audit_auditrow WHERE id = {last}"
)

EVERYWHERE = {
    "update": "UPDATE audit_auditrow SET action = 'draft.seen' WHERE id = {second}",
    "update of a number": "UPDATE audit_auditrow SET id = id + 100 WHERE id = {last}",
    "delete": "DELETE FROM audit_auditrow WHERE id = {last}",
    "insert of an older number": FITTING.format(
        verb="INSERT", id="{first} - 1", hash="'forged'", columns=COLUMNS, last="{last}"
    ),
    "insert beside the chain": "INSERT INTO audit_auditrow ({columns}) SELECT at, actor_id, actor_name, action, "
    "object_id, request_id, payload, previous_hash, 'forged' FROM audit_auditrow WHERE id = {last}",
    "insert or update": FITTING.format(verb="INSERT", id="{second}", hash="'forged'", columns=COLUMNS, last="{last}")
    + " ON CONFLICT (id) DO UPDATE SET action = 'draft.forged'",
    "head back": "UPDATE audit_audithead SET count = count - 1, "
    "hash = (SELECT previous_hash FROM audit_auditrow WHERE id = {last})",
    "head to the same row again": "UPDATE audit_audithead SET count = count + 1",
    "head to a row that is not there": "UPDATE audit_audithead SET count = count + 1, hash = 'forged'",
    "head of another number": "UPDATE audit_audithead SET id = 2",
    "head deleted": "DELETE FROM audit_audithead",
    "second head": "INSERT INTO audit_audithead (id, hash, count) VALUES (2, '{zeros}', 0)",
    "head anew": "INSERT INTO audit_audithead (id, hash, count) VALUES (1, '{zeros}', 0) "
    "ON CONFLICT (id) DO UPDATE SET hash = '{zeros}', count = 0",
}
OF_ONE_DATABASE = {
    "sqlite": {
        "replace of a number": FITTING.format(
            verb="REPLACE", id="{second}", hash="'forged'", columns=COLUMNS, last="{last}"
        ),
        "replace of the last number": FITTING.format(
            verb="INSERT OR REPLACE", id="{last}", hash="'forged'", columns=COLUMNS, last="{last}"
        ),
        "replace of a hash": FITTING.format(
            verb="REPLACE",
            id="{last} + 1",
            hash="(SELECT hash FROM audit_auditrow WHERE id = {second})",
            columns=COLUMNS,
            last="{last}",
        ),
        "update or replace": "UPDATE OR REPLACE audit_auditrow SET id = {second} WHERE id = {last}",
        "number below all": FITTING.format(verb="INSERT", id="-1", hash="'forged'", columns=COLUMNS, last="{last}"),
        "head replaced": "REPLACE INTO audit_audithead (id, hash, count) VALUES (1, '{zeros}', 0)",
    },
    "postgresql": {
        "truncate": "TRUNCATE audit_auditrow",
        "truncate of the head": "TRUNCATE audit_audithead",
        "truncate of both": "TRUNCATE audit_auditrow, audit_audithead RESTART IDENTITY CASCADE",
    },
}
STATEMENTS = EVERYWHERE | OF_ONE_DATABASE[connection.vendor]


@pytest.fixture
def _append_only(db: None) -> Iterator[None]:
    triggers.install(connection)
    yield
    triggers.remove(connection)


@pytest.fixture
def three_rows(alice: User) -> list[AuditRow]:
    return [services.record(alice, "order.recorded", f"d{number}") for number in range(3)]


@pytest.mark.usefixtures("_append_only")
def test_all_migrations_leave_the_triggers(django_db_setup: dict[str, tuple[str, str]]) -> None:
    assert django_db_setup == triggers.installed(connection)
    assert {table for table, _text in django_db_setup.values()} == {"audit_auditrow", "audit_audithead"}


@pytest.mark.usefixtures("_append_only")
@pytest.mark.parametrize("name", STATEMENTS)
def test_the_database_refuses_a_statement_that_is_no_new_row(three_rows: list[AuditRow], name: str) -> None:
    first, second, last = (row.pk for row in three_rows)
    statement = STATEMENTS[name].format(
        first=first, second=second, last=last, columns=COLUMNS, zeros=triggers.FIRST_HASH
    )
    with pytest.raises(IntegrityError, match=triggers.REFUSAL), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AuditRow.objects.order_by("id").values_list("pk", "hash")) == [(row.pk, row.hash) for row in three_rows]
    assert AuditHead.objects.values_list("pk", "hash", "count").get() == (1, three_rows[-1].hash, 3)


@pytest.mark.usefixtures("_append_only")
def test_rows_are_recorded_as_ever(three_rows: list[AuditRow], alice: User) -> None:
    services.record(alice, "order.recorded", "d4")
    assert services.verify() is None


@pytest.mark.usefixtures("_append_only")
def test_a_row_that_was_taken_back_leaves_the_chain_as_it_was(three_rows: list[AuditRow], alice: User) -> None:
    with transaction.atomic():
        services.record(alice, "order.recorded", "d4")
        transaction.set_rollback(True)
    services.record(alice, "order.recorded", "d5")
    assert services.verify() is None
