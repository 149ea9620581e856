"""Who of a team, and who beside it, is let through at which address, with GET and with POST.

Every address has a row: for a thing of a team that its operator bob has made, what each person gets. Sign-in is
required. What a form must hold is not looked at here: whoever is let through may be told that something is missing.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.utils import timezone

from consoleapp.accounts.middleware import seen_now
from consoleapp.accounts.models import User
from consoleapp.credentials import services as credentials
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from consoleapp.governance import quotas
from consoleapp.governance.models import Booking, Mode, Policy
from consoleapp.governance.policies import exempt, save
from consoleapp.orders import services as orders
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.template import new_data
from consoleapp.wizard.services import drafts
from tests.approvals.scene import held
from tests.architecture.test_access import _names
from tests.cloud_accounts.builders import granted, with_key
from tests.launch_templates.made import again, template
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People, team
from tests.wizard.complete import VPC, spec

pytestmark = pytest.mark.django_db

# Nobody signed in; somebody whom the console knows and this team does not; the four roles; a site admin who is no
# member; the operator after their account was closed.
PERSONS = ("visitor", "stranger", "viewer", "operator", "approver", "admin", "site", "closed")
# What each gets, a letter a person: s is led to the sign-in page, - is told that there is nothing (404), x is told
# which role it takes (403), + is let through.
ALL, MEMBERS, SITE, NOBODY = "s++++++s", "s-++++-s", "s-----+s", "s------s"
OPEN = "++++++++"
# Drafts are their author's; what is ordered is looked after by who has ordered it, by approvers and admins.
AUTHOR, OPERATES, ORDERS = "s-x+---s", "s-x+++-s", "s-x+++-s"
# What is saved for the team is changed by who has saved it, and by admins.
MANAGES = "s-x+x+-s"
# A list, or a new draft: for the team that the address names.
OWN_LIST, OWN_DRAFT = "s-++++-s", "s-x+++-s"
ADMIN_ALONE = "s-xxx+-s"
ADMINS, MEMBERS_AND_SITE = "s-xxx++s", "s-+++++s"
# A site admin takes all rows along, and of no team in particular.
EXPORTS = "s-xxx+-s"


@dataclass(frozen=True)
class Row:
    """What GET and POST give; `of` names the thing of the address, `?` a list of the team."""

    get: str
    post: str
    of: str = ""
    # What is posted; nothing where it does not matter for who is let through.
    form: tuple[tuple[str, str], ...] = ()


def same(given: str, of: str = "") -> Row:
    return Row(given, given, of)


TABLE = {
    "live": same(OPEN),
    "ready": same(OPEN),
    "account_login": same(OPEN),
    "accounts:sign-in": same(OPEN),
    "accounts:sign-out": same(ALL),
    "accounts:password": same(ALL),
    "accounts:sso": same(OPEN),
    "accounts:sso-callback": same(OPEN),
    "accounts:second-factor": same(ALL),
    "accounts:authenticator-app": same(ALL),
    "accounts:passkey": same(ALL),
    "accounts:recovery-codes": same(ALL),
    "accounts:second-factor-remove": same(ALL),
    "accounts:second-factor-ask": same(OPEN),
    # A visitor has to have given a password.
    "accounts:passkey-options": Row(OPEN, "x++++++x"),
    "accounts:confirm": same(ALL),
    "accounts:people": same(SITE),
    "accounts:sign-ins": same(ALL),
    "audit:trail": same(OWN_LIST, "?"),
    "audit:export": same(EXPORTS, "?kind"),
    "teams:list": same(SITE),
    "teams:create": same(SITE),
    # A team that one is not in is none to choose.
    "teams:choose": same(ALL),
    "teams:detail": same(MEMBERS_AND_SITE, "team"),
    "teams:members": Row(ADMINS, ADMINS, "team", (("do", "add"),)),
    "teams:settings": same(ADMINS, "team"),
    "teams:archive": same(SITE, "team"),
    "portal:links": same(MEMBERS, "team"),
    # The sample portal is the demo's: nobody has one where sign-in is required.
    **{f"sample_portal:{name}": same(NOBODY) for name in ("stories", "make", "act", "remove")},
    "governance:policies": same(MEMBERS_AND_SITE, "team"),
    "governance:policy-new": same(ADMIN_ALONE, "team"),
    "governance:policy": same(ADMIN_ALONE, "team policy"),
    # Of a policy of the team: a site admin exempts from the site's.
    "governance:exempt": Row(ADMINS, "s-xxx+xs", "team policy"),
    "governance:end-exemption": Row(ADMINS, "s-xxx+xs", "team policy exemption"),
    "governance:quota": same(MEMBERS_AND_SITE, "team"),
    "governance:limits": same(SITE, "team"),
    "governance:release": Row(SITE, SITE, "team booking", (("reason", "Not in the cloud."),)),
    "governance:site": same(SITE),
    "governance:site-policy-new": same(SITE),
    "governance:site-policy": same(SITE, "site_policy"),
    "credentials:list": same(MEMBERS, "team"),
    "credentials:add": same(ORDERS, "team"),
    "credentials:check": same(ORDERS, "team credential"),
    "credentials:replace": same(MANAGES, "team credential"),
    "credentials:delete": same(MANAGES, "team credential"),
    "cloud_accounts:list": same(SITE),
    "cloud_accounts:create": same(SITE),
    "cloud_accounts:detail": same(SITE, "account"),
    "cloud_accounts:check": same(SITE, "account"),
    "cloud_accounts:key": same(SITE, "account"),
    "cloud_accounts:grant": same(SITE, "account"),
    "cloud_accounts:delete": same(SITE, "account"),
    "cloud_accounts:change-grant": same(SITE, "account grant"),
    "cloud_accounts:team": same(MEMBERS_AND_SITE, "team"),
    "groups:list": same(OWN_LIST, "?"),
    "groups:commands": same(OWN_LIST, "?"),
    "groups:demo": same(OWN_LIST, "?"),
    "groups:list-live": same(OWN_LIST, "?"),
    "groups:together": same(MEMBERS, "press"),
    "groups:together-live": same(MEMBERS, "press"),
    "groups:detail": same(MEMBERS, "group"),
    "groups:live": same(MEMBERS, "group"),
    "groups:live-log": same(MEMBERS, "group"),
    "groups:log": same(MEMBERS, "group"),
    "groups:delete": same(OPERATES, "group"),
    "groups:restart": same(OPERATES, "group"),
    "groups:similar": same(ORDERS, "group"),
    "groups:retry": same(ORDERS, "group"),
    "approvals:list": same(OWN_LIST, "?"),
    "approvals:detail": same(MEMBERS_AND_SITE, "held"),
    "approvals:decide": same("s-xx+++s", "held"),
    # Only who has asked takes it back.
    "approvals:withdraw": Row(ORDERS, "s-x+xx-s", "held"),
    "orders:detail": same(MEMBERS, "order"),
    "orders:state": same(MEMBERS, "order"),
    "orders:request": same(MEMBERS, "order language"),
    "orders:again": same(OPERATES, "order"),
    "orders:stop": same(OPERATES, "order"),
    "launch_templates:list": same(OWN_LIST, "?"),
    "launch_templates:sample": same(OWN_DRAFT, "?sample"),
    "launch_templates:use": same(ORDERS, "template"),
    "launch_templates:detail": same(MEMBERS, "template"),
    "launch_templates:edit": same("s-xxx+-s", "template"),
    "launch_templates:change": Row("s-xxx+-s", "s-xxx+-s", "template", (("do", "retired"),)),
    "launch_templates:revise": same("s-xxx+-s", "template"),
    "launch_templates:fill": same(AUTHOR, "filled"),
    "launch_templates:newer": same(AUTHOR, "filled"),
    "launch_templates:save-draft": same(AUTHOR, "draft"),
    "launch_templates:save-order": same(ORDERS, "order"),
    "import": same(OWN_DRAFT, "?"),
    "wizard:start": same(OWN_DRAFT, "?"),
    "wizard:paste": same(OWN_DRAFT, "?"),
    "wizard:look": same(OWN_DRAFT, "?"),
    "wizard:new-version-list": same(OWN_DRAFT, "?key"),
    "wizard:drafts": same(OWN_DRAFT, "?"),
    "wizard:discard-several": same(OWN_DRAFT, "?"),
    "wizard:forget-login": same(ALL),
    "wizard:forget": same(ALL),
    "wizard:mend": same(ORDERS, "order"),
    "wizard:basic": same(AUTHOR, "draft"),
    "wizard:other": same(AUTHOR, "draft"),
    "wizard:confirm": same(AUTHOR, "draft"),
    "wizard:request": Row(AUTHOR, ORDERS, "draft language"),
    "wizard:images": same(AUTHOR, "draft key tab"),
    "wizard:versions": same(AUTHOR, "draft key"),
    "wizard:version-list": same(AUTHOR, "draft key"),
    "wizard:check": Row(ORDERS, AUTHOR, "draft keys"),
    "wizard:copy": Row(ORDERS, AUTHOR, "draft"),
    "wizard:discard": Row(ORDERS, AUTHOR, "draft"),
    "wizard:restore": Row(ORDERS, AUTHOR, "discarded"),
}
# Let through, these answer 404 all the same: there is no such page for this person, or nothing to show.
MISSING = {
    "accounts:sso",
    "accounts:sso-callback",
    "wizard:forget",
    "groups:log",
    "wizard:new-version-list",
    "wizard:version-list",
    "groups:demo",
}


@pytest.fixture
def things(people: People, carol: User) -> dict[str, Any]:
    """What bob has made for the team, and the cloud account that it was granted, by the words of the rows."""
    grant = granted(carol, people.team, with_key(carol))
    bob = Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    draft = drafts.create_draft(bob, _draft_data())
    discarded = drafts.create_draft(bob, _draft_data())
    drafts.discard_drafts([discarded])
    press_id = draft.pk
    order = orders.record_order(bob, PARAMETERS, SECRET_KEYS, orders.Press("key-1", press_id=press_id))
    order.container_group_id, order.state = "eci-sim-1", "created"
    order.save()
    credential = credentials.save(
        people[Role.OPERATOR], people.team, "Harbor", "registry.example.com", "team", "demo", Secret("demo-password")
    )
    quotas.book(order)
    policies = [Policy(team=of, name="QA") for of in (people.team, None)]
    for policy in policies:
        save(people[Role.ADMIN], policy, [read_rule("no_latest", "", "deny")], mode=Mode.WARN)
    until = timezone.now() + timedelta(days=1)
    exemption = exempt(people[Role.ADMIN], people.team, policies[0], "no_latest", until, "A test.")
    version = template(people)
    filled = drafts.create_draft(bob, new_data(version), template_version=version)
    again(people, version)
    return {
        "credential": {"number": credential.pk},
        "exemption": {"exemption_id": exemption.pk},
        "team": {"slug": people.team.slug},
        "policy": {"policy_id": policies[0].pk},
        "site_policy": {"policy_id": policies[1].pk},
        "template": {"team_slug": people.team.slug, "slug": version.template.slug},
        "sample": {"slug": "web-server"},
        "filled": {"draft_id": filled.pk},
        "draft": {"draft_id": draft.pk},
        "discarded": {"draft_id": discarded.pk},
        "booking": {"booking_id": Booking.objects.get().pk},
        "order": {"order_id": order.pk},
        "held": {"order_id": held(people, 2).order_id},
        "group": {"group_id": order.container_group_id},
        "press": {"press_id": press_id},
        "key": {"key": "c1"},
        "keys": {"keys": "c1"},
        "tab": {"tab": "common"},
        "language": {"language": "lines"},
        "kind": {"kind": "csv"},
        "account": {"account_id": grant.account_id},
        "grant": {"grant_id": grant.pk},
    }


def _draft_data() -> Any:
    return to_draft(spec(), VPC).data


@pytest.fixture
def browsers(people: People, carol: User, mallory: User) -> dict[str, Callable[[], Client]]:
    team("other", admin=mallory)
    persons: dict[str, User] = {"stranger": mallory, "site": carol, **{role.value: people[role] for role in Role}}
    closed = User.objects.create_user("closed", is_active=True)
    people.team.memberships.create(user=closed, role=Role.ADMIN)

    def browser_of(name: str) -> Client:
        browser = Client(raise_request_exception=True)
        if name == "closed":
            browser.force_login(closed)
            User.objects.filter(pk=closed.pk).update(is_active=False)
        elif name != "visitor":
            browser.force_login(persons[name])

            browser.cookies[settings.IDLE_COOKIE_NAME] = seen_now(browser.session.session_key)
        return browser

    return {name: partial(browser_of, name) for name in PERSONS}


def address_of(name: str, row: Row, things: dict[str, Any], slug: str) -> str:
    words = row.of.replace("?", "").split()
    kwargs = {key: value for word in words for key, value in things[word].items()}
    return reverse(name, kwargs=kwargs) + (f"?team={slug}" if row.of.startswith("?") else "")


def letter(answer: Any, name: str) -> str:
    if answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/sign-in/?next="):
        return "s"
    if answer.status_code in (403, 404) and not (answer.status_code == 404 and name in MISSING):
        return "x" if answer.status_code == 403 else "-"
    assert answer.status_code < 500, (name, answer.status_code)
    return "+"


def everything_stored() -> str:
    """A word for all rows but those that every request may write."""
    parts = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in ("django_session", "accounts_cacheentry"):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                parts.append(f"{table} {sorted(map(repr, cursor.fetchall()))}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def test_every_address_has_a_row() -> None:
    names = {name for name in _names(get_resolver().url_patterns) if not name.startswith("admin:")}
    assert names == set(TABLE)


@override_settings(SIGN_IN="required")
@pytest.mark.parametrize("name", TABLE)
def test_each_person_is_let_through_as_the_table_says(
    name: str, people: People, things: dict[str, Any], browsers: dict[str, Callable[[], Client]]
) -> None:
    row = TABLE[name]
    url = address_of(name, row, things, people.team.slug)
    for method, wanted in (("get", row.get), ("post", row.post)):
        if name in MISSING:
            wanted = wanted.replace("-", "+")
        letters = dict.fromkeys(PERSONS, "")
        # Whoever is let through may change something: the others come first, and change nothing.
        there = {person: browsers[person]() for person in PERSONS}
        before = everything_stored()
        for person, given in sorted(zip(PERSONS, wanted, strict=True), key=lambda each: each[1] == "+"):
            if given == "+" and before:
                assert everything_stored() == before, f"somebody changed something at {url}"
                before = ""
            letters[person] = letter(getattr(there[person], method)(url, dict(row.form)), name)
        assert "".join(letters.values()) == wanted, method
