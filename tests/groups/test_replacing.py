"""What an order replaces is deleted once its own group runs, once, whoever looks and whoever dies."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.gateways import errors
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus
from consoleapp.groups.services import replacing
from consoleapp.orders.models import DeleteReplaced, Order, OrderState
from tests.groups.builders import IMAGE, REFUSED, RUNNING, group
from tests.orders.builders import created

pytestmark = pytest.mark.django_db


@pytest.fixture
def new(alice: User, order: Order) -> Order:
    """The order that shall delete `order` when its group runs."""
    made = created(alice, "eci-2", ContainerGroupName="shop-api-2")
    made.replaces, made.delete_replaced = order, DeleteReplaced.WAITING
    made.save()
    return made


def look(port: mock.Mock) -> None:
    """One round of a worker; what is put off is due again."""
    Order.objects.filter(delete_replaced=DeleteReplaced.WAITING).update(delete_replaced_at=None)
    replacing.delete_replaced(cloud_of=lambda _user: mock.Mock(container_groups=port))


def answering(**groups: ContainerGroup | Exception) -> mock.Mock:
    """A cloud with these groups, by the number in their ids."""

    def get(_region: str, group_id: str) -> ContainerGroup:
        found = groups["n" + group_id.removeprefix("eci-")]
        if isinstance(found, Exception):
            raise found
        return found

    port = mock.Mock()
    port.get.side_effect = get
    return port


def actions() -> list[str]:
    about = AuditRow.objects.filter(action__startswith="group.").order_by("id")
    return list(about.values_list("action", flat=True))


def outcome(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.delete_replaced, order.delete_replaced_why


def test_the_old_group_is_deleted_once_the_new_one_runs(order: Order, new: Order) -> None:
    port = answering(n1=REFUSED, n2=RUNNING)

    look(port)
    look(port)

    port.delete.assert_called_once()
    assert port.delete.call_args.args[1] == "eci-1"
    order.refresh_from_db()
    assert order.delete_requested_at is not None
    assert outcome(new) == (DeleteReplaced.DONE, "")
    assert actions() == ["group.delete_asked", "group.deleted", "group.replaced"]


@pytest.mark.parametrize(
    "state", [REFUSED, group(ContainerStatus("api", IMAGE), status="Running"), errors.Unavailable("down")]
)
def test_nothing_is_deleted_while_the_new_group_does_not_run(new: Order, state: ContainerGroup | Exception) -> None:
    port = answering(n1=REFUSED, n2=state)

    look(port)

    port.delete.assert_not_called()
    assert outcome(new) == (DeleteReplaced.WAITING, "")
    assert new.delete_replaced_at is not None
    assert new.delete_replaced_at > timezone.now()


def test_a_job_that_has_done_its_work_counts_as_having_run(new: Order) -> None:
    port = answering(n1=REFUSED, n2=group(status="Succeeded"))

    look(port)

    port.delete.assert_called_once()


def test_it_is_given_up_when_the_new_group_fails(new: Order) -> None:
    port = answering(n1=REFUSED, n2=group(status="Failed"))

    look(port)

    port.delete.assert_not_called()
    assert outcome(new) == (DeleteReplaced.GIVEN_UP, replacing.FAILED)
    assert actions() == ["group.replacing_given_up"]


def test_it_is_given_up_when_the_new_group_does_not_start_in_its_time(new: Order) -> None:
    Order.objects.filter(pk=new.pk).update(created_at=timezone.now() - timedelta(hours=4, minutes=1))

    look(answering(n1=REFUSED, n2=REFUSED))

    assert outcome(new) == (DeleteReplaced.GIVEN_UP, replacing.TOO_LATE)


def test_it_is_given_up_when_the_order_was_refused(new: Order) -> None:
    Order.objects.filter(pk=new.pk).update(state=OrderState.REFUSED)

    look(answering())

    assert outcome(new) == (DeleteReplaced.GIVEN_UP, replacing.NOT_CREATED)


def test_it_is_given_up_when_the_new_group_was_deleted(new: Order) -> None:
    Order.objects.filter(pk=new.pk).update(delete_requested_at=timezone.now())

    look(answering())

    assert outcome(new) == (DeleteReplaced.GIVEN_UP, replacing.DELETED)


def test_an_order_that_is_not_sent_yet_is_left_to_wait(new: Order) -> None:
    Order.objects.filter(pk=new.pk).update(state=OrderState.UNKNOWN)

    look(answering())

    assert outcome(new) == (DeleteReplaced.WAITING, "")


def test_what_the_cloud_does_not_delete_is_tried_again(order: Order, new: Order) -> None:
    port = answering(n1=REFUSED, n2=RUNNING)
    port.delete.side_effect = [errors.Unavailable("down"), "R-2"]

    look(port)
    assert outcome(new) == (DeleteReplaced.WAITING, "")
    look(port)

    assert outcome(new) == (DeleteReplaced.DONE, "")


def test_what_the_cloud_will_not_delete_is_given_up_in_the_end(new: Order) -> None:
    Order.objects.filter(pk=new.pk).update(created_at=timezone.now() - timedelta(hours=6))
    port = answering(n1=REFUSED, n2=RUNNING)
    port.delete.side_effect = errors.Refused("no")

    look(port)

    assert outcome(new) == (DeleteReplaced.GIVEN_UP, replacing.NOT_DELETED)


def test_a_crash_after_the_deletion_deletes_nothing_a_second_time(order: Order, new: Order) -> None:
    port = answering(n1=REFUSED, n2=RUNNING)
    with mock.patch.object(replacing, "_end", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        look(port)
    assert outcome(new) == (DeleteReplaced.WAITING, "")

    look(port)

    port.delete.assert_called_once()
    assert outcome(new) == (DeleteReplaced.DONE, "")


def test_a_crash_between_the_call_and_its_row_ends_with_the_group_gone(order: Order, new: Order) -> None:
    port = answering(n1=REFUSED, n2=RUNNING)
    port.delete.side_effect = [KeyboardInterrupt, errors.NotFound("gone")]
    with pytest.raises(KeyboardInterrupt):
        look(port)

    look(port)

    order.refresh_from_db()
    assert order.delete_requested_at is not None
    assert outcome(new) == (DeleteReplaced.DONE, "")


def test_a_claim_keeps_other_workers_away_until_it_runs_out(new: Order) -> None:
    port, others = answering(n1=REFUSED, n2=RUNNING), answering(n1=REFUSED, n2=RUNNING)

    def meanwhile(*_args: object, **_options: object) -> str:
        replacing.delete_replaced(cloud_of=lambda _user: mock.Mock(container_groups=others))
        return "R-1"

    port.delete.side_effect = meanwhile

    look(port)

    others.get.assert_not_called()
    others.delete.assert_not_called()
    port.delete.assert_called_once()


def test_of_two_workers_that_read_the_same_row_one_looks(new: Order) -> None:
    port = answering(n1=REFUSED, n2=RUNNING)
    read = replacing._due(timezone.now())

    with mock.patch.object(replacing, "_due", return_value=read):
        look(port)
        replacing.delete_replaced(cloud_of=lambda _user: mock.Mock(container_groups=port))

    port.delete.assert_called_once()


@pytest.fixture
def third(alice: User, new: Order) -> Order:
    """Another order of the same press."""
    made = created(alice, "eci-3", ContainerGroupName="shop-api-3")
    made.replaces, made.delete_replaced = new.replaces, DeleteReplaced.WAITING
    made.save()
    return made


ONCE = ["group.delete_asked", "group.deleted", "group.replaced"]


def test_the_first_of_several_that_runs_deletes_and_the_others_have_nothing_left(new: Order, third: Order) -> None:
    look(answering(n1=REFUSED, n2=REFUSED, n3=RUNNING))
    assert outcome(third) == (DeleteReplaced.DONE, "")
    port = answering(n1=errors.NotFound("gone"), n2=RUNNING)
    look(port)

    port.delete.assert_not_called()
    assert outcome(new) == (DeleteReplaced.NO, "")
    assert actions() == ONCE


def test_of_several_that_run_at_once_one_deletes_and_tells_it(new: Order, third: Order) -> None:
    port = answering(n1=REFUSED, n2=RUNNING, n3=RUNNING)

    look(port)
    look(port)

    port.delete.assert_called_once()
    assert actions() == ONCE
    assert {outcome(new)[0], outcome(third)[0]} == {DeleteReplaced.DONE, DeleteReplaced.NO}


def test_of_two_workers_that_see_two_of_them_run_one_deletes(new: Order, third: Order) -> None:
    port, others = answering(n1=REFUSED, n2=RUNNING, n3=RUNNING), answering(n1=REFUSED, n2=RUNNING, n3=RUNNING)
    is_first = replacing._is_first

    def meanwhile(*asked: Any) -> bool:
        with mock.patch.object(replacing, "_is_first", is_first):
            replacing.delete_replaced(cloud_of=lambda _user: mock.Mock(container_groups=others))
        return is_first(*asked)

    with mock.patch.object(replacing, "_is_first", side_effect=meanwhile):
        look(port)

    assert (port.delete.call_count, others.delete.call_count) == (0, 1)
    assert actions() == ONCE


def test_an_order_that_replaces_nothing_any_more_leaves_all_others_to_wait(alice: User, new: Order) -> None:
    for made in (new, created(alice, "eci-3")):
        Order.objects.filter(pk=made.pk).update(replaces=None, delete_replaced=DeleteReplaced.WAITING)

    look(answering(n2=RUNNING, n3=REFUSED))

    assert Order.objects.get(container_group_id="eci-3").delete_replaced == DeleteReplaced.WAITING


def test_what_the_replaced_group_was_to_replace_is_deleted_too(alice: User, order: Order, new: Order) -> None:
    third = created(alice, "eci-3", ContainerGroupName="shop-api-3")
    third.replaces, third.delete_replaced = new, DeleteReplaced.WAITING
    third.save()
    Order.objects.filter(pk=new.pk).update(delete_replaced=DeleteReplaced.NO)
    port = answering(n1=REFUSED, n2=REFUSED, n3=RUNNING)

    look(port)

    assert {call.args[1] for call in port.delete.call_args_list} == {"eci-1", "eci-2"}
