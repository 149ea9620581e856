"""How moments, money, sizes, digests and icons are written."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from consoleapp.web import formats
from consoleapp.web.templatetags import console

NOW = datetime(2026, 11, 24, 14, 2, 31, tzinfo=UTC)


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
    assert f">{text}</time>" in formats.ago(NOW - passed, NOW)


def test_a_relative_time_carries_the_exact_moment() -> None:
    assert 'datetime="2026-11-24T14:02:31Z"' in formats.ago(NOW, NOW)


def test_writes_nothing_for_a_moment_that_has_not_come() -> None:
    assert formats.ago(None) == ""
    assert formats.clock(None) == ""


def test_writes_the_time_of_day_to_the_second() -> None:
    assert formats.clock(NOW) == (
        '<time datetime="2026-11-24T14:02:31Z" title="Nov. 24, 2026, 2:02 p.m. UTC" data-clock>14:02:31</time>'
    )


@pytest.mark.parametrize(
    ("number", "text"), [("2.0", "2"), (Decimal("0.25"), "0.25"), (Decimal("1E+1"), "10"), (16, "16"), (None, "")]
)
def test_writes_numbers_without_zeros_or_exponent(number: Decimal | str | int | None, text: str) -> None:
    assert formats.amount(number) == text


def test_joins_the_two_sizes_and_leaves_out_what_is_not_set() -> None:
    assert formats.size(Decimal(2), Decimal("4.0")) == "2 vCPU · 4 GiB"
    assert formats.size(None, "4") == "4 GiB"


@pytest.mark.parametrize(
    ("size", "text"), [(0, ""), (10113, "10 KiB"), (734003, "0.7 MiB"), (45088768, "43 MiB"), (1288490189, "1.2 GiB")]
)
def test_writes_the_size_of_an_image_for_people(size: int, text: str) -> None:
    assert formats.mebibytes(size) == text


@pytest.mark.parametrize(
    ("value", "currency", "digits", "text"),
    [
        (Decimal("0.44105"), "CNY", 4, "CNY\N{NO-BREAK SPACE}0.4411"),
        (Decimal("0.00012252"), "CNY", 8, "CNY\N{NO-BREAK SPACE}0.00012252"),
        ("1.5", "USD", 2, "USD\N{NO-BREAK SPACE}1.50"),
        ("1", "EUR", 2, "EUR\N{NO-BREAK SPACE}1.00"),
        ("1", "", 2, "1.00"),
        (None, "CNY", 4, ""),
    ],
)
def test_writes_money_with_the_code_of_its_currency_since_a_sign_may_be_that_of_two(
    value: Decimal | str | None, currency: str, digits: int, text: str
) -> None:
    assert formats.money(value, currency, digits) == text


def test_shortens_a_digest_and_leaves_anything_else() -> None:
    assert formats.short_digest("sha256:" + "9f2c5e01" + "0" * 52 + "41aa") == "sha256:9f2c5e01…41aa"
    assert formats.short_digest("latest") == "latest"
    assert formats.short_digest(None) == ""


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
    assert formats.short_image(image) == short


def test_an_icon_is_silent_and_points_into_the_sprite() -> None:
    html = console.icon("copy")
    assert 'aria-hidden="true"' in html
    assert "img/icons" in html
    assert '#copy"' in html


@pytest.mark.parametrize(("text", "shown"), [("", ""), ("12345", "12345"), ("123456", "1234…"), (None, "None")])
def test_a_long_text_is_cut_with_an_ellipsis(text: object, shown: str) -> None:
    assert formats.at_most(text, 5) == shown


def test_an_address_is_broken_after_its_slashes_and_escaped() -> None:
    assert console.breakable("a.example/b/<c>:1") == "a.example/<wbr>b/<wbr>&lt;c&gt;:1"
    assert console.breakable("nginx:1.29") == "nginx:1.29"
