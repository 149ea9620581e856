"""`/import/`: what becomes of a text is told before anything is made of it, and taking it over makes a draft."""

import re
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.accounts.services import TooManyGuests
from consoleapp.languages.imports import sources
from consoleapp.languages.imports.imported import TEXT_BYTES_MAX
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from consoleapp.wizard.shape import containers_of
from tests.wizard.imports import FAKE, OTHER

pytestmark = pytest.mark.django_db

TEXT = """fake
service web
image nginx:1.29
env MODE=fast
env DB_PASSWORD=swordfish
port 80
changed --memory
lost --gpus"""
SEVERAL = "fake\nservice web\nimage nginx:1.29\nservice db\nimage postgres:17\nlost ports"


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "SOURCES", (FAKE, OTHER))


def post(client: Client, status: int = 200, *, htmx: bool = False, **form: Any) -> str:
    answer = client.post("/import/", form, headers={"HX-Request": "true"} if htmx else {})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def values(page: str, name: str) -> list[str]:
    """The values of the hidden controls of this name."""
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)


def take_over(client: Client, text: str, **form: Any) -> str:
    """Look, then press; where that leads."""
    seen = values(post(client, text=text, **form), "seen")
    answer = client.post("/import/", {"text": text, "seen": seen, **form, "do": "open"})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer.headers["Location"])


def test_the_empty_page_says_what_is_understood(client: Client) -> None:
    page = client.get("/import/").content.decode()

    assert "Fake notes, Other notes" in page
    assert "Open as a draft" not in page
    assert not User.objects.exists()


def test_home_and_basic_settings_lead_here(client: Client) -> None:
    for url in ("/", "/buy/"):
        assert 'href="/import/"' in client.get(url).content.decode()


def test_three_lists_are_shown_before_anything_is_stored(client: Client) -> None:
    page = post(client, text=TEXT)

    assert "It looks like Fake notes." in page
    assert "<h4>web</h4>" in page
    assert '<dt>MODE</dt><dd><span class="line">fast</span></dd>' in page
    assert "nginx:1.29" in page[page.index("<h4>web</h4>") :]
    assert re.search(r"<dt>DB_PASSWORD</dt><dd><span[^>]*>•+ \(secret\)<", page)
    assert re.search(r"<code>--memory</code><small class=\"num\">line 7</small><span>--memory is rounded\.", page)
    assert re.search(r"line 8</small><span>A container group has no such thing as --gpus\.</span>", page)
    assert not Draft.objects.exists()
    assert not User.objects.exists()


def test_the_text_stays_where_it_was_typed_and_is_nowhere_else(client: Client) -> None:
    page = post(client, text=TEXT)

    assert page.count("swordfish") == 1
    assert "env DB_PASSWORD=swordfish\n" in page[page.index("<textarea") : page.index("</textarea>")]


def test_htmx_gets_the_preview_alone(client: Client) -> None:
    page = post(client, text=TEXT, htmx=True)

    assert "<textarea" not in page
    assert "swordfish" not in page
    assert "DB_PASSWORD" in page
    assert "Open as a draft" in page


def test_taking_over_makes_a_guest_and_a_draft_with_everything_in_it(client: Client) -> None:
    address = take_over(client, TEXT)

    draft = Draft.objects.get()
    assert address.startswith(f"/buy/{draft.pk}/basic/")
    card = containers_of(draft.typed)[0]
    assert (card["name"], card["image"], card["image_version"]) == ("web", "nginx", "1.29")
    assert [(row["key"], row["value"]) for row in card["environment_vars"]] == [("MODE", "fast"), ("DB_PASSWORD", "")]
    assert [secret.reveal() for secret in vault.get_all(draft).values()] == ["swordfish"]
    assert "swordfish" not in str(draft.data)
    page = client.get(address).content.decode()
    assert "swordfish" not in page
    assert 'aria-invalid="true"' not in page


def test_what_the_text_does_not_say_begins_as_in_a_new_draft(client: Client) -> None:
    take_over(client, TEXT)

    spec = Draft.objects.get().typed["spec"]
    assert "restart_policy" not in spec
    assert "auto_match_image_cache" not in spec
    assert spec["region_id"] == "cn-hangzhou"
    assert spec["vswitch_ids"]
    assert re.fullmatch(r"nginx-[0-9a-f]{4}", spec["container_group_name"])


