"""The pages of the sample portal: what there is to see in it, making it, acting as one of its people, removing it."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consoleapp.accounts.models import User
from consoleapp.accounts.personas import ACTS_AS, guest_behind
from consoleapp.accounts.services import TooManyGuests, user_for_saving
from consoleapp.sample_portal import services, summary
from consoleapp.sample_portal.context import is_there
from consoleapp.teams.gate import CHOSEN
from consoleapp.teams.models import ROLE_LABELS
from consoleapp.web.clouds import cloud_of
from consoleapp.web.failures import too_many_requests
from consoleapp.web.http import number_in

View = Callable[[HttpRequest], HttpResponse]


def _in_the_demo(view: View) -> View:
    """Return the view, which is not there where sign-in is required or the cloud is a real one."""

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        if not is_there():
            raise Http404
        return view(request)

    return shown


@_in_the_demo
@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """Show what there is to try, step by step; without a sample, what one would be."""
    guest = guest_behind(request.user)
    sample = services.sample_of(guest) if guest else None
    context = {
        "nav": "portal",
        "stories": summary.stories_of(sample) if sample else (),
        "people": [(services.NAMES[role], ROLE_LABELS[role], text) for role, text in summary.PEOPLE.items()],
    }
    return render(request, "sample_portal/stories.html", context)


@_in_the_demo
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make this visitor's sample, and lead to what there is to try in it."""
    try:
        guest = guest_behind(request.user) or user_for_saving(request)
    except TooManyGuests:
        return too_many_requests(request)
    sample = services.make(guest)
    services.send(sample, cloud_of(sample.team.world).container_groups)
    request.session.setdefault(ACTS_AS, 0)
    return redirect("sample_portal:stories")


@_in_the_demo
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Act as one of the people of one's own sample from now on, or as oneself, and go on where one is."""
    guest = guest_behind(request.user)
    number = number_in(request.POST.get("persona", ""))
    persona = User.objects.filter(pk=number, persona_of=guest).first() if guest and number else None
    if guest is None or (persona is None and number):
        raise Http404
    is_same_space = (request.user == guest) == (persona is None)
    request.session[ACTS_AS] = persona.pk if persona else 0
    request.session.pop(CHOSEN, None)
    wanted, here = request.POST.get("next", ""), request.POST.get("here", "")
    return redirect(_path(wanted) or _path(here if _is_for(here, is_same_space=is_same_space) else "") or "/")


def _path(address: str) -> str:
    """Return the address if it is a path of the console, else ""."""
    return address if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


def _is_for(here: str, *, is_same_space: bool) -> bool:
    """Tell whether the page is there for the other one too: things belong to a space, drafts to a person."""
    path = here.partition("?")[0]
    if path.startswith(reverse("sample_portal:stories")):
        return True
    begin = reverse("wizard:start")
    return is_same_space and (path == begin or not path.startswith(begin))


@_in_the_demo
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Delete the sample with everything in it; the visitor is themselves again."""
    guest = guest_behind(request.user)
    sample = services.sample_of(guest) if guest else None
    if sample is None:
        raise Http404
    services.delete_groups(sample, cloud_of(sample.team.world).container_groups)
    services.remove(cast(User, guest))
    request.session.pop(ACTS_AS, None)
    request.session.pop(CHOSEN, None)
    messages.success(request, _("The sample portal is removed. You are yourself again."))
    return redirect("groups:list")
