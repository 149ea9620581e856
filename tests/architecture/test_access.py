"""Who gets which status at which address. An address without a row here fails the first test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.audit.services import record
from consoleapp.orders.models import Order, OrderState
from consoleapp.wizard.draft import new as starting
from consoleapp.wizard.models import Draft
from tests.accounts.browsers import sign_in

SIGN_IN = 302  # with required sign-in: sent to the sign-in page
GROUP_ID = "eci-sim-accesstable"
ORDER_ID = "11111111-1111-4111-8111-111111111111"
DRAFT_ID = "22222222-2222-4222-8222-222222222222"


@dataclass(frozen=True)
class Row:
    """GET's status for the owner, a signed-in stranger, and a visitor where guests are welcome."""

    owner: int
    stranger: int
    visitor: int
    kwargs: tuple[tuple[str, str], ...] = ()
    open_to_all: bool = False


DRAFT = (("draft_id", DRAFT_ID),)
ORDER = (("order_id", ORDER_ID),)
GROUP = (("group_id", GROUP_ID),)
PRESS = (("press_id", ORDER_ID),)
TEMPLATE = (("team_slug", "qa"), ("slug", "web-small"))
ACCOUNT = (("account_id", "1"),)
TEAM = (("slug", "none"),)
POLICY = (*TEAM, ("policy_id", "1"))

# What the admin shows, with the number of a row of it.
ADMIN_MODELS = {"orders_order": ORDER_ID, "audit_auditrow": "1"}

