"""What an image says of itself on its card, and *Take over*: through the pages, without JavaScript."""

import re
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.gateways.proof import Cause, ImageFacts
from consoleapp.wizard.models import Draft
from consoleapp.wizard.shape import containers_of, volumes_of
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.registries import FakeAccess, result
from tests.wizard.views.test_access_check import text_of

pytestmark = pytest.mark.django_db


def checked(client: Client, image: str) -> StepForm:
    return open_step(client, f"/buy/?image={image}").go("save").go("check:c1")


def container() -> dict[str, Any]:
    return containers_of(Draft.objects.get().typed)[0]


def taken() -> tuple[list[str], list[str], str]:
    """The ports, the mounts, and the readiness probe as they are stored."""
    card = container()
    ports = [f"{row['port']}/{row['protocol']}" for row in card.get("ports", [])]
    mounts = [f"{row['name']}:{row['mount_path']}" for row in card.get("volume_mounts", [])]
    probe = card.get("readiness_probe") or {}
    return ports, mounts, str(probe.get("tcp_socket", {}).get("port", "")) if probe.get("kind") == "tcp" else ""


NOTHING: tuple[list[str], list[str], str] = ([], [], "")


def test_the_card_says_what_the_image_says(alice_client: Client) -> None:
    words = text_of(checked(alice_client, "postgres:17").html)
    assert (
        "Listens on 5432/TCP Runs docker-entrypoint.sh postgres As user root Data in /var/lib/postgresql/data" in words
    )
    assert "Stops on SIGINT" in words
    assert "PGDATA" in words
    assert "en_US.utf8" not in words
    assert "Source https://github.com/docker-library/postgres" in words


def test_one_press_takes_over_ports_volumes_and_a_probe_and_says_so(alice_client: Client) -> None:
    form = checked(alice_client, "postgres:17").go("take-over:c1")
    assert taken() == (["5432/TCP"], ["volume-1:/var/lib/postgresql/data"], "5432")
    assert [row["_kind"] for row in volumes_of(Draft.objects.get().typed)] == ["EmptyDirVolume"]
    said = "Took over: port 5432/TCP, volume for /var/lib/postgresql/data, readiness probe on 5432."
    assert said in text_of(form.html)


def test_undo_takes_exactly_that_back(alice_client: Client) -> None:
    before = checked(alice_client, "postgres:17").go("row-add:c1:ports")
    key = container()["ports"][0]["_key"]
    form = before.go("take-over:c1", **{f"c1__{key}__port": "9000"})
    assert taken()[0] == ["9000/TCP", "5432/TCP"]
    back = form.go("save").go("take-back:c1")
    assert taken() == (["9000/TCP"], [], "")
    assert volumes_of(Draft.objects.get().typed) == []
    assert "Took over" not in text_of(back.html)
    assert "take-over:c1" in back.buttons


def test_undo_leaves_what_was_changed_since(alice_client: Client) -> None:
    form = checked(alice_client, "postgres:17").go("take-over:c1")
    port, mount = container()["ports"][0]["_key"], container()["volume_mounts"][0]["_key"]
    changed = {
        f"c1__{port}__port": "5433",
        f"c1__{mount}__sub_path": "db",
        "c1__readiness_probe__tcp_socket__port": "5433",
    }
    names = {name.replace("__", "-") for name in changed}
    assert names <= set(form.sent), names - set(form.sent)
    form.go("take-back:c1", **changed)
    assert taken() == (["5433/TCP"], ["volume-1:/var/lib/postgresql/data"], "5433")
    assert len(volumes_of(Draft.objects.get().typed)) == 1


def test_undo_leaves_a_volume_that_another_container_mounts(alice_client: Client) -> None:
    checked(alice_client, "postgres:17").go("take-over:c1").go("container-copy:c1").go("container-open:c1").go(
        "take-back:c1"
    )
    assert taken() == NOTHING
    assert len(volumes_of(Draft.objects.get().typed)) == 1


def test_what_was_typed_is_never_overwritten(alice_client: Client) -> None:
    form = checked(alice_client, "postgres:17").go("row-add:c1:ports")
    key = container()["ports"][0]["_key"]
    probe = {"c1__readiness_probe__kind": "http", "c1__readiness_probe__http_get__port": "8080"}
    form.go("take-over:c1", **{f"c1__{key}__port": "5432"}, **probe)
    assert taken() == (["5432/TCP"], ["volume-1:/var/lib/postgresql/data"], "")
    assert container()["readiness_probe"]["http_get"]["port"] == "8080"


def test_a_second_press_adds_nothing(alice_client: Client) -> None:
    form = checked(alice_client, "redis:7").go("take-over:c1")
    once = taken()
    form.go("take-over:c1")
    assert taken() == once
    form.go("take-back:c1")
    assert taken() == NOTHING


