"""What a team was granted of its cloud account: nothing else is offered, and nothing else is taken."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.cloud_accounts import clouds, services
from consoleapp.cloud_accounts.grants import Limits
from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount
from consoleapp.domain.roles import Role
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.gateways import connect
from consoleapp.gateways.errors import Unreachable
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.web.clouds import cloud_settings
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.steps import evaluate
from tests.cloud_accounts.builders import granted, simulated
from tests.teams.people import People, browser_of
from tests.wizard.complete import VPC, spec
from tests.wizard.page_form import open_step
from tests.wizard.test_confirm import address, key_on, press

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(people: People) -> Client:
    return browser_of(people[Role.OPERATOR])


def allowed(people: People, sam: User, **limits: Any) -> AccountGrant:
    return granted(sam, people.team, limits=Limits(**limits))


def draft(people: People, group: ContainerGroupSpec | None = None, vpc_id: str = VPC) -> Draft:
    actor = Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    return drafts.create_draft(actor, to_draft(group or spec(), vpc_id).data)


def basic(client: Client, made: Draft) -> str:
    return client.get(reverse("wizard:basic", args=[made.pk])).content.decode()


def groups_in(account: CloudAccount) -> int:
    cloud = connect.cloud_for(clouds.keys_of(account, "console"), cloud_settings())
    return cloud.container_groups.list("cn-hangzhou").total_count


def options(page: str, name: str) -> list[str]:
    """The values that a radio or select of this name offers."""
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', select[0] if select else "") or re.findall(
        rf'name="{name}"[^>]*value="([^"]+)"', page
    )


def test_only_granted_regions_and_vpcs_are_offered(people: People, bob: Client, carol: User) -> None:
    made = draft(people)
    assert len(options(basic(bob, made), "region_id")) > 1
    allowed(people, carol, regions=("cn-hangzhou",), vpc_ids=(VPC,))
    page = basic(bob, made)
    assert options(page, "region_id") == ["cn-hangzhou"]
    assert options(page, "vpc_id") == [VPC]


def test_a_new_draft_begins_in_a_granted_region(people: People, bob: Client, carol: User) -> None:
    allowed(people, carol, regions=("cn-beijing",))
    page = bob.get("/buy/").content.decode()
    assert options(page, "region_id") == ["cn-beijing"]


def test_a_region_that_is_not_granted_is_refused_in_words_and_not_ordered(
    people: People, bob: Client, carol: User
) -> None:
    made = draft(people)
    key = key_on(bob.get(address(made)).content.decode())
    grant = allowed(people, carol, regions=("cn-beijing",))
    answer = press(bob, made, key)
    assert reverse("wizard:basic", args=[made.pk]) in answer["Location"]
    assert "granted cn-beijing of the cloud account" in open_step(bob, answer["Location"]).go("next").html
    assert not Order.objects.exists()
    assert groups_in(grant.account) == 0


def test_a_vpc_that_is_not_granted_is_refused_and_a_granted_one_offered(
    people: People, bob: Client, carol: User
) -> None:
    made = draft(people)
    key = key_on(bob.get(address(made)).content.decode())
    other = next(each for each in options(basic(bob, made), "vpc_id") if each != VPC)
    limits = Limits.of(allowed(people, carol, vpc_ids=(other,)))
    assert press(bob, made, key).status_code == 303
    assert not Order.objects.exists()
    page = basic(bob, made)
    assert options(page, "vpc_id") == [other, VPC]
    assert "not granted" in page
    (problem, *_others) = evaluate(made.typed, {}, NetworkChoices("cn-hangzhou", VPC, limits=limits)).problems
    assert problem.field_id == "id_vpc_id"
    assert problem.message == f"Your team was granted {other} of the cloud account. Ask a site admin for others."


def test_a_group_without_a_vswitch_could_land_in_any_vpc(people: People, bob: Client, carol: User) -> None:
    allowed(people, carol, vpc_ids=(VPC,))
    made = draft(people, spec(vswitch_ids=()))
    answer = bob.get(address(made))
    assert reverse("wizard:basic", args=[made.pk]) in answer["Location"]


def test_while_the_lists_cannot_be_had_nothing_goes_to_a_limited_account(
    people: People, bob: Client, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed(people, carol, vpc_ids=(VPC,))
    made = draft(people)
    assert bob.get(address(made)).status_code == 200

    def silent(*_told: Any) -> Any:
        raise Unreachable("nobody there")

    monkeypatch.setattr("consoleapp.gateways.alibaba.vpc.VirtualPrivateCloud.vpcs", silent)
    monkeypatch.setattr("consoleapp.wizard.services.network.remembered", lambda _about, _seconds, ask: ask())
    assert bob.get(address(made)).status_code == 303


def test_a_press_orders_in_the_teams_account_with_its_resource_group(people: People, bob: Client, carol: User) -> None:
    grant = allowed(people, carol, resource_group_id="rg-team")
    made = draft(people)
    page = bob.get(address(made)).content.decode()
    assert "rg-team" in page
    assert grant.account.name in page
    press(bob, made, key_on(page))
    order = Order.objects.get()
    assert (order.state, order.account, order.account_uid) == (OrderState.CREATED, grant.account, grant.account.uid)
    assert order.public_parameters["ResourceGroupId"] == "rg-team"
    assert groups_in(grant.account) == 1


def test_another_resource_group_is_refused_in_words(people: People, bob: Client, carol: User) -> None:
    allowed(people, carol, resource_group_id="rg-team")
    made = draft(people, spec(resource_group_id="rg-other"))
    answer = bob.get(address(made))
    assert "granted rg-team of the cloud account" in open_step(bob, answer["Location"]).go("next").html


def test_groups_are_looked_after_in_the_account_that_they_are_in(people: People, bob: Client, carol: User) -> None:
    grant = allowed(people, carol)
    for account in (grant.account, simulated(carol, "Second")):
        if account != grant.account:
            services.make_default(carol, services.grant(carol, account, people.team, Limits()))
        made = draft(people, spec(container_group_name=f"in-{account.pk}"))
        press(bob, made, key_on(bob.get(address(made)).content.decode()))
    services.revoke(carol, AccountGrant.objects.get(account=grant.account))
    listed = bob.get("/").content.decode()
    for order in Order.objects.all():
        assert order.group_name in listed
        page = bob.get(reverse("groups:detail", args=[order.container_group_id])).content.decode()
        assert "gone" not in page.lower()
        assert str(order.account) in page
        assert bob.post(reverse("groups:delete", args=[order.container_group_id])).status_code == 302
        order.refresh_from_db()
        assert order.delete_requested_at is not None


def test_lists_of_two_accounts_are_not_mixed(people: People, bob: Client, carol: User) -> None:
    basic(bob, draft(people))
    grant = allowed(people, carol)
    page = basic(bob, draft(people))
    assert options(page, "vpc_id")
    assert f"account/{grant.account_id}" == clouds.Place(lambda: Actor(people[Role.OPERATOR], people.team)).key
