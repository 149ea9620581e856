"""Several container groups by one press: recorded all or none, each an order of its own, each made once."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.audit.models import AuditRow
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.gateways.errors import OutOfStock, Unreachable
from consoleapp.orders import delivery, services
from consoleapp.orders.models import Order, OrderState
from consoleapp.orders.worker import Worker
from consoleapp.teams.actors import Actor
from consoleapp.web.clouds import cloud_of
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.services import drafts, ordering
from consoleapp.wizard.validation import to_spec
from tests.orders.builders import created
from tests.orders.passing import age
from tests.wizard.at_once import statuses_at_once
from tests.wizard.complete import COMMON, VPC, draft, private_spec, spec
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.page_form import read as read_form

pytestmark = pytest.mark.django_db

ECI = "consoleapp.gateways.alibaba.eci.ElasticContainerInstance"
NAMES = ["shop-frontend-001", "shop-frontend-002", "shop-frontend-003"]


def draft_of(owner: User, quantity: str = "3", group: ContainerGroupSpec | None = None) -> Draft:
    """A stored draft of so many groups."""
    made = to_draft(group or spec(), VPC)
    made.data["quantity"] = quantity
    return drafts.create_draft(Actor(owner), made.data, secrets=made.secrets)


def address(of: Draft) -> str:
    return reverse("wizard:confirm", args=[of.pk])


def press(client: Client, of: Draft, key: str = "") -> Any:
    return client.post(address(of), {"do": "order", "terms": "on", "form_key": key or ordering.form_key(of)})


def names_in_the_cloud(owner: User) -> list[str]:
    return sorted(group.name for group in cloud_of(owner.world).container_groups.list("cn-hangzhou").items)


def by_name() -> list[Order]:
    return list(Order.objects.order_by("group_name"))


def begun(client: Client, name: str = "shop-frontend") -> StepForm:
    return open_step(client, f"/buy/?image={COMMON}&name={name}").go("save")


class TestOne:
    """Without a word of it, everything is as it always was."""

    def test_is_what_the_control_begins_with(self, alice_client: Client) -> None:
        page = open_step(alice_client, "/buy/?name=web")

        assert page.sent["quantity"] == ["1"]
        assert "1 × " not in page.html

    @pytest.mark.parametrize("text", ["1", "", " 1 "])
    def test_leads_to_the_group_itself_as_ever(self, text: str, alice: User, alice_client: Client) -> None:
        page = begun(alice_client).go("confirm", quantity=text)
        assert "Quantity" not in page.html
        assert "1 × " not in page.html

        answer = press(alice_client, Draft.objects.get())

        order = Order.objects.get()
        assert (order.group_name, order.press_id) == ("shop-frontend", None)
        assert answer["Location"] == reverse("groups:detail", args=[order.container_group_id])
        assert names_in_the_cloud(alice) == ["shop-frontend"]

    def test_keeps_the_key_that_pages_from_before_have(self, alice: User) -> None:
        made = draft(alice)
        text = f"{made.pk}/{made.version}/0"

        assert ordering.form_key(made) == salted_hmac(ordering._SALT, text, algorithm="sha256").hexdigest()
        assert ordering.form_key(draft_of(alice, "1")) != ordering.form_key(made)


class TestPress:
    """What one press on Confirm makes of three."""

    def test_makes_each_group_once_and_shows_them_all(self, alice: User, alice_client: Client) -> None:
        answer = press(alice_client, draft_of(alice))

        orders = by_name()
        assert [order.group_name for order in orders] == NAMES == names_in_the_cloud(alice)
        assert {order.state for order in orders} == {OrderState.CREATED}
        for name in ("client_token", "form_key", "payload_hash", "container_group_id"):
            assert len({getattr(order, name) for order in orders}) == 3
        assert {order.press_id for order in orders} == {orders[0].pk}
        assert answer.status_code == 303
        assert answer["Location"] == reverse("groups:together", args=[orders[0].pk])
        page = alice_client.get(answer["Location"]).content.decode()
        assert "3 container groups ordered together" in page
        assert "3 of 3 created" in page
        for order in orders:
            assert reverse("groups:detail", args=[order.container_group_id]) in page

    def test_gives_each_group_the_mark_of_its_order(self, alice: User, alice_client: Client) -> None:
        press(alice_client, draft_of(alice))

        marks = {
            group.name: group.tags["console-order"]
            for group in cloud_of(alice.world).container_groups.list("cn-hangzhou").items
        }
        assert marks == {order.group_name: str(order.pk) for order in Order.objects.all()}

    def test_writes_a_row_of_the_audit_trail_for_each(self, alice: User, alice_client: Client) -> None:
        press(alice_client, draft_of(alice))

        for action in ("order.recorded", "order.created"):
            rows = AuditRow.objects.filter(action=action)
            assert sorted(row.payload["group_name"] for row in rows) == NAMES
            assert {row.object_id for row in rows} == {str(order.pk) for order in by_name()}

    def test_again_a_reload_and_a_second_tab_mean_the_same_orders(self, alice: User, alice_client: Client) -> None:
        made = draft_of(alice)
        key = ordering.form_key(made)
        first = press(alice_client, made, key)

        second = press(alice_client, made, key)
        back = alice_client.get(address(made))
        Draft.objects.all().delete()
        gone = press(alice_client, made, key)

        assert first["Location"] == second["Location"] == back["Location"] == gone["Location"]
        assert names_in_the_cloud(alice) == NAMES

    def test_records_none_where_one_cannot_be_recorded(self, alice: User, alice_client: Client) -> None:
        made, rows, really = draft_of(alice, group=private_spec()), [], audit.record

        def fail_at_the_second(*args: Any, **kwargs: Any) -> Any:
            rows.append(args)
            if len(rows) == 2:
                raise OperationalError("disk full")
            return really(*args, **kwargs)

        with mock.patch("consoleapp.audit.services.record", fail_at_the_second):
            answer = press(alice_client, made)

        assert len(rows) == 2
        assert answer.status_code == 503
        assert "Nothing was ordered" in answer.content.decode()
        assert not Order.objects.exists()
        assert not AuditRow.objects.filter(action="order.recorded").exists()
        assert names_in_the_cloud(alice) == []
        assert DraftSecret.objects.exists()

        press(alice_client, made)
        assert names_in_the_cloud(alice) == NAMES

    def test_of_an_older_quantity_orders_nothing(self, alice: User, alice_client: Client) -> None:
        made = draft_of(alice)
        key = ordering.form_key(made)
        open_step(alice_client, reverse("wizard:basic", args=[made.pk])).go("save", quantity="2")

        answer = press(alice_client, made, key)

        assert answer.status_code == 409
        assert "shop-frontend-002" in answer.content.decode()
        assert "shop-frontend-003" not in answer.content.decode()
        assert not Order.objects.exists()

    def test_wipes_the_secrets_of_each_order_and_of_the_draft(self, alice: User, alice_client: Client) -> None:
        made = draft_of(alice, group=private_spec())
        answers = [mock.DEFAULT, Unreachable("no answer"), mock.DEFAULT]
        from consoleapp.gateways.alibaba.eci import ElasticContainerInstance

        really = ElasticContainerInstance.create

        def create(self: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(answer := answers.pop(0), Exception):
                raise answer
            return really(self, *args, **kwargs)

        with mock.patch(f"{ECI}.create", create):
            press(alice_client, made)

        first, second, third = by_name()
        assert (first.sealed_secrets, third.sealed_secrets) == ("", "")
        assert second.sealed_secrets
        assert not DraftSecret.objects.exists()

        age(second, timedelta(minutes=1))
        again = delivery.deliver(second.pk, cloud_of(alice.world).container_groups, only_when_due=True)

        assert (again.state, again.sealed_secrets) == (OrderState.CREATED, "")
        assert names_in_the_cloud(alice) == NAMES


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_make_each_group_once(
    alice: User, alice_client: Client, database_file: Path
) -> None:
    made = draft_of(alice)
    key = ordering.form_key(made)

    assert statuses_at_once(alice_client, lambda client: press(client, made, key)) == {303}
    assert [order.group_name for order in by_name()] == NAMES == names_in_the_cloud(alice)
    assert AuditRow.objects.filter(action="order.recorded").count() == 3


@pytest.mark.django_db(transaction=True)
class TestDelivery:
    """What the press itself does not send is sent by the worker, each group once."""

    def test_leaves_to_the_worker_what_takes_too_long(self, alice: User, alice_client: Client) -> None:
        with mock.patch("consoleapp.orders.views.SENDS_SECONDS", -1):
            answer = press(alice_client, draft_of(alice))

        assert names_in_the_cloud(alice) == NAMES[:1]
        page = alice_client.get(answer["Location"]).content.decode()
        assert "1 of 3 created" in page
        assert 'hx-trigger="every 3s, look"' in page
        assert "Look again" in page
        assert [due.order_id for due in services.due_orders()] == [order.pk for order in by_name()[1:]]

        Worker().turn()
        Worker().turn()

        assert names_in_the_cloud(alice) == NAMES
        assert "3 of 3 created" in alice_client.get(answer["Location"]).content.decode()

    @override_settings(CREATE_BURST=1, CREATE_PER_SECOND=1)
    def test_takes_a_turn_of_the_account_for_each(self, alice: User, alice_client: Client) -> None:
        answer = press(alice_client, draft_of(alice))

        first, second, third = by_name()
        assert first.state == OrderState.CREATED
        assert second.slot_at
        assert third.slot_at
        assert alice_client.get(answer["Location"]).content.decode().count("Waiting for its turn") == 2

        for count in (2, 3):
            for order in (second, third):
                age(order, timedelta(seconds=1.1))
            Worker().turn()
            assert len(names_in_the_cloud(alice)) == count
        assert names_in_the_cloud(alice) == NAMES


class TestRefused:
    """A press that is refused, in part and as a whole."""

    refusal = OutOfStock("none left", code="OperationDenied.NoStock", request_id="7C1B", http_status=403)

    def refuse_the_last(self, client: Client, made: Draft) -> Order:
        from consoleapp.gateways.alibaba.eci import ElasticContainerInstance

        really = ElasticContainerInstance.create

        def create(self: Any, parameters: Any, **kwargs: Any) -> Any:
            if parameters["ContainerGroupName"].endswith("-003"):
                raise TestRefused.refusal
            return really(self, parameters, **kwargs)

        with mock.patch(f"{ECI}.create", create):
            press(client, made)
        return by_name()[-1]

    def test_in_part_it_stays_the_same_press(self, alice: User, alice_client: Client) -> None:
        made = draft_of(alice)
        key = ordering.form_key(made)

        refused = self.refuse_the_last(alice_client, made)

        assert refused.state == OrderState.REFUSED
        assert ordering.form_key(made) == key
        together = reverse("groups:together", args=[refused.press_id])
        assert press(alice_client, made)["Location"] == alice_client.get(address(made))["Location"] == together
        assert names_in_the_cloud(alice) == NAMES[:2]
        page = alice_client.get(together).content.decode()
        assert "2 of 3 created" in page
        assert "Refused" in page

    def test_the_one_that_was_refused_is_mended_alone(self, alice: User, alice_client: Client) -> None:
        made = draft_of(alice)
        refused = self.refuse_the_last(alice_client, made)

        mending = alice_client.post(reverse("wizard:mend", args=[refused.pk]), follow=True)

        page = read_form(alice_client, mending)
        assert str(made.pk) not in page.url
        assert page.sent["quantity"] == ["1"]
        assert "none left" in page.html
        page.go("confirm")
        press(alice_client, Draft.objects.exclude(pk=made.pk).get())
        assert len(names_in_the_cloud(alice)) == 3

    def test_as_a_whole_the_version_may_be_ordered_anew(self, alice: User, alice_client: Client) -> None:
        made = draft_of(alice)
        key = ordering.form_key(made)
        with mock.patch(f"{ECI}.create", side_effect=self.refusal):
            press(alice_client, made)
        assert Order.objects.filter(state=OrderState.REFUSED).count() == 3
        assert ordering.form_key(made) != key
        mending = alice_client.post(reverse("wizard:mend", args=[by_name()[1].pk]), follow=True)
        assert read_form(alice_client, mending).sent["quantity"] == ["3"]

        second = press(alice_client, made)

        assert names_in_the_cloud(alice) == NAMES
        assert Order.objects.count() == 6
        page = alice_client.get(second["Location"]).content.decode()
        assert "3 of 3 created" in page
        assert alice_client.get(address(made))["Location"] == second["Location"]


class TestPages:
    """What the pages say about several."""

    def test_confirm_tells_number_names_and_price(self, alice: User, alice_client: Client) -> None:
        one = alice_client.get(address(draft(alice))).content.decode()
        page = alice_client.get(address(draft_of(alice))).content.decode()

        assert "3 container groups, each an order of its own" in page
        assert ", ".join(NAMES) in page
        assert "3 × 2 vCPU · 4 GiB" in page
        assert prices(page)["hour"] == pytest.approx(3 * prices(one)["hour"], abs=0.0002)
        assert prices(page)["second"] == pytest.approx(3 * prices(one)["second"], abs=2e-8)
        assert prices(page)["month"] == pytest.approx(3 * prices(one)["month"], abs=0.02)
        assert re.search(r"3 × CNY\s[0-9.]+", page)
        assert "That of the first container group." in page
        assert "ContainerGroupName</dt><dd>shop-frontend-001<" in page

    def test_the_foot_and_the_summary_of_both_steps_tell_it(self, alice_client: Client) -> None:
        page = begun(alice_client)
        one = prices(page.html)
        page = page.go("save", quantity="3")
        for html in (page.html, page.go("next").html):
            assert prices(html)["hour"] == pytest.approx(3 * one["hour"], abs=0.0002)
            assert re.search(r"3 × CNY\s[0-9.]+", html)
            assert "3 × " in html

    def test_a_new_price_is_told_before_anything_is_stored(self, alice_client: Client) -> None:
        page = open_step(alice_client, f"/buy/?image={COMMON}&name=web")

        answer = page.press("refresh", quantity="4")

        assert answer.status_code == 200
        assert re.search(r"4 × CNY\s[0-9.]+", answer.content.decode())
        assert not Draft.objects.exists()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("0", "Use a number from 1 to 20."),
            ("21", "Use a number from 1 to 20."),
            ("x", "This is not a number."),
            ("1.5", "This is not a number."),
        ],
    )
    def test_what_is_no_such_number_is_marked_and_kept(self, text: str, message: str, alice_client: Client) -> None:
        page = begun(alice_client).go("confirm", quantity=text, container_group_name="kept-too")

        assert page.url.endswith("/basic/")
        assert page.sent["quantity"] == [text]
        assert page.sent["container_group_name"] == ["kept-too"]
        control = re.search(r'<input[^>]*name="quantity"[^>]*>', page.html)
        assert control
        assert 'aria-invalid="true"' in control[0]
        assert f'id="id_quantity_error"><span>{message}' in page.html
        assert 'href="#id_quantity"' in page.html
        assert alice_client.get(address(Draft.objects.get()))["Location"].endswith("/basic/")
        assert press(alice_client, Draft.objects.get())["Location"].endswith("/basic/")
        assert not Order.objects.exists()

    def test_a_name_without_room_for_numbers_is_marked(self, alice_client: Client) -> None:
        page = begun(alice_client).go("confirm", quantity="2", container_group_name="a" * 125)

        assert 'id="id_container_group_name_error"' in page.html
        assert page.go("confirm", quantity="1").url.endswith("/confirm/")

    @pytest.mark.parametrize(
        "typed", [{"private_ip_address": "172.16.0.77"}, {"eip": "existing", "eip_instance_id": "eip-1"}], ids=str
    )
    def test_what_only_one_group_can_have_is_marked(self, typed: dict[str, str], alice: User) -> None:
        made = draft_of(alice)
        made.typed["spec"] |= typed
        (problem,) = to_spec(made.typed, {})[1]
        assert problem.field_id == f"id_{[*typed][-1]}"
        assert "a quantity of 1" in problem.message
        made.typed["quantity"] = "1"
        assert to_spec(made.typed, {})[1] == ()

    def test_a_dry_run_asks_once(self, alice: User, alice_client: Client) -> None:
        with mock.patch(f"{ECI}.dry_run", return_value="7C1B") as dry_run:
            page = alice_client.post(address(draft_of(alice)), {"do": "dry-run"}).content.decode()

        assert dry_run.call_count == 1
        assert dry_run.call_args.args[0]["ContainerGroupName"] == "shop-frontend-001"
        assert "the first of the container groups" in page

    def test_another_tab_that_has_typed_another_number_is_told(self, alice_client: Client) -> None:
        page = begun(alice_client)
        other = open_step(alice_client, page.url)
        page.go("save", quantity="2")

        conflict = other.press("save", quantity="3")

        assert conflict.status_code == 409
        assert "Quantity" in conflict.content.decode()


def prices(page: str) -> dict[str, float]:
    """The prices of the foot, and of Confirm's sheet."""
    patterns = {
        "hour": r'class="price">CNY\s([0-9.]+)<',
        "second": r'class="more">· CNY\s([0-9.]+)',
        "month": r'class="num">CNY\s([0-9.]+) in 30 days',
    }
    found = {name: re.search(pattern, page) for name, pattern in patterns.items()}
    return {name: float(match[1]) for name, match in found.items() if match}


class TestOneAlone:
    """Where it is one group whatever anybody says."""

    def test_a_similar_one_is_one(self, alice: User, alice_client: Client) -> None:
        press(alice_client, draft_of(alice))
        group = by_name()[0].container_group_id

        page = read_form(alice_client, alice_client.post(reverse("groups:similar", args=[group]), follow=True))

        assert page.sent["quantity"] == ["1"]
        assert "3 × " not in page.html

    def test_what_replaces_a_group_is_one(self, alice: User, alice_client: Client) -> None:
        made = to_draft(spec(), VPC)
        replaced = created(alice, "eci-sim-before")
        new = drafts.create_draft(Actor(alice), made.data, replaces=replaced)
        page = open_step(alice_client, reverse("wizard:basic", args=[new.pk]))
        assert "quantity" not in page.sent

        page.go("confirm", quantity="3")
        new.refresh_from_db()
        press(alice_client, new)

        assert Order.objects.get(replaces=replaced).press_id is None
        assert names_in_the_cloud(alice) == ["shop-frontend"]

    def test_a_copy_of_the_draft_asks_for_as_many(self, alice: User) -> None:
        assert drafts.copy_draft(draft_of(alice)).typed["quantity"] == "3"
