"""consoleapp/audit: rows are chained, and what was changed or cut off is found."""

import pytest
from django.db import transaction

from consoleapp.accounts.models import User
from consoleapp.audit import services
from consoleapp.audit.models import AuditHead, AuditRow
from consoleapp.audit.triggers import FIRST_HASH

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_rows(alice: User) -> list[AuditRow]:
    return [services.record(alice, "order.recorded", f"d{number}", {"n": number, "ü": "é"}) for number in range(3)]


def test_each_row_names_its_predecessor(three_rows: list[AuditRow]) -> None:
    first, second, third = three_rows
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == (
        FIRST_HASH,
        first.hash,
        second.hash,
    )
    assert services.verify() is None


def test_the_user_name_is_copied(alice: User) -> None:
    row = services.record(alice, "order.recorded", "d1")
    assert (row.actor_id, row.actor_name) == (alice.pk, "alice")


def test_rows_about_one_object_are_found_by_their_actions_newest_first(alice: User) -> None:
    told = [
        ("group.restarted", "eci-1"),
        ("group.deleted", "eci-1"),
        ("order.created", "eci-1"),
        ("group.deleted", "eci-2"),
    ]
    rows = [services.record(alice, action, about) for action, about in told]
    assert list(services.rows_about("eci-1", ["group.restarted", "group.deleted"])) == [rows[1], rows[0]]


def test_a_changed_text_is_found(three_rows: list[AuditRow]) -> None:
    AuditRow.objects.filter(pk=three_rows[1].pk).update(payload={"n": 7})
    assert services.verify() == services.Broken(three_rows[1].pk, "its text was changed")


def test_a_missing_row_is_found(three_rows: list[AuditRow]) -> None:
    AuditRow.objects.filter(pk=three_rows[1].pk).delete()
    broken = services.verify()
    assert broken
    assert broken.row_id == three_rows[2].pk


def test_rows_missing_at_the_end_are_found(three_rows: list[AuditRow]) -> None:
    AuditRow.objects.filter(pk=three_rows[2].pk).delete()
    assert services.verify() == services.Broken(None, "3 rows were written and 2 are there")


def test_a_missing_head_is_found(three_rows: list[AuditRow]) -> None:
    AuditHead.objects.all().delete()
    assert services.verify() == services.Broken(None, "0 rows were written and 3 are there")


def test_a_row_goes_with_the_change_that_failed(alice: User) -> None:
    def save_and_fail() -> None:
        with transaction.atomic():
            services.record(alice, "order.recorded", "d1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_and_fail()
    assert (AuditRow.objects.count(), AuditHead.objects.count()) == (0, 0)
