"""wizard/migrations/0004: commands that were typed one word a line, and pasted lines that lay in clear."""

import importlib
import json
from typing import Any

import pytest
from django.apps import apps

from consoleapp.accounts.models import User
from consoleapp.domain.typed import split_line
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft

pytestmark = pytest.mark.django_db
MIGRATION = importlib.import_module("consoleapp.wizard.migrations.0004_command_lines")


def older_draft(owner: User, **fields: str) -> Draft:
    card = {"key": "c1", "init": False, "fields": {"name": "container-1", "image": "", **fields}, "rows": {}}
    other: dict[str, Any] = {"fields": {}, "credentials": {}, "rows": {}}
    data = {"basic": {}, "volumes": [], "containers": [card], "other": other, "shown_errors": [], "next_key": 2}
    return Draft.objects.create(owner=owner, data=data)


def fields_of(draft: Draft) -> dict[str, Any]:
    fields: dict[str, Any] = Draft.objects.get(pk=draft.pk).data["containers"][0]["fields"]
    return fields


def test_commands_keep_their_words(alice: User) -> None:
    draft = older_draft(
        alice, commands="sh\r\n-c\necho 'hello' > x\n\n", args="one", liveness_command="cat\n/tmp/my file"
    )

    MIGRATION.convert(apps, None)

    fields = fields_of(draft)
    assert split_line(fields["commands"]) == ("sh", "-c", "echo 'hello' > x")
    assert fields["args"] == "one"
    assert split_line(fields["liveness_command"]) == ("cat", "/tmp/my file")
    assert Draft.objects.get().version == 1


def test_pasted_lines_wait_sealed(alice: User) -> None:
    draft = older_draft(alice, env_paste="API-KEY=canary-17\nDB_PASSWORD: canary-18")

    MIGRATION.convert(apps, None)

    assert "canary" not in json.dumps(Draft.objects.get().data)
    assert fields_of(draft)["env_waiting"] == "2"
    (waiting,) = vault.get_all(Draft.objects.get()).values()
    assert waiting.reveal() == "API-KEY=canary-17\nDB_PASSWORD: canary-18"
