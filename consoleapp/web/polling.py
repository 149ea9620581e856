"""Views that an open page asks by itself, again and again: asking them is no sign that somebody is there."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def polled(view: View) -> View:
    """Mark the view."""
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def is_polled(view: Callable[..., Any]) -> bool:
    """Tell whether the view is marked."""
    return getattr(view, "is_polled", False)
