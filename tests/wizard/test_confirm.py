"""The Confirm page and the press on it, against the embedded simulator."""

import base64
import copy
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote, quote_plus

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.spec import Container, EnvironmentVar
from consoleapp.gateways.errors import InvalidParameter, MissingCredential, OutcomeUnknown, OutOfStock, Unreachable
from consoleapp.orders.models import Order, OrderState
from consoleapp.web.clouds import cloud_of
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.services import drafts, ordering
from consoleapp.wizard.shape import credential_prefix
from tests.stored import stored_bytes
from tests.wizard.at_once import statuses_at_once
from tests.wizard.complete import CANARY, COMMON, config_file, draft, private_spec, spec
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db

ECI = "consoleapp.gateways.alibaba.eci.ElasticContainerInstance"


def address(of: Draft) -> str:
    return reverse("wizard:confirm", args=[of.pk])


def key_on(page: str) -> str:
    found = re.search(r'name="form_key" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def press(client: Client, of: Draft, key: str, **changed: str) -> Any:
    return client.post(address(of), {"do": "order", "terms": "on", "form_key": key, **changed})


def groups_in_the_cloud(owner: User) -> int:
    return cloud_of(owner.world).container_groups.list("cn-hangzhou").total_count


@pytest.fixture
def shown(alice: User, alice_client: Client) -> tuple[Draft, str]:
    """A draft of alice's and the form key of its Confirm page."""
    made = draft(alice)
    return made, key_on(alice_client.get(address(made)).content.decode())


def test_shows_what_will_be_sent(alice: User, alice_client: Client) -> None:
    page = alice_client.get(address(draft(alice, private_spec()))).content.decode()

    for text in (
        "shop-frontend",
        "2 vCPU · 4 GiB",
        "registry.example.com/team/api:1.4.2",
        "Credential entered, not checked",
        "default-h",
        "Container.1.EnvironmentVar.1.Value",
        "••••••••",
        "Confirm Order",
        "Dry run",
    ):
        assert text in page
    assert CANARY not in page
    assert "demo-password" not in page


def test_lists_the_variables_in_a_fold_that_stands_open_while_they_are_few(alice: User, alice_client: Client) -> None:
    def fold(count: int) -> str:
        variables = tuple(EnvironmentVar(f"NAME_{number}", f"<value {number}>") for number in range(count))
        group = spec(containers=(Container(name="web", image=COMMON, environment_vars=variables),))
        page = alice_client.get(address(draft(alice, group))).content.decode()
        found = re.search(r'<details class="more variables".*?</details>', page, re.DOTALL)
        return found[0] if found else ""

    assert fold(0) == ""
    assert '" open>' in fold(2)
    assert "<dt>NAME_1</dt><dd><code>&lt;value 1&gt;</code></dd>" in fold(2)
    assert '" open>' not in fold(20)
    assert "20 variables" in fold(20)
    assert fold(20).count("<dt>") == 20


def test_the_mark_that_is_shown_is_the_mark_that_the_group_bears(
    shown: tuple[Draft, str], alice: User, alice_client: Client
) -> None:
    made, key = shown
    page = alice_client.get(address(made)).content.decode()

    press(alice_client, made, key)

    order = Order.objects.get()
    assert f"console-order={order.pk}" in page
    assert f"Tag.1.Value</dt><dd>{order.pk}<" in page
    (group,) = cloud_of(alice.world).container_groups.list("cn-hangzhou").items
    assert group.tags == {"console-order": str(order.pk)}


def test_a_press_makes_one_group_and_shows_it(shown: tuple[Draft, str], alice: User, alice_client: Client) -> None:
    made, key = shown

    answer = press(alice_client, made, key)

    order = Order.objects.get()
    assert order.state == OrderState.CREATED
    assert answer.status_code == 303
    assert answer["Location"] == reverse("groups:detail", args=[order.container_group_id])
    assert groups_in_the_cloud(alice) == 1
    assert (order.draft_id, order.draft_version, order.vpc_id) == (made.pk, 1, "vpc-simhzdefault")
    assert order.price_per_second
    assert order.price_per_second > 0


def test_pressing_again_reloading_and_going_back_lead_to_the_same_group(
    shown: tuple[Draft, str], alice: User, alice_client: Client
) -> None:
    made, key = shown
    first = press(alice_client, made, key)

    second = press(alice_client, made, key)
    back = alice_client.get(address(made))

    assert second["Location"] == first["Location"] == back["Location"]
    assert groups_in_the_cloud(alice) == 1


def test_two_tabs_of_one_version_have_the_same_key(shown: tuple[Draft, str], alice_client: Client) -> None:
    made, key = shown

    assert key_on(alice_client.get(address(made)).content.decode()) == key


def test_an_old_page_replayed_shows_the_first_result_even_when_its_draft_is_gone(
    shown: tuple[Draft, str], alice_client: Client
) -> None:
    made, key = shown
    first = press(alice_client, made, key)
    Draft.objects.all().delete()

    assert press(alice_client, made, key)["Location"] == first["Location"]


def test_a_page_of_an_older_version_orders_nothing(shown: tuple[Draft, str], alice: User, alice_client: Client) -> None:
    made, key = shown
    data = copy.deepcopy(made.typed)
    data["spec"]["container_group_name"] = "renamed-since"
    drafts.save_draft(made, data, expected_version=1)

    answer = press(alice_client, made, key)

    assert answer.status_code == 409
    assert "renamed-since" in answer.content.decode()
    assert key_on(answer.content.decode()) != key
    assert not Order.objects.exists()
    assert groups_in_the_cloud(alice) == 0


def test_a_made_up_key_orders_nothing(shown: tuple[Draft, str], alice_client: Client) -> None:
    made, _key = shown

    for key in ("", "0" * 64, "x" * 5000):
        assert press(alice_client, made, key).status_code in (409, 422)
    assert not Order.objects.exists()


def test_the_key_of_another_draft_orders_nothing(shown: tuple[Draft, str], alice: User, alice_client: Client) -> None:
    _made, key = shown
    other = draft(alice, spec(container_group_name="other"))

    assert press(alice_client, other, key).status_code == 409
    assert not Order.objects.exists()


def test_the_terms_must_be_agreed_to(shown: tuple[Draft, str], alice_client: Client) -> None:
    made, key = shown

    answer = press(alice_client, made, key, terms="")

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#id_terms"' in page
    assert 'aria-invalid="true"' in page
    assert not Order.objects.exists()


def test_the_quickest_press_is_no_way_around_a_proof_that_the_image_is_not_there(
    alice: User, alice_client: Client
) -> None:
    page = open_step(alice_client, "/buy/?image=nginx:1.92").go("confirm")
    made = Draft.objects.get()
    assert "being checked" in page.html

    answer = press(alice_client, made, key_on(page.html))

    assert answer.status_code == 422
    html = answer.content.decode()
    assert not Order.objects.exists()
    assert "container-1 cannot be pulled: nginx has no version 1.92." in html
    assert re.search(r'class="btn danger"[^>]*value="order">Order anyway<', html)
    assert 'value="order">Confirm Order<' not in html
    assert 'id="id_anyway_error"' in html
    assert "bills up to CNY\N{NO-BREAK SPACE}" in html

    ordered = press(alice_client, made, key_on(html), anyway="on")

    assert ordered.status_code == 303
    assert Order.objects.get().state == OrderState.CREATED
    assert AuditRow.objects.filter(action="check.overridden").exists()


def test_an_image_that_eci_offers_itself_is_not_called_proved(alice_client: Client) -> None:
    image = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2"
    page = open_step(alice_client, f"/buy/?image={image}").go("confirm")
    assert "1 image could not be proved from here." in page.html
    assert "Everything was proved." not in page.html
    assert re.search(r'class="note verdict warn"', page.html)
    assert re.search(r'class="btn primary"[^>]*value="order">Confirm Order<', page.html)


def test_a_proved_image_heads_the_page_and_is_ordered_by_one_tick(alice: User, alice_client: Client) -> None:
    page = open_step(alice_client, "/buy/?image=nginx:1.29").go("check:c1").go("confirm")
    assert "Everything was proved." in page.html
    assert 'name="anyway"' not in page.html
    assert re.search(r'class="btn primary"[^>]*value="order">Confirm Order<', page.html)


def test_an_order_anyway_waits_for_its_own_tick_after_the_check_too(alice: User, alice_client: Client) -> None:
    page = open_step(alice_client, "/buy/?image=nginx:1.92").go("check:c1").go("confirm")
    page = open_step(alice_client, f"/buy/{Draft.objects.get().pk}/confirm/")
    assert "container-1 cannot be pulled: " in page.html
    answer = alice_client.post(page.url, {"do": "order", "form_key": key_on(page.html), "anyway": "on"}, follow=False)
    assert answer.status_code == 422
    assert 'id="id_terms_error"' in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("image", ["nginx:1.92", "silent.example.com/public/web:1.0.0"])
def test_who_went_on_anyway_is_not_asked_about_the_same_finding_again(
    alice: User, alice_client: Client, image: str
) -> None:
    says = {f"{credential_prefix('silent.example.com')}-{name}": "on" for name in ("says", "no_login")}
    held = open_step(alice_client, f"/buy/?image={image}").go("check:c1").go("confirm", **says)
    assert "Continue anyway" in held.html
    page = held.go("check-go-on")

    assert page.sent["anyway"] == ["on"]
    assert 'value="order">Order anyway<' in page.html
    assert "You chose to go on anyway." in page.html
    assert page.press("order", terms="on").status_code == 303
    assert Order.objects.exists()


def test_what_is_found_after_one_went_on_is_asked_about(alice: User, alice_client: Client) -> None:
    page = open_step(alice_client, "/buy/?image=nginx:1.92").go("check:c1").go("confirm").go("check-go-on")
    page = page.go("check:c1")

    assert "anyway" not in page.sent
    assert page.press("order", terms="on").status_code == 422
    assert not Order.objects.exists()


def test_an_incomplete_draft_leads_to_its_first_incomplete_step(alice: User, alice_client: Client) -> None:
    without_image = draft(alice)
    data = copy.deepcopy(without_image.typed)
    data["spec"]["containers"][0]["image"] = ""
    drafts.save_draft(without_image, data, expected_version=1)
    without_password = draft(alice, private_spec())
    vault.forget(without_password, ["credential/registry.example.com"])

    for made, step in ((without_image, "wizard:basic"), (without_password, "wizard:other")):
        assert alice_client.get(address(made))["Location"] == reverse(step, args=[made.pk])
        posted = press(alice_client, made, ordering.form_key(made))
        assert posted["Location"] == reverse(step, args=[made.pk])
    assert not Order.objects.exists()


def test_other_people_and_visitors_find_no_such_page(
    shown: tuple[Draft, str], mallory_client: Client, client: Client
) -> None:
    made, key = shown

    for somebody in (mallory_client, client):
        assert somebody.get(address(made)).status_code == 404
        assert press(somebody, made, key).status_code == 404
    assert not Order.objects.exists()


def test_a_get_writes_nothing(alice: User, alice_client: Client, django_assert_num_queries: Any) -> None:
    made = draft(alice)
    before = Draft.objects.values().get()

    alice_client.get(address(made))

    assert Draft.objects.values().get() == before
    assert not Order.objects.exists()


def test_secrets_are_wiped_from_order_and_draft_when_it_is_created(alice: User, alice_client: Client) -> None:
    made = draft(alice, private_spec())

    press(alice_client, made, ordering.form_key(made))

    order = Order.objects.get()
    assert (order.state, order.sealed_secrets) == (OrderState.CREATED, "")
    assert not DraftSecret.objects.exists()


def test_a_form_held_for_another_tab_is_wiped_with_the_secrets_and_its_page_says_so(
    alice: User, alice_client: Client
) -> None:
    made = draft(alice, private_spec())
    basic = reverse("wizard:basic", args=[made.pk])
    old = open_step(alice_client, basic)
    open_step(alice_client, basic).go("save", container_group_name="shop-backend")
    conflict = old.press("save", container_group_name="mine", c1__environment_vars_paste=f"PASSWORD={CANARY}")
    assert conflict.status_code == 409
    keep = re.search(r'value="(keep-mine:[0-9a-f]+)"', conflict.content.decode())
    assert keep
    made.refresh_from_db()

    press(alice_client, made, ordering.form_key(made))

    assert Order.objects.get().state == OrderState.CREATED
    assert not DraftSecret.objects.filter(draft=made).exists()
    answer = alice_client.post(basic, {"do": keep[1]}, follow=True)
    assert "is no longer stored" in answer.content.decode()
    made.refresh_from_db()
    assert made.name == "shop-backend"


def test_a_refused_order_keeps_the_drafts_secrets_and_may_be_tried_anew(alice: User, alice_client: Client) -> None:
    made = draft(alice, private_spec())
    refusal = OutOfStock("none left", code="OperationDenied.NoStock", request_id="7C1B", http_status=403)
    with mock.patch(f"{ECI}.create", side_effect=refusal):
        answer = press(alice_client, made, ordering.form_key(made))

    refused = Order.objects.get()
    assert answer["Location"] == reverse("orders:detail", args=[refused.pk])
    assert (refused.state, refused.sealed_secrets) == (OrderState.REFUSED, "")
    assert DraftSecret.objects.count() == 2
    page = alice_client.get(address(made)).content.decode()
    assert "none left" in page

    press(alice_client, made, key_on(page))

    newest = Order.objects.latest("created_at")
    assert newest.state == OrderState.CREATED
    assert newest.client_token != refused.client_token
    assert groups_in_the_cloud(alice) == 1


@pytest.mark.parametrize("error", [Unreachable("refused"), OutcomeUnknown("timed out")], ids=lambda error: error.kind)
def test_an_order_without_an_answer_is_asked_for_again_with_the_same_token(
    error: Exception, alice: User, alice_client: Client
) -> None:
    made = draft(alice, private_spec())
    with mock.patch(f"{ECI}.create", side_effect=error):
        answer = press(alice_client, made, ordering.form_key(made))
    order = Order.objects.get()
    assert answer["Location"] == reverse("orders:detail", args=[order.pk])
    assert alice_client.get(address(made))["Location"] == answer["Location"]

    asked = alice_client.post(reverse("orders:again", args=[order.pk]))

    order.refresh_from_db()
    assert asked["Location"] == reverse("groups:detail", args=[order.container_group_id])
    assert groups_in_the_cloud(alice) == 1


def test_an_answer_that_got_lost_does_not_make_a_second_group(alice: User, alice_client: Client) -> None:
    made = draft(alice)
    from consoleapp.gateways.alibaba.eci import ElasticContainerInstance

    really = ElasticContainerInstance.create

    def lose(self: Any, *args: Any, **kwargs: Any) -> Any:
        really(self, *args, **kwargs)
        raise OutcomeUnknown("the answer was lost")

    with mock.patch(f"{ECI}.create", lose):
        press(alice_client, made, ordering.form_key(made))
    order = Order.objects.get()
    assert order.state == OrderState.UNKNOWN

    alice_client.post(reverse("orders:again", args=[order.pk]))

    order.refresh_from_db()
    assert order.state == OrderState.CREATED
    assert groups_in_the_cloud(alice) == 1


class TestDryRun:
    """What the button says, and that it makes nothing."""

    @pytest.fixture
    def dry_run(self, alice: User, alice_client: Client) -> Iterator[Any]:
        made = draft(alice, private_spec())

        def run(error: Exception | None = None) -> str:
            if error is None:
                answer = alice_client.post(address(made), {"do": "dry-run"})
            else:
                with mock.patch(f"{ECI}.dry_run", side_effect=error):
                    answer = alice_client.post(address(made), {"do": "dry-run"})
            assert answer.status_code == 200
            return str(answer.content.decode())

        yield run
        assert not Order.objects.exists()
        assert groups_in_the_cloud(alice) == 0

    def test_says_that_it_passed(self, dry_run: Any) -> None:
        assert "Dry run passed" in dry_run()

    def test_leads_to_the_field_that_was_refused(self, dry_run: Any) -> None:
        error = InvalidParameter("bad image", field="Container.1.Image", code="InvalidParameter", request_id="7C1B")

        page = dry_run(error)

        assert "Dry run failed" in page
        assert re.search(r'href="[^"]*/basic/\?open=c\d+&amp;at=id_c\d+-image#id_c\d+-image"', page)
        assert "7C1B" in page

    def test_leads_to_the_credential_that_is_missing(self, dry_run: Any) -> None:
        page = dry_run(MissingCredential("who are you", host="registry.example.com"))

        assert "#id_image_registry_credentials-registry.example.com-password" in page

    def test_says_that_it_learnt_nothing_from_a_silent_cloud(self, dry_run: Any) -> None:
        assert "told nothing" in dry_run(Unreachable("connection refused"))


def test_warns_of_an_image_that_cannot_be_reached(alice: User, alice_client: Client) -> None:
    far = Container(name="web", image="nginx:1.27", image_pull_policy="IfNotPresent")
    isolated = spec(containers=(far,), vswitch_ids=("vsw-simhzisolatedb",), security_group_id="sg-simhzisolated")

    page = alice_client.get(address(draft(alice, isolated, "vpc-simhzisolated"))).content.decode()

    assert "No way to the Internet for web" in page
    assert "Add an Elastic IP" in page


def test_a_silent_cloud_still_shows_the_page(alice: User, alice_client: Client) -> None:
    made = draft(alice)
    silent = Unreachable("The cloud does not answer.")
    with (
        mock.patch("consoleapp.gateways.alibaba.vpc.VirtualPrivateCloud.vpcs", side_effect=silent),
        mock.patch(f"{ECI}.price", side_effect=silent),
    ):
        page = alice_client.get(address(made))

    assert page.status_code == 200
    assert "vsw-simhzdefaulth" in page.content.decode()


def test_a_database_that_takes_nothing_orders_nothing_and_says_so(
    shown: tuple[Draft, str], alice: User, alice_client: Client
) -> None:
    made, key = shown
    with mock.patch("consoleapp.wizard.services.ordering.record", side_effect=OperationalError("disk full")):
        answer = press(alice_client, made, key)

    assert answer.status_code == 503
    assert "Nothing was ordered" in answer.content.decode()
    assert groups_in_the_cloud(alice) == 0


def test_an_answer_that_cannot_be_stored_leads_to_the_orders_page(
    shown: tuple[Draft, str], alice: User, alice_client: Client
) -> None:
    made, key = shown
    with mock.patch("consoleapp.orders.answers.store_created", side_effect=OperationalError("disk full")):
        answer = press(alice_client, made, key)

    order = Order.objects.get()
    assert answer["Location"] == reverse("orders:detail", args=[order.pk])
    assert order.state == OrderState.SENDING
    assert alice_client.get(answer["Location"]).status_code == 200


def test_a_config_file_is_sealed_with_its_order_and_asked_for_again_in_a_similar_one(
    alice: User, alice_client: Client
) -> None:
    made = draft(alice, private_spec(volumes=(config_file(CANARY),)))
    assert f"app.conf (Mode 0600, {len(CANARY.encode())} bytes)" in alice_client.get(address(made)).content.decode()

    press(alice_client, made, ordering.form_key(made))

    order = Order.objects.get()
    key = "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Content"
    assert (order.state, order.sealed_secrets) == (OrderState.CREATED, "")
    assert key in order.secret_keys
    assert key not in order.public_parameters
    assert key not in AuditRow.objects.get(action="order.recorded").payload["parameters"]
    answer = alice_client.post(reverse("groups:similar", args=[order.container_group_id]))
    form = open_step(alice_client, answer["Location"])
    similar = Draft.objects.exclude(pk=made.pk).get()
    assert form.sent["v1-f2-path"] == ["app.conf"]
    assert vault.names(similar) == {vault.credential_name("registry.example.com")}
    assert "-content_error" in form.go("next").html


@pytest.mark.django_db(transaction=True)
def test_a_password_is_in_no_sink(
    alice: User, alice_client: Client, database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = draft(alice, private_spec(CANARY, volumes=(config_file(CANARY),)))
    pages = [alice_client.get(reverse(f"wizard:{step}", args=[made.pk])) for step in ("basic", "other", "confirm")]
    pages.append(alice_client.post(address(made), {"do": "dry-run"}))
    with mock.patch(f"{ECI}.create", side_effect=OutcomeUnknown("lost")):
        # The registry says that this login is wrong.
        pages.append(press(alice_client, made, ordering.form_key(made)))
        pages.append(press(alice_client, made, ordering.form_key(made), anyway="on"))
    order = Order.objects.get()
    pages.append(alice_client.get(reverse("orders:detail", args=[order.pk])))
    pages.append(alice_client.post(reverse("orders:again", args=[order.pk])))
    order.refresh_from_db()
    group = reverse("groups:detail", args=[order.container_group_id])
    pages += [alice_client.get(f"{group}?tab={tab}") for tab in ("events", "containers", "logs", "request")]
    pages.append(alice_client.post(f"{group}retry/", {"remedy": "credential", "container": "api"}))
    pages.append(alice_client.post(f"{group}similar/", follow=True))
    pages.append(alice_client.get(reverse("wizard:drafts")))
    pages.append(alice_client.get("/"))

    encoded = base64.b64encode(CANARY.encode()).decode()
    forms = (CANARY, quote(CANARY), quote_plus(CANARY), escape(CANARY), json.dumps(CANARY)[1:-1], CANARY[:12], encoded)
    stored = stored_bytes(database_file)
    for form in forms:
        assert form.encode() not in stored
        assert form not in caplog.text
        for page in pages:
            assert form.encode() not in page.content
            assert form not in str(page.headers)
    assert b"ContainerGroupName" in stored
    assert len(stored) > 10_000
    assert "CreateContainerGroup" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_make_one_group(alice: User, alice_client: Client, database_file: Path) -> None:
    made = draft(alice)
    key = ordering.form_key(made)

    assert statuses_at_once(alice_client, lambda client: press(client, made, key)) == {303}
    assert Order.objects.count() == 1
    assert groups_in_the_cloud(alice) == 1
