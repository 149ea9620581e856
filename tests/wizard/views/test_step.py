"""Saving a step: two tabs, late requests, large bodies, a database that takes nothing."""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.wizard import vault
from consoleapp.wizard.forms import stored as words
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.services import drafts
from consoleapp.wizard.shape import credential_prefix
from consoleapp.wizard.views import conflict
from tests.wizard.complete import draft, private_spec
from tests.wizard.page_form import StepForm, open_step, read

pytestmark = pytest.mark.django_db


def stored() -> Draft:
    return Draft.objects.get()


def test_what_another_tab_saved_is_shown_beside_mine_and_mine_can_be_kept(started: StepForm) -> None:
    open_step(started.client, started.url).go("save", container_group_name="theirs")
    answer = started.press("save", container_group_name="mine", c1__environment_vars_paste="PASSWORD=canary-44")
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "theirs" in html
    assert "mine" in html
    assert "canary-44" not in html
    keep = re.search(r'value="(keep-mine:[0-9a-f]+)"', html)
    assert keep
    answer = started.client.post(started.url, {"do": keep[1]})
    assert answer.status_code == 303
    assert stored().name == "mine"
    assert DraftSecret.objects.get().name.startswith("env/c1/")


def test_few_forms_are_held_at_once(started: StepForm) -> None:
    old = open_step(started.client, started.url)
    open_step(started.client, started.url).go("save", container_group_name="theirs")
    for number in range(vault.HELD_MAX + 2):
        assert old.press("save", container_group_name=f"mine-{number}").status_code == 409
    assert DraftSecret.objects.count() == vault.HELD_MAX


def test_a_late_request_of_a_page_is_not_saved_over_its_later_one(started: StepForm) -> None:
    assert started.press("save", container_group_name="later", turn="2").status_code == 303
    assert started.press("save", container_group_name="earlier", turn="1").status_code == 204
    assert stored().name == "later"
    assert started.press("save", container_group_name="last", turn="3").status_code == 303
    assert stored().name == "last"


def test_another_order_of_the_containers_is_a_difference_to_decide_on(started: StepForm) -> None:
    form = started.go("container-add")
    open_step(form.client, form.url).go("container-up:c2")
    answer = form.press("container-up:c1")
    assert answer.status_code == 409
    assert "Containers, in their order" in answer.content.decode()
    assert [card["_key"] for card in stored().typed["spec"]["containers"]] == ["c2", "c1"]


def test_a_certificate_that_only_one_tab_has_taken_is_a_difference_to_decide_on(started: StepForm) -> None:
    current = stored()
    mine = copy.deepcopy(current.typed)
    assert conflict.is_same(current, mine, {})
    mine["pins"] = {"selfsigned.example.com": "ab" * 32}
    assert not conflict.is_same(current, mine, {})


def test_another_port_of_a_probe_is_one_difference(started: StepForm) -> None:
    open_step(started.client, started.url).go(
        "save", c1__liveness_probe__kind="tcp", c1__liveness_probe__http_get__port="80"
    )
    answer = started.press("save", c1__liveness_probe__kind="tcp", c1__liveness_probe__http_get__port="81")
    assert answer.status_code == 409
    assert answer.content.decode().count("container-1: Port") == 1


def test_a_late_request_that_says_what_its_later_one_saved_leaves_the_page_of_that_valid(started: StepForm) -> None:
    assert started.press("save", container_group_name="same", turn="2").status_code == 303
    version = stored().version
    assert started.press("save", container_group_name="same", turn="1").status_code == 204
    assert stored().version == version


