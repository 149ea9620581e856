"""Keys of accounts, and the temporary keys of roles, are in no page, log, database or exported file."""

import base64
import json
import logging
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils.html import escape

from consoleapp.accounts.models import User
from consoleapp.cloud_accounts.models import CloudAccount
from consoleapp.domain.roles import Role
from consoleapp.gateways.alibaba.sts import KeyStore, _Kept
from consoleapp.gateways.alibaba.sts import Role as CloudRole
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.services import drafts
from tests.accounts.browsers import sign_in
from tests.cloud_accounts.builders import secret_of
from tests.stored import stored_bytes
from tests.teams.people import team
from tests.wizard.complete import VPC, spec
from tests.wizard.test_confirm import address, key_on, press

WRONG = "canary-%41+ ключ😀-account"


def spellings(secret: str) -> set[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    plain = {secret, quote(secret), quote_plus(secret), escape(secret), json.dumps(secret)[1:-1], encoded}
    return plain | {secret[:16]}


@pytest.mark.django_db(transaction=True)
@override_settings(SIGN_IN="required")
def test_no_key_of_an_account_is_in_any_sink(
    alice: User,
    carol: User,
    database_file: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets, put = {WRONG, secret_of("staging-user").reveal()}, KeyStore.put

    def noted(self: KeyStore, role: CloudRole, kept: _Kept) -> None:
        assert kept.key.security_token is not None
        secrets.update((kept.key.access_key_secret.reveal(), kept.key.security_token.reveal()))
        put(self, role, kept)

    monkeypatch.setattr(KeyStore, "put", noted)
    people, sam = team(admin=alice), sign_in(carol)
    new, typed = reverse("cloud_accounts:create"), {"name": "Staging", "access_key_id": "staging-user"}
    pages = [sam.post(f"{new}?kind=access_key", {**typed, "name": "", "secret": WRONG})]
    pages.append(sam.post(f"{new}?kind=access_key", {**typed, "secret": secret_of("staging-user").reveal()}))
    base = CloudAccount.objects.get()
    key = {"access_key_id": "staging-user", "secret": WRONG}
    pages.append(sam.post(reverse("cloud_accounts:key", args=[base.pk]), key))
    role = {"name": "R", "base": base.pk, "role_arn": f"acs:ram::{base.uid}:role/console", "session_seconds": "900"}
    pages.append(sam.post(f"{new}?kind=ram_role", role))
    account = CloudAccount.objects.get(name="R")
    pages.append(sam.post(reverse("cloud_accounts:grant", args=[account.pk]), {"team": people.team.pk}))
    bob, operator = sign_in(people[Role.OPERATOR]), Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    made = drafts.create_draft(operator, to_draft(spec(), VPC).data)
    pages.append(bob.get(address(made)))
    pages.append(press(bob, made, key_on(pages[-1].content.decode())))
    order = Order.objects.get()
    assert order.state == OrderState.CREATED
    pages += [bob.get(reverse("groups:detail", args=[order.container_group_id])), bob.get("/"), bob.get("/audit/")]
    pages += [sam.get(reverse("cloud_accounts:detail", args=[each.pk])) for each in (base, account)]
    pages += [sam.get(reverse("audit:export", args=[kind])) for kind in ("csv", "ndjson")]

    assert len(secrets) >= 6, "a role was assumed for the check and for bob"
    stored = stored_bytes(database_file)
    for form in {form for secret in secrets for form in spellings(secret)}:
        assert form.encode() not in stored
        assert form not in caplog.text
        assert not [page for page in pages if form.encode() in page.content or form in str(page.headers)]
    # What was searched is what was written.
    assert b"staging-user" in stored
    assert "AssumeRole" in caplog.text
    assert all(page.status_code < 500 for page in pages)
