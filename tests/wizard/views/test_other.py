"""Other Settings: what the images require, the optional rest, and where passwords go and never go."""

import re
from typing import Any

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from consoleapp.accounts.models import User
from consoleapp.domain.spec import Container
from consoleapp.gateways.errors import Unreachable
from consoleapp.web.caching import cache
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftSecret
from tests.queries import at_most
from tests.wizard import complete
from tests.wizard.conftest import FakeCloud
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db

HOST = "registry.example.com"
PRIVATE = f"{HOST}/team/api:1.4.2"
PASSWORD = "canary-%41+ пароль😀 "
USER_NAME, PASSWORD_NAME = f"image_registry_credentials-{HOST}-user_name", f"image_registry_credentials-{HOST}-password"


def stored() -> Draft:
    return Draft.objects.get()


def other(client: Client, image: str, **basic: Any) -> StepForm:
    """Other Settings of a new draft with one container that runs this image."""
    form = open_step(client, f"/buy/?image={image}").go("next", **basic)
    assert form.url.endswith("/other/")
    return form


# --- what is required


@pytest.mark.parametrize(
    ("image", "chip"),
    [
        ("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2", "Nothing needed"),
        ("nginx:1.27", "Nothing needed"),
        ("bitnami/redis:7", "Nothing needed"),
        ("registry-vpc.cn-hangzhou.aliyuncs.com/acme/web-shop:2.4.1", "Nothing needed"),
        ("acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/platform/gateway:4.8.0", "Nothing needed"),
        ("acme-registry.cn-shanghai.cr.aliyuncs.com/platform/gateway:4.8.0", "Name the instance"),
        (PRIVATE, f"Credential for {HOST}"),
        ("10.0.0.9:5000/team/api:1", "Host not found"),
    ],
)
def test_each_kind_of_image_is_asked_for_exactly_what_it_needs(alice_client: Client, image: str, chip: str) -> None:
    form = other(alice_client, image)
    assert chip in form.html
    goes_on = "/confirm/" in form.press("confirm")["Location"]
    assert goes_on is (chip == "Nothing needed")


GREEN = 'class="chip ok"'


@override_settings(CHECK_ON_INPUT=False)
@pytest.mark.parametrize(
    "image", ["nginx:1.92", "registry-vpc.cn-hangzhou.aliyuncs.com/acme/there-is-none:1", f"{HOST}/team/api:1.4.2"]
)
def test_nothing_is_green_on_any_page_before_it_is_proved(alice_client: Client, image: str) -> None:
    form = open_step(alice_client, f"/buy/?image={image}").go("save")
    assert GREEN not in form.html
    form = form.go("goto:other")
    assert GREEN not in form.html
    if image.startswith(HOST):
        form = form.go("save", **{USER_NAME: "demo", PASSWORD_NAME: "not-the-password"})
        assert GREEN not in form.html
        assert "complete, not checked" in form.html
    confirm = form.go("confirm")
    assert "/confirm/" in confirm.url
    assert GREEN not in confirm.html


def test_what_a_registry_has_proved_is_green(alice_client: Client) -> None:
    form = other(alice_client, PRIVATE).go("check:c1", **{USER_NAME: "demo", PASSWORD_NAME: "demo-password"})
    assert f'<span id="open-needs"><span {GREEN}>proved</span></span>' in form.html


def test_nothing_is_said_to_be_fine_that_a_registry_or_the_network_speaks_against(alice_client: Client) -> None:
    form = other(alice_client, "acme/private-api:1.0.1").go("check:c1")
    assert "not all of your images can be pulled as they are" in form.html
    assert "a registry says no" in form.html
    assert "Nothing needed" not in form.html
    basic = open_step(alice_client, "/buy/?image=nginx:1.29").go("save", vpc_id="vpc-simhzisolated")
    blocked = basic.go("next", vswitch_ids=["vsw-simhzisolatedb"], security_group_id="sg-simhzisolated")
    assert "not all of your images can be pulled as they are" in blocked.html


def test_a_private_image_cannot_be_skipped_and_passes_with_its_credential(alice_client: Client) -> None:
    form = other(alice_client, PRIVATE)
    stopped = form.go("confirm")
    assert stopped.url == form.url
    assert stopped.html.count(f"Login for {HOST}</a>: User name and password are missing.") == 1
    assert "A value is required." not in stopped.html
    assert f'id="id_{PASSWORD_NAME}"' in stopped.html
    half = {"The password is missing.": {USER_NAME: "demo"}, "The user name is missing.": {PASSWORD_NAME: "x"}}
    for said, typed in half.items():
        typed.setdefault(USER_NAME, "")
        assert f"Login for {HOST}</a>: {said}" in stopped.go("confirm", **typed).html
    answer = stopped.press("confirm", **{USER_NAME: "demo", PASSWORD_NAME: "demo-password"})
    assert answer["Location"].endswith("/confirm/")
    assert vault.get_all(stored())[vault.credential_name(HOST)].reveal() == "demo-password"


