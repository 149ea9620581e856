"""Routes that say what they take. Who may pass is decided in one place, by teams/gate.py."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from consoleapp.domain.roles import Permission


class Belongs(NamedTuple):
    """Whose a thing is: its team, None for somebody's own space, and who made it."""

    team_id: int | None
    owner_id: int


View = Callable[..., HttpResponseBase]
# Gets the arguments of the address and asks the database once; None for what is not there.
Finder = Callable[..., Belongs | None]


@dataclass(frozen=True)
class Needs:
    """What an address takes, and how the thing is found that it is about."""

    permission: Permission
    of: Finder | None = None
    site_too: bool = False


def route(
    pattern: str, view: View, needs: Permission, of: Finder | None = None, *, name: str, site_too: bool = False
) -> URLPattern:
    """Return the route; `of` finds whose the thing is that its address names. With `site_too` site admins pass, who
    are no members."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    guarded.needs = Needs(needs, of, site_too)  # type: ignore[attr-defined]
    return path(pattern, guarded, name=name)
