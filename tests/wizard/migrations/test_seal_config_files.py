"""wizard/migrations/0003: contents of config files that older versions have stored in clear."""

import base64
import importlib
import json
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.orders import payload, services
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from tests.orders.builders import CANARY, PARAMETERS, SECRET_KEYS

pytestmark = pytest.mark.django_db
MIGRATION = importlib.import_module("consoleapp.wizard.migrations.0003_seal_config_files")
KEY = "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Content"
CONTENT = base64.b64encode(b"password=canary-81").decode()


def migrate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MIGRATION, "PIECE", 2)
    MIGRATION.seal_drafts(apps, None)
    MIGRATION.seal_orders(apps, None)


def older_draft(owner: User, content: str) -> Draft:
    fields = {"kind": "ConfigFileVolume", "name": "c", "paths": ["a"], "contents": [content], "modes": [""]}
    volumes: list[dict[str, Any]] = [{"key": "v1", "fields": fields}]
    other: dict[str, Any] = {"fields": {}, "credentials": {}, "rows": {}}
    data = {"basic": {}, "volumes": volumes, "containers": [], "other": other, "shown_errors": [], "next_key": 2}
    return Draft.objects.create(owner=owner, data=data)


def older_order(owner: User, form_key: str, **changed: Any) -> Order:
    parameters = {**PARAMETERS, "Volume.1.Name": "c", "Volume.1.Type": "ConfigFileVolume", KEY: CONTENT}
    order = services.record_order(Actor(owner), parameters, SECRET_KEYS, services.Press(form_key))
    assert KEY in order.public_parameters
    Order.objects.filter(pk=order.pk).update(**changed)
    return order


def test_contents_of_drafts_become_secrets_beside_them(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [older_draft(alice, f"canary-{number}") for number in range(5)]

    migrate(monkeypatch)

    for number, draft in enumerate(Draft.objects.in_bulk([each.pk for each in before])[each.pk] for each in before):
        assert vault.get_all(draft) == {"volume/v1/file/f2": Secret(f"canary-{number}")}
        assert "canary" not in json.dumps(draft.data)
        assert draft.version == 1


def test_contents_of_an_order_that_may_be_sent_are_sent_as_they_were(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = older_order(alice, "open")
    before = payload.full_parameters(order)

    migrate(monkeypatch)

    order.refresh_from_db()
    assert KEY not in order.public_parameters
    assert KEY in order.secret_keys
    assert payload.full_parameters(order) == before
    assert before[KEY] == CONTENT
    assert before["ImageRegistryCredential.1.Password"] == CANARY


def test_contents_of_a_final_order_are_dropped(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    order = older_order(alice, "final", state=OrderState.CREATED, sealed_secrets="")

    migrate(monkeypatch)

    order.refresh_from_db()
    assert (order.sealed_secrets, KEY in order.public_parameters, KEY in order.secret_keys) == ("", False, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(parameters AS text) FROM orders_order")
        assert CONTENT not in str(cursor.fetchall())


def test_an_order_that_was_altered_stays_unsendable(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    order = older_order(alice, "altered", payload_hash="0" * 64)

    migrate(monkeypatch)

    order.refresh_from_db()
    with pytest.raises(payload.PayloadChanged):
        payload.full_parameters(order)


def test_running_it_again_changes_nothing(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    older_draft(alice, "canary")
    older_order(alice, "open")
    migrate(monkeypatch)
    before = list(Draft.objects.values()), list(Order.objects.values())

    migrate(monkeypatch)

    assert (list(Draft.objects.values()), list(Order.objects.values())) == before
