"""The page that shows the audit trail, and its file: to members their team's rows, to everybody their own, to site
admins all."""

import csv
import json
from collections.abc import Iterable
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consoleapp.audit import services
from consoleapp.audit.models import AuditRow
from consoleapp.domain.roles import Permission
from consoleapp.web.http import ConsoleRequest, number_in

ROWS_A_PAGE: Final = 50
EXPORT_MAX: Final = 50_000
KINDS: Final = ("csv", "ndjson")
# With these a cell of a spreadsheet begins that is computed.
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def trail(request: HttpRequest) -> HttpResponse:
    """Show the newest rows first, 50 a page; `?about=` shows one object's rows only."""
    if not request.user.is_authenticated:
        raise Http404
    rows, team = _rows(request), None if request.user.is_superuser else _team(request)
    about = request.GET.get("about", "").strip()
    if about:
        rows = rows.filter(object_id=about)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "rows": _shown(page), "about": about, "team": team}
    context |= {"may_export": _may_export(request), "previous_url": "", "next_url": ""}
    if page.has_previous():
        context["previous_url"] = request.path + "?" + urlencode({"about": about, "page": page.previous_page_number()})
    if page.has_next():
        context["next_url"] = request.path + "?" + urlencode({"about": about, "page": page.next_page_number()})
    return render(request, "audit/trail.html", context)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer with the newest rows as a file, a line each, oldest last; `?before=` goes on with those before a row."""
    if kind not in KINDS or not _may_export(request):
        raise Http404
    rows = _rows(request)
    if before := number_in(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    records = services.as_records(rows[:EXPORT_MAX])
    answer = HttpResponse(content_type="application/x-ndjson" if kind == "ndjson" else "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit.{kind}"'
    if kind == "ndjson":
        answer.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        return answer
    table = csv.writer(answer)
    table.writerow(services.COLUMNS)
    table.writerows([_cell(record[name]) for name in services.COLUMNS] for record in records)
    return answer


def _cell(value: object) -> object:
    """Return what a table shows as text: a program that opens it must not take a name for a formula."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULAS) else text


def _rows(request: HttpRequest) -> QuerySet[AuditRow]:
    if request.user.is_superuser:
        return AuditRow.objects.all()
    team = _team(request)
    return services.rows_for(cast(AbstractBaseUser, request.user), team.pk if team else None)


def _team(request: HttpRequest) -> Any:
    """Return the team for which they act; None in their own space."""
    return cast(ConsoleRequest, request).actor.team


def _may_export(request: HttpRequest) -> bool:
    """Tell whether they may take the rows with them: site admins all, admins of a team its own."""
    is_admin = _team(request) is not None and cast(ConsoleRequest, request).actor.may(Permission.ADMIN)
    return is_admin or bool(request.user.is_superuser)


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
        attributes = ("at", "actor_name", "action", "object_id", "request_id", "via")
        shown.append({name: getattr(row, name) for name in attributes} | {"facts": facts, "lists": lists})
    return shown
