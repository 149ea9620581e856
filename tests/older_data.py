"""A database as an earlier version has left it, brought to today's: `python -m tests.older_data STATE`.

Runs in a process of its own, on the empty database of its settings; prints what became of the data as one JSON object.
"""

import base64
import json
import sys
from typing import Any

import django
from django.conf import settings
from django.test import override_settings

# The last migration of each app, in the order in which versions with other ones were there.
STATES: dict[str, dict[str, str]] = {
    "drafts and orders": {"accounts": "0001_initial", "wizard": "0001_initial", "orders": "0001_orders"},
    "audit trail": {"audit": "0002_append_only"},
    "retries": {"orders": "0002_delivery"},
    "checks beside drafts": {"wizard": "0002_draft_check"},
    "drafts with a shape of their own": {
        "accounts": "0003_guest_bucket",
        "orders": "0006_replaces",
        "wizard": "0006_replaces",
    },
}
# From here on the contents of config files are sealed.
SEALED = "drafts with a shape of their own"
CONTENT_KEY = "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Content"
CONTENT = base64.b64encode(b"listen 80;\n").decode()
PASSWORD_KEY = "ImageRegistryCredential.1.Password"
PASSWORD = "of the time"
HOST = "registry.example.com"


def main(state: str) -> None:
    django.setup()
    from django.core.management import call_command

    draft_id, order_id = _older(state)
    call_command("migrate", verbosity=0)
    call_command("check", databases=["default"], stdout=sys.stderr)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        print(json.dumps(_seen(draft_id, order_id)))


def _targets(state: str) -> list[tuple[str, str]]:
    reached: dict[str, str] = {}
    for name, apps in STATES.items():
        reached |= apps
        if name == state:
            break
    return [*reached.items(), ("sessions", "0001_initial")]


def _older(state: str) -> tuple[Any, Any]:
    """Ids of a draft and of an order that are stored as that version stored them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    targets = _targets(state)
    executor.migrate(targets)
    apps = executor.loader.project_state(targets).apps
    owner = apps.get_model("accounts", "User").objects.create(username="alice", is_guest=False)
    draft = apps.get_model("wizard", "Draft").objects.create(owner=owner, data=_older_draft(state))
    name = f"credential/{HOST}"
    apps.get_model("wizard", "DraftSecret").objects.create(
        draft=draft, name=name, sealed=_sealed(state, f"draft/{draft.pk}/{name}", PASSWORD)
    )
    if state == SEALED:
        name = "volume/v1/file/f3"
        apps.get_model("wizard", "DraftSecret").objects.create(
            draft=draft, name=name, sealed=_sealed(state, f"draft/{draft.pk}/{name}", "listen 80;\n")
        )
    order = apps.get_model("orders", "Order")(owner=owner, **_older_order(state))
    secrets = {PASSWORD_KEY: PASSWORD, **({CONTENT_KEY: CONTENT} if state == SEALED else {})}
    order.sealed_secrets = _sealed(state, f"order/{order.pk}", json.dumps(secrets))
    order.save()
    return draft.pk, order.pk


def _sealed(state: str, bound_to: str, text: str) -> str:
    """The text as it was sealed then: without the name of its key until the version with retries."""
    from cryptography.fernet import Fernet

    from consoleapp.web import sealing

    key = settings.STORED_SECRET_KEYS[0]
    token = Fernet(key).encrypt(json.dumps([bound_to, text]).encode()).decode()
    is_named = list(STATES).index(state) > list(STATES).index("retries")
    return f"{sealing.fingerprint(key)}:{token}" if is_named else token


def _older_draft(state: str) -> dict[str, Any]:
    files = {"kind": "ConfigFileVolume", "name": "conf", "paths": ["a.conf"], "contents": ["listen 80;\r\n"]}
    if state == SEALED:
        del files["contents"]
        files["keys"] = ["f3"]
    card = {"name": "web", "image": f"{HOST}/team/api", "image_version": "1.4.2"}
    return {
        "basic": {"region_id": "cn-hangzhou", "container_group_name": "of-older-days"},
        "volumes": [{"key": "v1", "fields": {**files, "modes": [""]}}],
        "containers": [{"key": "c2", "init": False, "fields": card, "rows": {}}],
        "other": {"fields": {}, "credentials": {HOST: {"user_name": "demo"}}, "rows": {}},
        "shown_errors": [],
        "next_key": 4 if state == SEALED else 3,
    }


def _older_order(state: str) -> dict[str, Any]:
    from consoleapp.orders.payload import payload_hash

    parameters = {
        "RegionId": "cn-hangzhou",
        "ContainerGroupName": "of-older-days",
        "Container.1.Name": "web",
        "Container.1.Image": f"{HOST}/team/api:1.4.2",
        "Volume.1.Name": "conf",
        "Volume.1.Type": "ConfigFileVolume",
        "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Path": "a.conf",
        CONTENT_KEY: CONTENT,
        "ImageRegistryCredential.1.Server": HOST,
        "ImageRegistryCredential.1.UserName": "demo",
    }
    secret_keys = [PASSWORD_KEY]
    if state == SEALED:
        del parameters[CONTENT_KEY]
        secret_keys = sorted([CONTENT_KEY, PASSWORD_KEY])
    return {
        "form_key": "f" * 64,
        "parameters": parameters,
        "secret_keys": secret_keys,
        "payload_hash": payload_hash(parameters, secret_keys),
        "client_token": "t" * 32,
        "region_id": "cn-hangzhou",
        "group_name": "of-older-days",
    }


def _seen(draft_id: Any, order_id: Any) -> dict[str, Any]:
    """What today's version makes of both."""
    from django.test import Client

    from consoleapp.accounts.models import User
    from consoleapp.orders import payload
    from consoleapp.orders.models import Order
    from consoleapp.wizard import vault
    from consoleapp.wizard.models import Draft

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get())
    pages = [f"/buy/{draft_id}/{step}/" for step in ("basic", "other", "confirm")]
    pages += ["/", "/buy/drafts/", f"/orders/{order_id}/"]
    draft, order = Draft.objects.get(pk=draft_id), Order.objects.get(pk=order_id)
    return {
        "statuses": sorted({client.get(page, follow=True).status_code for page in pages}),
        "secrets": {name: secret.reveal() for name, secret in vault.get_all(draft).items()},
        "sent": payload.full_parameters(order),
        "stored": json.dumps([draft.data, order.parameters]),
    }


if __name__ == "__main__":
    main(sys.argv[1])
