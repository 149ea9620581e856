"""A request in each language: what stands above the text, and the file."""

import pytest
from django.http import Http404

from consoleapp.domain import limits, wire
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import Tag
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import EnvironmentVar, SecurityContext
from consoleapp.web import request_in
from consoleapp.web.request_in import LINES, Asked, Shown, part_of
from tests.domain.builders import container, credential, group
from tests.web.languages import WITH_SPOKEN


@pytest.fixture(autouse=True)
def _spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_in, "LANGUAGES", WITH_SPOKEN)


def asked(spec: ContainerGroupSpec) -> Asked:
    return Asked(*wire.written(spec), lambda: spec, lambda word: f"/{word}/")


def shown(spec: ContainerGroupSpec, word: str = "spoken") -> Shown:
    found: Shown = part_of(asked(spec), word)["shown"]
    return found


def test_offers_every_language_beside_the_parameters() -> None:
    part = part_of(asked(group()))
    assert [each["word"] for each in part["languages"]] == [LINES, *(each.word for each in WITH_SPOKEN)]
    assert [each["word"] for each in part["languages"] if each["is_current"]] == [LINES]
    assert part["languages"][-1]["url"] == "/spoken/"
    assert part["shown"].rows[0] == ("Action", "CreateContainerGroup", False)


def test_no_language_has_the_word_of_the_lines() -> None:
    assert LINES not in [each.word for each in WITH_SPOKEN]


def test_a_word_that_is_no_language_is_nothing() -> None:
    with pytest.raises(Http404):
        part_of(asked(group()), "klingon")


def test_tells_what_the_language_cannot_say_by_the_names_of_the_forms() -> None:
    web = container(security_context=SecurityContext(read_only_root_filesystem=True))
    told = shown(group(containers=(web,), host_name="web-1"))
    assert told.lost == (("Container web: Root file system (Read only)", ""), ("Host name", "web-1"))
    assert told.told == ("The region is cn-hangzhou.",)


def test_a_secret_is_a_name_to_be_filled_in() -> None:
    web = container(environment_vars=(EnvironmentVar("TOKEN", Secret("canary-7f3a")),))
    told = shown(group(containers=(web,), image_registry_credentials=(credential(),)))
    assert "canary-7f3a" not in told.text
    assert "<WEB_TOKEN>" in told.text
    assert told.blanks == (
        ("Container web: Environment variables TOKEN", "WEB_TOKEN"),
        ("Image repository credentials registry.example.com, Password", "REGISTRY_PASSWORD_1"),
    )


@pytest.mark.parametrize("word", [each.word for each in WITH_SPOKEN])
def test_the_mark_of_the_order_is_not_taken_along(word: str) -> None:
    marked = group(tags=(Tag("mine", "1"), Tag(limits.ORDER_TAG_KEY, "canary-7f3a")))
    text = shown(marked, word).text
    assert "mine" in text
    assert limits.ORDER_TAG_KEY not in text
    assert limits.ORDER_TAG_KEY in shown(marked, LINES).text.replace("Tag.2.Key", "")


def test_what_cannot_be_read_any_more_is_told_and_its_parameters_are_shown() -> None:
    def unreadable() -> ContainerGroupSpec:
        raise DomainError(Reason.REQUIRED, "containers")

    old = Asked({"RegionId": "cn-hangzhou"}, [], unreadable, lambda word: word)
    assert part_of(old, "spoken")["shown"].text == ""
    assert "cannot read" in part_of(old, "spoken")["shown"].told[0]
    assert "cn-hangzhou" in part_of(old)["shown"].text
