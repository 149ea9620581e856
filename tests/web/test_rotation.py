"""Keys: rotated without reading a secret, and never dropped while something needs them."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.orders import payload
from consoleapp.orders.models import Order
from consoleapp.web import checks, sealing
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftSecret
from tests.orders.builders import CANARY, record

pytestmark = pytest.mark.django_db
KEY = "ImageRegistryCredential.1.Password"
NAME = vault.credential_name("registry.example.com")


def take_keys(*keys: str) -> None:
    settings.STORED_SECRET_KEYS = list(keys)


def forget_its_name(draft: Draft) -> None:
    """Stores the draft's secrets as they were before a sealed text named its key."""
    for row in draft.secrets.all():
        DraftSecret.objects.filter(pk=row.pk).update(sealed=row.sealed.partition(":")[2])


@pytest.fixture
def order(alice: User) -> Order:
    return record(alice)


@pytest.fixture
def draft(alice: User) -> Draft:
    draft = Draft.objects.create(owner=alice)
    vault.put(draft, NAME, Secret("of the draft"))
    return draft


def test_everything_is_under_the_first_key_afterwards(order: Order, draft: Draft, settings: Settings) -> None:
    old, new = settings.STORED_SECRET_KEYS[0], Fernet.generate_key().decode()
    take_keys(new, old)
    told = StringIO()

    call_command("rotate_secrets", stdout=told)

    assert told.getvalue().startswith("2 secrets were encrypted anew")
    assert sealing.fingerprint(new) in told.getvalue()
    take_keys(new)
    order.refresh_from_db()
    assert payload.full_parameters(order)[KEY] == CANARY
    assert vault.get_all(draft)[NAME].reveal() == "of the draft"
    assert sealing.missing_keys() == {}


def test_what_is_under_the_first_key_already_is_left_alone(order: Order) -> None:
    before = order.sealed_secrets

    assert sealing.rotate() == 0
    order.refresh_from_db()
    assert order.sealed_secrets == before


def test_a_key_in_use_cannot_be_dropped(order: Order, draft: Draft, settings: Settings) -> None:
    old = sealing.fingerprint(settings.STORED_SECRET_KEYS[0])
    take_keys(Fernet.generate_key().decode())

    assert sealing.missing_keys() == {old: 2}
    with pytest.raises(CommandError, match=old):
        checks.refuse_to_start_without_keys()
    with pytest.raises(SystemCheckError, match="CONSOLE_SECRET_KEYS does not hold"):
        call_command("check", databases=["default"])
    with pytest.raises(CommandError, match="No key"):
        call_command("rotate_secrets")


def test_a_key_that_nothing_needs_may_go(settings: Settings) -> None:
    take_keys(Fernet.generate_key().decode())

    checks.refuse_to_start_without_keys()


def test_a_sealed_text_names_its_key_and_nothing_else(settings: Settings) -> None:
    sealed = sealing.seal(Secret("canary"), "x")

    assert sealed.startswith(sealing.fingerprint(settings.STORED_SECRET_KEYS[0]) + ":")
    assert settings.STORED_SECRET_KEYS[0] not in sealed


def test_sealed_texts_that_do_not_name_their_key_stop_no_start_while_a_key_opens_them(draft: Draft) -> None:
    forget_its_name(draft)

    assert sealing.missing_keys() == {}
    checks.refuse_to_start_without_keys()
    assert vault.get_all(draft)[NAME].reveal() == "of the draft"


def test_sealed_texts_that_do_not_name_their_key_are_told_when_no_key_opens_them(draft: Draft) -> None:
    forget_its_name(draft)
    take_keys(Fernet.generate_key().decode())

    with pytest.raises(CommandError, match="1 stored secrets were sealed before"):
        checks.refuse_to_start_without_keys()


def test_a_rotation_gives_older_sealed_texts_the_name_of_their_key(draft: Draft) -> None:
    forget_its_name(draft)

    assert sealing.rotate() == 1

    sealed = DraftSecret.objects.get().sealed
    assert sealed.startswith(sealing.fingerprint(settings.STORED_SECRET_KEYS[0]) + ":")
    assert vault.get_all(Draft.objects.get())[NAME].reveal() == "of the draft"


def test_a_rotation_makes_no_sealed_secret_of_a_text_that_is_none(draft: Draft, settings: Settings) -> None:
    row = DraftSecret.objects.get()
    altered = row.sealed[:40] + "!" + row.sealed[40:]
    DraftSecret.objects.update(sealed=altered)
    take_keys(Fernet.generate_key().decode(), settings.STORED_SECRET_KEYS[0])

    with pytest.raises(CommandError, match="No key"):
        call_command("rotate_secrets")
    assert DraftSecret.objects.get().sealed == altered


def test_what_is_written_anew_must_open_to_the_very_same_bytes(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    before = DraftSecret.objects.get().sealed
    take_keys(Fernet.generate_key().decode(), settings.STORED_SECRET_KEYS[0])
    encrypt = Fernet.encrypt
    monkeypatch.setattr(Fernet, "encrypt", lambda self, data: encrypt(self, data + b" "))

    with pytest.raises(CommandError, match="No key"):
        call_command("rotate_secrets")
    assert DraftSecret.objects.get().sealed == before