# 303: the draft has no image yet, so later steps lead to the first one.
# 405: the address takes POST only; 404 for strangers: another owner's thing looks like a missing one.
TABLE = {
    "live": Row(200, 200, 200, open_to_all=True),
    "ready": Row(200, 200, 200, open_to_all=True),
    "account_login": Row(404, 404, 404, open_to_all=True),
    "accounts:sign-in": Row(404, 404, 404, open_to_all=True),
    "accounts:sign-out": Row(405, 405, 405),
    "accounts:password": Row(404, 404, 404),
    "accounts:sso": Row(404, 404, 404, open_to_all=True),
    "accounts:sso-callback": Row(404, 404, 404, open_to_all=True),
    "accounts:second-factor": Row(404, 404, 404),
    "accounts:authenticator-app": Row(404, 404, 404),
    "accounts:passkey": Row(404, 404, 404),
    "accounts:recovery-codes": Row(404, 404, 404),
    "accounts:second-factor-remove": Row(404, 404, 404),
    "accounts:second-factor-ask": Row(404, 404, 404, open_to_all=True),
    "accounts:passkey-options": Row(404, 404, 404, open_to_all=True),
    "accounts:confirm": Row(404, 404, 404),
    "accounts:people": Row(404, 404, 404),
    "accounts:sign-ins": Row(404, 404, 404),
    "admin:index": Row(404, 404, 404),
    "admin:login": Row(404, 404, 404),
    "admin:logout": Row(404, 404, 404),
    "admin:password_change": Row(404, 404, 404),
    "admin:password_change_done": Row(404, 404, 404),
    "admin:autocomplete": Row(404, 404, 404),
    "admin:jsi18n": Row(404, 404, 404),
    "admin:view_on_site": Row(404, 404, 404, (("content_type_id", "1"), ("object_id", "1"))),
    "admin:app_list": Row(404, 404, 404, (("app_label", "orders"),)),
    **{f"admin:{model}_{page}": Row(404, 404, 404) for model in ADMIN_MODELS for page in ("changelist", "add")},
    **{
        f"admin:{model}_{page}": Row(404, 404, 404, (("object_id", number),))
        for model, number in ADMIN_MODELS.items()
        for page in ("change", "delete", "history")
    },
    "audit:trail": Row(200, 200, 404),
    "audit:export": Row(404, 404, 404, (("kind", "csv"),)),
    # Of a team that there is not.
    "teams:list": Row(404, 404, 404),
    "teams:create": Row(404, 404, 404),
    "teams:choose": Row(405, 405, 405),
    "teams:detail": Row(404, 404, 404, TEAM),
    "teams:members": Row(405, 405, 405, TEAM),
    "teams:settings": Row(405, 405, 405, TEAM),
    "teams:archive": Row(404, 404, 404, TEAM),
    "portal:links": Row(404, 404, 404, TEAM),
    "sample_portal:stories": Row(200, 200, 200),
    "sample_portal:make": Row(405, 405, 405),
    "sample_portal:act": Row(405, 405, 405),
    "sample_portal:remove": Row(405, 405, 405),
    "governance:policies": Row(404, 404, 404, TEAM),
    "governance:policy-new": Row(404, 404, 404, TEAM),
    "governance:policy": Row(404, 404, 404, (*TEAM, ("policy_id", "1"))),
    "governance:exempt": Row(405, 405, 405, (*TEAM, ("policy_id", "1"))),
    "governance:end-exemption": Row(405, 405, 405, (*TEAM, ("policy_id", "1"), ("exemption_id", "1"))),
    "governance:quota": Row(404, 404, 404, TEAM),
    "governance:limits": Row(404, 404, 404, TEAM),
    "governance:release": Row(404, 404, 404, (*TEAM, ("booking_id", "1"))),
    "governance:site": Row(404, 404, 404),
    "governance:site-policy-new": Row(404, 404, 404),
    "governance:site-policy": Row(404, 404, 404, (("policy_id", "1"),)),
    # Where nobody signs in nobody looks after the site.
    **{f"cloud_accounts:{page}": Row(404, 404, 404) for page in ("list", "create")},
    **{f"cloud_accounts:{page}": Row(404, 404, 404, ACCOUNT) for page in ("detail", "check", "key", "grant", "delete")},
    "cloud_accounts:change-grant": Row(404, 404, 404, (*ACCOUNT, ("grant_id", "1"))),
    "cloud_accounts:team": Row(404, 404, 404, (("slug", "qa"),)),
    "groups:list": Row(200, 200, 200),
    "groups:commands": Row(200, 200, 200),
    "groups:demo": Row(200, 200, 200),
    "groups:list-live": Row(200, 200, 200),
    "groups:together": Row(200, 404, 404, PRESS),
    "groups:together-live": Row(200, 404, 404, PRESS),
    "groups:detail": Row(200, 404, 404, GROUP),
    "groups:live": Row(200, 404, 404, GROUP),
    "groups:live-log": Row(200, 404, 404, GROUP),
    "groups:log": Row(404, 404, 404, GROUP),
    "groups:delete": Row(302, 404, 404, GROUP),
    "groups:restart": Row(405, 405, 405, GROUP),
    "groups:similar": Row(405, 405, 405, GROUP),
    "groups:retry": Row(405, 405, 405, GROUP),
    "approvals:list": Row(200, 200, 404),
    # Nobody was asked about an order of one's own space.
    "approvals:detail": Row(404, 404, 404, ORDER),
    "approvals:decide": Row(405, 405, 405, ORDER),
    "approvals:withdraw": Row(405, 405, 405, ORDER),
    "orders:detail": Row(200, 404, 404, ORDER),
    "orders:state": Row(200, 404, 404, ORDER),
    "orders:request": Row(200, 404, 404, (*ORDER, ("language", "lines"))),
    "orders:again": Row(405, 405, 405, ORDER),
    "orders:stop": Row(405, 405, 405, ORDER),
    "credentials:list": Row(404, 404, 404, TEAM),
    "credentials:add": Row(404, 404, 404, TEAM),
    "credentials:check": Row(404, 404, 404, (*TEAM, ("number", "1"))),
    "credentials:replace": Row(404, 404, 404, (*TEAM, ("number", "1"))),
    "credentials:delete": Row(404, 404, 404, (*TEAM, ("number", "1"))),
    "launch_templates:list": Row(200, 200, 200),
    "launch_templates:sample": Row(200, 200, 200, (("slug", "web-server"),)),
    # The draft was not made of a template, and is in no team.
    "launch_templates:fill": Row(404, 404, 404, DRAFT),
    "launch_templates:newer": Row(404, 404, 404, DRAFT),
    "launch_templates:save-draft": Row(404, 404, 404, DRAFT),
    "launch_templates:save-order": Row(404, 404, 404, ORDER),
    # No team, no template of one.
    "launch_templates:use": Row(404, 404, 404, TEMPLATE),
    "launch_templates:detail": Row(404, 404, 404, TEMPLATE),
    "launch_templates:edit": Row(404, 404, 404, TEMPLATE),
    "launch_templates:change": Row(405, 405, 405, TEMPLATE),
    "launch_templates:revise": Row(405, 405, 405, TEMPLATE),
    "import": Row(200, 200, 200),
    "wizard:start": Row(200, 200, 200),
    "wizard:paste": Row(405, 405, 405),
    "wizard:look": Row(405, 405, 405),
    "wizard:drafts": Row(200, 200, 200),
    "wizard:discard-several": Row(405, 405, 405),
    "wizard:forget-login": Row(405, 405, 405),
    "wizard:forget": Row(404, 404, 404),
    "wizard:mend": Row(405, 405, 405, ORDER),
    "wizard:basic": Row(200, 404, 404, DRAFT),
    "wizard:other": Row(303, 404, 404, DRAFT),
    "wizard:confirm": Row(303, 404, 404, DRAFT),
    "wizard:request": Row(303, 404, 404, (*DRAFT, ("language", "lines"))),
    "wizard:images": Row(200, 404, 404, (*DRAFT, ("key", "c1"), ("tab", "common"))),
    "wizard:versions": Row(200, 404, 404, (*DRAFT, ("key", "c1"))),
    # A part of a page, for its own script alone.
    "wizard:new-version-list": Row(404, 404, 404, (("key", "c1"),)),
    "wizard:version-list": Row(404, 404, 404, (*DRAFT, ("key", "c1"))),
    "wizard:check": Row(405, 405, 405, (*DRAFT, ("keys", "c1"))),
    "wizard:copy": Row(405, 405, 405, DRAFT),
    "wizard:discard": Row(405, 405, 405, DRAFT),
    "wizard:restore": Row(405, 405, 405, DRAFT),
}

# What is everybody's, although its address names it.
OF_ALL = {"launch_templates:sample"}

