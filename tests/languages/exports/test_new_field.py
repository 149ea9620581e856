"""A field that is declared and that no exporter has heard of: each language says it where its name follows the rule."""

from dataclasses import field, make_dataclass, replace
from typing import Annotated, Any

import pytest

from consoleapp.domain import wire
from consoleapp.domain.container import Container
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import SECONDS, Many, One
from consoleapp.domain.schema import Field, fields_of, part
from consoleapp.languages.exports.languages import LANGUAGES, Language, export
from tests.domain.builders import group

# How each language calls it.
SAID = {
    "parameters": '"Container.1.NapTime": "7"',
    "cli": "--Container.1.NapTime=7",
    "python": "nap_time=7",
    "terraform": "nap_time",
    "kubernetes": "napTime: 7",
    "ros": "NapTime: 7",
}


@pytest.fixture
def spec(monkeypatch: pytest.MonkeyPatch) -> ContainerGroupSpec:
    """A group whose container has one field more."""
    line = Annotated[int | None, Field("NapTime", SECONDS, "Nap time")]
    sleepy: Any = make_dataclass("Sleepy", [("nap_time", line, field(default=None))], bases=(Container,), frozen=True)
    containers = replace(fields_of(ContainerGroupSpec)["containers"], kind=Many(One(sleepy)))
    listed = Annotated[tuple[Container, ...], containers]
    wider: Any = make_dataclass(
        "Wider", [("containers", listed, field(kw_only=True))], bases=(ContainerGroupSpec,), frozen=True
    )
    monkeypatch.setattr(wire, "_CONTAINER_GROUP", part(wider))
    values = {name: getattr(group(), name) for name in fields_of(ContainerGroupSpec)}
    made: ContainerGroupSpec = wider(**{**values, "containers": (sleepy(name="web", image="nginx:1", nap_time=7),)})
    return made


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.word)
def test_every_language_says_it_without_a_line_of_its_own(language: Language, spec: ContainerGroupSpec) -> None:
    exported = export(language, spec)
    assert SAID[language.word] in exported.text
    assert not any("nap" in lost.path for lost in exported.lost)
