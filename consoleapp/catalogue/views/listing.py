"""The catalogue of templates: a team's own, and for everybody those that come with the console."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from consoleapp.catalogue.services.cards import cards_of, list_price, page_of
from consoleapp.catalogue.services.samples import SAMPLES
from consoleapp.domain.roles import Permission
from consoleapp.domain.sizes import CURRENCY
from consoleapp.teams.actors import Actor, actor_of

QUERY_MAX: Final = 100


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """List the templates that the actor may order from or know of."""
    actor, query = actor_of(request), request.GET.get("q", "").strip()[:QUERY_MAX]
    context: dict[str, Any] = {
        "nav": "templates",
        "team": actor.team,
        "query": query,
        "may_order": actor.may(Permission.ORDER),
        "samples": _samples(query),
        **(_of_team(request, actor, query) if actor.team else {}),
    }
    return render(request, "catalogue/list.html", context)


def _of_team(request: HttpRequest, actor: Actor, query: str) -> dict[str, Any]:
    page = page_of(actor, query, request.GET.get("page", ""))

    def address(number: int) -> str:
        told = {"team": actor.team.slug if actor.team else "", "q": query, "page": number}
        return f"{reverse('launch_templates:list')}?{urlencode({name: value for name, value in told.items() if value})}"

    return {
        "cards": cards_of(actor, page),
        "page": page,
        "previous_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
    }


def _samples(query: str) -> list[dict[str, Any]]:
    words = query.casefold().split()
    return [
        {
            "sample": each,
            "url": reverse("launch_templates:sample", args=[each.slug]),
            "per_hour": list_price(each.data),
            "currency": CURRENCY,
        }
        for each in SAMPLES
        if all(word in f"{each.name} {each.text} {each.slug}".casefold() for word in words)
    ]
