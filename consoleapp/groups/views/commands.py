"""The list of places and actions: a page of its own, and with htmx a dialog over the page one is on."""

from typing import Final, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from consoleapp.groups.services.places import commands_of
from consoleapp.teams.actors import actor_of
from consoleapp.web.http import ConsoleRequest

QUERY_MAX: Final = 100


@require_safe
@vary_on_headers("HX-Request")
def commands(request: HttpRequest) -> HttpResponse:
    """Show what the actor may go to and do; `?q=` only what has these words in its name."""
    query = request.GET.get("q", "").strip()[:QUERY_MAX]
    context = {"query": query, "commands": commands_of(actor_of(request), query)}
    is_dialog = cast(ConsoleRequest, request).htmx
    return render(request, "groups/_commands_dialog.html" if is_dialog else "groups/commands.html", context)
