"""What a test asks of something imported."""

from collections.abc import Iterable
from typing import Any

from consoleapp.domain.container import Container
from consoleapp.domain.schema import check
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.domain.validation import Problems
from consoleapp.languages.imports.imported import Imported, Note


def container(read_: Imported) -> Container:
    (only,) = read_.spec.containers
    return only


def ports(imported: Imported) -> list[tuple[int, str]]:
    return [(each.port, each.protocol) for each in container(imported).ports]


def variables(imported: Imported) -> dict[str, Any]:
    return {each.key: each.value for each in container(imported).environment_vars}


def mounts(imported: Imported) -> dict[str, str]:
    return {each.mount_path: each.name for each in container(imported).volume_mounts}


def subjects(notes: Iterable[Note]) -> list[str]:
    return [note.subject for note in notes]


def says(notes: Iterable[Note], subject: str) -> str:
    return " ".join(note.says.format(**note.params) for note in notes if note.subject == subject)


def faults(spec: ContainerGroupSpec) -> set[str]:
    """Return the fields that are marked; a region is always to be chosen."""
    problems = Problems()
    check(spec, problems, deep=True)
    return {error.path for error in problems.errors} - {"region_id"}
