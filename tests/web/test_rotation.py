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
from consoleapp.wizard.models import Draft
from tests.orders.builders import CANARY, record

pytestmark = pytest.mark.django_db
KEY = "ImageRegistryCredential.1.Password"
NAME = vault.credential_name("registry.example.com")


@pytest.fixture(autouse=True)
def _own_keys(settings: Settings) -> object:
    sealing._fernet.cache_clear()
    yield
    sealing._fernet.cache_clear()


def take_keys(*keys: str) -> None:
    settings.STORED_SECRET_KEYS = list(keys)
    sealing._fernet.cache_clear()


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
