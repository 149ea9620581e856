"""A POST that no page of this version can have made: nothing of it is stored, and it is said why."""

import copy
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.wizard.page_form import StepForm, open_step, read
from tests.wizard.views.test_step import stored

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "name",
    [
        "c1-env-r2-name",
        "other-ram_role_name",
        "c1-nonsense",
        "spec",
        "containers.0.image",
        "c1-",
        "r1-x-key",
    ],
)
def test_a_field_that_is_not_known_here_is_named_and_nothing_is_stored(started: StepForm, name: str) -> None:
    before = copy.deepcopy(stored().data)
    answer = started.press("next", container_group_name="kept", **{name: "typed elsewhere"})
    assert answer.status_code == 422
    assert f"it has fields that are not known here ({name})" in answer.content.decode()
    assert read(started.client, answer).sent["container_group_name"] == ["kept"]
    assert (stored().data, stored().version) == (before, 1)


def test_many_of_them_are_told_in_few_words(started: StepForm) -> None:
    answer = started.press("save", **{f"x{'y' * 500}{number}": "" for number in range(30)})
    assert answer.status_code == 422
    assert "yyy" in answer.content.decode()
    assert "y" * 100 not in answer.content.decode()


def test_a_field_that_came_twice_is_named_and_nothing_is_stored(started: StepForm) -> None:
    sent = [*((name, value) for name, values in started.sent.items() for value in values), ("do", "save")]
    body = urlencode([*sent, ("container_group_name", "another")])
    answer = started.client.post(started.url, body, content_type=FORM)
    assert answer.status_code == 422
    assert "container_group_name came more than once" in answer.content.decode()
    assert stored().version == 1
    assert started.client.post(started.url, urlencode(sent), content_type=FORM).status_code == 303


def test_ten_thousand_rows_are_refused_and_said_to_be_too_many(started: StepForm) -> None:
    rows = urlencode([(f"c1-r{number}-key", "A") for number in range(10_000)])
    answer = started.client.post(started.url, rows, content_type=FORM)
    assert answer.status_code == 400
    assert "Something in it is malformed or too long." in answer.content.decode()
    assert stored().version == 1


def test_a_row_that_another_tab_has_removed_is_no_unknown_field(started: StepForm) -> None:
    form = started.go("row-add:c1:ports")
    port = next(name for name in form.sent if name.endswith("-port") and "http_get" not in name and "tcp" not in name)
    open_step(form.client, form.url).go(f"row-remove:c1:ports:{port.split('-')[1]}")
    assert form.press("save", **{port: "80"}).status_code == 303


def test_the_first_page_says_it_too_and_makes_no_draft(client: Client) -> None:
    answer = open_step(client, "/buy/").press("save", **{"c1-nonsense": "1"})
    assert answer.status_code == 422
    assert "c1-nonsense" in answer.content.decode()
