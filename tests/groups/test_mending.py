"""What a draft shows that is to mend a failing group, and that the old group is billed on until it is deleted."""

import re
from typing import Any
from unittest import mock

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.gateways.errors import NotFound, Refused, Unreachable
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus, State
from consoleapp.orders.models import Order
from consoleapp.wizard.models import Draft, DraftCheck
from tests.groups.builders import IMAGE, PAGE, REFUSED, RUNNING, failing, group, text
from tests.groups.conftest import ECI
from tests.orders.builders import created
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db

SAID = "The image of container api cannot be pulled: no version 1.92."


def retried(client: Client, **changed: Any) -> StepForm:
    """The page to which the button on the page of the failing group leads."""
    posted = {"remedy": "image", "container": "api", **changed}
    return open_step(client, client.post(f"{PAGE}retry/", posted)["Location"])


def test_one_arrives_with_the_image_checked_and_what_mends_it(failing_order: Order, alice_client: Client) -> None:
    form = retried(alice_client)

    assert "nginx has no version 1.92." in form.html
    assert 'data-wrong="image_version"' in form.html
    assert "check-tag:c1:1.29" in form.buttons
    assert "data-asks" not in form.html
    assert SAID not in form.html
    assert open_step(alice_client, form.url).go("check-tag:c1:1.29").sent["c1-image_version"] == ["1.29"]


@override_settings(CHECK_ON_INPUT=False)
def test_what_the_cloud_said_stands_at_the_image_where_nothing_is_checked_by_itself(
    failing_order: Order, alice_client: Client
) -> None:
    form = retried(alice_client)

    assert SAID in form.html
    assert 'data-wrong="image"' in form.html
    assert not DraftCheck.objects.exists()
    assert SAID in form.go("save").html
    assert SAID not in form.go("save", c1__image_version="1.29").html


def test_what_the_cloud_said_stands_beside_a_registry_that_sees_nothing_wrong(
    failing_order: Order, port: mock.Mock, alice_client: Client
) -> None:
    Order.objects.update(parameters={**failing_order.parameters, "Container.1.Image": "nginx:1.29"})
    port.get.return_value = failing("something odd", "nginx:1.29")

    form = retried(alice_client)

    assert "The image of container api cannot be pulled." in form.html
    assert "Can be pulled" in form.html


@pytest.mark.parametrize("posted", [{"container": "nobody"}, {"remedy": "command"}])
def test_nothing_is_checked_or_said_of_an_image_that_is_not_to_be_changed(
    failing_order: Order, alice_client: Client, posted: dict[str, str]
) -> None:
    retried(alice_client, **posted)

    assert not DraftCheck.objects.exists()
    assert "told" not in Draft.objects.get().data


# --- the group that is billed on


NEVER = group(
    ContainerStatus("api", IMAGE, state=State("Terminated", exit_code=1)), status="Running", restart_policy="Never"
)


