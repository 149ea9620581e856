"""Many random container groups at once, for judges that are slow to start; and what their Blanks stand for."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.domain.volume import DriverVolume, as_flex_volume
from consoleapp.languages.exports.exported import Blank, Holds
from tests.domain.strategies import groups


@cache
def random_groups(count: int = 300) -> tuple[ContainerGroupSpec, ...]:
    """Made once for all who ask: that takes longer than most of what is done with them."""
    found: list[ContainerGroupSpec] = []

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(groups())
    def collect(spec: ContainerGroupSpec) -> None:
        found.append(spec)

    collect()
    return tuple(found)


def on_random_groups(test: Callable[[ContainerGroupSpec], None]) -> Callable[[], None]:
    """Has a test run for each of them; all such tests run in the one process that has made them."""

    def run() -> None:
        for spec in random_groups():
            try:
                test(spec)
            except BaseException as error:
                error.add_note(repr(spec))
                raise

    run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
    in_one_process: Callable[[], None] = pytest.mark.xdist_group("random groups")(run)
    return in_one_process


def environment(spec: ContainerGroupSpec, blanks: tuple[Blank, ...], directory: Path) -> dict[str, str]:
    """The variables that an exported text asks for, with the group's own secrets; files are written below."""
    found = {}
    for blank in blanks:
        text = secret_at(spec, blank.path)
        if blank.holds is Holds.FILE:
            directory.mkdir(exist_ok=True)
            file = directory / blank.name
            file.write_bytes(text.encode())
            text = str(file)
        found[blank.variable] = text
    return found


def secret_at(spec: ContainerGroupSpec, path: str) -> str:
    value: Any = spec
    for word in path.split("."):
        value = value[int(word)] if word.isdecimal() else getattr(value, word)
        if isinstance(value, DriverVolume):
            value = as_flex_volume(value)
    assert isinstance(value, Secret)
    return value.reveal()