def test_what_the_text_says_of_the_group_counts(client: Client) -> None:
    told = "restart_policy Never\ncontainer_group_name shop\ncpu 4.00\nmemory_gib 8"
    take_over(client, f"{TEXT}\n{told}\nvswitch_ids vsw-simhzisolatedb")

    data = Draft.objects.get().typed
    spec = data["spec"]
    assert [spec[name] for name in ("restart_policy", "container_group_name", "cpu", "memory_gib")] == [
        "Never",
        "shop",
        "4",
        "8",
    ]
    assert spec["vswitch_ids"] == ["vsw-simhzisolatedb"]
    # The VPC that has it, which no text says.
    assert data["page"]["vpc_id"] == "vpc-simhzisolated"
    assert spec["security_group_id"] == "sg-simhzisolated"


def test_network_and_size_are_as_last_time(client: Client) -> None:
    last: dict[str, Any] = {"region_id": "cn-hangzhou", "vpc_id": "vpc-simhzisolated", "cpu": "8", "memory_gib": "16"}
    last |= {"vswitch_ids": ["vsw-simhzisolatedb"], "security_group_id": "sg-simhzisolated"}
    with mock.patch("consoleapp.wizard.views.start.last_choices", return_value=last):
        take_over(client, f"{TEXT}\nmemory_gib 32")

    data = Draft.objects.get().typed
    assert data["spec"]["vswitch_ids"] == ["vsw-simhzisolatedb"]
    # The text has a size of its own.
    assert (data["spec"]["cpu"], data["spec"]["memory_gib"]) == ("2", "32")


def test_the_preview_says_what_is_wrong_and_the_draft_marks_it(client: Client) -> None:
    text = TEXT.replace("port 80", "port 70000").replace("service web", "service Web_1")
    page = post(client, text=text)
    assert "Taken over, and marked as wrong" in page

    address = take_over(client, text)
    assert "at=c1-name" in address
    assert client.get(address).content.decode().count('aria-invalid="true"') >= 2


def test_a_password_that_the_text_does_not_have_has_to_be_typed(client: Client) -> None:
    text = "fake\nlogin registry.example.com\nservice web\nimage registry.example.com/team/api:1.4.2\nenv API_TOKEN="
    page = post(client, text=text)
    assert page.count("has to be typed") == 2
    assert "No page has a place" not in page

    page = client.get(take_over(client, text)).content.decode()
    assert "API_TOKEN" in page
    assert "aria-invalid" in page
    assert vault.get_all(Draft.objects.get()) == {}


def test_what_no_page_asks_for_is_told_and_dropped(client: Client) -> None:
    page = post(client, text=f"{TEXT.replace('port 80', 'ref metadata.name')}")

    assert re.search(r"<code>web REF field_path</code><span>No page has a place for it\.", page)


def test_an_unknown_region_is_left_out(client: Client) -> None:
    page = post(client, text=f"{TEXT}\nregion_id mars-1")
    assert "The console does not know this region." in page

    take_over(client, f"{TEXT}\nregion_id mars-1")
    assert Draft.objects.get().typed["spec"]["region_id"] == "cn-hangzhou"


# --- kinds and choices


def test_another_kind_is_one_press(client: Client) -> None:
    page = post(client, text=TEXT, kind="other")

    assert values(page, "kind") == ["other"]
    assert re.search(r'value="other"[^>]*aria-pressed="true"', page)
    assert "As it looks" in page


def test_a_press_on_a_kind_counts_more_than_the_one_before(client: Client) -> None:
    page = post(client, text=TEXT, kind=["other", "fake"])
    assert values(page, "kind") == ["fake"]


def test_a_kind_that_nobody_knows_is_as_it_looks(client: Client) -> None:
    assert "It looks like Fake notes." in post(client, text=TEXT, kind="nonsense")


def test_several_can_be_chosen(client: Client) -> None:
    page = post(client, text=SEVERAL)
    assert page.count('type="checkbox"') == 2
    assert values(page, "offered") == ["web", "db"]

    page = post(client, text=SEVERAL, offered=["web", "db"], choice=["db"])
    assert "postgres:17" in page[page.index("</textarea>") :]
    assert "nginx:1.29" not in page[page.index("</textarea>") :]


def test_the_chosen_alone_is_taken_over(client: Client) -> None:
    take_over(client, SEVERAL, offered=["web", "db"], choice=["db"])

    assert [card["name"] for card in containers_of(Draft.objects.get().typed)] == ["db"]


def test_all_of_several_are_taken_over_as_shown(client: Client) -> None:
    page = post(client, text=SEVERAL)
    told = {name: values(page, name) for name in ("seen", "kind", "offered")}
    client.post("/import/", {"text": SEVERAL, **told, "choice": ["web", "db"], "do": "open"})

    assert [card["name"] for card in containers_of(Draft.objects.get().typed)] == ["web", "db"]


def test_one_of_several_is_a_choice_of_one(client: Client) -> None:
    assert post(client, text=f"{SEVERAL}\none of").count('type="radio"') == 2


