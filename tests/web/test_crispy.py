"""Layouts: sections, folds, rows and single fields through crispy."""

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms

from consoleapp.web.crispy import ConsoleHelper, Fold, Row, Section, Segmented, Show, live


class GroupForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(label="Name", help_text="Letters.")
    policy = forms.ChoiceField(label="Policy", required=False, widget=forms.RadioSelect, choices=[("a", "Always")])
    cpu = forms.DecimalField(label="vCPU", required=False)
    memory = forms.DecimalField(label="GiB", required=False)
    wait = forms.IntegerField(label="Wait", required=False, min_value=1)


def render(*layout: object, data: dict[str, str] | None = None) -> str:
    return str(render_crispy_form(GroupForm(data), ConsoleHelper(*layout)))


def test_a_section_is_a_card_with_a_title_and_a_sentence() -> None:
    html = render(Section("Group", "Billed as a whole.", "name", css_id="group"))
    assert '<section class="card" id="group"><header><h2>Group</h2>\n<p>Billed as a whole.</p></header>' in html
    assert '<label for="id_name">Name' in html
    assert 'id="id_name_helptext">Letters.' in html


def test_the_helper_writes_no_form_tag_and_no_token() -> None:
    html = render("name")
    assert "<form" not in html
    assert "csrf" not in html


def test_a_layout_that_names_a_field_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'name' twice"):
        render("name", Fold("Again", "name"))


def test_a_layout_that_names_no_field_of_the_form_is_refused() -> None:
    with pytest.raises(KeyError):
        render("nmae")


def test_a_fold_opens_by_itself_when_something_in_it_is_wrong() -> None:
    assert "<details" in render(Fold("Limits", "wait"), data={"name": "web", "wait": "5"})
    assert " open>" not in render(Fold("Limits", "wait"), data={"name": "web", "wait": "5"})
    assert '<details class="fold has-error" open>' in render(Fold("Limits", "wait"), data={"name": "web", "wait": "0"})


def test_a_fold_says_what_it_holds() -> None:
    assert '<span class="end">none</span>' in render(Fold("Limits", "wait", holds="none"))


def test_a_row_gives_each_of_its_controls_a_label_of_its_own() -> None:
    html = render(Row("Share", "cpu", Show("memory", width="s")))
    assert 'role="group" aria-label="Share"' in html
    assert '<label for="id_cpu">vCPU</label>' in html
    assert '<label for="id_memory">GiB</label>' in html


def test_a_segmented_choice_is_one_bar() -> None:
    html = render(Segmented("policy"))
    assert 'class="seg"' in html
    assert '<span class="label" id="id_policy_label">Policy</span>' in html


def test_a_live_field_posts_its_form_when_it_changes() -> None:
    html = render(Show("cpu", attrs=live("/price/", "#price")))
    assert 'hx-post="/price/"' in html
    assert 'hx-target="#price"' in html
    assert 'hx-trigger="change"' in html


def test_a_form_without_a_layout_shows_all_its_fields_in_order() -> None:
    form = GroupForm()
    html = str(render_crispy_form(form, ConsoleHelper(form=form)))
    places = [html.index(f'name="{name}"') for name in form.fields]
    assert places == sorted(places)
