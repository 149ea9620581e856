"""What a draft shows that is to mend a failing group, where one arrives in it."""

from typing import Any
from unittest import mock

import pytest
from django.test import Client, override_settings

from consoleapp.orders.models import Order
from consoleapp.wizard.models import Draft, DraftCheck
from tests.groups.builders import PAGE, failing
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db

WRONG_IMAGE = "nginx:1.92"
SAID = "The image of container api cannot be pulled: its repository has no version 1.92."


@pytest.fixture
def failing_order(order: Order, port: mock.Mock) -> Order:
    """Alice's, whose image has no such version."""
    port.get.return_value = failing("manifest unknown", WRONG_IMAGE)
    order.parameters = {
        name: value for name, value in order.parameters.items() if not name.startswith("ImageRegistryCredential.")
    } | {"Container.1.Image": WRONG_IMAGE}
    order.secret_keys = []
    order.save()
    return order


def retried(client: Client, **changed: Any) -> StepForm:
    """The page to which the button on the page of the failing group leads."""
    posted = {"remedy": "image", "container": "api", **changed}
    return open_step(client, client.post(f"{PAGE}retry/", posted)["Location"])


def test_one_arrives_with_the_image_checked_and_what_mends_it(failing_order: Order, alice_client: Client) -> None:
    form = retried(alice_client)

    assert "library/nginx has no version 1.92." in form.html
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
