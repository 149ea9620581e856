"""consoleapp/web/remember.py: rendered once for the same things, anew for others."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from consoleapp.web import remember


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    remember.forget()
    yield
    remember.forget()


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def render(self) -> str:
        self.count += 1
        return f"<p>{self.count}</p>"


def test_renders_the_same_things_once() -> None:
    counter = Counter()
    first = remember.remembered({"name": "web"}, counter.render)
    assert remember.remembered({"name": "web"}, counter.render) == first == "<p>1</p>"


def test_renders_anew_when_anything_differs() -> None:
    counter = Counter()
    for seen in ({"name": "web"}, {"name": "web", "port": 80}, {"name": "web", "port": "80"}):
        remember.remembered(seen, counter.render)
    assert counter.count == 3


def test_tells_languages_apart() -> None:
    counter = Counter()
    for language in ("en", "de"):
        with override(language):
            remember.remembered("same", counter.render)
    assert counter.count == 2


def test_keeps_only_what_was_looked_at_last() -> None:
    counter = Counter()
    remember.remembered("looked at again", counter.render)
    for number in range(remember.KEPT_MAX):
        remember.remembered(number, counter.render)
        remember.remembered("looked at again", counter.render)
    assert counter.count == remember.KEPT_MAX + 1
    remember.remembered(0, counter.render)
    assert counter.count == remember.KEPT_MAX + 2


def test_half_a_surrogate_pair_is_a_thing_like_any_other() -> None:
    assert remember.remembered("\ud800", lambda: "x") == "x"


def test_a_text_beyond_all_measure_is_made_each_time() -> None:
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "x" * (remember.TEXT_MAX + 1)

    for _ in range(2):
        remember.remembered("large", make)
    assert len(made) == 2
