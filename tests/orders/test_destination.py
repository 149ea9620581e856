"""consoleapp/orders/destination.py: an order goes to the account of its press, or nowhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from consoleapp.accounts.models import User
from consoleapp.cloud_accounts import clouds, services
from consoleapp.cloud_accounts.grants import Limits
from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount
from consoleapp.domain.roles import Role
from consoleapp.gateways import connect
from consoleapp.gateways.errors import GatewayError, OutcomeUnknown, Unavailable
from consoleapp.orders import clock, delivery, payload, rate_limit, summary
from consoleapp.orders import services as orders
from consoleapp.orders.destination import own_port
from consoleapp.orders.models import Attempt, AttemptOutcome, Order, OrderState
from consoleapp.orders.worker import Worker
from consoleapp.teams.actors import Actor
from consoleapp.web.clouds import cloud_settings
from tests.cloud_accounts.builders import granted, role_in, simulated, with_key
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.orders.passing import age
from tests.orders.ports import FakeCreation
from tests.teams.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant(people: People, carol: User) -> AccountGrant:
    return granted(carol, people.team)


@pytest.fixture
def order(people: People, grant: AccountGrant) -> Order:
    return recorded(people, grant.account)


def recorded(people: People, account: CloudAccount, key: str = "key-1") -> Order:
    actor = Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    return orders.record_order(actor, PARAMETERS, SECRET_KEYS, orders.Press(key, account=account))


def groups_in(account: CloudAccount) -> int:
    cloud = connect.cloud_for(clouds.keys_of(account, "console"), cloud_settings())
    return cloud.container_groups.list("cn-hangzhou").total_count


def deliver(order: Order, **how: Any) -> Order:
    """One delivery; through the port of the configured account nothing may go."""
    elsewhere = FakeCreation()
    done = delivery.deliver(order.pk, elsewhere, own_port, **how)
    assert not elsewhere.calls
    assert not elsewhere.looks
    return done


def in_doubt(order: Order, monkeypatch: pytest.MonkeyPatch) -> Order:
    """The order after an attempt of which no answer came, though the cloud has made the group."""
    with monkeypatch.context() as patched:
        original = clouds.of_order(order).container_groups.__class__.create

        def lost(*args: Any, **kwargs: Any) -> Any:
            original(*args, **kwargs)
            raise OutcomeUnknown("The connection was lost.")

        patched.setattr(clouds.of_order(order).container_groups.__class__, "create", lost)
        done = deliver(order)
    assert done.state == OrderState.UNKNOWN
    return done


def test_an_order_makes_its_group_in_its_account(order: Order, grant: AccountGrant, carol: User) -> None:
    other = simulated(carol, "Another")
    assert deliver(order).state == OrderState.CREATED
    assert (groups_in(grant.account), groups_in(other)) == (1, 0)


def test_the_worker_sends_it_there_too(order: Order, grant: AccountGrant) -> None:
    age(order, timedelta(minutes=1))
    Worker()._send_due()
    assert Order.objects.get().state == OrderState.CREATED
    assert groups_in(grant.account) == 1


def test_a_role_makes_the_group_in_the_account_of_the_role(people: People, carol: User) -> None:
    base = with_key(carol)
    role = granted(carol, people.team, role_in(carol, base)).account
    assert deliver(recorded(people, role)).state == OrderState.CREATED
    assert groups_in(base) == 1


def test_while_an_order_is_in_doubt_nothing_goes_where_its_row_leads_now(
    order: Order, grant: AccountGrant, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_doubt(order, monkeypatch)
    other = simulated(carol, "Another")
    CloudAccount.objects.filter(pk=grant.account_id).update(access_key_id=other.access_key_id, uid=other.uid)
    done = deliver(order)
    assert (done.state, done.error_kind, done.next_try_at) == (OrderState.UNKNOWN, "account_changed", None)
    assert groups_in(other) == 0
    outcome = summary.outcome_of(done)
    assert order.account_uid in str(outcome.text)
    # Looked up it is not either, and once the row is right again the same order finds its group.
    CloudAccount.objects.filter(pk=grant.account_id).update(
        access_key_id=grant.account.access_key_id, uid=grant.account.uid
    )
    assert deliver(done).state == OrderState.CREATED
    assert (groups_in(grant.account), groups_in(other)) == (1, 0)


def test_neither_does_it_where_the_key_alone_leads_elsewhere(
    order: Order, grant: AccountGrant, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_doubt(order, monkeypatch)
    other = simulated(carol, "Another")
    CloudAccount.objects.filter(pk=grant.account_id).update(access_key_id=other.access_key_id)
    assert deliver(order).error_kind == "account_changed"
    assert groups_in(other) == 0


def test_an_order_in_doubt_is_not_looked_up_in_another_account(
    order: Order, grant: AccountGrant, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_doubt(order, monkeypatch)
    age(order, timedelta(minutes=11))
    other = simulated(carol, "Another")
    CloudAccount.objects.filter(pk=grant.account_id).update(access_key_id=other.access_key_id, uid=other.uid)
    done = deliver(order, only_when_due=True)
    assert (done.state, done.error_kind) == (OrderState.UNKNOWN, "account_changed")
    assert not Attempt.objects.filter(outcome=AttemptOutcome.NOT_THERE).exists()


def test_an_order_that_was_never_sent_is_refused_where_its_row_leads_elsewhere(
    order: Order, grant: AccountGrant, carol: User
) -> None:
    other = simulated(carol, "Another")
    CloudAccount.objects.filter(pk=grant.account_id).update(access_key_id=other.access_key_id, uid=other.uid)
    done = deliver(order)
    assert (done.state, done.error_kind, done.sealed_secrets) == (OrderState.REFUSED, "account_changed", "")
    assert groups_in(other) == 0


def test_the_account_is_confirmed_with_the_payload(order: Order, carol: User) -> None:
    other = simulated(carol, "Another")
    Order.objects.filter(pk=order.pk).update(account=other, account_uid=other.uid)
    with pytest.raises(payload.PayloadChanged):
        payload.full_parameters(Order.objects.get())
    assert deliver(order).state == OrderState.REFUSED
    assert groups_in(other) == 0


def test_an_order_is_refused_where_the_grant_was_taken_back_before_it_was_sent(
    order: Order, grant: AccountGrant, carol: User
) -> None:
    services.revoke(carol, grant)
    done = deliver(order)
    assert (done.state, done.error_kind) == (OrderState.REFUSED, "not_granted")
    assert groups_in(order.account) == 0  # type: ignore[arg-type]
    assert "taken from your team" in str(summary.outcome_of(done).text)


def test_a_grant_that_was_narrowed_counts_too(order: Order, grant: AccountGrant) -> None:
    AccountGrant.objects.update(regions=["cn-beijing"])
    assert deliver(order).error_kind == "not_granted"


def test_a_retry_does_not_look_at_the_grant(
    order: Order, grant: AccountGrant, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_doubt(order, monkeypatch)
    services.revoke(carol, grant)
    assert deliver(order).state == OrderState.CREATED


def test_an_order_waits_for_a_cloud_that_does_not_say_whose_the_key_is(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_account: CloudAccount) -> str:
        raise Unavailable("no usable answer")

    monkeypatch.setattr(clouds, "uid_now", silent)
    done = deliver(order)
    assert done.state == OrderState.RECORDED
    assert done.next_try_at is not None
    assert not done.attempts.exists()


def test_a_key_that_the_cloud_does_not_take_refuses_what_was_never_sent_and_nothing_else(
    order: Order, grant: AccountGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_doubt(order, monkeypatch)

    def denied(_account: CloudAccount) -> str:
        raise GatewayError("wrong key", code="InvalidAccessKeyId.NotFound")

    monkeypatch.setattr(clouds, "uid_now", denied)
    assert deliver(order).state == OrderState.UNKNOWN


def test_no_order_with_an_account_goes_through_the_configured_port(order: Order) -> None:
    with pytest.raises(TypeError):
        delivery.deliver(order.pk, FakeCreation())


@override_settings(CLOUD="alibaba")
def test_turns_are_those_of_the_account_by_its_number(people: People, grant: AccountGrant, carol: User) -> None:
    first, second = recorded(people, grant.account), recorded(people, simulated(carol, "Another"), "key-2")
    plain = orders.record_order(Actor(carol), PARAMETERS, SECRET_KEYS, orders.Press("key-3"))
    assert rate_limit.account_of(first) == grant.account.uid
    assert rate_limit.account_of(plain) == rate_limit.REAL_ACCOUNT
    assert set(Order.objects.filter(rate_limit.going_with(second))) == {second}
    assert set(Order.objects.filter(rate_limit.going_with(plain))) == {plain}
    due = orders.due_orders(clock.now() + timedelta(hours=1))
    assert {each.account for each in due} == {first.account_uid, second.account_uid, rate_limit.REAL_ACCOUNT}


def test_a_narrow_grant_covers_the_vpc_too() -> None:
    limits = Limits(vpc_ids=("vpc-1",))
    assert limits.has_vpc("vpc-1")
    assert not limits.has_vpc("")
