"""The image dialog: a page without script, its part with htmx; what it stores, and what it shows when lists fail."""

import re
from unittest.mock import Mock

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from consoleapp.domain.secret import Secret
from consoleapp.gateways.errors import AccessDenied, GatewayError, Refused, Throttled, Unreachable
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from tests.wizard.conftest import FakeCloud
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db

TABS = ("common", "docker", "mine", "enterprise")
COMMON = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open"


def stored() -> Draft:
    return Draft.objects.get()


def image_of(draft: Draft, position: int = 0) -> tuple[object, object]:
    fields = draft.typed["spec"]["containers"][position]
    return fields["image"], fields["image_version"]


def address(tab: str, query: str = "") -> str:
    return f"/buy/{stored().pk}/images/c1/{tab}/{query}"


def htmx(target: str, page: str = "/buy/x/basic/") -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target, "HX-Current-URL": f"http://testserver{page}"}


# --- the tabs


@pytest.mark.parametrize(
    ("tab", "title", "something"),
    [
        ("common", "Common Images", "busybox"),
        ("docker", "Docker Official Images", "postgres"),
        ("mine", "My Images", "acme/web-shop"),
        ("enterprise", "Container Registry Enterprise Edition", "platform/gateway"),
    ],
)
def test_each_tab_is_a_page_that_lists_its_images(started: StepForm, tab: str, title: str, something: str) -> None:
    html = started.client.get(address(tab)).content.decode()
    assert re.search(rf'aria-current="page">{title}</a>', html)
    assert something in html
    assert 'id="main"' in html


@pytest.mark.parametrize(
    ("tab", "image", "shown"),
    [
        ("common", "busybox", f"{COMMON}/busybox"),
        ("docker", "postgres", "postgres"),
        ("mine", "acme/web-shop", "registry-vpc.cn-hangzhou.aliyuncs.com/acme/web-shop"),
        ("enterprise", "platform/gateway", "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/platform/gateway"),
    ],
)
def test_a_chosen_image_offers_versions_and_fills_the_container(
    started: StepForm, tab: str, image: str, shown: str
) -> None:
    page = started.client.get(address(tab, f"?image={image}"))
    html = page.content.decode()
    assert f'name="address" value="{shown}"' in html
    tag = re.search(r'name="tag" value="([^"]+)"', html)
    assert tag is not None
    before = stored().version
    answer = started.client.post(address(tab, f"?image={image}"), {"address": shown, "tag": tag[1]})
    assert answer.status_code == 303
    assert answer["Location"] == f"/buy/{stored().pk}/basic/?open=c1&at=c1-image"
    assert image_of(stored()) == (shown, tag[1])
    assert stored().version == before + 1


def test_private_repositories_are_marked_and_the_list_is_searched_on_the_server(started: StepForm) -> None:
    html = started.client.get(address("mine", "?q=toolbox")).content.decode()
    assert "acme-public/toolbox" in html
    assert "acme/web-shop" not in html
    assert "Private" not in html
    assert "Private" in started.client.get(address("mine")).content.decode()


def test_docker_images_are_paged_by_links(started: StepForm) -> None:
    first = started.client.get(address("docker")).content.decode()
    assert 'rel="next" href="' in first
    second = started.client.get(address("docker", "?page=2")).content.decode()
    assert "Page 2 of" in second
    assert re.findall(r'class="cover"[^>]*>([^<]+)', first) != re.findall(r'class="cover"[^>]*>([^<]+)', second)


def test_the_version_that_the_container_has_is_the_ticked_one(started: StepForm) -> None:
    started.client.post(address("common"), {"address": f"{COMMON}/nginx", "tag": "alpine"})
    html = started.client.get(address("common", "?image=nginx")).content.decode()
    assert re.search(r'value="alpine"[^>]* checked', html)


def test_the_button_on_basic_settings_opens_the_tab_of_the_image(started: StepForm) -> None:
    assert started.press("pick-image:c1")["Location"] == address("common")
    assert started.press("save", c1__image="redis", version=str(stored().version)).status_code == 303
    form = open_step(started.client, started.url)
    assert form.press("pick-image:c1")["Location"] == address("docker")


@pytest.mark.parametrize(
    ("tab", "image", "taken"),
    [
        ("common", "busybox", (f"{COMMON}/busybox", "1.30")),
        ("docker", "nginx", ("nginx", "1.29.3")),
        ("mine", "acme/order-api", ("registry-vpc.cn-hangzhou.aliyuncs.com/acme/order-api", "1.12.0")),
        ("enterprise", "platform/gateway", ("acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/platform/gateway", "4.8.0")),
    ],
)
def test_a_press_on_a_row_takes_its_newest_version(
    started: StepForm, tab: str, image: str, taken: tuple[str, str]
) -> None:
    query = f"?q={image.rpartition('/')[2]}"
    page = started.client.get(address(tab, query)).content.decode()
    assert f'name="newest" value="{image}"' in page
    assert started.client.post(address(tab, query), {"newest": image}).status_code == 303
    assert image_of(stored()) == taken


