"""What nobody comes back to: secrets of drafts, and guests."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.accounts.services import create_guest
from consoleapp.domain.secret import Secret
from consoleapp.web.periodic import run_periodic_tasks
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.services import idle
from consoleapp.wizard.services.idle import IDLE, wipe_idle_secrets
from consoleapp.wizard.shape import empty_data
from tests.orders.builders import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(alice: User) -> Draft:
    draft = Draft.objects.create(owner=alice, data={**empty_data(), "spec": {"container_group_name": "web"}})
    vault.put(draft, "credential/r", Secret("s"))
    return draft


def age(by: timedelta) -> None:
    Draft.objects.update(saved_at=timezone.now() - by)
    DraftSecret.objects.update(saved_at=timezone.now() - by)


def test_go_after_a_week_and_what_was_typed_beside_them_stays(draft: Draft) -> None:
    age(IDLE + timedelta(minutes=1))

    assert wipe_idle_secrets() == 1
    assert Draft.objects.get().name == "web"
    assert vault.names(draft) == frozenset()


def test_stay_while_somebody_works_on_the_draft(draft: Draft) -> None:
    age(IDLE - timedelta(minutes=1))
    assert wipe_idle_secrets() == 0

    age(IDLE + timedelta(minutes=1))
    draft.save()
    assert wipe_idle_secrets() == 0


def test_discarded_drafts_go_after_an_hour_and_others_stay(alice: User, draft: Draft) -> None:
    now = timezone.now()
    for minutes in (59, 61):
        Draft.objects.create(owner=alice, discarded_at=now - timedelta(minutes=minutes))

    assert idle.drop_discarded(now) == 1
    assert Draft.objects.filter(discarded_at=None).get() == draft
    assert Draft.objects.count() == 2


def guest(joined: timedelta) -> User:
    made = create_guest()
    User.objects.filter(pk=made.pk).update(date_joined=timezone.now() - joined)
    Draft.objects.create(owner=made)
    Draft.objects.filter(owner=made).update(saved_at=timezone.now() - joined)
    return made


def test_guests_go_after_thirty_days_with_their_drafts_in_pieces(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "PIECE", 2)
    monkeypatch.setattr(idle, "PIECES", 2)
    User.objects.filter(pk=alice.pk).update(date_joined=timezone.now() - timedelta(days=900))
    for _ in range(5):
        guest(timedelta(days=31))
    young = guest(timedelta(days=29))

    assert idle.drop_idle_guests() == 4
    assert idle.drop_idle_guests() == 1
    assert set(User.objects.all()) == {alice, young}
    assert Draft.objects.get().owner == young


def test_guests_stay_who_have_an_order_or_saved_something_since() -> None:
    orderer, writer = guest(timedelta(days=900)), guest(timedelta(days=900))
    record(orderer)
    Draft.objects.filter(owner=writer).update(saved_at=timezone.now() - timedelta(days=2))

    run_periodic_tasks()

    assert set(User.objects.all()) == {orderer, writer}
