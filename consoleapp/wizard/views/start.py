"""`/buy/`: Basic Settings before anything is stored, empty or filled in from the address. A save makes the draft."""

from collections.abc import Mapping, Sequence
from typing import Final, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from consoleapp.teams.actors import actor_of
from consoleapp.web.formats import listed
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.origins import left_out, read_origin
from consoleapp.wizard.draft import links, raw
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.forms.basic import canonical_sizes
from consoleapp.wizard.services.last_time import NETWORK, SIZE, choose_as_last_time, last_choices, usable
from consoleapp.wizard.services.ordering import resumable_drafts
from consoleapp.wizard.shape import CONTAINERS, Data
from consoleapp.wizard.views.basic import DIALOGS, PAGE, network_source
from consoleapp.wizard.views.page_context import PageState
from consoleapp.wizard.views.step import SeeOther, receive, render

# So many of the names are told that a link has and that do not count.
IGNORED_SHOWN: Final = 5


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Start a draft: GET stores nothing; POST makes a guest of a visitor, and the draft."""
    console_request = cast(ConsoleRequest, request)
    if request.method == "POST":
        answer = receive(console_request, PAGE, None, _begun(console_request))
        return _with_dialog(answer) if console_request.htmx and isinstance(answer, SeeOther) else answer
    data = _asked_for(console_request)
    latest = resumable_drafts(actor_of(request)).first()
    first = data["spec"][CONTAINERS][0]
    at = "" if raw.word(first, "image") else f"{first['_key']}-image"
    shown = PageState(data, {}, open=request.GET.get("open", ""), at=at, latest=latest)
    return render(PAGE, console_request, shown)


def _with_dialog(answer: SeeOther) -> SeeOther:
    """Lead a first save for a dialog, which is a page without a script, to the draft's page, which opens it."""
    found = resolve(answer.url.partition("?")[0].partition("#")[0])
    if found.url_name not in DIALOGS:
        return answer
    query = {"open": found.kwargs["key"], "dialog": found.kwargs.get("tab", found.url_name)}
    return SeeOther(f"{reverse('wizard:basic', args=[found.kwargs['draft_id']])}?{urlencode(query)}")


def _begun(request: ConsoleRequest) -> Data:
    """Return what a new draft begins with: what its link says, which the address of its form says on, also of fields
    that the page does not show; and where it came from."""
    query = _query(request)
    data, _linked = _filled(request, query)
    if origin := read_origin(query):
        data["origin"] = origin
    return data


def _query(request: ConsoleRequest) -> dict[str, str]:
    """Return what the address says; nothing of one that is longer than ours are."""
    if links.is_too_long(request.META.get("QUERY_STRING", "")):
        return {}
    return {name: str(value) for name, value in request.GET.items()}


def _asked_for(request: ConsoleRequest) -> Data:
    """Return what the address fills in, and say what it does not."""
    query = _query(request)
    if request.GET and not query:
        messages.warning(request, _("The link is too long. Nothing was taken from it."))
    data, linked = _filled(request, query)
    _tell_left_out(request, [*linked.ignored, *left_out(query)])
    if linked.controls:
        data["from_link"] = list(linked.controls)
    return data


def _filled(request: ConsoleRequest, query: Mapping[str, str]) -> tuple[Data, links.Linked]:
    """Return what the address fills in. It cannot bring in a region: the region decides which hosts are asked."""
    data = first_data(query)
    linked = links.fill(data, query)
    if not network_source(request).is_region(raw.word(data["spec"], "region_id")):
        del data["spec"]["region_id"]
        if request.method != "POST":
            messages.warning(request, _("The link names a region that the console does not know. It was left out."))
    data = as_last_time(request, data)
    canonical_sizes(data["spec"])
    return data, linked


def _tell_left_out(request: ConsoleRequest, names: Sequence[str]) -> None:
    """Say what of the link does not count: what nobody knows, secrets, addresses that are not listed."""
    if names:
        told = listed(names[:IGNORED_SHOWN])
        text = _("The link says something about %(names)s that does not count here. It was left out.")
        messages.info(request, text % {"names": told})


def as_last_time(request: ConsoleRequest, data: Data) -> Data:
    """Begin with the network and the size of the last order where the address does not ask for others."""
    last = last_choices(actor_of(request))
    if not last:
        return data
    network = network_source(request).choices(last.get("region_id", ""), last.get("vpc_id", ""))
    data["last_time"] = usable(last, network)
    asked = {**data["page"], **data["spec"]}
    groups = (group for group in (NETWORK, SIZE) if any(name in asked for name in group))
    choose_as_last_time(data, apart_from=frozenset(name for group in groups for name in group))
    return data