def test_what_a_third_tab_saves_while_mine_is_kept_is_shown_as_well(
    started: StepForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_step(started.client, started.url).go("save", container_group_name="theirs")
    html = started.press(
        "save", container_group_name="mine", c1__environment_vars_paste="PASSWORD=canary-44"
    ).content.decode()
    keep = re.search(r'value="(keep-mine:[0-9a-f]+)"', html)
    assert keep
    save_draft = drafts.save_draft

    def beaten(draft: Draft, *arguments: Any, **named: Any) -> Draft:
        monkeypatch.setattr(drafts, "save_draft", save_draft)
        third = copy.deepcopy(draft.typed)
        third["spec"]["container_group_name"] = "of-a-third-tab"
        drafts.save_draft(stored(), third, expected_version=draft.version)
        return save_draft(draft, *arguments, **named)

    monkeypatch.setattr(drafts, "save_draft", beaten)
    answer = started.client.post(started.url, {"do": keep[1]})

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "of-a-third-tab" in html
    assert "mine" in html
    keep = re.search(r'value="(keep-mine:[0-9a-f]+)"', html)
    assert keep
    assert started.client.post(started.url, {"do": keep[1]}).status_code == 303
    assert stored().name == "mine"
    assert DraftSecret.objects.get().name.startswith("env/c1/")


def test_what_the_database_does_not_take_stays_held(started: StepForm, monkeypatch: pytest.MonkeyPatch) -> None:
    open_step(started.client, started.url).go("save", container_group_name="theirs")
    html = started.press("save", container_group_name="mine").content.decode()
    keep = re.search(r'value="(keep-mine:[0-9a-f]+)"', html)
    assert keep
    started.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(drafts, "save_draft", Mock(side_effect=OperationalError("disk full")))
        assert started.client.post(started.url, {"do": keep[1]}).status_code == 503
    assert started.client.post(started.url, {"do": keep[1]}).status_code == 303
    assert stored().name == "mine"


def test_what_another_tab_saved_can_be_taken(started: StepForm) -> None:
    open_step(started.client, started.url).go("save", container_group_name="theirs")
    html = started.press("save", container_group_name="mine").content.decode()
    take = re.search(r'value="(take-theirs:[0-9a-f]+)"', html)
    assert take
    started.client.post(started.url, {"do": take[1]})
    assert stored().name == "theirs"
    assert not DraftSecret.objects.filter(name__startswith="credential/").exists()


def test_the_same_said_in_two_tabs_is_no_conflict(started: StepForm) -> None:
    open_step(started.client, started.url).go("save")
    assert started.press("next")["Location"].endswith("/other/")


def test_a_second_press_on_the_same_page_is_no_conflict(started: StepForm) -> None:
    assert started.press("save", container_group_name="first").status_code == 303
    assert started.press("save", container_group_name="second").status_code == 303
    assert stored().name == "second"


def test_a_body_that_is_too_large_is_refused_with_a_page(started: StepForm) -> None:
    answer = started.press("save", c1__args="x" * 300_000)
    assert answer.status_code == 413
    assert b"<h1" in answer.content


def test_too_many_fields_are_refused_with_a_page(started: StepForm) -> None:
    body = "&".join(f"f{number}=1" for number in range(4100))
    answer = started.client.post(started.url, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert b"<h1" in answer.content


@contextmanager
def database_takes_nothing() -> Iterator[None]:
    """Every statement that would change something fails, as on a full disk."""

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield


def test_a_database_that_takes_nothing_says_so_and_keeps_the_text(started: StepForm) -> None:
    with database_takes_nothing():
        answer = started.press("save", container_group_name="kept-in-the-page")
    assert answer.status_code == 503
    html = answer.content.decode()
    assert "Not saved" in html
    assert "kept-in-the-page" in html


def test_a_password_that_could_not_be_stored_is_not_said_to_be_stored(alice: User, alice_client: Client) -> None:
    made = draft(alice, private_spec())
    vault.forget(made, [vault.credential_name("registry.example.com")])
    form = open_step(alice_client, f"/buy/{made.pk}/other/")
    password = f"{credential_prefix('registry.example.com')}-password"
    with database_takes_nothing():
        answer = form.press("save", **{password: "canary-55"})
    html = answer.content.decode()
    assert answer.status_code == 503
    assert str(words.STORED_SECRET) not in html
    assert str(words.NOT_STORED_SECRET) in html
    assert "canary-55" not in html
    assert not DraftSecret.objects.filter(name__startswith="credential/").exists()


def test_one_that_is_stored_already_is_not_taken_for_the_one_that_could_not_be(
    alice: User, alice_client: Client
) -> None:
    made = draft(alice, private_spec())
    form = open_step(alice_client, f"/buy/{made.pk}/other/")
    password = f"{credential_prefix('registry.example.com')}-password"
    with database_takes_nothing():
        html = form.press("save", **{password: "another"}).content.decode()
    assert str(words.STORED_SECRET) not in html
    assert str(words.NOT_STORED_SECRET) in html


def test_a_pasted_secret_that_could_not_be_stored_is_to_be_pasted_again(started: StepForm) -> None:
    pasted = "PLAIN=1\nPASSWORD=canary-56"
    with database_takes_nothing():
        answer = started.press("row-add:c1:ports", c1__environment_vars_paste=pasted)
    again = read(started.client, answer)
    assert again.sent["c1-environment_vars_paste"] == ["PLAIN=1\nPASSWORD="]
    assert "canary-56" not in again.html
    saved = again.go("save", c1__environment_vars_paste=pasted)
    assert [row["key"] for row in stored().typed["spec"]["containers"][0]["environment_vars"]] == ["PLAIN", "PASSWORD"]
    assert str(words.STORED_SECRET) in saved.html


def test_what_could_not_be_saved_is_not_saved_over_another_tab_the_next_time(started: StepForm) -> None:
    open_step(started.client, started.url).go("save", container_group_name="theirs")
    with database_takes_nothing():
        answer = started.press("save", container_group_name="mine")
    assert read(started.client, answer).press("save").status_code == 409
    assert stored().name == "theirs"


def test_lists_that_are_fetched_anew_before_the_first_save_keep_what_was_pasted(alice_client: Client) -> None:
    form = open_step(alice_client, "/buy/")
    again = read(alice_client, form.press("refresh", c1__environment_vars_paste="PLAIN=1\nPASSWORD=canary-57"))
    assert again.sent["c1-environment_vars_paste"] == ["PLAIN=1\nPASSWORD="]
    assert str(words.STORED_SECRET) not in again.html
    assert not Draft.objects.exists()


def test_every_text_is_shown_as_text(started: StepForm) -> None:
    bad = '"><script>alert(1)</script>{{7*7}}%s'
    form = started.go("next", container_group_name=bad, c1__name=bad, c1__image=bad, c1__commands=bad)
    assert "<script>alert" not in form.html
    assert form.sent["c1-commands"] == [bad]