# What is there only where sign-in is required: GET's status for somebody who is signed in, and for a visitor.
FOR_PEOPLE = {
    "account_login": (302, 200),
    "accounts:sign-in": (302, 200),
    "accounts:password": (200, SIGN_IN),
    # Without a provider: 405 for the press, and nothing to come back to.
    "accounts:sso": (405, 405),
    "accounts:sso-callback": (404, 404),
    "accounts:second-factor": (200, SIGN_IN),
    "accounts:authenticator-app": (405, SIGN_IN),
    "accounts:passkey": (405, SIGN_IN),
    "accounts:recovery-codes": (405, SIGN_IN),
    "accounts:second-factor-remove": (405, SIGN_IN),
    # Between the password and the sign-in alone.
    "accounts:second-factor-ask": (302, SIGN_IN),
    "accounts:passkey-options": (405, 405),
    "accounts:confirm": (200, SIGN_IN),
    "accounts:sign-ins": (200, SIGN_IN),
}

# Of the admin: GET's status for a site admin where sign-in is required. For others nothing is there at all.
FOR_ADMINS = {
    "admin:index": 200,
    "admin:login": 302,
    "admin:logout": 405,
    "admin:password_change": 302,
    "admin:password_change_done": 302,
    "admin:autocomplete": 403,
    "admin:jsi18n": 200,
    "admin:view_on_site": 404,
    "admin:app_list": 200,
    "admin:orders_order_changelist": 200,
    "admin:orders_order_add": 403,
    "admin:orders_order_change": 200,
    "admin:orders_order_delete": 403,
    "admin:orders_order_history": 200,
    "admin:audit_auditrow_changelist": 200,
    "admin:audit_auditrow_add": 403,
    "admin:audit_auditrow_change": 200,
    "admin:audit_auditrow_delete": 403,
    "admin:audit_auditrow_history": 200,
}


def _names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern.url_patterns, inner)
        elif pattern.name:
            yield prefix + pattern.name


@pytest.fixture
def _things_of_alice(alice: User) -> None:
    Draft.objects.create(pk=DRAFT_ID, owner=alice, data=starting.first_data({}))
    Order.objects.create(
        pk=ORDER_ID,
        owner=alice,
        form_key="key",
        client_token="token",
        payload_hash="x",
        region_id="cn-hangzhou",
        group_name="web",
        state=OrderState.CREATED,
        container_group_id=GROUP_ID,
        draft_id=DRAFT_ID,
        press_id=ORDER_ID,
    )


def test_every_address_has_a_row() -> None:
    assert set(_names(get_resolver().url_patterns)) == set(TABLE)


@pytest.mark.usefixtures("_things_of_alice")
@pytest.mark.parametrize("name", TABLE)
def test_each_person_gets_the_status_of_the_table(
    name: str, client: Client, alice_client: Client, mallory_client: Client
) -> None:
    row = TABLE[name]
    url = reverse(name, kwargs=dict(row.kwargs))
    answers = [browser.get(url).status_code for browser in (alice_client, mallory_client, client)]
    assert answers == [row.owner, row.stranger, row.visitor]


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_what_only_people_with_a_password_need_is_there_where_sign_in_is_required(
    name: str, client: Client, alice: User
) -> None:
    with override_settings(SIGN_IN="required"):
        assert (sign_in(alice).get(reverse(name)).status_code, client.get(reverse(name)).status_code) == FOR_PEOPLE[
            name
        ]


@pytest.mark.usefixtures("_things_of_alice")
@pytest.mark.parametrize("name", FOR_ADMINS)
def test_the_admin_is_there_for_site_admins_alone(name: str, client: Client, alice: User, carol: User) -> None:
    kwargs = dict(TABLE[name].kwargs)
    if name.startswith("admin:audit") and kwargs:
        record(alice, "draft.saved", "a-draft")
        kwargs["object_id"] = str(AuditRow.objects.latest("pk").pk)
    with override_settings(SIGN_IN="required"):
        answers = [browser.get(reverse(name, kwargs=kwargs)) for browser in (sign_in(carol), sign_in(alice), client)]
    assert [answer.status_code for answer in answers] == [FOR_ADMINS[name], 404, SIGN_IN]


@pytest.mark.usefixtures("_things_of_alice")
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.open_to_all])
def test_a_visitor_is_sent_to_the_sign_in_page_where_it_is_required(name: str, client: Client) -> None:
    row = TABLE[name]
    with override_settings(SIGN_IN="required"):
        for answer in (
            client.get(reverse(name, kwargs=dict(row.kwargs))),
            client.post(reverse(name, kwargs=dict(row.kwargs))),
        ):
            if not row.open_to_all:
                assert answer.status_code == SIGN_IN
                assert answer.headers["Location"].startswith("/accounts/sign-in/?next=")


@pytest.mark.usefixtures("_things_of_alice")
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.kwargs and name not in OF_ALL])
def test_a_stranger_changes_nothing(name: str, mallory_client: Client) -> None:
    assert mallory_client.post(reverse(name, kwargs=dict(TABLE[name].kwargs))).status_code in (404, 405)
