"""A form over stored texts."""

from django.http import QueryDict

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.container import ContainerForm, ProbeForm
from consoleapp.wizard.shape import Fields


def test_shows_what_was_typed_and_the_defaults_for_the_rest() -> None:
    form = ContainerForm({"name": "<b>"}, prefix="c1")
    assert form["name"].value() == "<b>"
    assert form["image_pull_policy"].value() == "IfNotPresent"


def test_marks_only_its_own_controls() -> None:
    required = DomainError(Reason.REQUIRED, "")
    form = ContainerForm(
        {}, (FieldError("basic", "id_c1-image", required), FieldError("basic", "id_c2-name", required)), prefix="c1"
    )
    assert form.errors == {"image": ["A value is required."]}


def test_takes_from_a_post_what_was_in_the_page_and_leaves_the_rest() -> None:
    stored: Fields = {"working_dir": "/app", "tty": True, "commands": "old"}
    ContainerForm.bind(QueryDict("c1-commands=new%00&c1-stdin=on&other=1"), stored, prefix="c1")
    texts = {name: value for name, value in stored.items() if isinstance(value, str)}
    assert texts == {"working_dir": "/app", "commands": "new"}
    assert [name for name, value in stored.items() if value is True] == ["stdin"]


def test_the_same_form_twice_keeps_two_sets_of_fields() -> None:
    stored: Fields = {}
    post = QueryDict("c1-liveness_probe-http_get-port=80&c1-readiness_probe-http_get-port=81")
    for name in ("liveness_probe", "readiness_probe"):
        ProbeForm.bind(post, stored.setdefault(name, {}), prefix=f"c1-{name}")
    assert stored["liveness_probe"]["http_get"] == {"port": "80"}
    assert stored["readiness_probe"]["http_get"] == {"port": "81"}
    form = ProbeForm(stored["readiness_probe"], "Readiness", prefix="c1-readiness_probe")
    assert form["http_get-port"].value() == "81"
