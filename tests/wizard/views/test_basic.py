"""Basic Settings of a stored draft: saving, cards, rows, choices, notes, and who may see it."""

import re
import uuid

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from consoleapp.domain import credentials
from consoleapp.domain.limits import VOLUMES_MAX
from consoleapp.domain.secret import Secret
from consoleapp.gateways.errors import AccessDenied, GatewayError, Unavailable, Unreachable
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.services import drafts
from consoleapp.wizard.shape import config_file_name, containers_of, credential_name, credential_of, credential_row
from tests.queries import at_most
from tests.wizard.conftest import FakeCloud
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db


def stored() -> Draft:
    return Draft.objects.get()


def containers() -> list[str]:
    return [str(card["name"]) for card in containers_of(stored().typed)]


# --- who may see it


def test_a_stranger_finds_no_draft(started: StepForm, mallory_client: Client) -> None:
    assert mallory_client.get(started.url).status_code == 404
    assert mallory_client.post(started.url, {"do": "save"}).status_code == 404


def test_a_visitor_finds_no_draft(started: StepForm, client: Client) -> None:
    assert client.get(started.url).status_code == 404


def test_a_missing_draft_and_a_malformed_id_are_not_found(alice_client: Client) -> None:
    assert alice_client.get(f"/buy/{uuid.uuid4()}/basic/").status_code == 404
    assert alice_client.get("/buy/not-a-uuid/basic/").status_code == 404


# --- what the cloud takes in order

VSWITCHES = ["vsw-simhzdefaulth", "vsw-simhzdefaulti"]


def test_vswitches_and_categories_are_put_in_order_and_keep_it(started: StepForm) -> None:
    ids = VSWITCHES
    form = started.go("save", vswitch_ids=ids, compute_categories=["economy", "general"])
    form = form.go(f"order-up:vswitch_ids:{ids[1]}").go("order-up:compute_categories:general")
    form.press("save")
    basic = stored().typed["spec"]
    assert basic["vswitch_ids"] == ids[::-1]
    assert basic["compute_categories"] == ["general", "economy"]


def test_a_vswitch_that_is_ticked_later_comes_last(started: StepForm) -> None:
    ids = VSWITCHES
    started.go("save", vswitch_ids=[ids[1]]).press("save", vswitch_ids=ids)
    assert stored().typed["spec"]["vswitch_ids"] == ids[::-1]


def test_only_ordered_lists_are_moved(started: StepForm) -> None:
    before = stored().typed["spec"]
    started.press("order-up:restart_policy:Never")
    started.press("order-up:vswitch_ids:vsw-nobody-chose")
    assert stored().typed["spec"] == before


# --- commands and values


def test_a_command_is_shown_word_by_word(started: StepForm) -> None:
    form = started.go("save", c1__commands='sh -c "echo hello > /work/index.html"')
    words = form.html[form.html.index('id="c1-words"') :]
    shown = re.findall(r'<code class="chip">(.*?)</code>', words)
    assert shown == ["sh", "-c", "echo hello &gt; /work/index.html"]
    assert 'class="odd"' not in form.html


@pytest.mark.parametrize("typed", ["'echo hello'", "echo hello > x"])
def test_a_command_that_would_surprise_says_so(started: StepForm, typed: str) -> None:
    assert 'class="odd"' in started.go("save", c1__commands=typed).html


def test_a_command_that_cannot_be_read_is_not_said_to_be_the_images(started: StepForm) -> None:
    html = started.go("refresh", c1__commands='sh -c "echo hello').html
    words = html[html.index('id="c1-words"') :].partition("</div></div>")[0]
    assert "A quotation mark or backslash is open at the end." in words
    assert "What the image says." not in words


def test_an_empty_version_is_not_shown_as_latest_beside_an_address_that_names_one(started: StepForm) -> None:
    html = started.go("refresh", c1__image="nginx:1.29").html
    assert 'placeholder="latest"' not in html


