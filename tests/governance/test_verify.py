"""`verify_quotas`, and the worker every night, tell where quotas do not add up."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.domain.quota import Unit
from consoleapp.governance import quotas, verify
from consoleapp.governance.models import Booking, Quota
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from tests.governance.test_quota_pages import booked
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(alice: User) -> People:
    people = team(admin=alice)
    quotas.set_limit(people.team, Unit.VCPU, 16_000)
    return people


def told(*options: str) -> str:
    out = StringIO()
    try:
        call_command("verify_quotas", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error} ({error.returncode})"
    return out.getvalue()


def test_it_says_that_all_adds_up(people: People, alice: User) -> None:
    booked(people)
    orders.record_order(Actor(alice), PARAMETERS, SECRET_KEYS, orders.Press("own"))
    assert told() == "The quotas add up.\n"


def test_what_is_used_and_not_booked_is_told_and_set_right_when_asked(people: People) -> None:
    booked(people)
    Quota.objects.update(used=7)
    assert "qa: 7 vcpu_milli used, 2000 booked" in told()
    assert "1 differences. (1)" in told()
    assert Quota.objects.get().used == 7
    assert "set to that" in told("--repair")
    assert Quota.objects.get().used == 2000
    assert told() == "The quotas add up.\n"


def test_what_has_changed_since_it_was_looked_at_is_not_set(people: People) -> None:
    booked(people)
    Quota.objects.update(used=7)
    quota = Quota.objects.get()
    Quota.objects.update(used=9)
    assert not quotas.repair(quota, 2000)
    assert Quota.objects.get().used == 9


@pytest.mark.parametrize("changed", [{"state": OrderState.REFUSED}, {"delete_requested_at": timezone.now()}])
def test_a_booking_without_a_group_is_told(people: People, changed: dict[str, object]) -> None:
    order = booked(people)
    Order.objects.update(**changed)
    assert f"order {order.pk} has no group any more and is still booked" in told()


def test_a_booking_of_another_size_is_told(people: People) -> None:
    booked(people)
    Booking.objects.update(vcpu_milli=1)
    Quota.objects.update(used=1)
    assert "has booked something else than it takes" in told()


def test_an_order_that_was_never_booked_is_told_and_one_that_waits_is_not(people: People) -> None:
    booked(people)
    Booking.objects.all().delete()
    Quota.objects.update(used=0)
    assert "may have a group and has booked nothing" in told()
    Order.objects.update(state=OrderState.HELD)
    assert told() == "The quotas add up.\n"


def test_the_worker_logs_differences_once_a_day(
    people: People, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_verified_on", None)
    booked(people)
    Quota.objects.update(used=7)
    verify.verify_nightly()
    verify.verify_nightly()
    assert caplog.text.count("7 vcpu_milli used, 2000 booked") == 1
