"""Whether somebody has shown of late that it is them: asked before what somebody at an open browser must not do.

A view asks with `confirmed`; one that wants it of some people only asks `is_recent`, and leads to `confirm_address`.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

View = Callable[..., HttpResponseBase]
RECENT_SECONDS: Final = 15 * 60


def is_recent(request: HttpRequest) -> bool:
    """Tell whether the person has signed in, or confirmed it, within the last quarter of an hour."""
    records = get_authentication_records(request, request.user)
    return bool(records) and 0 <= time.time() - max(record["at"] for record in records) < RECENT_SECONDS


def confirm_address(next_url: str) -> str:
    """Return the page that asks, and leads there then."""
    return f"{reverse('accounts:confirm')}?{urlencode({'next': next_url})}"


def confirmed(page: str) -> Callable[[View], View]:
    """Make a view that is there for who has shown of late that it is them; others are asked, and led to the page."""

    def of(view: View) -> View:
        @wraps(view)
        def confirming(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_recent(request):
                return redirect(confirm_address(reverse(page)))
            return view(request, *args, **kwargs)

        return confirming

    return of
