"""One accepted change, one row: over every address that costs money or concerns rights.

A confirmed press that is answered at once is two changes: what somebody ordered, and what the cloud made of it. What a
draft is costs neither, and has no row.
"""

from collections.abc import Callable
from unittest import mock

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.audit import services
from consoleapp.audit.models import AuditRow
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.wizard.models import Draft
from tests.accounts.browsers import password_of, sign_in
from tests.architecture.test_access import TABLE
from tests.wizard.complete import CANARY, draft, private_spec
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.test_confirm import key_on, press

pytestmark = pytest.mark.django_db


def _sign_in(client: Client, alice: User) -> None:
    with override_settings(SIGN_IN="required"):
        sign_in(alice)


def _change_password(client: Client, alice: User) -> None:
    new, old = "another-and-a-long-password", password_of(alice.username)
    with override_settings(SIGN_IN="required"):
        browser = sign_in(alice)
        _forget_rows()
        browser.post(reverse("accounts:password"), {"oldpassword": old, "password1": new, "password2": new})


def _end_sign_ins(client: Client, alice: User) -> None:
    with override_settings(SIGN_IN="required"):
        browser, _other = sign_in(alice), sign_in(alice)
        _forget_rows()
        browser.post(reverse("accounts:sign-ins"), {"end": "others"})


def _sign_out(client: Client, alice: User) -> None:
    client.post(reverse("accounts:sign-out"))


def _start(client: Client, alice: User) -> None:
    open_step(client, "/buy/").press("save")


def _start_as_a_guest(client: Client, alice: User) -> None:
    open_step(Client(), "/buy/").press("save")


def _basic(client: Client, alice: User) -> None:
    _saved(client, alice, "wizard:basic").press("next")


def _other(client: Client, alice: User) -> None:
    _saved(client, alice, "wizard:other").press("save")


def _saved(client: Client, alice: User, name: str) -> StepForm:
    form = open_step(client, reverse(name, args=[draft(alice).pk]))
    _forget_rows()
    return form


def _copy(client: Client, alice: User) -> None:
    made = draft(alice)
    _forget_rows()
    client.post(reverse("wizard:copy", args=[made.pk]))


def _discard(client: Client, alice: User) -> None:
    client.post(reverse("wizard:discard", args=[Draft.objects.get().pk]))


def _forget(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_guest=True)
    client.post(reverse("wizard:forget"))


def _order(client: Client, alice: User) -> None:
    made = draft(alice, private_spec())
    url = reverse("wizard:confirm", args=[made.pk])
    key = key_on(client.get(url).content.decode())
    _forget_rows()
    press(client, made, key)


def _group_id(client: Client, alice: User) -> str:
    _order(client, alice)
    _forget_rows()
    return str(alice.orders.get().container_group_id)


def _group_change(name: str) -> Callable[[Client, User], None]:
    def change(client: Client, alice: User) -> None:
        client.post(reverse(name, args=[_group_id(client, alice)]))

    return change


def _restart(client: Client, alice: User) -> None:
    url = reverse("groups:restart", args=[_group_id(client, alice)])
    # A group that is still being scheduled cannot be restarted, and the test does not wait for it.
    with mock.patch.object(ElasticContainerInstance, "restart", return_value="request-id"):
        client.post(url)


def _forget_rows() -> None:
    AuditRow.objects.all().delete()


CHANGES: dict[str, tuple[Callable[[Client, User], None], str]] = {
    "accounts:sign-in": (_sign_in, "account.signed-in"),
    "accounts:sign-out": (_sign_out, "account.signed-out"),
    "wizard:forget": (_forget, "account.signed-out"),
    "accounts:password": (_change_password, "account.password-changed"),
    "accounts:sign-ins": (_end_sign_ins, "account.sign-ins-ended"),
    "wizard:confirm": (_order, "order.recorded order.created"),
    "groups:restart": (_restart, "group.restart_asked group.restarted"),
    "groups:delete": (_group_change("groups:delete"), "group.delete_asked group.deleted"),
}
DRAFTED: dict[str, Callable[[Client, User], None]] = {
    "wizard:start": _start,
    "wizard:start as a guest": _start_as_a_guest,
    "wizard:basic": _basic,
    "wizard:other": _other,
    "wizard:copy": _copy,
    "wizard:discard": _discard,
    "groups:similar": _group_change("groups:similar"),
    "groups:retry": _group_change("groups:retry"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_accepted_change_writes_one_row(name: str, alice: User, alice_client: Client) -> None:
    change, action = CHANGES[name]
    _forget_rows()
    change(alice_client, alice)
    rows = list(AuditRow.objects.order_by("id"))
    assert " ".join(row.action for row in rows) == action
    for row in rows:
        assert row.actor_name == "alice"
        assert row.request_id
        assert CANARY not in str(row.payload)


@pytest.mark.parametrize("name", DRAFTED)
def test_a_change_of_a_draft_writes_none(name: str, alice: User, alice_client: Client) -> None:
    draft(alice)
    _forget_rows()
    before = _drafts()
    DRAFTED[name](alice_client, alice)
    assert _drafts() != before
    assert not AuditRow.objects.exists()


def _drafts() -> list[tuple[object, ...]]:
    return list(Draft.objects.order_by("pk").values_list("pk", "version", "discarded_at"))


def test_reading_writes_no_row(alice: User, alice_client: Client) -> None:
    _forget_rows()
    for name, row in TABLE.items():
        if not row.kwargs:
            alice_client.get(reverse(name))
    assert not AuditRow.objects.exists()


def test_a_refused_change_writes_no_row(alice: User, mallory_client: Client) -> None:
    made = draft(alice)
    _forget_rows()
    for name in ("wizard:copy", "wizard:discard", "wizard:basic", "wizard:other", "wizard:confirm"):
        assert mallory_client.post(reverse(name, args=[made.pk])).status_code == 404
    assert not AuditRow.objects.exists()


def test_the_chain_holds_after_all_of_it(alice: User, alice_client: Client) -> None:
    for change, _action in (CHANGES["accounts:sign-in"], CHANGES["accounts:sign-out"]):
        change(alice_client, alice)
    assert services.verify() is None
