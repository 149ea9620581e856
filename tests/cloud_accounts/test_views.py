"""The pages of cloud accounts, by who looks at them."""

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.cloud_accounts.grants import Limits
from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount, Kind, State
from consoleapp.domain.roles import Role
from tests.accounts.browsers import sign_in
from tests.cloud_accounts.builders import granted, role_in, secret_of, simulated, with_key
from tests.teams.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_required")]

LIST, NEW = "/cloud-accounts/", "/cloud-accounts/new/"


@pytest.fixture
def _required() -> Any:
    with override_settings(SIGN_IN="required"):
        yield


@pytest.fixture
def sam(carol: User) -> Client:
    return sign_in(carol)


def text(answer: Any) -> str:
    page: str = answer.content.decode()
    return page


def test_without_an_account_the_list_says_where_everybody_works(sam: Client) -> None:
    assert "Everybody works where the console is configured to" in text(sam.get(LIST))


def test_an_access_key_is_added_checked_and_listed(sam: Client) -> None:
    secret = secret_of("staging-user").reveal()
    typed = {"name": "Staging", "access_key_id": "staging-user", "secret": secret}
    answer = sam.post(f"{NEW}?kind=access_key", typed, follow=True)
    account = CloudAccount.objects.get()
    assert (account.kind, account.state) == (Kind.ACCESS_KEY, State.WORKS)
    assert f"of the account {account.uid}" in text(answer)
    assert secret not in text(answer) + account.sealed
    assert "Staging" in text(sam.get(LIST))


def test_a_simulated_account_takes_a_name_alone(sam: Client) -> None:
    sam.post(f"{NEW}?kind=simulator", {"name": "Shared"})
    assert CloudAccount.objects.get().uid


def test_a_role_is_added_with_its_external_id_and_the_policy_to_paste(sam: Client, carol: User) -> None:
    base = with_key(carol)
    assert "Staging" in text(sam.get(NEW))
    arn = f"acs:ram::{base.uid}:role/console"
    typed = {"name": "Production", "base": base.pk, "role_arn": arn, "session_seconds": "900", "external_id": "mine"}
    page = text(sam.post(NEW, typed, follow=True))
    role = CloudAccount.objects.get(name="Production")
    assert role.external_id.startswith("console-")
    assert page.count(role.external_id) >= 2
    assert base.identity in page
    assert role.state == State.WORKS


def test_a_role_needs_a_key_that_assumes_it(sam: Client) -> None:
    assert "A role needs a key that assumes it" in text(sam.get(NEW))


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("access_key", {"name": "A", "access_key_id": "a b", "secret": "x"}, "4 to 128 letters"),
        ("access_key", {"name": "", "access_key_id": "staging", "secret": ""}, "This field is required"),
        ("simulator", {"name": "Taken"}, "Another account has this name"),
        ("ram_role", {"name": "R", "role_arn": "acs:ram::1:user/x", "session_seconds": "900"}, "Write it as acs:ram"),
        ("ram_role", {"name": "R", "role_arn": "", "session_seconds": "899"}, "greater than or equal to 900"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    sam: Client, carol: User, kind: str, typed: dict[str, str], said: str
) -> None:
    simulated(carol, "Taken")
    answer = sam.post(f"{NEW}?kind={kind}", typed)
    assert answer.status_code == 422
    assert said in text(answer)


def test_there_is_no_page_for_a_kind_that_this_cloud_has_not(sam: Client) -> None:
    assert sam.get(f"{NEW}?kind=environment").status_code == 404


def test_a_check_that_fails_says_why_and_what_to_do(sam: Client, carol: User) -> None:
    role = role_in(carol, with_key(carol), role="closed")
    page = text(sam.get(reverse("cloud_accounts:detail", args=[role.pk])))
    assert "The role does not trust this key" in page
    assert "teams can be let in" in page
    answer = sam.post(reverse("cloud_accounts:check", args=[role.pk]), follow=True)
    assert "The check failed" in text(answer)


def test_a_key_of_another_account_is_not_stored(sam: Client, carol: User) -> None:
    account = with_key(carol)
    url = reverse("cloud_accounts:key", args=[account.pk])
    answer = sam.post(url, {"access_key_id": "other-user", "secret": secret_of("other-user").reveal()})
    assert "belongs to the account" in text(answer)
    answer = sam.post(url, {"access_key_id": "staging-user", "secret": "wrong"})
    assert "The AccessKey secret is wrong" in text(answer)
    assert CloudAccount.objects.get().sealed == account.sealed
    good = {"access_key_id": "staging-user", "secret": secret_of("staging-user").reveal()}
    assert sam.post(url, good).status_code == 302
    assert CloudAccount.objects.get().sealed != account.sealed


