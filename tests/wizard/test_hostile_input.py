"""What the wizard does with input that nobody types by mistake: an error at the field, nothing dialled, no status 5xx,
and everything shown again as text.
"""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from consoleapp.domain.spec import Container
from consoleapp.gateways.alibaba.transport import Transport
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from tests.wizard import complete
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db

SCRIPT = '"><script>alert(7)</script>'
# What a page sends about itself, not about the container group.
OF_THE_PAGE = frozenset({"version", "page", "open", "shown_region_id", "shown_vpc_id", "region_id", "vpc_id"})
# Controls without a text of their own: another value than those on offer cannot be shown in them. Pasted lines become
# rows.
CHOICES = (
    *("vswitch_ids", "restart_policy", "auto_match_image_cache", "schedule_strategy", "cpu_architecture", "policy"),
    *("medium", "source", "protocol", "mount_propagation", "kind", "scheme", "ak_secret", "content"),
    *("environment_vars_paste", "spot_strategy"),
)
OTHER_CHOICES = ("eip", "eip_isp", "eip_instance_id", "dns_policy", "log_container")
TEXTS = (
    SCRIPT,
    "{{7*7}}{% debug %}",
    "%s%n%(x)s{0.__class__}",
    "1e309",
    "NaN",
    "-0",
    "１２",
    "9" * 400,
    "пароль😀",
    "\x01\x1b[31m",
    "../../etc/passwd",
    "[" * 900,
    "'; DROP TABLE wizard_draft; --",
)


