"""Types of the requests that our views receive, and numbers in them. How requests get what they have: middleware.py."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from consoleapp.accounts.models import User
    from consoleapp.cloud_accounts.clouds import Place
    from consoleapp.gateways.connect import Cloud
    from consoleapp.teams.actors import Actor


class ConsoleRequest(HttpRequest):
    """A request that has passed all middleware; anybody may have sent it, an anonymous visitor too."""

    htmx: HtmxDetails
    request_id: str
    cloud: "Cloud"
    place: "Place"
    actor: "Actor"


class ActorRequest(ConsoleRequest):
    """A request of somebody who is signed in, be it as a guest."""

    user: "User"


def page_path(request: ConsoleRequest) -> str:
    """Return the path of the page that htmx asks from; "" for other requests, and for a header that is no address."""
    try:
        return (request.htmx.current_url_abs_path or "") if request.htmx else ""
    except ValueError:
        return ""


def number_in(text: str, default: int = 0) -> int:
    """Return the number that was sent; the default for what is none, or has more than nine digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
