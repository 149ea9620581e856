"""A field that only its declaration knows has all that a field has. HostName is one: but for the
table of what Kubernetes calls otherwise, no other module names it."""

import subprocess

import pytest
from django.conf import settings
from django.test import Client

from consoleapp.domain import wire
from consoleapp.domain.json_schema import schema
from consoleapp.wizard import vault
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.places import place_of_wire_key
from consoleapp.wizard.models import Draft
from consoleapp.wizard.validation import to_spec
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(alice_client: Client) -> StepForm:
    form = open_step(alice_client, "/buy/?image=nginx:1.27").go("next")
    assert form.url.endswith("/other/")
    return form


def test_it_is_typed_kept_sent_told_and_copied(other: StepForm) -> None:
    confirm = other.go("confirm", host_name="shop.example.com")
    assert confirm.url.endswith("/confirm/")
    assert "<dt>Host name</dt><dd>shop.example.com" in confirm.html.replace("\n", "").replace("  ", "")
    draft = Draft.objects.get()
    spec, problems = to_spec(draft.typed, vault.get_all(draft))
    assert spec is not None, problems
    assert wire.to_parameters(spec)["HostName"] == "shop.example.com"
    assert wire.from_parameters(wire.to_parameters(spec)).host_name == "shop.example.com"
    assert to_draft(spec).data["spec"]["host_name"] == "shop.example.com"
    assert schema()["properties"]["host_name"]["title"] == "Host name"


def test_a_wrong_one_is_marked_at_its_control_and_nowhere_else(other: StepForm) -> None:
    form = other.go("confirm", host_name="no host")
    assert form.url.endswith("/other/")
    assert form.html.count('aria-invalid="true"') == 1
    assert 'id="id_host_name_error"' in form.html
    assert place_of_wire_key(Draft.objects.get().typed, "HostName").field_id == "id_host_name"


def test_one_line_of_the_code_names_it() -> None:
    command = [
        "grep",
        "-rnw",
        "host_name",
        "--include=*.py",
        "consoleapp/wizard",
        "consoleapp/orders",
        "consoleapp/domain",
    ]
    found = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True).stdout.splitlines()
    named = {line.split(":")[0] for line in found}
    assert named == {"consoleapp/domain/group.py", "consoleapp/domain/kubernetes.py"}
    assert len(found) == len(named)
