"""Layouts: rows and single fields through crispy."""

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms

from consoleapp.web.crispy import ConsoleHelper, Row, Segmented, Show


class GroupForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(label="Name", help_text="Letters.")
    policy = forms.ChoiceField(label="Policy", required=False, widget=forms.RadioSelect, choices=[("a", "Always")])
    cpu = forms.DecimalField(label="vCPU", required=False)
    memory = forms.DecimalField(label="GiB", required=False)
    wait = forms.IntegerField(label="Wait", required=False, min_value=1)


def render(*layout: object, data: dict[str, str] | None = None) -> str:
    return str(render_crispy_form(GroupForm(data), ConsoleHelper(*layout)))


def test_the_helper_writes_no_form_tag_and_no_token() -> None:
    html = render("name")
    assert "<form" not in html
    assert "csrf" not in html


def test_a_layout_that_names_a_field_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'name' twice"):
        render("name", Row("Again", "name"))


def test_a_layout_that_names_no_field_of_the_form_is_refused() -> None:
    with pytest.raises(KeyError):
        render("nmae")


def test_a_row_gives_each_of_its_controls_a_label_of_its_own() -> None:
    html = render(Row("Share", "cpu", Show("memory", width="s")))
    assert 'role="group" aria-label="Share"' in html
    assert '<label for="id_cpu">vCPU</label>' in html
    assert '<label for="id_memory">GiB</label>' in html


def test_a_segmented_choice_is_one_bar() -> None:
    html = render(Segmented("policy"))
    assert 'class="seg"' in html
    assert '<span class="label" id="id_policy_label">Policy</span>' in html