def test_a_command_with_an_open_quote_is_kept_as_typed_and_marked(started: StepForm) -> None:
    form = started.go("next", c1__image="nginx", c1__commands="sh -c 'echo")
    assert form.sent["c1-commands"] == ["sh -c 'echo"]
    assert 'id="id_c1-commands_error"' in form.html


def test_a_value_of_several_lines_can_be_typed(started: StepForm) -> None:
    form = started.go("row-add:c1:environment_vars")
    name = next(name for name in form.sent if re.fullmatch(r"c1-r\d+-key", name))
    value = name.removesuffix("key") + "value"
    form = form.go("save", **{name: "PEM", value: "\r\none\r\ntwo"})
    assert form.sent[value] == ["\r\none\r\ntwo"]
    (row,) = stored().typed["spec"]["containers"][0]["environment_vars"]
    assert row["value"] == "\r\none\r\ntwo"


# --- how much it asks of the database


def test_showing_the_step_takes_few_queries_and_writes_nothing(
    started: StepForm, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(5) as seen:
        started.client.get(started.url)
    assert not [query for query in seen.captured_queries if not query["sql"].startswith("SELECT")]


def test_saving_the_step_takes_few_queries(started: StepForm) -> None:
    with at_most(8):
        assert started.press("next").status_code == 303


def test_queries_do_not_grow_with_the_containers(
    started: StepForm, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    form = started
    for _number in range(19):
        form = form.go("container-copy:c1")
    assert len(containers()) == 20
    with django_assert_max_num_queries(5):
        answer = started.client.get(started.url)
    assert answer.content.decode().count('id="container-') == 1


# --- saving, valid or not


def test_what_is_invalid_is_saved_as_typed_and_shown_again(started: StepForm) -> None:
    form = started.go("next", container_group_name="Not Valid", c1__name="UPPER", c1__working_dir="relative")
    assert form.sent["container_group_name"] == ["Not Valid"]
    assert form.sent["c1-working_dir"] == ["relative"]
    assert "3 entries need another look" in form.html
    for control in ("container_group_name", "c1-name", "c1-working_dir"):
        assert f'id="id_{control}_error"' in form.html


def test_errors_show_only_once_the_step_was_left(started: StepForm) -> None:
    form = started.go("save", container_group_name="Not Valid")
    assert 'id="errors"' not in form.html
    assert "Before you can order" in form.html


def test_moving_back_is_never_stopped_and_saves(started: StepForm) -> None:
    answer = started.press("goto:basic", container_group_name="kept-name")
    assert answer.status_code == 303
    assert stored().name == "kept-name"


def test_a_deep_link_into_a_later_step_lands_on_the_first_incomplete_one(started: StepForm) -> None:
    started.press("save", container_group_name="")
    answer = started.client.get(started.url.replace("basic", "other"))
    assert answer.status_code == 303
    assert answer["Location"] == started.url


def test_an_unknown_verb_only_saves(started: StepForm) -> None:
    for number, verb in enumerate(
        (
            "explode",
            "container-open:c99",
            "container-up",
            "row-add:c1:nothing",
            "row-remove:c1:nothing:r1",
            "order-up:nothing:x",
            "order-up:vswitch_ids:vsw-gone",
            "volume-add:nothing",
            "volume-remove:v1",
            "file-add:v1",
            "file-remove:v1:x",
            ":::",
        )
    ):
        assert started.press(verb, container_group_name=f"still-saved-{number}").status_code == 303
        assert stored().name == f"still-saved-{number}"
    assert "nothing" not in str(stored().data)


def test_a_file_is_added_to_and_removed_from_volumes_of_files_only(started: StepForm) -> None:
    form = started.go("volume-add:EmptyDirVolume").go("volume-add:ConfigFileVolume")
    before = [{**row} for row in stored().typed["spec"]["volumes"]]
    form = form.go("file-add:v1").go("file-remove:v2:f99")
    assert [row.get("config_files") for row in stored().typed["spec"]["volumes"]] == [
        row.get("config_files") for row in before
    ]


def test_no_more_volumes_are_added_than_a_group_may_have(started: StepForm) -> None:
    draft = stored()
    draft.typed["spec"]["volumes"] = [{"_key": f"v{n}", "_kind": "EmptyDirVolume"} for n in range(VOLUMES_MAX)]
    drafts.save_draft(draft, draft.typed, expected_version=draft.version)
    open_step(started.client, started.url).press("volume-add:EmptyDirVolume")
    assert len(stored().typed["spec"]["volumes"]) == VOLUMES_MAX


# --- cards


def test_a_new_container_opens_and_the_first_stays_a_tab(started: StepForm) -> None:
    form = started.go("container-add")
    assert containers() == ["container-1", "container-2"]
    assert "c2-name" in form.sent
    assert "c1-name" not in form.sent
    assert "container-open:c1" in form.buttons


def test_init_containers_come_first_and_have_no_probes(started: StepForm) -> None:
    form = started.go("init-add")
    assert containers() == ["init-1", "container-1"]
    assert "c2-liveness_probe-kind" not in form.sent
    assert 'id="c2-health"' not in form.html


def test_cards_are_copied_moved_and_removed(started: StepForm) -> None:
    form = started.go("container-copy:c1", c1__name="web")
    assert containers() == ["web", "web-2"]
    form = form.go("container-up:c2")
    assert containers() == ["web-2", "web"]
    form.go("container-remove:c1")
    assert containers() == ["web-2"]


def test_containers_move_among_those_of_their_kind(started: StepForm) -> None:
    form = started.go("init-add")
    assert not {"container-up:c2", "container-down:c2"} & set(form.buttons)
    form = form.go("init-add")
    assert "container-up:c3" in form.buttons
    assert "container-down:c3" not in form.buttons


def test_each_tab_says_whose_image_it_is_and_many_stand_beside_the_open_one(started: StepForm) -> None:
    form = started
    for _number in range(5):
        form = form.go("container-copy:c1")
    assert form.html.count('<button class="tab"') == 6
    assert 'class="across"' in form.html
    form = form.go("container-copy:c1")
    assert 'class="aside-tabs"' in form.html
    assert form.html.count('class="tab" type="submit" name="do" value="container-open:') == 7


def test_a_removed_container_comes_back_where_it_was_with_its_secrets_and_its_login(started: StepForm) -> None:
    form = started.go("container-add").go("container-open:c1")
    form = form.go(
        "env-paste:c1",
        c1__image="registry.example.com/team/api:1.4.2",
        c1__environment_vars_paste="DB_PASSWORD=hunter2",
    )
    draft = stored()
    credential_row(draft.typed, "registry.example.com")["user_name"] = "demo"
    login = {credential_name("registry.example.com"): Secret("demo-password")}
    drafts.save_draft(draft, draft.typed, expected_version=draft.version, secrets=login)
    before, kept = stored().typed["spec"], set(DraftSecret.objects.values_list("name", flat=True))
    form = open_step(form.client, form.url).go("container-remove:c1")
    assert containers() == ["container-2"]
    assert "image_registry_credentials" not in stored().typed["spec"] or not credential_of(
        stored().typed, "registry.example.com"
    )
    assert "<strong>container-1</strong> removed" in form.html
    form = form.go("container-undo")
    assert stored().typed["spec"] == before
    assert set(DraftSecret.objects.values_list("name", flat=True)) == kept
    assert "removed</p>" not in form.html
    assert "container-undo" not in form.buttons


@pytest.mark.parametrize("leaving", ["next", "confirm", "goto:other"])
def test_a_removed_container_is_gone_with_its_secrets_once_the_page_is_left(started: StepForm, leaving: str) -> None:
    form = started.go("env-paste:c1", c1__image="nginx", c1__environment_vars_paste="DB_PASSWORD=hunter2")
    form = form.go("container-copy:c1").go("container-remove:c1")
    assert DraftSecret.objects.count() == 2
    form.go(leaving)
    assert "removed" not in stored().typed
    assert [name.split("/")[1] for name in DraftSecret.objects.values_list("name", flat=True)] == ["c3"]


def test_only_the_last_removed_container_comes_back(started: StepForm) -> None:
    form = started.go("env-paste:c1", c1__environment_vars_paste="DB_PASSWORD=hunter2").go("container-add")
    form = form.go("container-remove:c1").go("container-remove:c3")
    assert containers() == []
    assert not DraftSecret.objects.exists()
    form = form.go("container-undo")
    assert containers() == ["container-2"]
    form.press("container-undo")
    assert containers() == ["container-2"]


def test_a_removed_container_finds_no_room_in_a_full_group(started: StepForm) -> None:
    form = started.go("container-add").go("container-remove:c2")
    for _number in range(19):
        form = form.go("container-add")
    assert "container-undo" not in form.buttons
    form.press("container-undo")
    assert len(containers()) == 20


def test_a_twenty_first_container_is_not_added(started: StepForm) -> None:
    form = started
    for _number in range(19):
        form = form.go("container-add")
    assert "container-add" not in form.buttons
    form.press("container-add")
    form.press("container-copy:c1")
    assert len(containers()) == 20


def test_a_name_used_twice_is_an_error_of_the_later_card(started: StepForm) -> None:
    form = started.go("container-copy:c1").go("next", c2__name="container-1")
    assert "container-1 is used more than once." in form.html
    assert 'id="id_c2-name_error"' in form.html


def test_an_error_in_a_closed_card_is_told_on_its_line_and_opened_from_the_summary(started: StepForm) -> None:
    form = started.go("container-add").go("container-open:c1").go("next")
    assert "c2-image" in form.sent  # the card with the problem was opened
    form = form.go("container-open:c1")
    assert "container-open:c2:c2-image" in form.buttons
    assert '<span class="chip bad">1<span class="vh"> to mend</span></span>' in form.html


# --- rows


def test_variables_ports_and_mounts_are_rows(started: StepForm) -> None:
    form = (
        started.go("row-add:c1:environment_vars")
        .go("row-add:c1:ports")
        .go("volume-add:EmptyDirVolume")
        .go("row-add:c1:volume_mounts")
    )
    env, port, mount = (
        next(name for name in form.sent if re.fullmatch(pattern, name))
        for pattern in (r"c1-r\d+-key", r"c1-r\d+-port", r"c1-r\d+-name")
    )
    typed = {
        env: "MODE",
        env.replace("-key", "-value"): "fast",
        port: "8080",
        mount: "volume-1",
        mount.replace("-name", "-mount_path"): "/data",
    }
    assert "is missing" not in form.go("next", **typed).html
    rows = stored().typed["spec"]["containers"][0]
    assert rows["environment_vars"][0]["value"] == "fast"
    assert rows["ports"][0]["port"] == "8080"
    assert rows["volume_mounts"][0]["mount_path"] == "/data"


def test_a_bad_row_is_marked_at_its_control(started: StepForm) -> None:
    form = started.go("row-add:c1:environment_vars")
    name = next(name for name in form.sent if re.fullmatch(r"c1-r\d+-key", name))
    form = form.go("next", **{name: "1A"})
    assert f'id="id_{name}_error"' in form.html
    assert "no digit at the start" in form.html


def test_a_secret_value_goes_to_the_vault_and_never_comes_back(started: StepForm) -> None:
    form = started.go("row-add:c1:environment_vars")
    name = next(name for name in form.sent if re.fullmatch(r"c1-r\d+-key", name))
    value, secret = name.replace("-key", "-value"), name.replace("-key", "-value_secret")
    form = form.go("save", **{name: "TOKEN", value: "canary-value-91", secret: "on"})
    assert "canary-value-91" not in form.html
    assert "canary-value-91" not in str(stored().data)
    assert "Stored. Leave empty to keep it." in form.html
    sealed = DraftSecret.objects.get()
    assert sealed.name.startswith("env/c1/")
    form.go("save")
    assert DraftSecret.objects.count() == 1


def test_a_secret_that_shall_be_secret_no_more_is_asked_for_again(started: StepForm) -> None:
    form = started.go("row-add:c1:environment_vars")
    name = next(name for name in form.sent if re.fullmatch(r"c1-r\d+-key", name))
    value, secret = name.replace("-key", "-value"), name.replace("-key", "-value_secret")
    form = form.go("save", **{name: "TOKEN", value: "canary-value-91", secret: "on"})
    form = form.go("next", **{secret: None, value: ""})
    assert "Type the value again, or keep it secret: a stored secret is never shown." in form.html
    assert f'id="id_{value}_error"' in form.html
    assert "canary-value-91" not in form.html
    back = form.go("save", **{secret: "on", value: ""})
    assert "Type the value again" not in back.html
    assert DraftSecret.objects.count() == 1
    back.go("next", **{secret: None, value: "shown"})
    assert not DraftSecret.objects.exists()
    assert "retype" not in str(stored().data)


def test_copying_a_card_copies_its_secrets(started: StepForm) -> None:
    started.go("env-paste:c1", c1__environment_vars_paste="DB_PASSWORD=hunter2hunter2").go("container-copy:c1")
    assert sorted(DraftSecret.objects.values_list("name", flat=True)) == ["env/c1/r2", "env/c3/r2"]


def test_a_pasted_env_file_becomes_rows_and_what_cannot_be_read_is_marked(started: StepForm) -> None:
    form = started.go(
        "next", c1__environment_vars_paste="# comment\nexport A=1\nB='two words'\nnot a line\nAPI_KEY=canary-key-7\n"
    )
    rows = {row["key"]: row for row in stored().typed["spec"]["containers"][0]["environment_vars"]}
    assert rows["A"]["value"] == "1"
    assert rows["B"]["value"] == "two words"
    assert rows["API_KEY"]["value_secret"] is True
    assert form.sent["c1-environment_vars_paste"] == [""]
    assert f'id="id_c1-{rows["line 4"]["_key"]}-key_error"' in form.html


@pytest.mark.parametrize(
    "line",
    [
        "API-KEY=canary-8f2",
        "DB_PASSWORD: canary-8f2",
        "canary-8f2",
        "my.key: canary-8f2",
        "= canary-8f2",
        "MIIEcanary-8f2+/Zx==",
        "db password = canary-8f2",
    ],
)
def test_a_pasted_line_is_a_secret_until_it_is_understood(started: StepForm, line: str) -> None:
    form = started.go("save", c1__environment_vars_paste=f"{line}\nMODE=fast")
    assert "canary" not in str(stored().data)
    assert "canary" not in form.html
    (sealed,) = vault.get_all(stored()).values()
    assert "canary" in sealed.reveal()
    assert "fast" in form.html


def test_ten_thousand_variables_are_capped_and_said_so(started: StepForm) -> None:
    form = started.go("next", c1__environment_vars_paste="\n".join(f"V{number}=1" for number in range(10_000)))
    assert len(stored().typed["spec"]["containers"][0]["environment_vars"]) == 240
    assert "9760" in form.html
    assert 'id="id_c1-environment_vars_paste_error"' in form.html


def test_pasted_lines_that_found_no_room_wait_sealed_until_there_is_some(started: StepForm) -> None:
    lines = [f"V{number}=1" for number in range(240)]
    form = started.go("save", c1__environment_vars_paste="\n".join([*lines, "CANARY_TOKEN=canary-5", "LATE=1"]))
    assert "canary-5" not in f"{stored().data}{form.html}"
    first = stored().typed["spec"]["containers"][0]["environment_vars"][0]["_key"]
    form = form.go(f"row-remove:c1:environment_vars:{first}").go("save")
    assert stored().typed["spec"]["containers"][0]["environment_vars"][-1]["key"] == "CANARY_TOKEN"
    form.press("paste-drop:c1")
    assert {name for name in vault.names(stored()) if name.startswith("paste/")} == set()


# --- volumes


def test_the_content_of_a_config_file_is_never_shown_again(started: StepForm) -> None:
    form = started.go("volume-add:ConfigFileVolume")
    form = form.go("file-add:v2", v2__f3__path="a.conf", v2__f3__content="password=canary-71\r\n")
    assert "canary-71" not in form.html
    assert "Stored, 19 bytes. Leave empty to keep it." in form.html
    form = form.go("file-remove:v2:f4").go("save", v2__f3__path="b.conf")
    assert "canary-71" not in str(stored().data)
    assert stored().typed["spec"]["volumes"][0]["config_files"] == [{"_key": "f3", "path": "b.conf", "mode": ""}]
    assert vault.get_all(stored()) == {config_file_name("v2", "f3"): Secret("password=canary-71\n")}


def test_the_size_that_is_shown_of_a_config_file_is_that_of_what_was_typed_last(started: StepForm) -> None:
    form = started.go("volume-add:ConfigFileVolume").go("save", v2__f3__path="a.conf", v2__f3__content="four")
    assert "Stored, 4 bytes." in form.html
    assert "Stored, 5 bytes." in form.go("save", v2__f3__content="fiver").html


def test_a_config_file_without_a_content_is_asked_for_it(started: StepForm) -> None:
    form = started.go("volume-add:ConfigFileVolume").go("next", v2__f3__path="a.conf")
    assert 'id="id_v2-f3-content_error"' in form.html


def test_what_is_removed_takes_the_contents_of_its_config_files_along(started: StepForm) -> None:
    form = started.go("volume-add:ConfigFileVolume").go("file-add:v2", v2__f3__content="one")
    form = form.go("file-remove:v2:f3", v2__f4__content="two")
    assert vault.names(stored()) == {config_file_name("v2", "f4")}
    form.go("volume-remove:v2")
    assert not DraftSecret.objects.exists()


def test_an_access_key_secret_of_a_bucket_is_never_shown_again(started: StepForm) -> None:
    form = started.go("volume-add:OssVolume")
    form = form.go("next", v2__bucket="logs", v2__url="oss.example.com", v2__ak_id="id", v2__ak_secret="canary-ak-3")
    assert "canary-ak-3" not in str(stored().data)
    assert DraftSecret.objects.get().name == "volume/v2/ak_secret"
    answer = started.client.get(started.url)
    assert b"canary-ak-3" not in answer.content


def test_a_missing_bucket_is_marked(started: StepForm) -> None:
    form = started.go("volume-add:OssVolume").go("next")
    assert 'id="id_v2-bucket_error"' in form.html


# --- what the cloud offers


def test_a_vswitch_without_free_addresses_cannot_be_chosen(started: StepForm) -> None:
    assert re.search(r'value="vsw-simhzdefaultfull"[^>]*disabled', started.html)
    assert "no free address" in started.html
    form = started.go("next", vswitch_ids=["vsw-simhzdefaultfull"])
    assert 'id="id_vswitch_ids_error"' in form.html


def test_another_region_drops_the_choices_of_the_old_one_and_stays(started: StepForm) -> None:
    answer = started.press("next", region_id="cn-shanghai")
    assert "/basic/" in answer["Location"]
    form = open_step(started.client, answer["Location"])
    assert form.sent["region_id"] == ["cn-shanghai"]
    assert "hz" not in form.sent["vpc_id"][0]
    assert all("hz" not in vswitch for vswitch in form.sent["vswitch_ids"])


def test_an_unsold_size_says_what_will_be_billed(started: StepForm) -> None:
    form = started.go("save", cpu="7", memory_gib="13")
    assert "7 vCPU · 13 GiB" in form.html
    assert "8 vCPU · 14 GiB" in form.html
    assert "billed as" in form.html


@pytest.mark.parametrize(("cpu", "memory"), [("1e309", "4"), ("NaN", "4"), ("-0", "4"), ("2", ""), ("65", "4")])
def test_refuses_a_size_that_is_none(started: StepForm, cpu: str, memory: str) -> None:
    form = started.go("next", cpu=cpu, memory_gib=memory)
    assert 'id="id_cpu_error"' in form.html or 'id="id_memory_gib_error"' in form.html


def test_a_cloud_that_does_not_answer_gives_a_page_with_a_way_on(fake_cloud: FakeCloud, started: StepForm) -> None:
    form = started.go("save", c1__image="kept.example.com/app:1")
    chosen = form.sent["vswitch_ids"]
    from consoleapp.web.caching import cache

    cache.clear()
    fake_cloud.networks.failures["vswitches"] = Unreachable("no answer", request_id="REQ-41")
    form = open_step(started.client, started.url)
    assert "REQ-41" in form.html
    assert "Try again" in form.html
    form = form.go("refresh")
    assert stored().typed["spec"]["vswitch_ids"] == chosen
    del fake_cloud.networks.failures["vswitches"]
    assert open_step(started.client, started.url).sent["vswitch_ids"] == chosen


@pytest.mark.parametrize(
    ("error", "sentences"),
    [
        (Unavailable("not JSON", request_id="REQ-41", http_status=502), ["no usable answer (HTTP 502)", "REQ-41"]),
        (AccessDenied("no", permission="vpc:DescribeVSwitches"), ["may not see this list", "vpc:DescribeVSwitches"]),
        (GatewayError("<b>odd</b>", code="Odd.Code", request_id="REQ-42"), ["refused to answer", "Odd.Code", "REQ-42"]),
    ],
)
def test_network_lists_that_fail_say_what_happened(
    fake_cloud: FakeCloud, started: StepForm, error: GatewayError, sentences: list[str]
) -> None:
    from consoleapp.web.caching import cache

    cache.clear()
    fake_cloud.networks.failures["vswitches"] = error
    for url in (started.url, "/buy/"):
        html = started.client.get(url).content.decode()
        for sentence in (*sentences, "Try again"):
            assert sentence in html
        assert "<b>odd" not in html


def test_a_cloud_without_prices_gives_the_list_price(fake_cloud: FakeCloud, started: StepForm) -> None:
    from consoleapp.web.caching import cache

    cache.clear()
    fake_cloud.container_groups.failures["price"] = Unreachable("no answer")
    form = open_step(started.client, started.url)
    assert "list price" in form.html
    assert "CNY\N{NO-BREAK SPACE}0.4411" in form.html


# --- notes at the image


def test_a_version_that_was_typed_counts_more_than_the_addresss_own(started: StepForm) -> None:
    started.go("save", c1__image="nginx:1.27", c1__image_version="1.29")
    fields = stored().typed["spec"]["containers"][0]
    assert (fields["image"], fields["image_version"]) == ("nginx", "1.29")


def test_a_whole_address_replaces_the_version_that_stood_there(started: StepForm) -> None:
    form = started.go("save", c1__image="nginx", c1__image_version="1.27")
    form.go("save", c1__image="nginx:1.29")
    fields = stored().typed["spec"]["containers"][0]
    assert (fields["image"], fields["image_version"]) == ("nginx", "1.29")


def test_a_page_that_is_older_than_what_it_saved_means_the_same_at_its_next_press(started: StepForm) -> None:
    for turn, (image, version, counts) in enumerate(
        (
            ("nginx:1.27", "1.14.2", "1.27"),
            ("nginx:1.27", "1.14.2", "1.27"),
            ("nginx:1.27", "1.29", "1.29"),
            ("nginx:1.27", "1.29", "1.29"),
        )
    ):
        assert started.press("check:c1", c1__image=image, c1__image_version=version, turn=turn).status_code == 303
        assert stored().typed["spec"]["containers"][0]["image_version"] == counts


@pytest.mark.parametrize("image", ["a//b", "docker pull", "https://a.example/_/nginx", "100.100.100.200/x"])
def test_an_address_that_is_none_is_told_below_the_field_at_once(started: StepForm, image: str) -> None:
    form = started.go("refresh", c1__image=image, c1__image_version="")
    assert 'role="alert"' in form.html.split('id="notes-c1"')[1][:120]
    assert "need another look" not in form.html
    answer = started.client.post(
        started.url, {**form.sent, "do": "check:c1"}, headers={"HX-Request": "true", "HX-Target": "check-c1"}
    )
    assert 'role="alert"' in answer.content.decode()
    assert "hx-trigger" not in answer.content.decode()
    page = started.client.get(open_step(started.client, started.url).press("versions:c1")["Location"])
    assert page.status_code == 200
    assert "There is no image address yet." not in page.content.decode()


def test_a_group_without_a_container_is_told_to_add_one(started: StepForm) -> None:
    form = started.go("init-add").go("save", c2__image="busybox")
    form = form.go("container-remove:c1").go("next")
    assert "Containers" in form.html
    assert "Add at least one container" in form.html
    assert "is missing" not in form.html


def test_an_image_from_the_internet_without_a_way_out_is_warned_of_and_mended_with_one_press(
    started: StepForm,
) -> None:
    form = started.go("save", vpc_id="vpc-simhzpartial")
    form = form.go("save", vswitch_ids=["vsw-simhzpartialin"], c1__image="busybox:1.37")
    assert "has no way there" in form.html
    form = form.go("eip-create:c1")
    assert "has no way there" not in form.html
    assert stored().typed["spec"]["eip"] == "create"


def test_a_public_registry_host_is_switched_to_its_vpc_host_with_one_press(started: StepForm) -> None:
    form = started.go("save", c1__image="registry.cn-hangzhou.aliyuncs.com/team/app:1")
    assert "vpc-host:c1" in form.buttons
    form = form.go("vpc-host:c1")
    assert form.sent["c1-image"] == ["registry-vpc.cn-hangzhou.aliyuncs.com/team/app"]
    assert "vpc-host:c1" not in form.buttons


def test_a_private_image_says_that_its_registry_was_not_asked_yet(started: StepForm) -> None:
    form = started.go("save", c1__image="registry.example.com/shop/api:2.3")
    assert "Access to registry.example.com" in form.html
    assert "registry.example.com: Password" not in form.html
    assert "Other registry" in form.html
    assert "Private image" not in form.html
    assert "Needs a login" not in form.html


@pytest.mark.parametrize(
    "image",
    ["Nginx:Lat(est", "nginx:", "a//b", "a:" + "t" * 129, "f" * 64, "http://a.b/c d", "100.100.100.200/latest/x"],
)
def test_an_impossible_image_is_refused_at_its_field(started: StepForm, image: str) -> None:
    form = started.go("next", c1__image=image, c1__image_version="")
    assert 'id="id_c1-image_error"' in form.html


def test_pressing_select_image_leads_to_the_dialog_of_this_container(started: StepForm) -> None:
    answer = started.press("pick-image:c1")
    assert answer.status_code == 303
    assert "/images/c1/" in answer["Location"]
    assert started.client.get(answer["Location"]).status_code == 200


def test_what_an_image_needs_is_said_in_the_reader_s_language(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = credentials.SENTENCES[credentials.RequirementReason.ACR_ENTERPRISE_OTHER_REGION]
    monkeypatch.setattr(
        "django.utils.translation._trans.gettext", lambda text: "Übersetzt." if text == english else text
    )
    form = open_step(alice_client, "/buy/?image=acme-registry.cn-shanghai.cr.aliyuncs.com/platform/gateway:4.8.0")
    assert "<p>Übersetzt.</p>" in form.html
    assert english not in form.html
