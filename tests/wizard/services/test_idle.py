"""Secrets of drafts that nobody comes back to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.services.idle import IDLE, wipe_idle_secrets

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(alice: User) -> Draft:
    draft = Draft.objects.create(owner=alice, data={"basic": {"container_group_name": "web"}})
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
