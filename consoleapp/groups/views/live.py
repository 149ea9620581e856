"""The live parts of a group's page, for htmx to fetch while the group changes."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consoleapp.groups.services.detail import describe
from consoleapp.groups.views.detail import live_context, order_or_404, tab_of
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.polling import polled


@polled
@require_safe
def live(request: HttpRequest, group_id: str) -> HttpResponse:
    """Answer with state, cause and overview out of band, and with the tab's content where it is live itself."""
    order = order_or_404(request, group_id)
    described = describe(order, cast(ConsoleRequest, request).cloud.container_groups)
    context = {**live_context(request, described, tab_of(request)), "oob": True}
    return render(request, "groups/_live.html", context)