def test_the_newest_of_an_image_that_is_not_there_is_refused_and_nothing_is_stored(started: StepForm) -> None:
    before = stored().version
    for key in ("no-such-image", "", '"><script>', "x" * 5000):
        answer = started.client.post(address("docker"), {"newest": key})
        assert answer.status_code == 422
        assert "has no version that can be listed" in answer.content.decode()
    assert stored().version == before


def test_an_address_in_the_search_can_be_used_as_it_is(started: StepForm) -> None:
    whole = "quay.io/prometheus/prometheus:v3.7.3"
    page = started.client.get(address("docker", f"?q={whole}")).content.decode()
    assert f'name="recent" value="{whole}">Use this address' in page
    assert "Use this address" not in started.client.get(address("docker", "?q=redis")).content.decode()
    started.client.post(address("docker", f"?q={whole}"), {"recent": whole})
    assert image_of(stored()) == ("quay.io/prometheus/prometheus", "v3.7.3")


def test_an_image_of_no_tab_opens_the_tab_that_was_used_last(started: StepForm) -> None:
    started.client.post(address("mine"), {"newest": "acme/order-api"})
    started.press("save", c1__image="quay.io/prometheus/prometheus", version=str(stored().version))
    url = open_step(started.client, started.url).press("pick-image:c1")["Location"]
    assert 'aria-current="page">My Images' in started.client.get(url).content.decode()


def test_official_images_tell_stars_and_date(started: StepForm) -> None:
    page = started.client.get(address("docker", "?q=nginx")).content.decode()
    assert re.search(r"<th[^>]*>Stars</th>", page)
    assert re.search(r">20900</td>\s*<td[^>]*>20\d\d-\d\d-\d\d<", page)


# --- with htmx


def test_a_request_for_the_dialog_gets_a_dialog_and_the_drafts_new_version(started: StepForm) -> None:
    answer = started.client.get(address("common"), headers=htmx("image-dialog"))
    html = answer.content.decode()
    assert html.lstrip().startswith("<dialog")
    assert f'id="draft-version" form="step" value="{stored().version}" hx-swap-oob="true"' in html
    assert answer["HX-Push-Url"] == "false"


def test_a_tab_in_the_dialog_leaves_the_address_of_the_page_below(started: StepForm) -> None:
    inside = started.client.get(address("docker"), headers=htmx("images"))
    assert inside.content.decode().lstrip().startswith('<div class="picker" id="images"')
    assert inside["HX-Push-Url"] == "false"
    on_page = started.client.get(address("docker"), headers=htmx("images", address("common")))
    assert "HX-Push-Url" not in on_page


# --- what is stored


def test_looking_around_stores_nothing_and_asks_little_of_the_database(
    started: StepForm, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    before = stored().version
    for tab in TABS:
        url = address(tab)
        with django_assert_max_num_queries(5) as seen:
            started.client.get(url)
        assert not [query for query in seen.captured_queries if not query["sql"].startswith("SELECT")]
    assert stored().version == before


def test_a_version_can_be_pinned_to_its_digest(started: StepForm) -> None:
    html = started.client.get(address("docker", "?image=postgres")).content.decode()
    found = re.search(r'name="digest:([^"]+)" value="(sha256:[0-9a-f]{64})"', html)
    assert found is not None
    posted = {"address": "postgres", "tag": found[1], "pin": "on", f"digest:{found[1]}": found[2]}
    started.client.post(address("docker", "?image=postgres"), posted)
    assert image_of(stored()) == ("postgres", found[2])


def test_a_custom_domain_prepares_the_row_that_names_its_instance(started: StepForm) -> None:
    query = "?image=platform/gateway&domain=images.example.com"
    html = started.client.get(address("enterprise", query)).content.decode()
    sent = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', html[html.index('id="pick"') :]))
    assert (sent["instance_id"], sent["address"]) == ("cri-simacmehz01", "images.example.com/platform/gateway")
    started.client.post(address("enterprise", query), {**sent, "tag": "4.8.0"})
    (row,) = stored().typed["spec"]["acr_registry_infos"]
    assert (row["instance_id"], row["domains"]) == ("cri-simacmehz01", "images.example.com")
    other = open_step(started.client, started.url).go("next")
    assert "Instance named" in other.html
    assert "/confirm/" in other.press("confirm")["Location"]


def test_the_password_of_a_host_that_is_no_longer_used_is_forgotten(started: StepForm) -> None:
    draft = stored()
    draft.typed["spec"]["containers"][0].update(image="registry.example.com/shop/api", image_version="1")
    draft.typed["spec"]["image_registry_credentials"] = [{"_key": "registry.example.com", "user_name": "ci"}]
    name = vault.credential_name("registry.example.com")
    drafts.save_draft(draft, draft.typed, expected_version=draft.version, secrets={name: Secret("canary")})
    started.client.post(address("docker"), {"address": "redis", "tag": "8"})
    assert stored().typed["spec"]["image_registry_credentials"] == []
    assert vault.names(stored()) == frozenset()


def test_what_another_tab_saved_meanwhile_stays(started: StepForm) -> None:
    started.client.get(address("common"))
    started.press("save", container_group_name="renamed-meanwhile")
    started.client.post(address("common"), {"address": f"{COMMON}/busybox", "tag": "1.30"})
    assert stored().name == "renamed-meanwhile"
    assert image_of(stored()) == (f"{COMMON}/busybox", "1.30")


# --- bad input


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"address": "redis"},
        {"address": "redis", "tag": "a b"},
        {"address": "100.100.100.200/latest/x", "tag": "1"},
        {"address": "http://reg/a", "tag": "1"},
        {"address": "redis", "tag": "1", "pin": "on"},
        {"address": "redis", "tag": "1", "pin": "on", "digest:1": "sha256:short"},
        {"address": "r" * 300, "tag": "1"},
        {"address": '"><script>alert(1)</script>', "tag": "1"},
        {"address": "redis", "tag": "1\x00"},
    ],
)
def test_an_image_that_is_none_is_refused_in_its_place_and_nothing_is_stored(
    started: StepForm, posted: dict[str, str]
) -> None:
    before = stored().version
    answer = started.client.post(address("docker", "?image=redis"), posted)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="pick-error" role="alert"' in html
    assert "<script>alert" not in html
    assert answer["HX-Retarget"] == "#images"
    assert stored().version == before


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    "hostile", ['"><script>alert(1)</script>', "{{7*7}}", "../../etc", "%00", "x" * 5000, "-1", "9" * 40]
)
def test_hostile_addresses_show_a_page(started: StepForm, tab: str, hostile: str) -> None:
    names = ("q", "page", "image", "versions", "namespace", "instance", "domain", "region")
    answer = started.client.get(address(tab), dict.fromkeys(names, hostile))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_stranger_and_a_visitor_find_nothing(started: StepForm, mallory_client: Client, client: Client) -> None:
    before = stored().version
    for who in (mallory_client, client):
        assert who.get(address("common")).status_code == 404
        assert who.post(address("common"), {"address": "redis", "tag": "8"}).status_code == 404
    assert stored().version == before