def test_only_an_access_key_is_replaced(sam: Client, carol: User) -> None:
    url = reverse("cloud_accounts:key", args=[simulated(carol).pk])
    assert sam.post(url, {"access_key_id": "staging-user", "secret": "x"}).status_code == 404


def test_a_team_is_let_in_with_limits_and_out_again(sam: Client, carol: User, people: People) -> None:
    account = simulated(carol)
    url = reverse("cloud_accounts:grant", args=[account.pk])
    typed = {"team": people.team.pk, "regions": "cn-hangzhou, cn-beijing  cn-hangzhou", "vpc_ids": "vpc-1"}
    page = text(sam.post(url, typed, follow=True))
    made = AccountGrant.objects.get()
    assert (made.regions, made.vpc_ids, made.is_default) == (["cn-hangzhou", "cn-beijing"], ["vpc-1"], True)
    assert "(cn-beijing)" in page
    assert "has this account already" in text(sam.post(url, {"team": people.team.pk}))
    change = reverse("cloud_accounts:change-grant", args=[account.pk, made.pk])
    assert "is taken from QA" in text(sam.post(change, {"do": "revoke"}, follow=True))
    assert not AccountGrant.objects.exists()


def test_a_team_is_made_to_work_in_another_of_its_accounts(sam: Client, carol: User, people: People) -> None:
    granted(carol, people.team)
    second = granted(carol, people.team, simulated(carol, "Second"))
    change = reverse("cloud_accounts:change-grant", args=[second.account_id, second.pk])
    assert "works in Second from now on" in text(sam.post(change, {"do": "default"}, follow=True))
    second.refresh_from_db()
    assert second.is_default


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"regions": "cn-atlantis"}, "The console knows no region cn-atlantis."),
        ({"vpc_ids": "vpc-1;drop"}, "This is no id: vpc-1;drop"),
        ({"vpc_ids": " ".join(f"vpc-{number}" for number in range(51))}, "At most 50."),
        ({"resource_group_id": "rg 1"}, "Letters, digits and -."),
    ],
)
def test_limits_that_mean_nothing_are_refused(
    sam: Client, carol: User, people: People, typed: dict[str, str], said: str
) -> None:
    url = reverse("cloud_accounts:grant", args=[simulated(carol).pk])
    answer = sam.post(url, {"team": people.team.pk, **typed})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not AccountGrant.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_every_member_sees_the_teams_accounts_and_no_key(people: People, carol: User, role: Role) -> None:
    browser, url = sign_in(people[role]), reverse("cloud_accounts:team", args=[people.team.slug])
    assert "simulated account of its own" in text(browser.get(url))
    granted(carol, people.team, with_key(carol), Limits(regions=("cn-beijing",)))
    page = text(browser.get(url))
    assert "Staging" in page
    assert "(cn-beijing)" in page
    assert "the team works here" in page
    assert "staging-user" not in page
    assert browser.get(LIST).status_code == 404


def test_a_site_admin_comes_from_the_teams_page_to_the_account(sam: Client, carol: User, people: People) -> None:
    made = granted(carol, people.team)
    page = text(sam.get(reverse("cloud_accounts:team", args=[people.team.slug])))
    assert reverse("cloud_accounts:detail", args=[made.account_id]) in page


def test_an_account_that_nothing_needs_is_deleted_with_its_key(sam: Client, carol: User, people: People) -> None:
    account = with_key(carol)
    url = reverse("cloud_accounts:delete", args=[account.pk])
    role = role_in(carol, account)
    assert "a role is assumed with it" in text(sam.post(url, follow=True))
    assert sam.post(reverse("cloud_accounts:delete", args=[role.pk])).status_code == 302
    made = granted(carol, people.team, account)
    assert "Staging stays" in text(sam.post(url, follow=True))
    made.delete()
    assert "is deleted, with its key" in text(sam.post(url, follow=True))
    assert not CloudAccount.objects.exists()
    assert AuditRow.objects.filter(action="cloud_account.deleted").count() == 2