def test_an_init_container_gets_no_probe(alice_client: Client) -> None:
    form = open_step(alice_client, "/buy/").go("init-add")
    key = containers_of(Draft.objects.get().typed)[0]["_key"]
    form.go("save", **{f"{key}__image": "redis:7"}).go(f"check:{key}").go(f"take-over:{key}")
    assert taken() == (["6379/TCP"], ["volume-1:/data"], "")


def test_one_press_on_a_first_visit_asks_the_registry_and_takes_over(alice_client: Client) -> None:
    open_step(alice_client, "/buy/?image=redis:7").go("take-over:c1")
    assert taken() == (["6379/TCP"], ["volume-1:/data"], "6379")


def test_nothing_is_taken_over_of_an_image_that_cannot_be_read(alice_client: Client) -> None:
    form = checked(alice_client, "nginx:1.92")
    assert "take-over:c1" not in form.buttons
    form.go("take-over:c1")
    assert taken() == NOTHING


def test_facts_of_another_image_are_not_shown(alice_client: Client) -> None:
    form = checked(alice_client, "redis:7").go("take-over:c1")
    other = form.go("refresh", c1__image="registry.example.com/team/api", c1__image_version="1.4.2")
    words = text_of(other.html)
    assert "Listens on" not in words
    assert "Took over" not in words


HOSTILE = ImageFacts(
    entrypoint=("<script>alert(1)</script>",),
    exposed_ports=("0/tcp", "99999/tcp", "80/sctp", *(f"{number}/tcp" for number in range(1, 62))),
    volumes=("/", "/<b>", *(f"/data/{number}" for number in range(62))),
    variables=("A",),
    title="<img src=x onerror=alert(1)>",
    source="javascript:alert(1)",
)


@override_settings(CHECK_ON_INPUT=False)
def test_a_hostile_image_is_escaped_and_fills_no_more_than_there_is_room(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = FakeAccess([result(Cause.CAN_BE_PULLED, "evil.example.com", image=HOSTILE)])
    monkeypatch.setattr("consoleapp.wizard.views.access_check.image_access_of", lambda user: access)
    form = checked(alice_client, "open.example.com/public/web:1.0.0")
    assert "<script>alert" not in form.html
    assert "<img src=x" not in form.html
    assert 'href="javascript' not in form.html
    form.go("take-over:c1")
    ports, mounts, probe = taken()
    assert (len(ports), len(mounts), probe) == (61, 20, "1")
    assert all("99999" not in port and port != "0/TCP" for port in ports)
    assert all(mount.partition(":")[2] not in ("", "/") for mount in mounts)


# --- warnings and what mends them


def test_what_ends_at_once_is_mended_by_the_restart_policy(alice_client: Client) -> None:
    form = checked(alice_client, "busybox:1.36")
    assert "The image ends at once." in text_of(form.html)
    mended = form.go("never-restart:c1")
    assert Draft.objects.get().typed["spec"]["restart_policy"] == "Never"
    assert "The image ends at once." not in text_of(mended.html)


def test_the_variable_that_an_image_wants_is_added_as_a_secret(alice_client: Client) -> None:
    form = checked(alice_client, "postgres:17")
    assert "The image wants the variable POSTGRES_PASSWORD." in text_of(form.html)
    mended = form.go("variable-add:c1:POSTGRES_PASSWORD")
    (row,) = container()["environment_vars"]
    assert (row["key"], row["value_secret"]) == ("POSTGRES_PASSWORD", True)
    assert "The image wants" not in text_of(mended.html)
    mended.go("save", **{f"c1__{row['_key']}__value": "hunter2-canary"})
    assert "hunter2-canary" not in str(Draft.objects.get().data)


@pytest.mark.parametrize("name", ["PATH", "MYSQL_ROOT_PASSWORD", "<b>"])
def test_no_variable_is_added_that_the_image_does_not_want(name: str, alice_client: Client) -> None:
    checked(alice_client, "postgres:17").go(f"variable-add:c1:{name}")
    assert not container().get("environment_vars")


def test_root_is_let_in_again_by_one_press(alice_client: Client) -> None:
    form = checked(alice_client, "nginx:1.29").go("save", c1__security_context__run_as_non_root="on")
    assert "The image runs as root" in text_of(form.html)
    mended = form.go("allow-root:c1", c1__security_context__run_as_non_root="on")
    assert "The image runs as root" not in text_of(mended.html)


def test_confirm_warns_of_the_same_and_leads_to_the_field(alice_client: Client) -> None:
    checked(alice_client, "busybox:1.36").go("confirm")
    page = alice_client.get(reverse("wizard:confirm", args=[Draft.objects.get().pk])).content.decode()
    words = text_of(page)
    assert "container-1: The image ends at once." in words
    assert re.search(r'href="[^"]*restart_policy', page)