def test_a_container_or_tab_that_is_not_there_is_not_found(started: StepForm) -> None:
    assert started.client.get(f"/buy/{stored().pk}/images/c99/common/").status_code == 404
    assert started.client.get(f"/buy/{stored().pk}/images/c1/other/").status_code == 404
    assert started.client.post(f"/buy/{stored().pk}/images/c99/common/", {}).status_code == 404
    assert started.client.delete(address("common")).status_code == 405


# --- a cloud that does not answer


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Unreachable("no route"), "The cloud does not answer."),
        (Throttled("slow down", code="Throttling.User", request_id="REQ-1"), "asked too often"),
        (AccessDenied("no", permission="cr:ListRepository"), "cr:ListRepository"),
        (Refused("odd", code="Odd.Code", request_id="REQ-2"), "REQ-2"),
    ],
)
def test_a_list_that_fails_says_what_happened_and_what_to_do(
    started: StepForm, fake_cloud: FakeCloud, error: GatewayError, sentence: str
) -> None:
    methods = ("common_images", "docker_official_images", "personal_namespaces", "enterprise_instances")
    fake_cloud.catalogue.failures.update(dict.fromkeys(methods, error))
    fake_cloud.registries.failures.update(dict.fromkeys(methods, error))
    for tab in TABS:
        answer = started.client.get(address(tab))
        html = answer.content.decode()
        assert answer.status_code == 200
        assert sentence in html
        assert "Try again" in html
        assert "Type an address" in html


def test_versions_that_fail_leave_the_list_usable(started: StepForm, fake_cloud: FakeCloud) -> None:
    fake_cloud.registries.failures["personal_tags"] = Throttled("slow down", request_id="REQ-3")
    html = started.client.get(address("mine", "?image=acme/app-1")).content.decode()
    assert "acme/app-3" in html
    assert "REQ-3" in html
    assert re.search(r'form="pick" disabled', html)


def test_empty_lists_say_what_to_do_next(started: StepForm, fake_cloud: FakeCloud) -> None:
    fake_cloud.registries.repositories, fake_cloud.registries.instances = (), ()
    assert "No namespace of yours" in started.client.get(address("mine")).content.decode()
    assert "No Enterprise Edition instance" in started.client.get(address("enterprise")).content.decode()
    assert "Show all" in started.client.get(address("docker", "?q=nothing-like-it")).content.decode()


def test_an_instance_without_an_open_domain_says_how_to_open_one(started: StepForm, fake_cloud: FakeCloud) -> None:
    fake_cloud.registries.endpoints = ()
    html = started.client.get(address("enterprise", "?image=acme/app-1")).content.decode()
    assert "no open domain" in html


@pytest.mark.parametrize("posted", [{"address": "redis", "tag": "8"}, {"recent": "redis:8"}])
def test_a_database_that_takes_nothing_says_so_in_the_dialog(
    started: StepForm, posted: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = image_of(stored())
    monkeypatch.setattr(drafts, "save_draft", Mock(side_effect=OperationalError("disk full")))
    answer = started.client.post(address("docker"), posted, headers=htmx("images"))
    assert answer.status_code == 503
    assert b"Not saved" in answer.content
    assert image_of(stored()) == before
