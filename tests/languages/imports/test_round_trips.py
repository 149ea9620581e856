"""What we write in a language is read again as the same group, but for what the language cannot say."""

import json
from collections.abc import Callable, Collection
from typing import Any

from consoleapp.domain import wire
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.languages.exports.exported import Exported, without_secrets
from consoleapp.languages.exports.languages import LANGUAGES, export
from consoleapp.languages.imports.imported import Imported
from consoleapp.languages.imports.sources import SOURCES, recognize
from tests.languages.exports.collected import on_random_groups
from tests.languages.exports.left import left
from tests.languages.exports.test_terraform import comparable, with_defaults


def there_and_back(language: str, source: str, spec: ContainerGroupSpec) -> tuple[Exported, Imported]:
    exported = export(next(each for each in LANGUAGES if each.word == language), spec)
    reader = next(each for each in SOURCES if each.word == source)
    assert recognize(exported.text) is reader
    found = reader.read(exported.text, None)
    assert all(not note.says.startswith("This console") for note in found.left_out), found.left_out
    return exported, found


def asked(parameters: dict[str, str], secret_keys: Collection[str]) -> dict[str, str]:
    """The parameters with the same in the place of each secret."""
    found = dict(parameters)
    for key in secret_keys & found.keys():
        found[key] = "?"
        if key.endswith(".Options"):
            found[key] = json.dumps(json.loads(parameters[key]) | {"akSecret": "?"})
    return found


def agree(spec: ContainerGroupSpec, found: Imported, expected: dict[str, str], same: Callable[[Any], Any]) -> None:
    read, read_secrets = wire.written(found.spec)
    plain, _blanks = without_secrets(spec)
    # A variable whose name sounds like a secret is one when it is read.
    secrets = read_secrets | wire.secret_keys(plain)
    assert same(asked(read, secrets)) == same(asked(expected, secrets))


def with_line_breaks(parameters: dict[str, str]) -> dict[str, Any]:
    """A shell's text has line breaks of one kind, as every form makes them."""
    found: dict[str, Any] = {key: value.replace("\r\n", "\n").replace("\r", "\n") for key, value in parameters.items()}
    return {key: json.loads(value) if key.endswith(".Options") else value for key, value in found.items()}


@on_random_groups
def test_a_command_of_the_cli(spec: ContainerGroupSpec) -> None:
    exported, found = there_and_back("cli", "aliyun_cli", spec)
    assert found.left_out == ()
    agree(spec, found, left(spec, exported), with_line_breaks)


@on_random_groups
def test_a_resource_of_terraform(spec: ContainerGroupSpec) -> None:
    exported, found = there_and_back("terraform", "terraform", spec)
    agree(spec, found, with_defaults(left(spec, exported)), comparable)
    assert {note.subject.partition(" ")[0] for note in found.left_out} <= {"vswitch_id", "security_group_id"}
