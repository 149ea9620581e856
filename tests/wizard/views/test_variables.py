"""Environment variables as a table and as text: the same rows, told before they are taken."""

import re

import pytest

from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.shape import Fields
from tests.wizard.page_form import StepForm

pytestmark = pytest.mark.django_db

TEXT = "c1-environment_vars_text"


def variables() -> list[Fields]:
    rows: list[Fields] = Draft.objects.get().typed["spec"]["containers"][0].get("environment_vars", [])
    return rows


def text_of(form: StepForm) -> str:
    return form.sent[TEXT][0].replace("\r\n", "\n")


def told(html: str) -> list[str]:
    shown = re.search(r'<div class="changes" id="c1-changes".*?</div>', html)
    assert shown
    return re.findall(r"<code[^>]*>(.*?)</code>", shown[0])


@pytest.fixture
def with_variables(started: StepForm) -> StepForm:
    pasted = "MODE=fast\nDB_PASSWORD=hunter2hunter2\nGREETING='  a # b  '"
    return started.go("env-paste:c1", c1__environment_vars_paste=pasted)


def test_the_text_says_what_the_table_says_and_keeps_secrets_to_itself(with_variables: StepForm) -> None:
    form = with_variables.go("env-view:c1:text")
    assert text_of(form) == 'MODE=fast\nDB_PASSWORD=  # secret, kept\nGREETING="  a # b  "'
    assert "hunter2" not in form.html
    assert not any(re.fullmatch(r"c1-r\d+-key", name) for name in form.sent)


def test_switching_to_the_text_and_back_changes_nothing(with_variables: StepForm) -> None:
    before, secrets = variables(), set(DraftSecret.objects.values_list("name", flat=True))
    form = with_variables.go("env-view:c1:text").go("save").go("env-view:c1:table")
    assert variables() == before
    assert set(DraftSecret.objects.values_list("name", flat=True)) == secrets
    assert TEXT not in form.sent


def test_a_value_of_several_lines_and_one_that_the_cloud_fills_in_are_kept(started: StepForm) -> None:
    form = started.go("row-add:c1:environment_vars").go("row-add:c1:environment_vars")
    form = form.go(
        "save",
        **{"c1-r2-key": "PEM", "c1-r2-value": "one\r\ntwo", "c1-r3-key": "IP", "c1-r3-source": "status.podIP"},
    )
    before = variables()
    form = form.go("env-view:c1:text").go("save")
    assert variables() == before
    assert before[1]["source"] == "status.podIP"


def test_lines_that_are_edited_added_and_taken_out_become_rows(with_variables: StepForm) -> None:
    form = with_variables.go("env-view:c1:text")
    form.go("save", **{TEXT: "NEW=1\nDB_PASSWORD=another-secret\nMODE=slow"})
    assert [(row["key"], row["value"]) for row in variables()] == [("NEW", "1"), ("DB_PASSWORD", ""), ("MODE", "slow")]
    (secret,) = vault.get_all(Draft.objects.get()).values()
    assert secret.reveal() == "another-secret"


def test_a_secret_whose_line_is_gone_is_forgotten(with_variables: StepForm) -> None:
    with_variables.go("env-view:c1:text").go("save", **{TEXT: "MODE=fast"})
    assert not DraftSecret.objects.exists()


def test_what_the_text_would_change_is_told_before_it_is_taken(with_variables: StepForm) -> None:
    form = with_variables.go("env-view:c1:text")
    before = variables()
    typed = "MODE=slow\nNEW=1\nDB_PASSWORD=  # secret, kept\nno equals\nNEW=2"
    answer = form.press("env-look:c1", **{TEXT: typed})
    assert answer.status_code == 200
    found = ["~ MODE", "+ NEW", "! line 4 has no =", "! NEW stands more than once", "- GREETING"]
    assert told(answer.content.decode()) == found
    assert variables() == before


def test_what_a_pasted_file_would_change_is_told_and_takes_nothing_away(with_variables: StepForm) -> None:
    answer = with_variables.press("env-look:c1", c1__environment_vars_paste="MODE=slow\nTOKEN=canary-91\nMODE=x")
    page = answer.content.decode()
    assert told(page) == ["~ MODE", "+ TOKEN", "! MODE stands more than once"]
    assert "canary-91" not in page
    assert [row["key"] for row in variables()] == ["MODE", "DB_PASSWORD", "GREETING"]


def test_a_name_that_is_pasted_twice_is_an_error_and_none_of_the_two_is_lost(started: StepForm) -> None:
    form = started.go("env-paste:c1", c1__environment_vars_paste="DB_HOST=one\nDB_HOST=two").go("next")
    assert [row["value"] for row in variables()] == ["one", "two"]
    assert "DB_HOST is used more than once." in form.html


def test_a_new_mount_takes_the_only_volume(started: StepForm) -> None:
    form = started.go("volume-add:EmptyDirVolume").go("row-add:c1:volume_mounts")
    assert [value for name, (value, *_more) in form.sent.items() if re.fullmatch(r"c1-r\d+-name", name)] == ["volume-1"]
    form = form.go("volume-add:EmptyDirVolume").go("row-add:c1:volume_mounts")
    mounts = [value for name, (value, *_more) in form.sent.items() if re.fullmatch(r"c1-r\d+-name", name)]
    assert mounts == ["volume-1", ""]


def test_propagation_is_folded_away_until_it_is_used(started: StepForm) -> None:
    form = started.go("row-add:c1:volume_mounts")
    assert '<details class="cell rare"' in form.html
    name = next(name for name in form.sent if name.endswith("-mount_propagation"))
    assert '<details class="cell rare"' not in form.go("save", **{name: "Bidirectional"}).html


@pytest.mark.parametrize(("kind", "part"), [("tcp", "tcp_socket"), ("http", "http_get")])
def test_a_probe_that_is_switched_on_asks_the_declared_port(started: StepForm, kind: str, part: str) -> None:
    form = started.go("row-add:c1:ports")
    port = next(name for name in form.sent if name.endswith("-port") and name.startswith("c1-r"))
    form = form.go("save", **{port: "8080", "c1-readiness_probe-kind": kind})
    assert form.sent[f"c1-readiness_probe-{part}-port"] == ["8080"]
    # Who empties it again is not contradicted.
    form = form.go("save", **{f"c1-readiness_probe-{part}-port": ""})
    assert form.sent[f"c1-readiness_probe-{part}-port"] == [""]