def test_the_server_is_shown_locked_and_a_posted_one_is_not_looked_at(alice_client: Client) -> None:
    form = other(alice_client, PRIVATE)
    assert f'value="{HOST}" readonly' in form.html
    prefix = "image_registry_credentials-evil.example.com"
    extra = {
        f"{prefix}-user_name": "x",
        f"{prefix}-password": "canary",
        f"image_registry_credentials-{HOST}-server": "evil.example.com",
    }
    form.press("save", **extra)
    assert "evil" not in str(stored().data)
    assert vault.names(stored()) == frozenset()


def test_one_credential_serves_every_container_of_the_host(alice_client: Client) -> None:
    basic = open_step(alice_client, f"/buy/?image={PRIVATE}").go("init-add")
    key = stored().typed["spec"]["init_containers"][0]["_key"]
    form = basic.go("next", **{f"{key}-name": "setup", f"{key}-image": f"{HOST}/team/setup:1"})
    assert form.html.count(f"Credential for {HOST}") == 1
    assert "<strong>setup</strong>" in form.html


def test_docker_hub_repositories_can_be_said_to_be_private_and_public_again(alice_client: Client) -> None:
    form = other(alice_client, "acme/private-api:1.0.1")
    asked = form.go("save", **{"image_registry_credentials-docker.io-private_docker_hub": "on"})
    assert "Credential for docker.io" in asked.html
    assert "/other/" in asked.press("confirm")["Location"]
    again = open_step(alice_client, asked.url).go(
        "save", **{"image_registry_credentials-docker.io-private_docker_hub": None}
    )
    assert "Credential for docker.io" not in again.html


def test_an_instance_of_another_region_is_named_by_one_press_or_given_a_credential(alice_client: Client) -> None:
    host = "acme-registry.cn-shanghai.cr.aliyuncs.com"
    form = other(alice_client, f"{host}/platform/gateway:4.8.0").go(f"acr-for:{host}")
    (row,) = stored().typed["spec"]["acr_registry_infos"]
    assert row == {"_key": row["_key"], "region_id": "cn-shanghai", "domains": host}
    assert "Instance not named yet" in form.html
    stopped = form.go("confirm")
    assert f'id="id_{row["_key"]}-instance_id_error"' in stopped.html
    done = stopped.press("confirm", **{f"{row['_key']}-instance_id": "cri-simacmesh01"})
    assert done["Location"].endswith("/confirm/")


def test_a_custom_domain_that_was_typed_is_pulled_without_a_secret_once_its_instance_is_named(
    alice_client: Client,
) -> None:
    form = other(alice_client, "images.example.com/platform/gateway:4.8.0")
    assert "Credential for images.example.com" in form.html
    form = form.go("acr-for:images.example.com")
    (row,) = stored().typed["spec"]["acr_registry_infos"]
    done = form.press("confirm", **{f"{row['_key']}-instance_id": "cri-simacmehz01"})
    assert done["Location"].endswith("/confirm/")


def test_an_internet_image_without_a_way_out_gets_an_elastic_ip_by_one_press(alice: User, alice_client: Client) -> None:
    spec = complete.spec(
        vswitch_ids=("vsw-simhzintranetg",),
        security_group_id="sg-simhzintranet",
        containers=(Container(name="web", image="nginx:1.27"),),
    )
    draft = complete.draft(alice, spec, "vpc-simhzintranet")
    form = open_step(alice_client, f"/buy/{draft.pk}/other/")
    assert "has no way out" in form.html
    mended = form.go("eip-create")
    assert "has no way out" not in mended.html
    assert stored().typed["spec"]["eip"] == "create"


# --- passwords


def test_a_password_is_in_no_page_and_in_no_plain_data(alice_client: Client) -> None:
    form = other(alice_client, PRIVATE).go("save", **{USER_NAME: "ci", PASSWORD_NAME: PASSWORD})
    for url in (form.url, form.url.replace("/other/", "/basic/"), form.url.replace("/other/", "/confirm/")):
        assert PASSWORD.strip() not in alice_client.get(url).content.decode()
    assert PASSWORD.strip() not in str(stored().data)
    assert PASSWORD.strip() not in DraftSecret.objects.get().sealed
    assert "Stored. Leave empty to keep it." in form.html


