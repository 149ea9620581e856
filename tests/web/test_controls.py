"""The element, ids and texts of one control."""

from typing import Any

import pytest
from django import forms

from consoleapp.web.controls import Option, control, written

ZONES = [("b", "Zone B"), ("k", Option("K", "full", disabled=True))]
POLICIES = [("a", "Always"), ("n", Option("Never", off=True))]


class SampleForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(label="Name", help_text="2 to 128 characters.")
    password = forms.CharField(label="Password", required=False, widget=forms.PasswordInput(render_value=True))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    zone = forms.ChoiceField(
        label="Zone", required=False, choices=[("b", "Zone B"), ("k", Option("K", "full", disabled=True))]
    )
    policy = forms.ChoiceField(
        label="Policy",
        required=False,
        widget=forms.RadioSelect,
        choices=[("a", "Always"), ("n", Option("Never", off=True))],
    )
    draft = forms.CharField(required=False, widget=forms.HiddenInput)
    moment = forms.SplitDateTimeField(required=False)


def shown(name: str, data: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    return control(SampleForm(data)[name], **options)


def test_ids_of_hint_and_error_are_the_ones_the_control_is_described_by() -> None:
    view = shown("name", {"name": ""})
    assert 'aria-describedby="id_name_helptext id_name_error"' in view["html"]
    assert view["id"] == "id_name"
    assert view["error"] == "This field is required."


def test_a_control_in_error_says_so_to_the_ear() -> None:
    assert 'aria-invalid="true"' in shown("name", {"name": ""})["html"]
    assert "aria-invalid" not in shown("name", {"name": "web"})["html"]


def test_a_password_is_never_written_into_the_page() -> None:
    assert "hunter2" not in shown("password", {"password": "hunter2"})["html"]


@pytest.mark.parametrize("name", ["name", "note", "draft"])
def test_what_a_person_typed_is_escaped(name: str) -> None:
    html = shown(name, {name: '"><script>x</script>'})["html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_labels_of_choices_are_escaped() -> None:
    form = SampleForm()
    form.fields["zone"].choices = [("<b>", Option("<i>", "<u>"))]  # type: ignore[attr-defined]
    html = control(form["zone"])["html"]
    assert html.count("&lt;") == 3


def test_a_select_marks_what_is_chosen_and_what_cannot_be() -> None:
    html = shown("zone", {"zone": "b"})["html"]
    assert '<option value="b" selected>Zone B</option>' in html
    assert '<option value="k" disabled>K · full</option>' in html


def test_a_choice_is_a_named_group_of_options() -> None:
    view = shown("policy", {"policy": "n"}, look="seg", attrs={"hx-trigger": "change"})
    assert 'role="radiogroup"' in view["group"]
    assert 'aria-labelledby="id_policy_label"' in view["group"]
    assert 'hx-trigger="change"' in view["group"]
    assert 'class="seg"' in view["group"]
    assert [(option["label"], option["off"]) for option in view["options"]] == [("Always", False), ("Never", True)]
    assert " checked" in view["options"][1]["html"]


def test_a_width_is_added_to_the_class() -> None:
    assert 'class="in m"' in shown("name", width="m")["html"]


def test_a_widget_it_does_not_know_renders_itself() -> None:
    assert shown("moment")["html"].count("<input") == 2


def test_a_row_has_its_error_and_hint_under_the_ids_that_the_control_names() -> None:
    html = written(shown("name", {"name": ""}))
    assert html.startswith('<div class="row"><label for="id_name">Name<span class="req" aria-hidden="true">*</span>')
    assert '<div class="err" id="id_name_error"><span>This field is required.</span></div>' in html
    assert '<div class="hint" id="id_name_helptext">2 to 128 characters.</div>' in html


@pytest.mark.parametrize("bare", ["", "part"])
def test_what_stands_around_a_control_is_escaped(bare: str) -> None:
    form = SampleForm({"name": "web"})
    form.fields["name"].help_text = "<hint>"
    form.errors["name"] = form.error_class(["<error>"])
    html = written(control(form["name"], label="<label>", unit="<unit>", bare=bare))
    assert html.count("&lt;") == 4
    assert not any(f"<{word}>" in html for word in ("hint", "error", "unit"))


def test_the_options_of_a_choice_are_escaped() -> None:
    form = SampleForm()
    form.fields["policy"].choices = [("<b>", Option("<i>", "<u>"))]  # type: ignore[attr-defined]
    html = written(control(form["policy"]))
    assert html.count("&lt;") == 3
    assert '<span class="label" id="id_policy_label">Policy</span>' in html
