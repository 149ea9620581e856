"""The page that shows the audit trail: to everybody their own rows, to superusers all."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from consoleapp.audit.models import AuditRow

ROWS_A_PAGE = 50


def trail(request: HttpRequest) -> HttpResponse:
    """Show the newest rows first, 50 a page; `?about=` shows one object's rows only."""
    if not request.user.is_authenticated:
        raise Http404
    rows = AuditRow.objects.all()
    if not request.user.is_superuser:
        rows = rows.filter(actor_id=request.user.pk)
    about = request.GET.get("about", "").strip()
    if about:
        rows = rows.filter(object_id=about)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _shown(page), "about": about, "previous_url": "", "next_url": ""}
    if page.has_previous():
        context["previous_url"] = request.path + "?" + urlencode({"about": about, "page": page.previous_page_number()})
    if page.has_next():
        context["next_url"] = request.path + "?" + urlencode({"about": about, "page": page.next_page_number()})
    return render(request, "audit/trail.html", context)


def _shown(rows: Iterable[AuditRow]) -> list[dict[str, Any]]:
    """Return each row with the facts of its payload, and apart from them the longer lists, which the page folds."""
    shown = []
    for row in rows:
        lists = [(name, list(value.items())) for name, value in row.payload.items() if isinstance(value, dict)]
        facts = [
            (name, ", ".join(map(str, value)) if isinstance(value, list) else value)
            for name, value in row.payload.items()
            if not isinstance(value, dict) and value not in ("", [], None)
        ]
        attributes = ("at", "actor_name", "action", "object_id", "request_id")
        shown.append({name: getattr(row, name) for name in attributes} | {"facts": facts, "lists": lists})
    return shown
