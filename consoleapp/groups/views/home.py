"""The home page: drafts to resume, and the actor's container groups. Visitors see it too, and nothing is stored."""

from typing import cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consoleapp.accounts.models import User
from consoleapp.groups import summary
from consoleapp.groups.services.listing import PAGE_SIZE, Show, list_groups
from consoleapp.orders.services import orders_of
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services.ordering import resumable_drafts

QUERY_MAX = 100
SHOW_LABELS = {
    Show.ALL: _("All"),
    Show.CREATED: _("Created"),
    Show.NOT_CREATED: _("Not created"),
    Show.DELETED: _("Deleted"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the drafts to resume on top, then the list, or what to do first."""
    show = _show(request.GET.get("show", ""))
    query = request.GET.get("q", "").strip()[:QUERY_MAX]
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 1
    port = cast(ConsoleRequest, request).cloud.container_groups
    listing = list_groups(request.user, port, show=show, query=query, page=page)
    drafts = resumable_drafts(request.user) if isinstance(request.user, User) else Draft.objects.none()
    context = {
        "nav": "groups",
        "rows": summary.list_rows(listing.rows),
        "troubles": listing.troubles,
        "query": query,
        "show": show,
        "filters": [
            {"label": label, "url": _address(each, query), "is_current": each == show}
            for each, label in SHOW_LABELS.items()
        ],
        "is_empty": not listing.rows and not query and show == Show.ALL,
        **_drafts(drafts),
        **_pager(listing.page.number, listing.page.paginator.count, show, query),
    }
    if context["is_empty"] or not listing.rows:
        context["has_orders"] = orders_of(request.user).exists()
    return render(request, "groups/home.html", context)


def _show(word: str) -> Show:
    return Show(word) if word in {each.value for each in Show} else Show.ALL


def _drafts(drafts: QuerySet[Draft]) -> dict[str, object]:
    newest = drafts.first()
    return {"draft": newest, "more_drafts": drafts.count() - 1 if newest else 0}


def _address(show: Show, query: str, page: int = 1) -> str:
    asked = {"show": show if show != Show.ALL else "", "q": query, "page": str(page) if page > 1 else ""}
    kept = {name: value for name, value in asked.items() if value}
    return f"{reverse('groups:list')}{'?' + urlencode(kept) if kept else ''}"


def _pager(page: int, total: int, show: Show, query: str) -> dict[str, object]:
    first, last = (page - 1) * PAGE_SIZE + 1, min(page * PAGE_SIZE, total)
    return {
        "first": first,
        "last": last,
        "total": total,
        "previous_url": _address(show, query, page - 1) if page > 1 else "",
        "next_url": _address(show, query, page + 1) if last < total else "",
        "is_paged": total > PAGE_SIZE,
    }
