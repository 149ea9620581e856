"""Drafts of earlier versions mean the same after the migrations."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from consoleapp.accounts.models import User
from consoleapp.wizard.mapping.command_line import split_line
from consoleapp.wizard.mapping.starting import first_data
from consoleapp.wizard.models import Draft

BEFORE = [("wizard", "0002_draft_check")]
NOW = [("wizard", "0003_command_lines")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.mark.django_db(transaction=True)
def test_commands_typed_one_word_a_line_keep_their_words(alice: User) -> None:
    data: Any = first_data({})
    data["containers"][0]["fields"] |= {
        "commands": "sh\r\n-c\necho 'hello' > x\n\n",
        "args": "one",
        "liveness_command": "cat\n/tmp/my file",
    }
    draft = Draft.objects.create(owner=alice, data=data)
    migrate(BEFORE)
    Draft.objects.filter(pk=draft.pk).update(data=data)

    migrate(NOW)

    fields = Draft.objects.get().typed["containers"][0]["fields"]
    assert split_line(str(fields["commands"]), "") == ("sh", "-c", "echo 'hello' > x")
    assert fields["args"] == "one"
    assert split_line(str(fields["liveness_command"]), "") == ("cat", "/tmp/my file")
    assert Draft.objects.get().version == 1
