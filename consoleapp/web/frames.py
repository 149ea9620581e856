"""Pages inside a page of another site: which may be shown so, by whom, and what is told there.

Only sites that CONSOLE_FRAME_ANCESTORS lists may show them, and only the pages on which somebody orders and looks after
it. Whatever gives rights or decides, sign-in and approvals above all, is shown in no frame.
"""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# The features whose pages may be framed, and what their addresses begin with.
FEATURES: Final = frozenset({"wizard", "launch_templates", "orders", "groups"})
INSIDE: Final = ("/buy/", "/templates/", "/orders/", "/groups/", "/go/", "/demo/")
# What a browser says where it loads a page into a frame.
_FRAMES: Final = ("iframe", "frame", "embed", "object")


def may_be_framed(request: HttpRequest) -> bool:
    """Tell whether the page may be shown in a frame of a listed site."""
    match = request.resolver_match
    return bool(settings.FRAME_ANCESTORS) and match is not None and match.app_name in FEATURES


def is_framed(request: HttpRequest) -> bool:
    """Tell whether the browser loads the page into a frame, where it may."""
    return may_be_framed(request) and request.headers.get("Sec-Fetch-Dest", "") in _FRAMES


def frames(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Have the listed sites show the pages that may be framed; all others keep the strict answer of the settings."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if may_be_framed(request):
            response._csp_replace = {"frame-ancestors": list(settings.FRAME_ANCESTORS)}  # type: ignore[attr-defined]
            # It knows no list, and browsers that know both would heed it where they do not know the other.
            response.xframe_options_exempt = True
        return response

    return middleware


def site_of(host: str) -> str:
    """Return the part of a host's name by which browsers tell sites apart, as far as can be said without their list of
    public suffixes: two labels, three under such as co.uk; an address is its own."""
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        labels = host.lower().strip(".").split(".")
    is_second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if is_second_level else labels[-2:])


def origins_of_other_sites() -> list[str]:
    """Return the listed origins that are of another site than the console: browsers send no session into their frames.
    None where the console's own name is not told."""
    own = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    own += [urlsplit(origin).hostname or "" for origin in settings.CSRF_TRUSTED_ORIGINS]
    sites = {site_of(host) for host in own}
    if "*" in settings.ALLOWED_HOSTS and not sites:
        return []
    return [origin for origin in settings.FRAME_ANCESTORS if site_of(urlsplit(origin).hostname or "") not in sites]
