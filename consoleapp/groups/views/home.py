"""The home page: the one box, what all groups cost, what needs attention, and the list. Visitors see it too, and
nothing is stored."""

from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consoleapp.groups import summary
from consoleapp.groups.services.listing import PAGE_SIZE, Listing, Show, list_groups, unmade_orders
from consoleapp.groups.services.near import Looker, near_versions_of
from consoleapp.groups.services.sums import Sums, sums_of
from consoleapp.groups.views.examples import FIRST
from consoleapp.teams.actors import actor_of
from consoleapp.web.clouds import image_access_of
from consoleapp.web.http import ConsoleRequest, number_in
from consoleapp.web.polling import mark_of, polled
from consoleapp.wizard.services.ordering import resumable_drafts
from consoleapp.wizard.views.drafts import lines_of

QUERY_MAX = 100
SHOW_LABELS = {
    Show.ALL: _("All"),
    Show.ATTENTION: _("Needs attention"),
    Show.RUNNING: _("Running"),
    Show.ENDED: _("Ended"),
}
# Of what needs attention so much is shown; the rest is behind a link.
ATTENTION_MAX: Final = 5
DRAFTS_SHOWN: Final = 3
# Seconds until the page looks again: while something changes by itself, and while anything runs that may fail.
LOOK_SECONDS: Final = 3
WATCH_SECONDS: Final = 30


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the box on top, then what needs attention, then the list, or what to do first."""
    return render(request, "groups/home.html", _context(cast(ConsoleRequest, request)))


@polled
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Show what the page looks at by itself; nothing where nothing has changed, so that nobody loses the place."""
    context = _context(cast(ConsoleRequest, request))
    if context["mark"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "groups/_home_live.html", context)


def _context(request: ConsoleRequest) -> dict[str, Any]:
    show, query, page = _show(request.GET.get("show", "")), request.GET.get("q", "").strip()[:QUERY_MAX], _page(request)
    listing = list_groups(actor_of(request), request.place.port_of, show=show, query=query, page=page)
    is_whole = not query and show == Show.ALL
    attention = _attention(request, listing) if is_whole and page == 1 else {}
    rows = summary.list_rows(listing.rows)
    sums = sums_of(actor_of(request), listing)
    is_empty = is_whole and not rows
    look_seconds = _look_seconds(listing)
    mark = _mark(rows, attention, sums, look_seconds, len(listing.troubles))
    return {
        "nav": "groups",
        "rows": rows,
        "troubles": listing.troubles,
        "sums": sums,
        "attention": attention,
        "query": query,
        "show": show,
        "filters": [
            {"label": label, "url": _address(each, query), "is_current": each == show}
            for each, label in SHOW_LABELS.items()
        ],
        "is_empty": is_empty,
        "examples": FIRST if is_empty and settings.CLOUD == "simulator" else (),
        "look_seconds": look_seconds,
        "look_url": _look_address(show, query, page, mark),
        "mark": mark,
        **_pager(listing.page.number, listing.page.paginator.count, show, query),
    }


def _mark(rows: list[dict[str, Any]], attention: dict[str, Any], sums: Sums, *others: int) -> str:
    """Return a mark of what is shown, without what grows by itself."""
    seen = [(row["order"].pk, row["status"], row["addresses"], row["button"]) for row in rows]
    lines = [(line["order"].pk, str(line["title"]), line.get("button")) for line in attention.get("lines", ())]
    drafts = [(line["draft"].pk, line["draft"].version) for line in attention.get("drafts", ())]
    return mark_of(seen, lines, drafts, replace(sums, today={}), others)


def _attention(request: ConsoleRequest, listing: Listing) -> dict[str, Any]:
    """Return what fails, what has made no group, and the drafts, trouble first; each cut to what fits."""
    if not actor_of(request).is_somebody:
        return {}
    actor = actor_of(request)
    failing, unmade = summary.failing_first(listing.living), unmade_orders(actor, ATTENTION_MAX + 1)
    shown = failing[:ATTENTION_MAX]
    looker = Looker(actor.person, request.session.session_key, image_access_of(request.user))
    near = near_versions_of(shown, looker)
    lines = summary.attention_rows(shown, near, unmade[: ATTENTION_MAX - len(shown)])
    found = resumable_drafts(actor)
    drafts = lines_of(found, DRAFTS_SHOWN)
    count = found.count() if len(drafts) == DRAFTS_SHOWN else len(drafts)
    return {
        "lines": lines,
        "more": len(failing) + len(unmade) - len(lines),
        "more_url": _address(Show.ATTENTION, ""),
        "drafts": drafts,
        "more_drafts": count - len(drafts),
    }


def _look_seconds(listing: Listing) -> int:
    """Return the seconds until the page looks again, 0 where nothing can change by itself."""
    rows = (*listing.living, *listing.rows)
    if any(map(summary.changes_by_itself, rows)):
        return WATCH_SECONDS if listing.troubles else LOOK_SECONDS
    return WATCH_SECONDS if any(not row.has_ended for row in listing.living) else 0


def _show(word: str) -> Show:
    return Show(word) if word in {each.value for each in Show} else Show.ALL


def _page(request: ConsoleRequest) -> int:
    return number_in(request.GET.get("page", ""), default=1)


def _address(show: Show, query: str, page: int = 1) -> str:
    asked = _asked(show, query, page)
    return f"{reverse('groups:list')}{'?' + urlencode(asked) if asked else ''}"


def _look_address(show: Show, query: str, page: int, mark: str) -> str:
    return f"{reverse('groups:list-live')}?{urlencode({**_asked(show, query, page), 'seen': mark})}"


def _asked(show: Show, query: str, page: int) -> dict[str, str]:
    asked = {"show": show if show != Show.ALL else "", "q": query, "page": str(page) if page > 1 else ""}
    return {name: value for name, value in asked.items() if value}


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