def note_on(page: str) -> str:
    """The words of the note about the groups that are replaced, "" where there is none."""
    found = re.search(r'id="replaced">(.*?)</ul>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


@pytest.mark.parametrize("found", [REFUSED, RUNNING, NEVER], ids=["fails", "runs by now", "ended badly in part"])
def test_the_draft_names_the_group_that_is_billed_on_until_it_is_deleted(
    order: Order, port: mock.Mock, alice_client: Client, found: ContainerGroup
) -> None:
    Order.objects.update(group_name="a<b")
    port.get.return_value = found

    form = retried(alice_client, remedy="credential")

    for page in (form.html, form.go("goto:basic").go("save").html):
        assert f'<a href="{PAGE}">a&lt;b</a>' in page
        assert note_on(page).startswith(
            "This replaces a&lt;b eci-1 , which is billed until it has ended or is deleted."
        )
        assert f'href="{PAGE}delete/"' in page
    Order.objects.update(delete_requested_at=timezone.now())
    assert note_on(form.go("goto:basic").html) == ""


@pytest.mark.parametrize(
    ("answer", "is_named"),
    [(group(status="ScheduleFailed"), False), (NotFound("gone"), False), (Unreachable("no answer"), True)],
    ids=["ended", "gone", "silent"],
)
def test_the_draft_does_not_name_a_group_that_costs_nothing(
    order: Order, port: mock.Mock, alice_client: Client, answer: object, is_named: bool
) -> None:
    port.get.side_effect = [answer]

    assert bool(note_on(retried(alice_client, remedy="place").html)) == is_named


def test_a_copy_replaces_nothing(failing_order: Order, alice_client: Client) -> None:
    retried(alice_client)
    made = Draft.objects.get()
    assert made.replaces == failing_order

    alice_client.post(f"/buy/{made.pk}/copy/")
    alice_client.post(f"{PAGE}similar/")

    assert Draft.objects.filter(replaces=None).count() == 2


def test_a_retry_of_what_has_ended_still_names_what_it_was_to_replace(
    order: Order, port: mock.Mock, alice: User, alice_client: Client
) -> None:
    ended = created(alice, "eci-2")
    Order.objects.filter(pk=ended.pk).update(replaces=order)
    port.get.side_effect = lambda _region, asked: RUNNING if asked == "eci-1" else group(status="Failed")

    alice_client.post("/groups/eci-2/retry/", {"remedy": "image", "container": "api"})

    assert Draft.objects.get().replaces == order


@pytest.fixture
def replacing(alice: User) -> tuple[str, Client]:
    """The address of Confirm of a draft that is to replace a group of the simulator, which runs, and whose it is."""
    client = Client()
    client.force_login(alice)
    form = open_step(client, "/buy/?image=nginx:1.29").go("confirm")
    old = ordered(client, form)
    answer = client.post(f"{old}retry/", {"remedy": "command", "container": "container-1"})
    draft_id = answer["Location"].split("/")[2]
    return f"/buy/{draft_id}/confirm/", client


def ordered(client: Client, form: StepForm) -> str:
    """Where the press on Confirm leads."""
    return str(form.press("order", terms="on")["Location"])


def test_confirm_and_the_new_group_name_the_old_one_with_its_cost(replacing: tuple[str, Client]) -> None:
    address, client = replacing
    old = Order.objects.get()
    confirm = open_step(client, address)
    named = f"This replaces {old.group_name} {old.container_group_id} , which is"

    assert f"<strong>{old.group_name}</strong> (failing" in confirm.html
    with mock.patch(f"{ECI}.get", return_value=group(status="Pending", creation_time=timezone.now())):
        assert re.search(r"\(failing, CNY\s\d\.\d{4} so far\)", text(client, address))
    new = ordered(client, confirm)

    order = Order.objects.exclude(pk=old.pk).get()
    assert order.replaces == old
    assert AuditRow.objects.filter(action="order.recorded").latest("id").payload["replaces"] == str(old.pk)
    for page in (new, f"/orders/{order.pk}/"):
        assert note_on(text(client, page)).startswith(named)
    # Not before the new one runs.
    assert not AuditRow.objects.filter(action="group.delete_asked").exists()

    client.post(f"/groups/{old.container_group_id}/delete/")

    for page in (new, f"/orders/{order.pk}/"):
        assert note_on(text(client, page)) == ""


def test_a_new_draft_of_a_refused_order_replaces_the_same_group(replacing: tuple[str, Client]) -> None:
    address, client = replacing
    old = Order.objects.get()
    with mock.patch(f"{ECI}.create", side_effect=Refused("no", code="Nope")):
        ordered(client, open_step(client, address))
    Draft.objects.all().delete()

    client.post(reverse("wizard:mend", args=[Order.objects.exclude(pk=old.pk).get().pk]), {"field": "Cpu"})

    assert Draft.objects.get().replaces == old


def test_a_silent_cloud_is_waited_for_once_on_the_page_of_the_new_group(
    order: Order, port: mock.Mock, alice: User, alice_client: Client
) -> None:
    Order.objects.filter(pk=created(alice, "eci-2").pk).update(replaces=order)
    port.get.side_effect = Unreachable("no answer")

    page = text(alice_client, "/groups/eci-2/")

    assert "billed until it has ended or is deleted." in note_on(page)
    assert port.get.call_count == 1