@pytest.fixture
def full(started: StepForm) -> StepForm:
    """Basic Settings with every kind of row and volume, and a container whose probes and handlers are all there."""
    form = started
    for do in ("row-add:c1:environment_vars", "row-add:c1:ports", "row-add:c1:volume_mounts"):
        form = form.go(do)
    for do in [button for button in form.buttons if button.startswith("volume-add:")]:
        form = form.go(do, open="c1")
    kinds = {
        "c1__liveness_probe__kind": "http",
        "c1__readiness_probe__kind": "exec",
        "c1__lifecycle_post_start__kind": "http",
    }
    return form.go("save", **kinds, c1__lifecycle_pre_stop__kind="tcp", open="c1")


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The actions of the cloud that were called meanwhile, and the addresses that no action was asked of."""
    called: list[str] = []
    exchange = Transport.exchange

    def noted(transport: Transport, base: str, request: Any) -> Any:
        called.append(str(request.headers.get("x-acs-action", request.url)))
        return exchange(transport, base, request)

    monkeypatch.setattr(Transport, "exchange", noted)
    return called


def errors_at(form: StepForm, *controls: str) -> list[str]:
    """Those of the controls that have no error."""
    return [control for control in controls if f'id="id_{control}_error"' not in form.html]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_in_every_field_is_kept_and_shown_as_text(full: StepForm, text: str) -> None:
    names = [name for name in full.sent if name not in OF_THE_PAGE]
    # The volume of a mount is chosen.
    (mounted,) = (name for name in names if re.fullmatch(r"c1-r\d+-name", name))
    answer = full.press("next", **{name.replace("-", "__"): text for name in names})
    assert answer.status_code == 303
    shown = open_step(full.client, answer["Location"])
    assert shown.url.endswith("/basic/")
    assert "need another look" in shown.html
    assert "<script>alert" not in shown.html
    assert "7*7" in shown.html or "7*7" not in text
    # An image in capitals is taken in the lower case that it must be in.
    kept = {"c1-image": [text.lower()]} if text == "NaN" else {}
    lost = [
        name
        for name in names
        if not name.endswith((*CHOICES, mounted)) and shown.sent.get(name) != kept.get(name, [text])
    ]
    assert lost == []


@pytest.mark.parametrize(
    "image",
    [
        "100.100.100.200/latest/x",
        "169.254.169.254/a",
        "[::ffff:100.100.100.200]/a",
        "0x7f.1/a",
        "127.1/a",
        "https://100.100.100.200/latest/x",
        "https://reg.example.com/a b",
        "registry.example.com@169.254.169.254/a",
        "a.com\\@b.com/x",
        "nginx:",
        "a//b",
        "nginx:" + "a" * 129,
        "a" * 64,
        "nginx@sha256:abc",
        "nginx latest",
        "../nginx",
        "n" * 300,
        SCRIPT,
    ],
)
def test_an_image_outside_the_grammar_is_refused_at_its_field(
    started: StepForm, dialled: list[str], image: str
) -> None:
    form = started.go("confirm", c1__image=image, c1__image_version="")
    assert form.url.endswith("/basic/")
    assert errors_at(form, "c1-image") == []
    assert not [call for call in dialled if "://" in call]


@pytest.mark.parametrize(
    "number", ["1e309", "NaN", "-0", "-1", "0", "Infinity", "1_0", "１２", "0x10", "1,5", "9" * 30]
)
def test_what_is_no_size_is_refused_at_the_size(started: StepForm, number: str) -> None:
    form = started.go("confirm", cpu=number, memory_gib=number, c1__cpu=number, ephemeral_storage_gib=f"{number}x")
    assert form.url.endswith("/basic/")
    assert errors_at(form, "cpu", "ephemeral_storage_gib") == []


@pytest.mark.parametrize("name", ["1A", "A B", "A-B", "Ä", "A" * 129, "A=B", "", "A\tB"])
def test_a_name_that_is_no_variable_is_refused_at_its_row(started: StepForm, name: str) -> None:
    form = started.go("row-add:c1:environment_vars")
    row = next(control for control in form.sent if control.startswith("c1-r") and control.endswith("-key"))
    typed = {row.replace("-", "__"): name, row.removesuffix("key").replace("-", "__") + "value": "x"}
    form = form.go("confirm", **typed)
    assert errors_at(form, row) == []
    assert form.sent[row] == [name]


def test_ten_thousand_variables_are_refused_with_the_cap(started: StepForm) -> None:
    lines = "\n".join(f"N{number}=1" for number in range(10_000))
    answer = started.press("confirm", c1__environment_vars_paste=lines)
    assert answer.status_code == 303
    page = started.client.get(answer["Location"]).content.decode()
    assert "At most 240" in page
    assert 'id="id_c1-environment_vars_paste_error"' in page
    assert "paste-drop:c1" in page  # what found no room waits


def test_twenty_containers_are_the_most(started: StepForm) -> None:
    form = started
    for _number in range(19):
        form = form.go("container-add")
    for do in ("container-add", "init-add", "container-copy:c1"):
        form = form.go(do)
    assert len(Draft.objects.get().typed["spec"]["containers"]) == 20
    assert "20 of 20" in form.html
    # Buttons that would do nothing are not there.
    assert not [button for button in form.buttons if button.startswith(("container-add", "init-add", "container-copy"))]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_in_every_field_of_other_settings_is_kept_and_shown_as_text(alice_client: Client, text: str) -> None:
    form = open_step(alice_client, f"/buy/?image={complete.PRIVATE}").go("next")
    for do in ("row-add:tags", "row-add:acr_registry_infos"):
        form = form.go(do)
    names = [name for name in form.sent if name not in OF_THE_PAGE]
    answer = form.press("confirm", **{name.replace("-", "__"): text for name in names})
    assert answer.status_code == 303
    shown = open_step(form.client, answer["Location"])
    assert shown.url.endswith("/other/")
    assert "need another look" in shown.html
    assert "<script>alert" not in shown.html
    typed = [name for name in names if not name.endswith((*OTHER_CHOICES, "password"))]
    assert len(typed) > 15
    assert [name for name in typed if shown.sent.get(name) != [text]] == []


@pytest.mark.parametrize(
    "password", ["%41%0d%0a", "+ &=?#/", "пароль😀", " blanks around ", '"><script>', "a" * 4096], ids=len
)
def test_a_password_is_kept_byte_for_byte(alice_client: Client, password: str) -> None:
    prefix = "image_registry_credentials-registry.example.com"
    form = open_step(alice_client, f"/buy/?image={complete.PRIVATE}").go("next")
    answer = form.press("check-go-on", **{f"{prefix}-user_name": "ci", f"{prefix}-password": password})
    assert answer["Location"].endswith("/confirm/")
    (secret,) = vault.get_all(Draft.objects.get()).values()
    assert secret.reveal() == password


@pytest.mark.parametrize("password", ["a\rb", "a\nb", "a\x00b", "a" * 4097], ids=["CR", "LF", "NUL", "4097"])
def test_a_password_that_cannot_be_sent_is_refused_at_its_field(alice_client: Client, password: str) -> None:
    prefix = "image_registry_credentials-registry.example.com"
    form = open_step(alice_client, f"/buy/?image={complete.PRIVATE}").go("next")
    form = form.go("confirm", **{f"{prefix}-user_name": "ci", f"{prefix}-password": password})
    assert form.url.endswith("/other/")
    assert errors_at(form, f"{prefix}-password") == []
    assert password not in form.html


@pytest.mark.parametrize(
    "host", ["http://reg/a", "a.com\\@b.com", "registry.example@169.254.169.254", "0x7f.1", SCRIPT]
)
@pytest.mark.parametrize("name", ["plain_http_registries", "insecure_registries"])
def test_a_registry_host_outside_the_grammar_is_refused(started: StepForm, name: str, host: str) -> None:
    form = started.go("next").go("confirm", **{name.replace("-", "__"): host})
    assert errors_at(form, name) == []
    assert form.sent[name] == [host]
    assert "<script>alert" not in form.html


# --- requests that no page sends


def test_a_later_step_posted_first_leads_to_the_first_incomplete_one(alice_client: Client) -> None:
    url = open_step(alice_client, "/buy/").go("save").url
    answer = alice_client.post(url.replace("basic", "confirm"), {"do": "order", "terms": "on", "form_key": "a" * 64})
    assert (answer.status_code, answer["Location"]) == (303, url)


def test_too_large_and_too_many_are_answered_with_a_page(started: StepForm) -> None:
    too_large = started.client.post(started.url, {"c1-args": "x" * 300_000})
    fields = "&".join(f"a{number}=" for number in range(4001))
    too_many = started.client.post(started.url, fields, content_type="application/x-www-form-urlencoded")
    assert (too_large.status_code, too_many.status_code) == (413, 400)
    for answer in (too_large, too_many):
        assert "what you saved is still there" in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data"),
        (b"--b\r\nContent-Disposition", "multipart/form-data; boundary=b"),
        (b"do=save&c1-name=\xff\xfe", "application/x-www-form-urlencoded"),
        (b"do=save&c1-name=%C3%28%ED%A0%80", "application/x-www-form-urlencoded"),
        (b"do=save", "application/x-www-form-urlencoded; charset=utf-16"),
        (b'{"do": "save"}', "application/json"),
        (b"do=" + b":" * 2000, "application/x-www-form-urlencoded"),
    ],
)
def test_a_malformed_body_is_no_fault_of_ours(started: StepForm, body: bytes, content_type: str) -> None:
    started.client.raise_request_exception = False
    assert started.client.post(started.url, body, content_type=content_type).status_code in (303, 400, 409)
    assert started.client.get(started.url).status_code == 200


@pytest.mark.parametrize("query", ["%FF%FE", "%ED%A0%80", "a" * 60_000, "%22%3E%3Cscript%3Ealert(7)%3C/script%3E", "%"])
def test_a_malformed_address_prefills_what_can_be_read(alice_client: Client, query: str) -> None:
    answer = alice_client.get(f"/buy/?image={query}&name={query}&cpu={query}&region={query}&open={query}&{query}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_nul_reaches_no_database(started: StepForm) -> None:
    """PostgreSQL takes none, neither in a text nor in JSON."""
    answer = started.press("save", vswitch_ids=["vsw\x00-1"], page="\x00", container_group_name="a\x00b", cpu="1\x00")
    assert answer.status_code == 303
    assert "\\u0000" not in str(Draft.objects.get().data)
    for address in ("/?q=%00", "/audit/?about=%00", "/buy/?image=%00", f"{started.url}?open=%00"):
        assert started.client.get(address).status_code == 400
    confirm = started.url.replace("basic", "confirm")
    assert started.client.post(confirm, {"do": "order", "form_key": "\x00"}).status_code < 500
    for verdict in ("keep-mine:\x00", "take-theirs:\x00", "keep-mine:"):
        assert started.client.post(started.url, {"do": verdict}).status_code == 303


@pytest.mark.parametrize("current", ["http://[::1", "\x00", "//", "http://testserver/%zz"])
def test_a_header_that_htmx_never_sends_breaks_nothing(started: StepForm, current: str) -> None:
    headers = {"HX-Request": "true", "HX-Target": "images", "HX-Current-URL": current, "HX-Trigger": "%ZZ"}
    dialog = started.url.replace("basic", "images/c1/common")
    for address in (started.url, dialog):
        assert started.client.get(address, headers=headers).status_code == 200


def test_an_old_confirm_page_leads_to_its_first_result(alice_client: Client, alice: Any) -> None:
    made = complete.draft(alice)
    url = f"/buy/{made.pk}/confirm/"
    page = alice_client.get(url).content.decode()
    key = page.split('name="form_key" value="')[1].split('"')[0]
    first = alice_client.post(url, {"do": "order", "terms": "on", "form_key": key})
    Draft.objects.get().delete()
    again = alice_client.post(url, {"do": "order", "terms": "on", "form_key": key})
    assert first["Location"] == again["Location"]


def test_a_pick_of_no_image_is_refused_in_the_dialog(started: StepForm) -> None:
    dialog = started.url.replace("basic", "images/c1/common")
    for pick in (
        {},
        {"address": SCRIPT, "tag": SCRIPT},
        {"address": "nginx\x00", "tag": "1"},
        {"address": "0x7f.1/a", "tag": "1"},
        {"address": "nginx", "tag": "1", "pin": "on", "digest:1": SCRIPT},
    ):
        answer = started.client.post(dialog, pick)
        assert answer.status_code == 422
        assert "<script>alert" not in answer.content.decode()
    for address in (f"/buy/{uuid.uuid4()}/images/c1/common/", started.url.replace("basic", "images/c99/common")):
        assert started.client.post(address, {"address": "nginx", "tag": "1"}).status_code == 404


def test_a_container_named_like_markup_is_text_on_every_later_page(alice_client: Client, alice: Any) -> None:
    web = Container(name="web", image=complete.COMMON, args=(SCRIPT, "{{7*7}}"), working_dir=f"/{SCRIPT}")
    made = complete.draft(alice, complete.spec(containers=(web,)))
    for step in ("basic", "other", "confirm"):
        page = alice_client.get(f"/buy/{made.pk}/{step}/").content.decode()
        assert "<script>alert" not in page
    assert "{{7*7}}" in page
