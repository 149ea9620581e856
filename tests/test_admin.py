"""consoleapp/admin.py: what a site admin sees, that nothing can be changed, and the one way in."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.admin import site
from consoleapp.audit.models import AuditRow
from consoleapp.orders.models import Order
from tests.accounts.browsers import sign_in
from tests.orders.builders import CANARY, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sign_in_is_required() -> Iterator[None]:
    with override_settings(SIGN_IN="required"):
        yield


@pytest.fixture
def order(alice: User) -> Order:
    return record(alice)


@pytest.fixture
def admin(carol: User) -> Client:
    """The browser of a site admin."""
    return sign_in(carol)


def page_of(row: Order | AuditRow, page: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def test_an_order_is_shown_without_its_secrets(admin: Client, order: Order) -> None:
    html = admin.get(page_of(order)).content.decode()
    assert "shop-api" in html
    assert order.client_token in html
    for hidden in (CANARY, order.sealed_secrets, order.form_key, order.payload_hash):
        assert hidden
        assert hidden not in html


def test_what_no_field_of_the_page_shows_is_meant_to_be_hidden() -> None:
    shown = {model: set(site._registry[model].fields or ()) for model in (Order, AuditRow)}
    hidden = {model: {field.name for field in model._meta.fields} - shown[model] for model in shown}
    assert hidden == {Order: {"sealed_secrets", "form_key", "payload_hash"}, AuditRow: {"id"}}


def test_the_list_finds_an_order_by_what_people_tell_of_it(admin: Client, order: Order) -> None:
    for words, count in ((str(order.pk), 1), ("shop", 1), ("alice", 1), ("mallory", 0), ("'\"%", 0)):
        answer = admin.get(reverse("admin:orders_order_changelist"), {"q": words})
        assert answer.context["cl"].result_count == count


def test_the_list_takes_the_same_queries_however_long_it_is(admin: Client, alice: User, order: Order) -> None:
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as seen:
            admin.get(reverse("admin:orders_order_changelist"))
        counts.append(len(seen))
        record(alice, f"another-{number}")
    assert counts[0] == counts[1]


def test_nothing_is_changed_by_a_press(admin: Client, order: Order) -> None:
    row = AuditRow.objects.latest("pk")
    before = [model_to_dict(Order.objects.get()), *AuditRow.objects.values()]
    for thing in (order, row):
        typed = {"group_name": "typed", "state": "refused", "action": "typed", "_save": "Save", "post": "yes"}
        answers = [admin.post(page_of(thing, page), typed) for page in ("change", "delete")]
        answers.append(admin.post(reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_add"), typed))
        chosen = {"action": "delete_selected", "_selected_action": str(thing.pk), "post": "yes"}
        answers.append(admin.post(page_of(thing, "change").replace(f"{thing.pk}/change/", ""), chosen))
        assert [answer.status_code for answer in answers[:3]] == [403, 403, 403]
    assert [model_to_dict(Order.objects.get()), *AuditRow.objects.values()] == before


def test_looking_writes_nothing(admin: Client, order: Order) -> None:
    with CaptureQueriesContext(connection) as seen:
        for address in (reverse("admin:index"), reverse("admin:orders_order_changelist"), page_of(order)):
            assert admin.get(address).status_code == 200
    assert [query["sql"] for query in seen.captured_queries if not query["sql"].startswith("SELECT")] == []


def test_who_may_enter_is_asked_at_the_consoles_own_sign_in_page(client: Client) -> None:
    for address in ("/admin/", "/admin/login/", "/admin/orders/order/"):
        assert client.get(address).headers["Location"] == f"/accounts/sign-in/?next={address}"
    typed = {"username": "carol", "password": "carol-and-a-long-password", "next": "/admin/"}
    assert client.post("/admin/login/", typed).headers["Location"].startswith("/accounts/sign-in/")
    assert "sessionid" not in client.cookies


def test_a_member_of_staff_who_is_no_site_admin_finds_nothing(alice: User) -> None:
    alice.is_staff = True
    alice.save()
    assert sign_in(alice).get("/admin/").status_code == 404


def test_a_site_admin_finds_nothing_where_guests_are_welcome(carol: User) -> None:
    browser = Client()
    browser.force_login(carol)
    with override_settings(SIGN_IN="guest"):
        assert {browser.get(address).status_code for address in ("/admin/", "/admin/login/")} == {404}


def test_the_menu_leads_a_site_admin_there_and_nobody_else(admin: Client, alice: User) -> None:
    link = f'href="{reverse("admin:index")}"'
    assert link in admin.get("/").content.decode()
    assert link not in sign_in(alice).get("/").content.decode()


def test_signing_out_there_is_signing_out_everywhere(admin: Client) -> None:
    assert admin.post("/admin/logout/").status_code == 302
    assert admin.get("/admin/").status_code == 302
