"""Views that an open page asks by itself, again and again: asking them is no sign that somebody is there.

A page sends the mark of what it shows with its question, so that no server has to remember it.
"""

from collections.abc import Callable
from hashlib import blake2s
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def polled(view: View) -> View:
    """Mark the view."""
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def is_polled(view: Callable[..., Any]) -> bool:
    """Tell whether the view is marked."""
    return getattr(view, "is_polled", False)


def mark_of(*shown: object) -> str:
    """Return a mark that is another one as soon as anything of what is shown is."""
    return blake2s(repr(shown).encode(), digest_size=8).hexdigest()