def test_nothing_chosen_is_told(client: Client) -> None:
    page = post(client, 422, text=SEVERAL, offered=["web", "db"])

    assert "Choose what is to be taken." in page
    assert "Open as a draft" not in page


def test_choices_of_another_text_do_not_count(client: Client) -> None:
    page = post(client, text=SEVERAL, offered=["api", "worker"], choice=["api"])
    assert page.count(" checked") == 2


# --- what goes wrong


def test_a_text_that_was_not_looked_at_is_shown_first(client: Client) -> None:
    page = post(client, text=TEXT, do="open")

    assert "has changed since" in page
    assert not Draft.objects.exists()
    page = post(client, text=f"{TEXT}\nlost --init", seen=values(page, "seen"), do="open")
    assert "has changed since" in page
    assert not Draft.objects.exists()


def test_line_ends_of_a_form_change_nothing(client: Client) -> None:
    seen = values(post(client, text=TEXT), "seen")
    answer = client.post("/import/", {"text": TEXT.replace("\n", "\r\n"), "seen": seen, "do": "open"})
    assert answer.status_code == 303


@pytest.mark.parametrize("htmx", [True, False])
def test_what_cannot_be_read_is_told_with_its_line(client: Client, htmx: bool) -> None:
    page = post(client, 200 if htmx else 422, text="fake\nservice web\nbad", htmx=htmx)

    assert re.search(r'role="alert">Line 3: This line cannot be read\.', page)
    assert "Open as a draft" not in page
    assert ("fake\nservice web\nbad</textarea>" in page) is not htmx


def test_nothing_recognised_says_what_is_understood(client: Client) -> None:
    page = post(client, 422, text="hello")
    assert "This looks like nothing that the console understands: Fake notes, Other notes." in page
    assert "hello</textarea>" in page


def test_nothing_given_is_told_when_pressed(client: Client) -> None:
    assert "Paste a text, or choose a file." in post(client, 422, text=" ")
    assert "alert" not in post(client, text=" ", htmx=True)


def test_a_text_that_is_too_large_is_told_and_kept(client: Client) -> None:
    page = post(client, 422, text="fake" + "x" * TEXT_BYTES_MAX)

    assert "larger than 256 kB" in page
    assert "x" * TEXT_BYTES_MAX in page


def test_a_text_of_the_full_size_passes(client: Client) -> None:
    lines = f"{TEXT}\n".ljust(TEXT_BYTES_MAX - 8, "\n") + "lost end"
    assert "lost end</textarea>" in post(client, text=lines.replace("\n\n", "\r\n\n"))


def test_a_body_that_no_text_has_is_refused(client: Client) -> None:
    assert "larger than the console accepts" in post(client, 413, text="x" * 700_000)


def test_other_pages_take_no_more_than_before(client: Client) -> None:
    assert client.post("/buy/", {"name": "x" * 300_000}).status_code == 413


def test_a_file_is_read_in_place_of_the_text(client: Client) -> None:
    page = post(client, text="before", file=SimpleUploadedFile("notes.txt", b"\xef\xbb\xbf" + TEXT.encode()))

    assert "It looks like Fake notes." in page
    assert ">\nfake\nservice web\n" in page


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00f", "no text in UTF-8"), (b"x" * (TEXT_BYTES_MAX + 1), "larger than 256 kB")],
)
def test_a_file_that_cannot_be_taken_leaves_the_text(client: Client, content: bytes, said: str) -> None:
    page = post(client, 422, text=TEXT, file=SimpleUploadedFile("notes.txt", content))

    assert said in page
    assert "env MODE=fast" in page


@pytest.mark.parametrize(("error", "status"), [(DatabaseError(), 503), (TooManyGuests(), 429)])
def test_what_could_not_be_stored_keeps_the_text(client: Client, error: Exception, status: int) -> None:
    seen = values(post(client, text=TEXT), "seen")
    with mock.patch("consoleapp.wizard.services.drafts.create_draft", side_effect=error):
        page = post(client, status, text=TEXT, seen=seen, do="open")
    assert "Not saved" in page
    assert "env MODE=fast" in page
    assert "Open as a draft" in page


def test_more_rows_than_a_draft_holds_is_told_at_once(client: Client) -> None:
    page = post(client, 422, text=TEXT + "".join(f"\nenv NAME_{number}=1" for number in range(300)))

    assert "250 rows at the most" in page
    assert "Open as a draft" not in page


def test_a_hostile_text_is_shown_as_text(client: Client) -> None:
    hostile = "<script>alert(1)</script></textarea>{{7*7}}\x00"
    page = post(client, text=TEXT.replace("fast", hostile).replace("--gpus", hostile))

    assert "<script>alert" not in page
    assert "{{7*7}}" in page