def test_an_empty_password_keeps_the_stored_one(alice_client: Client) -> None:
    form = other(alice_client, PRIVATE).go("save", **{USER_NAME: "ci", PASSWORD_NAME: PASSWORD})
    form.go("save", **{USER_NAME: "other", PASSWORD_NAME: ""})
    assert vault.get_all(stored())[vault.credential_name(HOST)].reveal() == PASSWORD


def test_an_optional_credential_is_taken_back_by_emptying_it(alice_client: Client) -> None:
    names = ("image_registry_credentials-docker.io-user_name", "image_registry_credentials-docker.io-password")
    form = other(alice_client, "bitnami/redis:7").go("save", **dict(zip(names, ("ci", "pw"), strict=True)))
    assert vault.names(stored()) == {"credential/docker.io"}
    form.go("save", **dict.fromkeys(names, ""))
    assert vault.names(stored()) == frozenset()


@pytest.mark.parametrize("password", ["a\rb", "a\nb", "a\0b", "x" * 4097])
def test_a_password_that_cannot_be_sent_is_refused_at_its_field(alice_client: Client, password: str) -> None:
    form = other(alice_client, PRIVATE).go("confirm", **{USER_NAME: "ci", PASSWORD_NAME: password})
    assert f'id="id_{PASSWORD_NAME}_error"' in form.html
    assert password not in form.html


def test_the_credential_goes_with_the_last_image_of_its_host(alice_client: Client) -> None:
    form = other(alice_client, PRIVATE).go("save", **{USER_NAME: "ci", PASSWORD_NAME: PASSWORD})
    form.go("goto:basic").go("save", c1__image="redis", c1__image_version="8")
    assert stored().typed["spec"]["image_registry_credentials"] == []
    assert vault.names(stored()) == frozenset()


def test_what_is_missing_on_another_step_leads_to_its_very_field(alice_client: Client) -> None:
    form = other(alice_client, PRIVATE).go("goto:basic")
    answer = form.press("check-credential:c1")
    assert "/basic/" in answer["Location"]
    assert answer["Location"].partition("#")[2] == f"id_{USER_NAME}"
    assert answer["Location"].partition("#")[2] in open_step(alice_client, answer["Location"]).html


# --- the optional rest


def test_tags_are_added_and_removed_by_buttons(alice_client: Client) -> None:
    form = other(alice_client, "nginx").go("row-add:tags").go("row-add:tags")
    first, second = (row["_key"] for row in stored().typed["spec"]["tags"])
    form = form.go(f"row-remove:tags:{first}", **{f"{second}-key": '"><script>alert(1)</script>'})
    assert [row["_key"] for row in stored().typed["spec"]["tags"]] == [second]
    assert "<script>alert" not in form.html
    assert "&lt;script&gt;alert" in form.html


def test_one_of_the_twenty_tags_is_left_for_the_order_s_mark(alice_client: Client) -> None:
    form = other(alice_client, "nginx")
    for _number in range(21):
        form = form.go("row-add:tags")
    assert len(stored().typed["spec"]["tags"]) == 19
    assert "row-add:tags" not in form.buttons


def test_every_error_stands_at_its_field_and_nothing_typed_is_lost(alice_client: Client) -> None:
    wrong = {
        "eip": "create",
        "eip_bandwidth_mbps": "lots",
        "plain_http_registries": "http://reg/a",
        "insecure_registries": "0x7f.1",
        "ram_role_name": "no blank",
        "resource_group_id": "rg/1",
        "dns_config-name_servers": "not-an-ip",
        "host_aliases": "db 10.0.0.8",
        "ntp_servers": "-",
        "termination_grace_period_seconds": "1e309",
        "active_deadline_seconds": "0",
        "max_pending_minutes": "5",
    }
    form = other(alice_client, "nginx").go("confirm", **wrong)
    for name, value in wrong.items():
        assert value in form.html
        if name != "eip":
            assert f'id="id_{name}_error"' in form.html, name


def test_unbound_elastic_ips_are_offered_and_an_id_can_be_typed_when_the_list_fails(
    alice_client: Client, fake_cloud: FakeCloud
) -> None:
    form = other(alice_client, "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1")
    assert "203.0.113.9" in form.html
    fake_cloud.networks.failures["unbound_eips"] = Unreachable("no route")
    cache.clear()
    html = alice_client.get(form.url).content.decode()
    assert "The list cannot be had at the moment" in html
    assert re.search(r'<input[^>]*name="eip_instance_id"', html)


