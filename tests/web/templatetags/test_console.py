"""How moments, money, sizes, digests, icons, rows and error summaries are written."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.template import engines

from consoleapp.web.templatetags import console

NOW = datetime(2026, 11, 24, 14, 2, 31, tzinfo=UTC)


class VariableForm(forms.Form):
    use_required_attribute = False
    key = forms.CharField(label="Name")
    secret = forms.BooleanField(label="Secret", required=False)


Variables = forms.formset_factory(VariableForm, extra=0, can_delete=True)


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=44), "just now"),
        (timedelta(seconds=61), "1 minute ago"),
        (timedelta(minutes=6), "6 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(days=1, hours=3), "yesterday"),
        (timedelta(days=9), "9 days ago"),
        (timedelta(days=90), "Aug. 26, 2026"),
    ],
)
def test_says_how_long_ago_a_moment_was(passed: timedelta, text: str) -> None:
    assert f">{text}</time>" in console.ago(NOW - passed, NOW)


def test_a_relative_time_carries_the_exact_moment() -> None:
    assert 'datetime="2026-11-24T14:02:31Z"' in console.ago(NOW, NOW)


def test_writes_nothing_for_a_moment_that_has_not_come() -> None:
    assert console.ago(None) == ""
    assert console.clock(None) == ""


def test_writes_the_time_of_day_to_the_second() -> None:
    assert console.clock(NOW) == (
        '<time datetime="2026-11-24T14:02:31Z" title="Nov. 24, 2026, 2:02 p.m. UTC" data-clock>14:02:31</time>'
    )


@pytest.mark.parametrize(
    ("number", "text"), [("2.0", "2"), (Decimal("0.25"), "0.25"), (Decimal("1E+1"), "10"), (16, "16"), (None, "")]
)
def test_writes_numbers_without_zeros_or_exponent(number: Decimal | str | int | None, text: str) -> None:
    assert console.amount(number) == text


def test_joins_the_two_sizes_and_leaves_out_what_is_not_set() -> None:
    assert console.size(Decimal(2), Decimal("4.0")) == "2 vCPU · 4 GiB"
    assert console.size(None, "4") == "4 GiB"


@pytest.mark.parametrize(
    ("size", "text"), [(0, ""), (734003, "0.7 MiB"), (45088768, "43 MiB"), (1288490189, "1.2 GiB")]
)
def test_writes_the_size_of_an_image_for_people(size: int, text: str) -> None:
    assert console.mebibytes(size) == text


@pytest.mark.parametrize(
    ("value", "currency", "digits", "text"),
    [
        (Decimal("0.44105"), "CNY", 4, "¥0.4411"),
        (Decimal("0.00012252"), "CNY", 8, "¥0.00012252"),
        ("1.5", "USD", 2, "$1.50"),
        ("1", "EUR", 2, "EUR 1.00"),
        (None, "CNY", 4, ""),
    ],
)
def test_writes_money_with_its_sign_rounded_half_up(
    value: Decimal | str | None, currency: str, digits: int, text: str
) -> None:
    assert console.money(value, currency, digits) == text


def test_shortens_a_digest_and_leaves_anything_else() -> None:
    assert console.short_digest("sha256:" + "9f2c5e01" + "0" * 52 + "41aa") == "sha256:9f2c5e01…41aa"
    assert console.short_digest("latest") == "latest"
    assert console.short_digest(None) == ""


@pytest.mark.parametrize(
    ("image", "short"),
    [
        ("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2", "eci_open/nginx:1.14.2"),
        ("localhost:5000/shop/api", "shop/api"),
        ("library/nginx:1.27", "library/nginx:1.27"),
        ("nginx@sha256:" + "ab" * 32, "nginx@sha256:abababab…abab"),
    ],
)
def test_shortens_an_image_by_its_host_and_digest(image: str, short: str) -> None:
    assert console.short_image(image) == short


def test_an_unknown_status_is_shown_without_a_colour() -> None:
    assert console.status_kind("Running") == "ok"
    assert console.status_kind("SomethingNew") == ""


def test_knows_which_states_change_by_themselves() -> None:
    assert console.is_changing("Pending")
    assert not console.is_changing("Succeeded")


def test_an_icon_is_silent_and_points_into_the_sprite() -> None:
    html = console.icon("copy")
    assert 'aria-hidden="true"' in html
    assert "img/icons" in html
    assert '#copy"' in html


def test_the_error_summary_points_at_the_fields_of_forms_and_formsets() -> None:
    form = VariableForm({"key": ""})
    formset = Variables({"env-TOTAL_FORMS": "1", "env-INITIAL_FORMS": "1", "env-0-key": ""}, prefix="env")
    lines = console.form_errors(form, formset)
    assert [(line.href, line.label) for line in lines] == [("#id_key", "Name"), ("#id_env-0-key", "Name")]


def test_an_error_of_the_whole_form_has_no_field_to_point_at() -> None:
    form = VariableForm({"key": "A"})
    form.add_error(None, "Too many.")
    assert console.form_errors(form) == [console.FormError("", "", "Too many.")]


def test_rows_leave_out_what_was_removed_and_number_the_rest() -> None:
    data = {"env-TOTAL_FORMS": "2", "env-INITIAL_FORMS": "0", "env-0-key": "A", "env-0-DELETE": "on", "env-1-key": "B"}
    context = console.rows(Variables(data, prefix="env"), what="Variable")
    assert [(row["number"], row["prefix"]) for row in context["rows"]] == [(1, "env-1")]


def test_a_row_labels_its_controls_and_carries_a_button_that_removes_it() -> None:
    source = '{% load console %}{% rows formset what="Variable" add="Add variable" %}'
    formset = Variables(initial=[{"key": "A"}], prefix="env")
    html = engines["django"].from_string(source).render({"formset": formset})
    assert '<label class="vh" for="id_env-0-key">Name</label>' in html
    assert 'name="remove" value="env-0" aria-label="Remove Variable 1"' in html
    assert 'name="add" value="env"' in html
    assert "env-TOTAL_FORMS" in html


@pytest.mark.parametrize(("text", "shown"), [("", ""), ("12345", "12345"), ("123456", "1234…"), (None, "None")])
def test_a_long_text_is_cut_with_an_ellipsis(text: object, shown: str) -> None:
    assert console.at_most(text, 5) == shown
