"""Every page of the console with something on it, as addresses of one served console."""

from dataclasses import dataclass

from django.test import Client

from consoleapp.orders.models import Order
from tests.bench import ground
from tests.wizard.page_form import open_step

ONE, TWENTY, FIVE = "basic, 1 container", "basic, 20 containers", "basic, 5 containers"


@dataclass(frozen=True)
class Page:
    """A page's name, its address below the server's, and the Cookie header it is shown to ("" to a visitor)."""

    name: str
    path: str
    cookie: str = ""


def every_page() -> list[Page]:
    """All pages, for a visitor and for somebody with drafts, an order and a container group."""
    owner, cookie = ground.person("alice")
    one, five, twenty = (ground.draft(owner, containers) for containers in (1, 5, 20))
    order = _order(str(ground.draft(owner, 5).pk), cookie)
    group = f"/groups/{order.container_group_id}/"
    images = f"/buy/{one.pk}/images/{one.typed['spec']['containers'][0]['_key']}/"
    paths = {
        "home": "/",
        "drafts": "/buy/drafts/",
        ONE: f"/buy/{one.pk}/basic/",
        FIVE: f"/buy/{five.pk}/basic/",
        TWENTY: f"/buy/{twenty.pk}/basic/",
        "other settings": f"/buy/{five.pk}/other/",
        "confirm": f"/buy/{five.pk}/confirm/",
        "common images": f"{images}common/",
        "my images": f"{images}mine/",
        "enterprise images": f"{images}enterprise/",
        "places and actions": "/go/",
        "group": group,
        "delete group": f"{group}delete/",
        "order": f"/orders/{order.pk}/",
        "audit trail": "/audit/",
    }
    visitors = [Page("home, visitor", "/"), Page("first page", "/buy/"), Page("sign in", "/accounts/sign-in/")]
    return [*visitors, *(Page(name, path, cookie) for name, path in paths.items())]


def _order(draft_id: str, cookie: str) -> Order:
    name, _, value = cookie.partition("=")
    client = Client(SERVER_NAME="localhost")
    client.cookies[name] = value
    answer = open_step(client, f"/buy/{draft_id}/confirm/").press("order", terms="on", anyway="on")
    if answer.status_code != 303:
        raise RuntimeError(f"the order was answered with {answer.status_code}")
    return Order.objects.get(draft_id=draft_id)