def test_a_bound_elastic_ip_is_none_of_the_offers(alice_client: Client) -> None:
    html = other(alice_client, "nginx").html
    assert "eip-simhzfree1" in html
    assert "eip-simhzused" not in html


def test_the_hosts_of_the_images_are_added_to_the_registry_lists_by_one_press(alice_client: Client) -> None:
    form = other(alice_client, "10.0.0.9:5000/team/api:1")
    form = form.go("host-add:plain_http_registries:10.0.0.9:5000")
    assert stored().typed["spec"]["plain_http_registries"] == "10.0.0.9:5000"
    assert "host-add:plain_http_registries:10.0.0.9:5000" not in form.buttons
    assert "host-add:insecure_registries:10.0.0.9:5000" in form.buttons


def test_a_host_that_is_listed_behind_a_comma_is_not_offered_again_nor_written_twice(alice_client: Client) -> None:
    form = other(alice_client, "10.0.0.9:5000/team/api:1")
    button = "host-add:plain_http_registries:10.0.0.9:5000"
    listed = "10.0.0.9:5000, b.example.com"
    assert button not in form.go("save", **{"plain_http_registries": listed}).buttons
    form.press(button, **{"plain_http_registries": listed})
    assert stored().typed["spec"]["plain_http_registries"] == listed


def test_a_log_becomes_a_variable_and_is_removed_again(alice_client: Client) -> None:
    form = other(alice_client, "nginx").go("log-add", **{"log_logstore": "web", "log_path": ""})
    (row,) = stored().typed["spec"]["containers"][0]["environment_vars"]
    assert row["key"] == "aliyun_logs_web"
    form.go(f"log-remove:c1:{row['_key']}")
    assert stored().typed["spec"]["containers"][0]["environment_vars"] == []


@pytest.mark.parametrize(
    "verb",
    [
        "row-add:nonsense",
        "row-add",
        "row-remove:nonsense:t1",
        "row-remove:tags:t99",
        "acr-for:evil.example.com",
        "host-add:ram_role_name:evil.example.com",
        "host-add:plain_http_registries:evil.example.com",
        "log-remove:c9:r9",
        "log-remove",
        "__class__",
        "",
    ],
)
def test_moves_that_cannot_be_made_only_save(alice_client: Client, verb: str) -> None:
    form = other(alice_client, "nginx")
    before = stored().version
    form.go(verb)
    assert stored().version == before + 1
    assert "evil" not in str(stored().data)
    assert "nonsense" not in str(stored().data)


# --- who may see it, and how much it asks of the database


def test_a_stranger_and_a_visitor_find_no_draft(alice_client: Client, mallory_client: Client, client: Client) -> None:
    form = other(alice_client, PRIVATE)
    for who in (mallory_client, client):
        assert who.get(form.url).status_code == 404
        assert who.post(form.url, {"do": "save", USER_NAME: "x", PASSWORD_NAME: "y"}).status_code == 404
    assert vault.names(stored()) == frozenset()


def test_basic_settings_come_first(alice_client: Client) -> None:
    draft = open_step(alice_client, "/buy/").go("save")
    answer = alice_client.get(draft.url.replace("/basic/", "/other/"))
    assert (answer.status_code, answer["Location"]) == (303, draft.url)


def test_showing_takes_few_queries_and_writes_nothing(
    alice_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with override_settings(CHECK_ON_INPUT=False):
        form = other(alice_client, PRIVATE).go("save", **{USER_NAME: "ci", PASSWORD_NAME: PASSWORD})
    with django_assert_max_num_queries(5) as seen:
        alice_client.get(form.url)
    assert not [query for query in seen.captured_queries if not query["sql"].startswith("SELECT")]
    with at_most(8):
        form.press("save")
    # One more where a registry has said something: that is asked for with its draft.
    form = open_step(alice_client, form.url).go("check:c1")
    with at_most(9):
        form.press("save")


def test_a_network_that_cannot_be_listed_leaves_the_page_usable(alice_client: Client, fake_cloud: FakeCloud) -> None:
    form = other(alice_client, "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1")
    cache.clear()
    for method in ("regions", "price"):
        fake_cloud.container_groups.failures[method] = Unreachable("no route")
    fake_cloud.networks.failures.update(vpcs=Unreachable("no route"), unbound_eips=Unreachable("no route"))
    assert alice_client.get(form.url).status_code == 200
