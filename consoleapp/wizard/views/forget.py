"""A guest's way out: everything that was typed here is deleted, and the next page is that of somebody new."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consoleapp.accounts.models import User
from consoleapp.orders.services import orders_of
from consoleapp.teams.actors import Actor
from consoleapp.wizard.services.idle import forget_guest


@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest) -> HttpResponse:
    """Ask, then delete the guest's drafts and end the session; not there for people with a name."""
    guest = request.user
    if not isinstance(guest, User) or not guest.is_guest:
        raise Http404
    if request.method != "POST":
        running = orders_of(Actor(guest)).filter(delete_requested_at=None).exclude(container_group_id="").count()
        return render(request, "wizard/forget.html", {"running": running})
    forget_guest(guest)
    logout(request)
    messages.success(request, _("Forgotten. You begin anew."))
    return redirect("groups:list")
