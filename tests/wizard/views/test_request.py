"""The request of a draft in a language, and the draft as a link."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.domain.spec import Container, EnvironmentVar, InitContainer, SecurityContext, Tag
from consoleapp.languages.exports.languages import LANGUAGES
from consoleapp.orders.models import Order
from consoleapp.web import request_in
from consoleapp.wizard.models import Draft
from tests.teams.people import team
from tests.web.languages import WITH_SPOKEN
from tests.wizard.complete import CANARY, COMMON, draft, private_spec, spec
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db


def address(of: Draft, word: str) -> str:
    return reverse("wizard:request", args=[of.pk, word])


def confirm(client: Client, of: Draft) -> str:
    return client.get(reverse("wizard:confirm", args=[of.pk])).content.decode()


def link_on(page: str) -> str:
    found = re.search(r'data-copy="(http://testserver/buy/\?[^"]*)"', page)
    assert found
    return unescape(found[1]).removeprefix("http://testserver")


@pytest.mark.parametrize("word", ["lines", *(each.word for each in LANGUAGES)])
def test_confirm_offers_each_language_and_shows_it(alice: User, alice_client: Client, word: str) -> None:
    made = draft(alice, private_spec())
    assert f'href="{address(made, word)}"' in confirm(alice_client, made)
    for headers in ({}, {"HX-Request": "true"}):
        answer = alice_client.get(address(made, word), headers=headers)
        assert answer.status_code == 200
        assert 'id="request-in"' in answer.content.decode()
        assert CANARY not in answer.content.decode()
        assert "demo-password" not in answer.content.decode()
    assert not Order.objects.exists()


def test_what_a_language_cannot_say_stands_above_it(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_in, "LANGUAGES", WITH_SPOKEN)
    web = Container(name="web", image=COMMON, security_context=SecurityContext(read_only_root_filesystem=True))
    page = alice_client.get(address(draft(alice, spec(containers=(web,))), "spoken")).content.decode()
    assert "What Spoken cannot say" in page
    assert "<li>Container web: Root file system (Read only)</li>" in page
    assert "The region is cn-hangzhou." in page


def test_a_draft_that_is_not_complete_leads_to_what_is_missing(alice_client: Client) -> None:
    open_step(alice_client, "/buy/").go("save")
    made = Draft.objects.get()
    assert alice_client.get(address(made, "parameters"))["Location"] == f"/buy/{made.pk}/basic/"


def test_a_draft_that_was_ordered_leads_to_its_order(alice: User, alice_client: Client) -> None:
    made = draft(alice)
    form = open_step(alice_client, reverse("wizard:confirm", args=[made.pk]))
    form.press("order", terms="on")
    order = Order.objects.get()
    assert alice_client.get(address(made, "parameters"))["Location"] == f"/orders/{order.pk}/request/parameters/"


def test_the_link_opens_a_draft_like_this_also_in_what_its_first_page_does_not_show(
    alice: User, alice_client: Client, client: Client
) -> None:
    two = (
        Container(name="web", image=COMMON, tty=True, stdin=True, image_pull_policy="Always"),
        Container(name="side", image="redis:8", environment_vars=(EnvironmentVar("PLAIN", "1 & 2"),)),
    )
    init = (InitContainer(name="first", image="busybox:1.37", args=("-c", "true")),)
    made = draft(alice, spec(containers=two, init_containers=init, tags=(Tag("a", "b"),), host_name="web-1"))
    link = link_on(confirm(alice_client, made))

    form = open_step(client, link)
    assert "It was left out" not in form.html
    form.go("save")

    opened = Draft.objects.latest("created_at")
    assert opened.pk != made.pk
    client.force_login(opened.owner)
    page = confirm(client, opened)
    before, after = (
        re.findall(r"<dt>([\w.]+)</dt><dd>([^<]*)</dd>", each) for each in (confirm(alice_client, made), page)
    )
    marks = ("Tags", "Tag.2.Value")
    assert [each for each in after if each[0] not in marks] == [each for each in before if each[0] not in marks]
    assert ("Container.2.EnvironmentVar.1.Value", "1 &amp; 2") in after
    assert ("HostName", "web-1") in after


def test_what_does_not_fit_into_the_link_is_told(alice: User, alice_client: Client) -> None:
    page = confirm(alice_client, draft(alice, private_spec()))
    assert "Not in the link" in page
    assert "<li>Container api: Environment variables TOKEN</li>" in page
    assert "<li>Image repository credentials</li>" in page
    assert "demo" not in link_on(page)


def test_the_html_of_the_link_is_a_link_whatever_the_name(alice: User, alice_client: Client) -> None:
    page = confirm(alice_client, draft(alice))
    found = re.search(r'data-copy="(&lt;a href=[^"]*)"', page)
    assert found
    html = unescape(found[1])
    assert html.endswith(">Order shop-frontend</a>")
    assert unescape(html.split('"')[1]).endswith(link_on(page))


def test_a_draft_that_is_too_long_for_a_link_says_so(alice: User, alice_client: Client) -> None:
    long = Container(name="web", image=COMMON, args=("x" * 9000,))
    page = confirm(alice_client, draft(alice, spec(containers=(long,))))
    assert "This draft does not fit into a link: it would have 10 kB" in page
    assert "Copy as link" not in page


def test_a_link_of_more_than_8_kb_takes_nothing(client: Client) -> None:
    page = client.get(f"/buy/?image=nginx:1.27&containers.0.args={'x' * 8200}").content.decode()
    assert "The link is too long. Nothing was taken from it." in page
    assert 'value="nginx"' not in page


def test_the_link_of_a_teams_draft_begins_a_draft_of_the_team(alice: User, alice_client: Client) -> None:
    qa = team("qa", admin=alice).team
    made = draft(alice)
    Draft.objects.update(team=qa)
    assert link_on(confirm(alice_client, made)).startswith("/buy/?team=qa&")
