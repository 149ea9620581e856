"""Views that an open page asks by itself, again and again: asking them is no sign that somebody is there."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
_polled: set[Callable[..., Any]] = set()


def polled(view: View) -> View:
    """Mark the view."""
    _polled.add(view)
    return view


def is_polled(view: Callable[..., Any]) -> bool:
    """Tell whether the view is marked."""
    return view in _polled
