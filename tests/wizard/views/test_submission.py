"""consoleapp/wizard/views/change.py: what a pressed button does, and where it leads."""

import pytest
from django.http import QueryDict

from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.models import Draft
from consoleapp.wizard.views.submission import Action, Gone, Submission, Way, container_of, press

DRAFT = Draft(pk="0b5cbb83-9a4a-4a47-8f2e-b0cf3d0e5b0a")
AT = f"/buy/{DRAFT.pk}/"


@pytest.fixture
def change() -> Submission:
    return Submission(first_data({}), QueryDict())


def _open(change: Submission, key: str, at: str = "") -> None:
    change.open, change.at = container_of(change, key)["_key"], at


def _wrong(change: Submission) -> None:
    raise KeyError("a mistake of ours")


ACTIONS: dict[str, Action] = {"open": _open, "wrong": _wrong}


def test_a_verb_is_done_with_what_stands_behind_it(change: Submission) -> None:
    assert press(change, ACTIONS, "open:c1:c1-name")
    assert (change.open, change.at) == ("c1", "c1-name")


@pytest.mark.parametrize("do", ["open", "open:c1:at:more", "open:c99"])
def test_an_outdated_button_changes_nothing(change: Submission, do: str) -> None:
    assert press(change, ACTIONS, do)
    assert (change.open, change.at) == ("", "")


@pytest.mark.parametrize("do", ["", "close", "Open:c1", "__class__"])
def test_what_is_no_verb_is_told(change: Submission, do: str) -> None:
    assert not press(change, ACTIONS, do)


def test_a_mistake_of_ours_is_not_swallowed(change: Submission) -> None:
    with pytest.raises(KeyError, match="of ours"):
        press(change, ACTIONS, "wrong")


def test_a_container_that_is_gone_is_said_to_be(change: Submission) -> None:
    with pytest.raises(Gone):
        container_of(change, "c99")


@pytest.mark.parametrize(
    ("way", "address"),
    [
        (Way("confirm"), "confirm/"),
        (Way("versions", ("c1",)), "versions/c1/"),
        (Way("images", ("c1", "common")), "images/c1/common/"),
        (Way("basic", open="c1", at="c1-image"), "basic/?open=c1&at=c1-image#id_c1-image"),
        (
            Way("other", at="image_registry_credentials-h:5000-password"),
            "other/?at=image_registry_credentials-h%3A5000-password#id_image_registry_credentials-h:5000-password",
        ),
        (Way("basic", at="check-c1", is_held=True), "basic/?at=check-c1&held=1#check-c1"),
    ],
)
def test_a_way_becomes_an_address_of_the_draft(way: Way, address: str) -> None:
    assert way.address(DRAFT) == AT + address
